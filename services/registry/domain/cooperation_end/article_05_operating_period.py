"""Article 5: when it can be decided not to go on."""

from datetime import date

from services.registry.domain.pool import Pool
from shared.contracts.refusals import Refusal, refusal
from shared.contracts.registry.performance import EndCooperation, EndGround


def refuse_unless_ended_operating_period_is_over(pool: Pool, command: EndCooperation, today: date) -> Refusal | None:
    """Article 5.7. Not to go on is decided at the end of an operating period: before it, another ground is needed."""
    operating_until = pool.cycle.operating_until
    if command.ground is not EndGround.PERIOD_OVER or (operating_until is not None and operating_until <= today):
        return None
    return refusal(
        "operating_period_not_over",
        "5.7",
        f"the operating period lasts until {operating_until or 'a day that nobody has fixed'}, and today is {today}; "
        "end the cooperation on that day, or name another ground.",
        f"运营期截止日为 {operating_until or '（尚未确定）'}，今日为 {today}；请于届满时决定，或写明其他事由。",
    )
