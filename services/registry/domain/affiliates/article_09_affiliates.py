"""Article 9: who registers an affiliate of the cooperating institution, and who withdraws it."""

from services.registry.domain.article_11_borrower import refuse_unless_credit_code_is_valid
from services.registry.domain.pool import Affiliate, Pool
from shared.contracts.received import Acting
from shared.contracts.refusals import Refusal, refusal


def refuse_unless_affiliate_code_is_valid(uscc: str) -> Refusal | None:
    """Article 9.1. An affiliate is named by a unified social credit code whose check digit is right."""
    return refuse_unless_credit_code_is_valid(uscc, "9.1")


def refuse_unless_affiliate_is_new(
    pool: Pool, uscc: str, registered: Affiliate | None, acting: Acting
) -> Refusal | None:
    """Article 9.1. An enterprise is registered once; what was said of it stays until it is withdrawn.

    What the cooperating institution has reported the managing institution can find too: then it is its finding, which
    the other one can't take back (a reading).
    """
    if registered is None or pool.managing_institution == acting.institution != registered.registered_by_institution:
        return None
    reporter = pool.name_of(registered.registered_by_institution)
    return refusal(
        "affiliate_registered_before",
        "9.1",
        f"{uscc} is registered as {registered.name} by {reporter}; withdraw that registration first if it is wrong.",
        f"{uscc} 已由{reporter}登记为 {registered.name}；如有误，请先撤销原登记。",
    )


def refuse_unless_affiliate_is_registered(uscc: str, registered: Affiliate | None) -> Refusal | None:
    """Article 9.1. What is withdrawn is a registered affiliate."""
    if registered is not None:
        return None
    return refusal(
        "no_such_affiliate",
        "9.1",
        f"{uscc} is not registered as an affiliate; check the code, there is nothing to withdraw.",
        f"{uscc} 未登记为关联企业；请核对代码，无可撤销的登记。",
    )


def refuse_unless_affiliate_is_withdrawn_by_its_reporter(
    pool: Pool, registered: Affiliate, acting: Acting
) -> Refusal | None:
    """Article 9.1. What the managing institution has found, the cooperating institution can't take back."""
    if acting.institution in {registered.registered_by_institution, pool.managing_institution}:
        return None
    reporter, whose = pool.name_of(registered.registered_by_institution), pool.name_of(acting.institution)
    return refusal(
        "affiliate_of_another_reporter",
        "9.1",
        f"{reporter} registered {registered.name}, and {whose} can't withdraw it; hand your evidence to {reporter}.",
        f"{registered.name} 由{reporter}登记，{whose}不得撤销；请将证明材料提交{reporter}。",
    )
