"""Article 14: who notifies a loss, on which loan, and who is paid."""

from shared.contracts.canonical_number import canonical_number, unreadable_characters
from shared.contracts.refusals import Refusal, refusal
from shared.decisions.permission import Names

_ONLY_SIGNS = ("has nothing but signs", "仅有符号")


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


def refuse_unless_contract_number_can_be_read(contract_number: str, clause: str) -> Refusal | None:
    """Article 14.1. A contract's number is of Latin letters, digits and ideographs, by which its loan is known.

    Whatever else it is written with is a sign beside them or looks like one of them; letters of other scripts are
    neither, and would make another project of the loan. ``clause`` is that of the message which names the loan.
    """
    unreadable = unreadable_characters(contract_number)
    if canonical_number(contract_number) and not unreadable:
        return None
    wrong, wrong_zh = (f"has the characters {unreadable}", f"含有字符{unreadable}") if unreadable else _ONLY_SIGNS
    return refusal(
        "contract_number_not_readable",
        clause,
        f"the loan contract's number {contract_number} {wrong}, and a number is of Latin letters, digits and Chinese "
        "characters; write it with these, as the contract shows it, and send it under a new id",
        f"借款合同编号{contract_number}{wrong_zh}，而编号应由拉丁字母、数字和汉字组成；请按合同所载以此书写，"
        "并用新的消息编号重新发送",
    )
