"""Article 5: how the operating period goes on."""

from datetime import date

from services.registry.domain.pool import Pool
from shared.contracts.documents import Document
from shared.contracts.refusals import Refusal, refusal
from shared.decisions.minutes import refuse_unless_decision_has_minutes


def refuse_unless_operating_period_is_ahead(pool: Pool, operating_until: date, today: date) -> Refusal | None:
    """Article 5.1. An operating period ends on a day to come, after the one before it and within the term."""
    before = pool.cycle.operating_until or today
    if max(before, today) < operating_until <= pool.ends_on:
        return None
    return refusal(
        "operating_period_not_ahead",
        "5.1",
        f"{operating_until} is not after {max(before, today)} and at the latest the term's end, {pool.ends_on}; "
        "fix another day, or decide on a new term first.",
        f"运营期截止日 {operating_until} 应晚于 {max(before, today)} 且不晚于存续期届满日 {pool.ends_on}；"
        "请另定日期，或先行决定新的存续期。",
    )


def refuse_unless_going_on_is_decided(pool: Pool, decision: Document | None) -> Refusal | None:
    """Article 5.7. After an operating period the managing institution decides whether to go on, and keeps minutes."""
    return None if pool.cycle.operating_until is None else refuse_unless_decision_has_minutes(decision, "5.7")
