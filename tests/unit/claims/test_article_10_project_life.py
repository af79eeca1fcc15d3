"""Article 10: what becomes of a project after its approval decides which loss of it is covered."""

from datetime import date

import pytest

from services.claims.domain.claim import Claim
from services.claims.domain.step import Step
from shared.contracts.claims import NoticeRefused
from shared.contracts.documents import Document, DocumentKind
from shared.contracts.receipts import Outcome
from shared.contracts.registry.corrections import CorrectionApproved, CorrectionRejected, CorrectionReturned
from shared.contracts.registry.project_life import (
    DrawdownAdmitted,
    DrawdownFiled,
    EndGround,
    ProjectEnded,
    RepaymentRecorded,
)
from shared.contracts.registry.projects import FiledDrawdown
from shared.contracts.registry.words import Duty
from shared.decisions.decision import Decision
from tests.unit.claims.claims_builder import PROJECT_ID, Story, approved, clauses, codes, loss, notice
from tests.unit.registry.correction_examples import corrected, correction_approved

pytestmark = pytest.mark.clause("10.1")

DRAWN_FEN = 40_000_000
PARTLY_DRAWN = approved(covered_principal_fen=DRAWN_FEN)
CORRECTED = corrected(PARTLY_DRAWN)
PAPER = Document(kind=DocumentKind.OTHER, title="放款凭证", sha256="0" * 64)


def ended(ground: EndGround = EndGround.SETTLED) -> ProjectEnded:
    return ProjectEnded(
        project_id=PROJECT_ID,
        ground=ground,
        reasons="贷款已结清",
        ended_on=date(2026, 10, 1),
        outstanding_fen=0,
        ended_by="reporter",
        rules_version=1,
    )


def drawn(covered_fen: int, *, late: bool = False) -> DrawdownFiled:
    day = date(2026, 3, 2)
    return DrawdownFiled(
        project_id=PROJECT_ID,
        drawdown=FiledDrawdown(
            number=2,
            amount_fen=10_000_000,
            disbursed_on=day,
            filed_on=day,
            filing_deadline=day,
            filing_deadline_provisional=False,
            late=late,
        ),
        documents=(PAPER,),
        covered_principal_fen=covered_fen,
        filed_by="filer",
        rules_version=1,
    )


def _version(covered_fen: int) -> CorrectionApproved:
    return correction_approved(PARTLY_DRAWN, covered_fen)


def _story(*events: object) -> Story:
    story = Story()
    for event in (PARTLY_DRAWN, *events):
        story.observes(event)
    return story


def _answer(story: Story, principal_fen: int) -> list[str]:
    return codes(story.notifies(notice(1, loss=loss(principal_fen, principal_fen=principal_fen, interest_fen=0))))


def test_only_what_was_drawn_and_filed_can_be_lost() -> None:
    """To the fen, whatever the contract's principal is."""
    assert _answer(_story(), DRAWN_FEN) == []
    assert _answer(_story(), DRAWN_FEN + 1) == ["principal_above_the_loan"]


def test_a_further_drawdown_is_covered_once_it_is_filed_in_time_or_admitted() -> None:
    """A late one adds nothing before its decision."""
    late = drawn(DRAWN_FEN, late=True)
    admitted = DrawdownAdmitted(
        project_id=PROJECT_ID,
        number=2,
        amount_fen=10_000_000,
        covered_principal_fen=50_000_000,
        filing_sha256="0" * 64,
        minutes=PAPER,
        rules_version=1,
    )
    assert _answer(_story(drawn(50_000_000)), 50_000_000) == []
    assert _answer(_story(late), 50_000_000) == ["principal_above_the_loan"]
    assert _answer(_story(late, admitted), 50_000_000) == []


def repaid(amount_fen: int, on: date = date(2026, 6, 1)) -> RepaymentRecorded:
    """The registry's word that so much principal was repaid."""
    return RepaymentRecorded(
        project_id=PROJECT_ID,
        reference=f"HK-{on}",
        amount_fen=amount_fen,
        repaid_on=on,
        repaid_fen=amount_fen,
        outstanding_fen=0,
        reported_by="cooperating-cy",
    )


def test_what_was_repaid_by_the_losss_day_is_not_lost() -> None:
    """To the fen, on that day too; what was repaid later leaves a loss of before as it was."""
    for on in (date(2026, 6, 1), date(2026, 11, 1)):
        assert _answer(_story(repaid(39_000_000, on)), 1_000_000) == []
        assert _answer(_story(repaid(39_000_000, on)), 1_000_001) == ["principal_above_the_loan"]
    assert _answer(_story(repaid(39_000_000, date(2026, 11, 2))), DRAWN_FEN) == []
    assert _answer(_story(repaid(30_000_000), repaid(9_000_000, date(2026, 7, 1))), 1_000_001) != []


def test_what_is_not_covered_is_repaid_with_the_rest() -> None:
    """Of 400,000.00 covered and 100,000.00 filed late, 100,000.00 were repaid: all that is covered can be lost."""
    late = drawn(DRAWN_FEN, late=True)
    assert _answer(_story(late, repaid(10_000_000)), DRAWN_FEN) == []
    assert _answer(_story(late, repaid(10_000_001)), DRAWN_FEN) == ["principal_above_the_loan"]
    assert _answer(_story(late, _version(30_000_000), repaid(10_000_000)), 30_000_000) == []


@pytest.mark.parametrize("step", ["notice", "review", "verification", "plan", "confirmation"])
def test_what_is_repaid_after_the_notice_is_not_compensated(step: str) -> None:
    """No step leads on to a payout before the loss is notified anew; a repayment that leaves the loss is none of it."""
    story = Story().until(step)
    story.observes(repaid(10_000_000, date(2026, 11, 2)))
    assert codes(_leads_on(story)) == [], "90 of 100 were lost, and 90 are left"
    story = Story().until(step)
    story.observes(repaid(10_000_001, date(2026, 11, 2)))
    decision = _leads_on(story)
    assert (codes(decision), clauses(decision)) == (["loss_repaid_since"], ["10.1"])
    assert "899,999.99" in decision.refusals[0].text
    less = loss(as_of=date(2026, 11, 2), principal_fen=89_999_999, interest_fen=10_000_002)
    assert story.notifies(notice(loss=less)).outcome is Outcome.ACCEPTED
    for act in (story.reviews, story.verifies, story.plans, story.confirms, story.releases):
        assert act().outcome is Outcome.ACCEPTED


@pytest.mark.parametrize("step", ["notice", "review", "verification", "plan", "confirmation"])
def test_a_loan_settled_after_the_notice_is_not_compensated(step: str) -> None:
    """Whatever the loss was made of; the notice is withdrawn. A project ended by decision goes on."""
    story = Story().until(step)
    story.observes(ended(EndGround.SETTLED))
    decision = _leads_on(story)
    assert (codes(decision), clauses(decision)) == (["loan_settled_since"], ["10.1"])
    assert story.withdraws().outcome is Outcome.ACCEPTED
    by_decision = Story().until(step)
    by_decision.observes(ended(EndGround.DECISION))
    assert codes(_leads_on(by_decision)) == []


def _leads_on(story: Story) -> Decision:
    return {
        Step.REVIEW: story.reviews,
        Step.VERIFICATION: story.verifies,
        Step.PLAN: story.plans,
        Step.CONFIRMATION: story.confirms,
        Step.RELEASE: story.releases,
    }[story.next_step]()


@pytest.mark.parametrize("ground", list(EndGround))
def test_an_ended_project_gets_no_new_notice(ground: EndGround) -> None:
    """Settled or ended by decision: there is no new loss that the pool covers."""
    decision = _story(ended(ground)).notifies(notice(1_000))
    assert (decision.outcome, codes(decision)) == (Outcome.REFUSED, ["project_has_ended"])


def test_what_was_accepted_before_the_end_goes_on() -> None:
    """The case keeps its notice and its stage."""
    story = _story()
    assert story.notifies(notice(1_000)).outcome is Outcome.ACCEPTED
    before: Claim = story.case.claim
    story.observes(ended())
    assert (story.case.claim.notices, story.case.claim.stage) == (before.notices, before.stage)


def test_notices_that_wait_when_a_project_ends_unapproved_are_refused() -> None:
    """A returned project that never came again: who waits is told."""
    story = Story()
    assert story.notifies(notice(1_000)).outcome is Outcome.HELD
    (event,) = story.observes(ended(EndGround.DECISION)).events
    assert isinstance(event, NoticeRefused)
    assert (event.code, event.clause) == ("project_has_ended", "10.1")
    assert story.case.claim.held == ()


def test_a_correction_counts_from_its_approval_on() -> None:
    """For the notices that come after it: one that waits, was returned or rejected changes no figure."""
    named = {"project_id": PROJECT_ID, "filing": 2, "reasons": "无依据", "institution": "managing", "rules_version": 1}
    returned = CorrectionReturned(**named, returned_by="approver")
    rejected = CorrectionRejected(**named, rejected_by="approver")
    for events in (
        (CORRECTED,),
        (CORRECTED, returned),
        (CORRECTED, rejected),
    ):
        assert _answer(_story(*events), DRAWN_FEN + 1) == ["principal_above_the_loan"]
    assert _answer(_story(CORRECTED, _version(50_000_000)), 50_000_000) == []
    assert _answer(_story(CORRECTED, _version(30_000_000)), DRAWN_FEN) == ["principal_above_the_loan"]


def test_what_was_accepted_before_a_correction_goes_on() -> None:
    """A notice is judged by the version that counts when it is taken in, and not again."""
    story = _story()
    assert _answer(story, DRAWN_FEN) == []
    before: Claim = story.case.claim
    story.observes(CORRECTED)
    story.observes(_version(30_000_000))
    assert (story.case.claim.notices, story.case.claim.stage) == (before.notices, before.stage)


def test_a_correction_before_the_first_approval_is_remembered_and_covers_nothing() -> None:
    """It takes the place of what waits; a notice goes on waiting."""
    story = Story()
    story.observes(CORRECTED)
    assert story.case.claim.project is None
    assert story.notifies(notice(1_000)).outcome is Outcome.HELD


@pytest.mark.clause("4.1")
def test_whoever_acted_on_a_correction_has_acted_in_the_case() -> None:
    """Filing and deciding exclude what follows; a collective decision excludes no single officer."""
    named = {"project_id": PROJECT_ID, "reasons": "无依据", "institution": "managing", "rules_version": 1}
    story = _story(
        CORRECTED,
        CorrectionReturned(**named, filing=2, returned_by="returner"),
        CORRECTED,
        CorrectionRejected(**named, filing=2, rejected_by="rejecter"),
        CorrectionRejected(**named, filing=2, rejected_by="secretary", minutes=PAPER),
        CORRECTED,
        _version(DRAWN_FEN),
    )
    people = {(done.duty, done.officer) for done in story.case.claim.duties_exercised}
    assert {
        (Duty.FILING, "corrector"),
        (Duty.FILING_APPROVAL, "returner"),
        (Duty.FILING_APPROVAL, "rejecter"),
        (Duty.FILING_APPROVAL, "second-approver"),
    } <= people
    assert "secretary" not in {officer for _, officer in people}
