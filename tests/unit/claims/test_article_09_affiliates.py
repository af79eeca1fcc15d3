"""Articles 6 and 9: what a flag of the project holds in its case, and what it does not."""

from typing import Any

import pytest

from services.claims.batch import Batch, StoredClaim, process
from shared.contracts.ids import causing_id
from shared.contracts.receipts import Outcome
from shared.contracts.registry.project_life import FlagGround, FlagLifted, LiftFlag, ProjectFlagged
from shared.decisions.decision import Decision
from shared.messaging.message import Incoming, Record
from simulator.samples import sample
from tests.unit.claims.claims_builder import HERE, MANAGING, PROJECT_ID, Story, approved, notice

pytestmark = pytest.mark.clause("9.1")

CODE = "91110105MA0000006H"
OF_AFFILIATE: dict[str, Any] = {"ground": FlagGround.AFFILIATE, "number": CODE}
OF_CHECK: dict[str, Any] = {"ground": FlagGround.SPOT_CHECK, "number": "CC-1"}


def flagged(**flag: Any) -> ProjectFlagged:
    return ProjectFlagged(project_id=PROJECT_ID, findings=("borrower: affiliate",), reported_to=MANAGING, **flag)


def lifted(**flag: Any) -> FlagLifted:
    said = sample(LiftFlag, HERE, flag)
    return FlagLifted(**{**dict(said), "project_id": PROJECT_ID}, lifted_by="overseer", rules_version=1)


def planned(story: Story | None = None) -> Story:
    story = story or Story()
    story.observes(approved())
    story.notifies(notice())
    story.reviews()
    story.verifies()
    assert story.plans().outcome is Outcome.ACCEPTED
    return story


def faults(decision: Decision) -> list[tuple[str, str]]:
    assert (decision.outcome, decision.events) == (Outcome.REFUSED, ())
    return [(fault.code, fault.clause) for fault in decision.refusals]


@pytest.mark.clause("6.5")
@pytest.mark.parametrize("flag", [OF_AFFILIATE, OF_CHECK], ids=["affiliate", "spot check"])
def test_no_plan_is_confirmed_while_a_flag_stands(flag: dict[str, Any]) -> None:
    """Whatever has set it, whenever; once it is lifted the same plan is confirmed."""
    story = planned()
    story.observes(flagged(**flag))
    refused = story.confirms()
    assert faults(refused) == [("flag_stands", "6.5")]
    assert flag["number"] in refused.refusals[0].text
    story.observes(lifted(**flag))
    assert story.confirms().outcome is Outcome.ACCEPTED


@pytest.mark.clause("6.5")
def test_a_flag_from_before_the_approval_counts_too() -> None:
    """It was set while the filing waited, and stands on the project that was approved."""
    story = Story()
    story.observes(flagged(**OF_AFFILIATE))
    assert faults(planned(story).confirms()) == [("flag_stands", "6.5")]


@pytest.mark.clause("6.5")
def test_each_flag_is_lifted_on_its_own() -> None:
    """The one of the check doesn't take the affiliate's with it, and a flag that is told twice stands once."""
    story = planned()
    for flag in (OF_AFFILIATE, OF_CHECK, OF_AFFILIATE):
        story.observes(flagged(**flag))
    story.observes(lifted(**OF_CHECK))
    assert faults(story.confirms()) == [("flag_stands", "6.5")]
    story.observes(lifted(**OF_AFFILIATE))
    assert story.confirms().outcome is Outcome.ACCEPTED


def test_nothing_is_released_while_an_affiliates_flag_stands() -> None:
    """Found after the confirmation, it holds the payout until the managing institution has decided."""
    story = planned()
    story.confirms()
    story.observes(flagged(**OF_AFFILIATE))
    refused = story.releases()
    assert faults(refused) == [("affiliate_flag_stands", "9.1")]
    assert f"affiliate {CODE}" in refused.refusals[0].text
    assert "registry.flag.lift" in refused.refusals[0].text
    story.observes(lifted(**OF_AFFILIATE))
    assert story.releases().outcome is Outcome.ACCEPTED


def test_what_a_check_finds_after_the_confirmation_holds_no_release() -> None:
    """Gate 1 is passed, and nobody is in doubt about who borrows."""
    story = planned()
    story.confirms()
    story.observes(flagged(**OF_CHECK))
    assert story.releases().outcome is Outcome.ACCEPTED


@pytest.mark.clause("6.5")
def test_a_flag_is_no_stage_of_the_case() -> None:
    """What waits longest comes first, flagged or not: when its stage was reached stays as it was."""
    story = planned()
    reached_at = story.now
    stored = StoredClaim(story.claim, "00-1", reached_at)
    states = Batch(pools={story.case.pool.pool_id: story.case.pool}, claims={PROJECT_ID: stored})
    received = story.received(flagged(**OF_AFFILIATE))
    record = Record("registry.events", 0, 0, None, b"{}", (), 0)
    incoming = Incoming(record, received, causing_id("registry", "1"), ProjectFlagged.message_type, traceparent="00-2")
    decided = process(states, incoming)
    after = states.claims[PROJECT_ID]
    assert [flag.number for flag in after.claim.flags] == [CODE]
    assert (after.trace_parent, after.reached_at, decided.stage_before) == ("00-1", reached_at, None)
    assert states.changed_claims == {PROJECT_ID: reached_at}
