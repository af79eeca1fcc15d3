"""Article 5: the managing institution coordinates and supervises, and what it does is recorded."""

from datetime import date

from services.registry.domain.article_04_register import refuse_unless_number_is_free
from services.registry.domain.supervisory_acts.state import SupervisoryAct
from shared.contracts.refusals import Refusal
from shared.contracts.registry.supervision import SupervisoryActKind
from shared.decisions.days import refuse_if_day_is_ahead


def refuse_unless_coordination_has_happened(kind: SupervisoryActKind, acted_on: date, today: date) -> Refusal | None:
    """Article 5.8. An act of coordination is recorded when it has happened; ``today`` is the day in Beijing."""
    if kind is not SupervisoryActKind.COORDINATION:
        return None
    return refuse_if_day_is_ahead("day of the act", "办理日期", acted_on, today, "5.8")


def refuse_unless_act_has_happened(kind: SupervisoryActKind, acted_on: date, today: date) -> Refusal | None:
    """Article 5.9. Any other supervisory act is recorded when it has happened, too."""
    if kind is SupervisoryActKind.COORDINATION:
        return None
    return refuse_if_day_is_ahead("day of the act", "办理日期", acted_on, today, "5.9")


def refuse_unless_act_number_is_free(recorded: SupervisoryAct | None) -> Refusal | None:
    """Article 5.9. What was recorded stays as it is; another act has its own number."""
    return refuse_unless_number_is_free("supervisory act", "监督事项", recorded.number if recorded else None, "5.9")
