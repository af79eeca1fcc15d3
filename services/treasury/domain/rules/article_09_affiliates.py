"""Article 9: an affiliate of the cooperating institution that was found after the filing is not paid yet."""

from services.treasury.domain.case import Case, Mandate
from shared.contracts.treasury import Leg


# accept: False
def payout_is_held(case: Case, mandate: Mandate) -> bool:
    """Article 9.1. While the flag of an affiliate stands, no payout of its project is instructed (a reading).

    What was instructed before is the bank's to answer, and a reimbursement pays nobody but the pool itself.
    """
    return mandate.leg is Leg.PAYOUT and len(case.affiliate_flags) > 0
