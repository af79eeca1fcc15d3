"""Article 14: whose notice opens a case, and who is paid."""

from collections.abc import Collection

from shared.contracts.ids import contract_number_form
from shared.contracts.refusals import Refusal, refusal
from shared.contracts.registry.words import Role


def notifier_has_no_role(notifier: str, roles: Collection[Role], lender: str) -> Refusal | None:
    """Article 14.1. A notice comes from a lender for its own loan, or from a guarantor."""
    if (notifier == lender and Role.LENDER in roles) or (notifier != lender and Role.GUARANTOR in roles):
        return None
    return refusal(
        "notifier_not_entitled",
        "14.1",
        f"{notifier} is neither registered in this pool as the lender {lender} nor as a guarantor; have the lender or "
        "the guarantor of the loan notify the loss itself",
        f"{notifier}未在本资金池登记为该笔贷款的银行（{lender}）或担保公司；请由该笔贷款的银行或担保公司提交通知",
    )


def notifier_is_no_party(notifier: str, lender: str, guarantor: str | None) -> Refusal | None:
    """Article 14.1. A notice on a project comes from that project's lender or guarantor and nobody else."""
    if notifier == lender or (guarantor is not None and notifier == guarantor):
        return None
    return refusal(
        "notifier_no_party",
        "14.1",
        f"{notifier} is neither the lender nor the guarantor of this loan (lender {lender}, guarantor "
        f"{guarantor or 'none'}); have one of them notify the loss",
        f"{notifier}不是该笔贷款的银行或担保公司（银行{lender}，担保公司{guarantor or '无'}）；请由其提交通知",
    )


def contract_number_has_one_form(contract_number: str, *, is_known: bool) -> Refusal | None:
    """Article 14.1. A notice is on a loan that was or will be filed; no loan is filed under a number in another form.

    A notice on a project that is not known would wait for ever. One that ``is_known`` keeps the number that it has.
    """
    form = contract_number_form(contract_number)
    if is_known or contract_number == form:
        return None
    return refusal(
        "notified_number_not_in_form",
        "14.1",
        f"the loan contract's number {contract_number} has full-width characters or spaces, and no loan is filed so; "
        f"notify the loss with the number {form}, under a new id",
        f"借款合同编号{contract_number}含全角字符或空格，备案中无此写法；请以编号{form}、用新的消息编号重新通知",
    )


# accept: guarantor or lender
def payee(lender: str, guarantor: str | None) -> str:  # noqa: ARG001  # the guarantor's proof of payment comes here
    """Article 14.2. Who holds the claim and is paid: the lender, as long as no guarantor has proven that it paid."""
    return lender


def payee_is_another(expected: str, named: str) -> Refusal | None:
    """Article 14.2. The plan pays whoever holds the claim."""
    if named == expected:
        return None
    return refusal(
        "payee_is_another",
        "14.2",
        f"the plan names the payee {named}, the claim is held by {expected}; draw the plan up with that payee",
        f"方案载明的收款方为{named}，而债权由{expected}持有；请以其为收款方制定方案",
    )
