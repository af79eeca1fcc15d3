"""Article 14: whose notice opens a case, and who is paid."""

from shared.contracts.refusals import Refusal, refusal
from shared.contracts.registry.words import Role
from shared.decisions.permission import Roles


def refuse_if_notifier_has_no_role(roles: Roles, notifier: str, lender: str) -> Refusal | None:
    """Article 14.1. A notice comes from a lender for its own loan, or from a guarantor."""
    needed = Role.LENDER if notifier == lender else Role.GUARANTOR
    if needed in roles.roles_of(notifier):
        return None
    who, bank = roles.name_of(notifier), roles.name_of(lender)
    return refusal(
        "notifier_not_entitled",
        "14.1",
        f"{who} is neither registered in this pool as the lender {bank} nor as a guarantor; have the lender or "
        "the guarantor of the loan notify the loss itself",
        f"{who}未在本资金池登记为该笔贷款的银行（{bank}）或担保公司；请由该笔贷款的银行或担保公司提交通知",
    )


# accept: guarantor or lender
def payee(lender: str, guarantor: str | None) -> str:  # noqa: ARG001  # the guarantor's proof of payment comes here
    """Article 14.2. Who holds the claim and is paid: the lender, as long as no guarantor has proven that it paid."""
    return lender
