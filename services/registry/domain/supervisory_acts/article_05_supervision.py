"""Article 5: the managing institution coordinates and supervises, and what it does is recorded."""

from datetime import date

from services.registry.domain.supervisory_acts.state import SupervisoryAct
from shared.contracts.refusals import Refusal, refusal
from shared.contracts.registry.supervision import SupervisoryActKind


def refuse_unless_coordination_has_happened(kind: SupervisoryActKind, acted_on: date, today: date) -> Refusal | None:
    """Article 5.8. An act of coordination is recorded when it has happened; ``today`` is the day in Beijing."""
    is_ahead = kind is SupervisoryActKind.COORDINATION and acted_on > today
    return _lies_ahead(acted_on, today, "5.8") if is_ahead else None


def refuse_unless_act_has_happened(kind: SupervisoryActKind, acted_on: date, today: date) -> Refusal | None:
    """Article 5.9. Any other supervisory act is recorded when it has happened, too."""
    is_ahead = kind is not SupervisoryActKind.COORDINATION and acted_on > today
    return _lies_ahead(acted_on, today, "5.9") if is_ahead else None


def _lies_ahead(acted_on: date, today: date, clause: str) -> Refusal:
    return refusal(
        "act_lies_ahead",
        clause,
        f"the act is dated {acted_on}, after today, {today}; record the act on its day or after it.",
        f"日期 {acted_on} 晚于今日 {today}；请在当日或之后登记。",
    )


def refuse_unless_act_number_is_free(recorded: SupervisoryAct | None) -> Refusal | None:
    """Article 5.9. What was recorded stays as it is; another act has its own number."""
    if recorded is None:
        return None
    return refusal(
        "act_number_taken",
        "5.9",
        f"{recorded.number} was recorded as {recorded.title!r} and says something else; record this act under its own "
        "number.",
        f"编号 {recorded.number} 已用于“{recorded.title}”，内容不同；请以新的编号登记。",
    )
