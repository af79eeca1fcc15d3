"""Article 5: coordination and supervision are the managing institution's, and are recorded."""

from datetime import timedelta
from typing import Any

import pytest

from shared.contracts.ids import entry_id
from shared.contracts.receipts import Outcome
from shared.contracts.registry.supervision import RecordSupervisoryAct, SupervisoryActKind, SupervisoryActRecorded
from shared.contracts.registry.words import Duty
from tests.unit.registry.registry_examples import (
    COOPERATING,
    MANAGING,
    POOL_ID,
    STAFFED,
    TODAY,
    codes,
    document,
    officer,
)

REPORTER, OVERSEER = "reporter", "overseer"
GIVEN = STAFFED.after(officer(REPORTER, Duty.REPORTING), COOPERATING).after(officer(OVERSEER, Duty.OVERSIGHT), MANAGING)


def act(kind: SupervisoryActKind = SupervisoryActKind.SUPERVISION, **changed: Any) -> RecordSupervisoryAct:
    values = {
        "number": "JD-1",
        "kind": kind,
        "title": "现场检查",
        "content": "检查台账。",
        "acted_on": TODAY,
        "due_on": TODAY if kind is SupervisoryActKind.INSTRUCTION else None,
        "document": document(),
    }
    return RecordSupervisoryAct.model_validate({**values, **changed})


@pytest.mark.clause("5.8")
def test_an_act_of_coordination_is_recorded() -> None:
    """It is told with its document and who recorded it, and stays as it was recorded."""
    data = act(SupervisoryActKind.COORDINATION)
    (event,) = GIVEN.when(data, MANAGING, OVERSEER).events
    assert isinstance(event, SupervisoryActRecorded)
    assert event.entry_id == entry_id(POOL_ID, "supervisory_act", "JD-1")
    assert (event.kind, event.document, event.recorded_by) == (data.kind, document(), OVERSEER)
    recorded = GIVEN.having((event,)).state.entry
    assert recorded is not None
    assert recorded.stage == "recorded"


@pytest.mark.clause("5.8")
def test_coordination_is_recorded_once_it_has_happened() -> None:
    """Today's is, tomorrow's is refused under its own clause."""
    ahead = act(SupervisoryActKind.COORDINATION, acted_on=TODAY + timedelta(days=1))
    decision = GIVEN.when(ahead, MANAGING, OVERSEER)
    assert [(refused.code, refused.clause) for refused in decision.refusals] == [("day_in_the_future", "5.8")]
    assert GIVEN.when(act(SupervisoryActKind.COORDINATION, acted_on=TODAY), MANAGING, OVERSEER).events


@pytest.mark.clause("5.9")
def test_an_act_has_happened_and_stays_as_it_was_recorded() -> None:
    """Not tomorrow's; the same again is a duplicate, another one under the number is refused."""
    tomorrow = TODAY + timedelta(days=1)
    for kind, due in ((SupervisoryActKind.SUPERVISION, {}), (SupervisoryActKind.INSTRUCTION, {"due_on": tomorrow})):
        (refused,) = GIVEN.when(act(kind, acted_on=tomorrow, **due), MANAGING, OVERSEER).refusals
        assert (refused.code, refused.clause) == ("day_in_the_future", "5.9")
    recorded = GIVEN.after(act(), MANAGING, OVERSEER)
    assert recorded.when(act(), MANAGING, OVERSEER).outcome is Outcome.DUPLICATE
    for other in (act(content="别的。"), act(document=None), act(acted_on=TODAY - timedelta(days=1))):
        assert codes(recorded.when(other, MANAGING, OVERSEER)) == ["number_taken"]
