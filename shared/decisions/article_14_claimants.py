"""Article 14: who notifies a loss, on which loan, and who is paid."""

from shared.contracts.ids import contract_number_form
from shared.contracts.refusals import Refusal, refusal
from shared.decisions.permission import Names


def refuse_unless_notifier_is_party(names: Names, notifier: str, lender: str, guarantor: str | None) -> Refusal | None:
    """Article 14.1. A notice on a project comes from that project's lender or guarantor and nobody else."""
    if notifier == lender or (guarantor is not None and notifier == guarantor):
        return None
    who, bank, guaranteed_by = names.name_of(notifier), names.name_of(lender), guarantor and names.name_of(guarantor)
    return refusal(
        "notifier_no_party",
        "14.1",
        f"{who} is neither the lender nor the guarantor of this loan (lender {bank}, guarantor "
        f"{guaranteed_by or 'none'}); have one of them notify the loss",
        f"{who}不是该笔贷款的银行或担保公司（银行{bank}，担保公司{guaranteed_by or '无'}）；请由其提交通知",
    )


def refuse_unless_payee_holds_the_claim(names: Names, payee: str, holder: str) -> Refusal | None:
    """Article 14.2. The plan pays whoever holds the claim."""
    if payee == holder:
        return None
    return refusal(
        "payee_is_another",
        "14.2",
        f"the plan names the payee {names.name_of(payee)}, the claim is held by {names.name_of(holder)}; draw the plan "
        "up with that payee",
        f"方案载明的收款方为{names.name_of(payee)}，而债权由{names.name_of(holder)}持有；请以其为收款方制定方案",
    )


def refuse_unless_contract_number_is_in_form(contract_number: str, clause: str) -> Refusal | None:
    """Article 14.1. One loan has one contract number in one form, or it would be another project in each of them.

    ``clause`` is that of the message which names the loan.
    """
    form = contract_number_form(contract_number)
    if contract_number == form:
        return None
    return refusal(
        "contract_number_not_in_form",
        clause,
        f"the loan contract's number {contract_number} has full-width characters or spaces, in which no loan is filed; "
        f"name the loan by the number {form}, under a new id",
        f"借款合同编号{contract_number}含全角字符或空格，备案中无此写法；请以编号{form}、用新的消息编号重新发送",
    )
