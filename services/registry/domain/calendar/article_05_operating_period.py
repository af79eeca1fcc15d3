"""Article 5: the operating period that runs on a day."""

from collections.abc import Sequence
from datetime import date

from services.registry.domain.cycle import OperatingPeriod


# accept: None
def operating_period_on(periods: Sequence[OperatingPeriod], day: date) -> OperatingPeriod | None:
    """Article 5.3. The operating period that ran on ``day``: of those known then, the one that was fixed last.

    ``periods`` are in the order in which they were fixed. One that was fixed later changes no day before that, unless
    no other one had that day.
    """
    covering = [period for period in periods if period.operating_from <= day <= period.operating_until]
    fixed = [period for period in covering if period.fixed_on <= day]
    if fixed:
        return fixed[-1]
    return covering[0] if covering else None
