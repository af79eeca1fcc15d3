"""Article 8: evidence that turns bad after the decision takes nothing away, and the agreement waits."""

from datetime import timedelta
from typing import Any

import pytest

from services.registry.domain.selections.state import SelectionStage
from shared.contracts.documents import DocumentKind
from shared.contracts.receipts import Outcome
from shared.contracts.registry.ballots import BallotVoided
from shared.contracts.registry.selections import (
    CancelSelection,
    Condition,
    ConditionStatus,
    CreditSource,
    EvidenceRevoked,
    RevokeEvidence,
)
from simulator.samples import sample
from tests.unit.registry.registry_examples import HERE, MANAGING, TODAY, Given, codes, document
from tests.unit.registry.selection_examples import (
    CONCLUDED,
    FIRST,
    LATER,
    NUMBER,
    RECOMMENDED,
    SECOND,
    SECRETARY,
    SELECTED,
    SELECTOR,
    candidate,
    closing,
    concluding,
    credit,
    evidence,
    recommending,
    scoring,
    selection_in,
    voted,
)

pytestmark = pytest.mark.clause("8.1")

YESTERDAY = TODAY - timedelta(days=1)
REVOKE = sample(RevokeEvidence, HERE, {"uscc": FIRST, "condition": Condition.TAXES_AND_INSURANCE})
BAD = evidence(Condition.TAXES_AND_INSURANCE, met=False)


def since(given: Given, *said: Any) -> Given:
    for data in said:
        given = given.after(data, MANAGING, SELECTOR, LATER)
    return given


IN_DOUBT = since(SELECTED, BAD)


@pytest.mark.clause("7.4")
def test_the_agreement_waits_while_a_condition_is_not_met_any_more() -> None:
    """It says which one and why, under the condition's clause; the decision stands, and whoever it is about."""
    selection = selection_in(IN_DOUBT)
    assert (selection.stage, selection.selected, selection.has_passed) == (SelectionStage.IN_DOUBT, FIRST, True)
    (refused,) = IN_DOUBT.when(concluding(), MANAGING, SELECTOR, LATER).refusals
    assert (refused.code, refused.clause) == ("evidence_has_turned_bad", "7.4")
    assert (
        f"taxes and social insurance paid is not met, and the agreement waits: not met by the evidence of {TODAY}"
        in refused.text
    )
    assert "暂不得签订协议" in refused.text_zh
    assert type(selection).model_validate_json(selection.model_dump_json()) == selection


@pytest.mark.parametrize(
    "mended",
    [
        (evidence(Condition.TAXES_AND_INSURANCE, found_on=TODAY - timedelta(days=1)),),
        (evidence(Condition.IP_COMPETENCE, met=False), evidence(Condition.IP_COMPETENCE), evidence(BAD.condition)),
    ],
)
def test_evidence_that_takes_its_place_lets_the_agreement_be_signed(mended: tuple[Any, ...]) -> None:
    """Once every condition is met again, and not before."""
    for count in range(len(mended)):
        waiting = since(IN_DOUBT, *mended[:count])
        assert set(codes(waiting.when(concluding(), MANAGING, SELECTOR, LATER))) == {"evidence_has_turned_bad"}
    given = since(IN_DOUBT, *mended)
    assert selection_in(given).stage is SelectionStage.SELECTED
    assert given.when(concluding(), MANAGING, SELECTOR, LATER).outcome is Outcome.ACCEPTED


def test_what_becomes_known_of_others_or_grows_old_keeps_nobody_waiting() -> None:
    """Neither of a candidate that was not selected, nor good evidence of the selected one, nor the days that pass."""
    for later_evidence in (
        evidence(Condition.IP_COMPETENCE, SECOND, met=False),
        evidence(Condition.IP_COMPETENCE, found_on=YESTERDAY),
    ):
        given = since(SELECTED, later_evidence)
        assert given.when(concluding(), MANAGING, SELECTOR, LATER).outcome is Outcome.ACCEPTED
    much_later = LATER + timedelta(days=90)
    assert SELECTED.when(concluding(), MANAGING, SELECTOR, much_later).outcome is Outcome.ACCEPTED


def test_the_managing_institution_can_decide_anew() -> None:
    """Another candidate, eligible by now, is recommended and decided on; the one before is selected no more."""
    given = since(IN_DOUBT, *(credit(source, SECOND) for source in CreditSource))
    assert codes(given.when(recommending(FIRST), MANAGING, SELECTOR, LATER)) == ["condition_not_met"]
    given = since(given, scoring(SECOND, 60, 30), recommending(SECOND))
    assert (selection_in(given).stage, selection_in(given).selected) == (SelectionStage.RECOMMENDED, None)
    assert codes(given.when(concluding(), MANAGING, SELECTOR, LATER)) == ["selection_not_at_that_stage"]
    again = voted(given).after(closing(), MANAGING, SECRETARY, LATER)
    assert (selection_in(again).stage, selection_in(again).selected) == (SelectionStage.SELECTED, SECOND)
    assert again.when(concluding(), MANAGING, SELECTOR, LATER).outcome is Outcome.ACCEPTED


@pytest.mark.clause("7.9")
def test_a_document_that_was_revoked_proves_nothing_any_more() -> None:
    """Of no condition, and not if it is recorded again; it says who revoked it, by hash, and what is still known."""
    forged = document(DocumentKind.OTHER).model_copy(update={"sha256": "f" * 64})
    conditions = (Condition.TAXES_AND_INSURANCE, Condition.IP_COMPETENCE)
    given = since(SELECTED, *(evidence(each, document=forged) for each in conditions))
    (event,) = given.when(REVOKE, MANAGING, SELECTOR, LATER).events
    assert isinstance(event, EvidenceRevoked)
    assert (event.document_sha256, event.revoked_by) == (forged.sha256, SELECTOR)
    unknown = [each.condition for each in event.report if each.status is ConditionStatus.UNKNOWN]
    assert unknown == list(conditions)
    given = given.having([event])
    refused = given.when(concluding(), MANAGING, SELECTOR, LATER).refusals
    assert [(each.code, each.clause) for each in refused] == [("evidence_has_turned_bad", c) for c in ("7.4", "7.7")]
    assert "was revoked" in refused[0].text
    assert "已被撤销" in refused[0].text_zh
    assert given.when(REVOKE, MANAGING, SELECTOR, LATER).outcome is Outcome.DUPLICATE
    again = since(given, *(evidence(each, document=forged, found_on=YESTERDAY) for each in conditions))
    assert selection_in(again).stage is SelectionStage.IN_DOUBT
    mended = since(again, *map(evidence, conditions))
    assert mended.when(concluding(), MANAGING, SELECTOR, LATER).outcome is Outcome.ACCEPTED


@pytest.mark.clause("7.9")
def test_only_what_was_recorded_is_revoked_and_before_the_decision_its_votes_are_void() -> None:
    """Of a candidate, of a condition with evidence from that source, and until there is an agreement."""
    for changed, code in (
        ({"uscc": "91110105MA0000005E"}, "no_such_candidate"),
        ({"condition": Condition.CREDIT_RECORD}, "no_such_evidence"),
    ):
        assert codes(SELECTED.when(REVOKE.model_copy(update=changed), MANAGING, SELECTOR, LATER)) == [code]
    assert codes(CONCLUDED.when(REVOKE, MANAGING, SELECTOR, LATER)) == ["selection_not_at_that_stage"]
    given = voted(RECOMMENDED)
    void, _ = given.when(REVOKE, MANAGING, SELECTOR, LATER).events
    assert isinstance(void, BallotVoided)
    assert selection_in(since(given, REVOKE)).stage is SelectionStage.OPEN


def test_without_a_doubt_a_decision_stands() -> None:
    """Nobody is scored or recommended anew, or applies; in doubt nobody applies either, and it can be given up."""
    for data in (recommending(), scoring(FIRST, 10, 10), candidate("91110105MA0000005E")):
        assert codes(SELECTED.when(data, MANAGING, SELECTOR, LATER)) == ["selection_not_at_that_stage"]
    refused = IN_DOUBT.when(candidate("91110105MA0000005E"), MANAGING, SELECTOR, LATER)
    assert codes(refused) == ["selection_not_at_that_stage"]
    assert "recommend a candidate anew" in refused.refusals[0].text
    cancel = CancelSelection(number=NUMBER, reasons="候选机构不再符合条件")
    assert since(IN_DOUBT, cancel).when(BAD, MANAGING, SELECTOR, LATER).outcome is Outcome.REFUSED
