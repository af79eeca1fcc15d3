"""Article 19: two remedies, kept apart: the cooperation ends with all fiscal money, and misused money is claimed."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from services.registry.domain.misuse.article_19_misuse import RECEIPTS_PER_CLAIM_MAX, REFERRALS_PER_CLAIM_MAX
from services.registry.domain.misuse.state import ClaimStage, MisuseClaim
from services.registry.domain.subjects import concern_of
from shared.contracts.documents import DocumentKind
from shared.contracts.ids import entry_id
from shared.contracts.receipts import Outcome
from shared.contracts.registry.misuse import MisuseClaimed, MisuseRecovered, MisuseReferred
from shared.contracts.registry.performance import CooperationEnded, EndCooperation, EndGround, EvaluationResult
from shared.contracts.registry.projects import ApproveProject
from tests.unit.registry.cycle_examples import (
    OVERSEER,
    RUNNING,
    Running,
    ending,
    evaluation,
    kind,
    misuse,
    noon_of,
    period,
    recovery,
    referral,
)
from tests.unit.registry.registry_examples import (
    APPROVER,
    COOPERATING,
    FILER,
    MANAGING,
    NOON,
    POOL_ID,
    PROJECT_ID,
    TODAY,
    codes,
    filing,
    received,
)
from tests.unit.registry.test_article_19_audit_engagements import engage
from tests.unit.registry.test_article_19_audit_engagements import finding as audit_finding
from tests.unit.registry.test_article_19_audit_engagements import report as audit_report

DAY = timedelta(days=1)
ENDED = RUNNING.after(RUNNING.by_overseer(ending()))
FAILED = RUNNING.after(RUNNING.by_overseer(evaluation(result=EvaluationResult.FAIL)))
AUDIT_BEGUN = RUNNING.after(RUNNING.by_overseer(engage()))
AUDITED = AUDIT_BEGUN.after(AUDIT_BEGUN.by_overseer(audit_report()))
CLAIMED = RUNNING.after(RUNNING.by_overseer(misuse()))


def claim_of(running: Running) -> MisuseClaim:
    claim = running.given.state.entry
    assert isinstance(claim, MisuseClaim)
    return claim


@pytest.mark.clause("19.3")
@pytest.mark.parametrize(
    ("running", "data"),
    [
        (RUNNING, ending(EndGround.BREACH)),
        (AUDITED, ending(EndGround.FAILED_AUDIT, audit="SJ-1")),
        (FAILED, ending(EndGround.FAILED_EVALUATION, evaluation="PJ-1")),
    ],
    ids=lambda value: value.ground.value if isinstance(value, EndCooperation) else "",
)
def test_the_cooperation_ends_with_all_fiscal_money(running: Running, data: EndCooperation) -> None:
    """It is told on which ground, with its evidence, that all fiscal money is claimed back; again: duplicate."""
    (event,) = running.by_overseer(data).events
    assert isinstance(event, CooperationEnded)
    assert (event.institution, event.ground, event.claims_back_fiscal_money) == (COOPERATING, data.ground, True)
    assert (event.evaluation, event.audit, event.evidence) == (data.evaluation, data.audit, data.evidence)
    assert event.ended_on == TODAY
    assert running.after(running.by_overseer(data)).by_overseer(data).outcome is Outcome.DUPLICATE


@pytest.mark.clause("19.3")
def test_a_failed_evaluation_is_a_ground_if_it_failed() -> None:
    """One that passed, or that nobody recorded, is none."""
    data = ending(EndGround.FAILED_EVALUATION, evaluation="PJ-1")
    assert FAILED.by_overseer(data).outcome is Outcome.ACCEPTED
    passed = RUNNING.after(RUNNING.by_overseer(evaluation()))
    for running in (passed, RUNNING):
        assert codes(running.by_overseer(data)) == ["no_failed_evaluation"]
    assert codes(RUNNING.by_overseer(ending(EndGround.FAILED_EVALUATION))) == ["no_failed_evaluation"]
    assert codes(FAILED.by_overseer(ending(EndGround.BREACH, evaluation="PJ-1"))) == ["no_failed_evaluation"]


@pytest.mark.clause("19.3")
def test_a_failed_audit_is_a_ground_if_its_report_says_so() -> None:
    """None that is still going on, whatever was found in it, none that was passed, and none that nobody recorded."""
    data = ending(EndGround.FAILED_AUDIT, audit="SJ-1")
    assert AUDITED.by_overseer(data).outcome is Outcome.ACCEPTED
    found = AUDIT_BEGUN.after(AUDIT_BEGUN.by_overseer(audit_finding()))
    passed = AUDIT_BEGUN.after(AUDIT_BEGUN.by_overseer(audit_report(passed=True)))
    for running in (RUNNING, AUDIT_BEGUN, found, passed):
        decision = running.by_overseer(data)
        assert [(each.code, each.clause) for each in decision.refusals] == [("no_failed_audit", "19.3")]
    assert codes(RUNNING.by_overseer(ending(EndGround.FAILED_AUDIT))) == ["no_failed_audit"]
    assert codes(RUNNING.by_overseer(ending(EndGround.BREACH, audit="SJ-1"))) == ["no_failed_audit"]


@pytest.mark.clause("19.3")
def test_what_an_ending_rests_on_is_the_matter_of_its_ground() -> None:
    """The audit where that is the ground, or else the evaluation: it is loaded with the message, under its pool."""
    of = {
        ending(EndGround.FAILED_AUDIT, audit="SJ-1"): entry_id(POOL_ID, "audit_engagement", "SJ-1"),
        ending(EndGround.FAILED_EVALUATION, evaluation="PJ-1"): entry_id(POOL_ID, "evaluation", "PJ-1"),
        ending(EndGround.FAILED_AUDIT): None,
        ending(): None,
    }
    for data, entry in of.items():
        assert concern_of(received(data, MANAGING, OVERSEER)).entry_id == entry


@pytest.mark.clause("19.3")
@pytest.mark.parametrize("changed", [{"facts": ""}, {"facts": "  "}, {"evidence": ()}])
def test_every_ground_has_facts_and_evidence(changed: dict[str, Any]) -> None:
    """Without either the message is none."""
    with pytest.raises(ValidationError):
        ending(**changed)


@pytest.mark.clause("19.3")
def test_ending_is_the_managing_institutions_recorded_decision() -> None:
    """Not without minutes, and not twice."""
    assert codes(RUNNING.by_overseer(ending(decision=kind(DocumentKind.OTHER)))) == ["minutes_missing"]
    others = (
        ending(EndGround.FAILED_AUDIT, audit="SJ-1"),
        ending(facts="另一事实"),
        ending(evidence=(kind(DocumentKind.AGREEMENT),)),
    )
    for other in others:
        decision = ENDED.by_overseer(other)
        assert (decision.outcome, codes(decision)) == (Outcome.REFUSED, ["cooperation_ended"])


@pytest.mark.clause("19.3")
def test_after_the_end_no_filing_comes_in_and_what_waits_is_rejected() -> None:
    """New filings are refused, and nothing more is covered: one that was filed before is not approved any more."""
    assert codes(ENDED.when(filing(), COOPERATING, officer=FILER)) == ["cooperation_ended"]
    filed = RUNNING.says(filing(), COOPERATING, FILER)
    ended = filed.after(filed.by_overseer(ending()))
    approved = ended.when(ApproveProject(project_id=PROJECT_ID, filing=1), MANAGING, officer=APPROVER)
    assert codes(approved) == ["fiscal_money_claimed_back"]
    assert codes(ENDED.by_overseer(period(TODAY + DAY))) == ["cooperation_ended"]


@pytest.mark.clause("5.7")
def test_a_period_that_is_over_is_a_ground_that_claims_nothing_back() -> None:
    """Only when it is over, and only where one was fixed."""
    data, last = ending(EndGround.PERIOD_OVER), TODAY + 10 * DAY
    fixed = RUNNING.after(RUNNING.by_overseer(period(last)))
    for running, day in ((RUNNING, TODAY), (fixed, last - DAY)):
        assert codes(running.by_overseer(data, noon_of(day))) == ["operating_period_not_over"]
    (event,) = fixed.by_overseer(data, noon_of(last)).events
    assert isinstance(event, CooperationEnded)
    assert not event.claims_back_fiscal_money


@pytest.mark.clause("19.3")
def test_misused_money_is_claimed_and_the_cooperation_goes_on() -> None:
    """A claim of its own: it ends nothing, and is possible after the end as well."""
    (event,) = RUNNING.by_overseer(misuse()).events
    assert isinstance(event, MisuseClaimed)
    assert (event.institution, event.amount_fen, event.claimed_on) == (COOPERATING, 1_000, TODAY)
    assert CLAIMED.pool.cycle.ended_on is None
    assert CLAIMED.by_overseer(misuse()).outcome is Outcome.DUPLICATE
    assert ENDED.by_overseer(misuse()).outcome is Outcome.ACCEPTED
    assert codes(CLAIMED.by_overseer(misuse(amount_fen=999))) == ["number_taken"]


@pytest.mark.clause("19.3")
def test_recovery_and_referral_follow_a_claim() -> None:
    """Each needs a claim first."""
    for data in (recovery(), referral()):
        assert codes(RUNNING.by_overseer(data)) == ["misuse_not_claimed"]


@pytest.mark.clause("19.3")
def test_what_comes_back_is_counted_once_and_in_its_time() -> None:
    """By its receipt, after the claim, and not on a day to come."""
    (event,) = CLAIMED.by_overseer(recovery()).events
    assert isinstance(event, MisuseRecovered)
    assert (event.recovered_fen, event.outstanding_fen) == (400, 600)
    recovered = CLAIMED.after(CLAIMED.by_overseer(recovery()))
    assert recovered.by_overseer(recovery()).outcome is Outcome.DUPLICATE
    assert codes(recovered.by_overseer(recovery(300))) == ["number_taken"]
    for day in (TODAY - DAY, TODAY + DAY):
        assert codes(CLAIMED.by_overseer(recovery(recovered_on=day))) == ["day_out_of_range"]
    assert codes(CLAIMED.by_overseer(recovery(1_001))) == ["recovery_above_misuse"]


@pytest.mark.clause("19.3")
def test_a_case_is_referred_to_an_authority() -> None:
    """Once to each, after the claim; the claim stands as before."""
    (event,) = CLAIMED.by_overseer(referral()).events
    assert isinstance(event, MisuseReferred)
    referred = CLAIMED.after(CLAIMED.by_overseer(referral()))
    assert claim_of(referred).outstanding_fen == 1_000
    assert referred.by_overseer(referral()).outcome is Outcome.DUPLICATE
    other = referral(document=kind(DocumentKind.AGREEMENT))
    assert codes(referred.by_overseer(other)) == ["misuse_referred_before"]
    for day in (TODAY - DAY, TODAY + DAY):
        assert codes(CLAIMED.by_overseer(referral(referred_on=day))) == ["day_out_of_range"]


@pytest.mark.clause("4.1")
def test_a_claim_has_room_for_so_many_receipts_and_referrals() -> None:
    """Nobody can fill the registry."""
    running = RUNNING.after(RUNNING.by_overseer(misuse(amount_fen=10_000)))
    messages: list[tuple[int, Any]] = [
        (RECEIPTS_PER_CLAIM_MAX, lambda number: recovery(1, f"R-{number}")),
        (REFERRALS_PER_CLAIM_MAX, lambda number: referral(authority=f"机关{number}")),
    ]
    for count, message in messages:
        for number in range(count):
            running = running.after(running.by_overseer(message(number)))
        assert codes(running.by_overseer(message(count))) == ["register_full"]


@pytest.mark.clause("19.3")
@given(amount_fen=st.integers(1, 10**15), parts=st.lists(st.integers(1, 10**15), max_size=12))
def test_never_more_comes_back_than_was_misused(amount_fen: int, parts: list[int]) -> None:
    """The sum stays within the claim, what is refused changes nothing, and all of it ends the claim."""
    running = RUNNING.after(RUNNING.by_overseer(misuse(amount_fen=amount_fen)))
    recovered_fen = 0
    for number, part_fen in enumerate(parts):
        decision = running.by_overseer(recovery(part_fen, f"R-{number}"), NOON)
        if recovered_fen + part_fen > amount_fen:
            assert codes(decision) == ["recovery_above_misuse"]
            continue
        running, recovered_fen = running.after(decision), recovered_fen + part_fen
        claim = claim_of(running)
        assert (claim.recovered_fen, claim.outstanding_fen) == (recovered_fen, amount_fen - recovered_fen)
        assert (claim.stage is ClaimStage.RECOVERED) == (recovered_fen == amount_fen)
