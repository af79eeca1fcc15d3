"""How each event changes a case. Events are what was decided; they are never judged here."""

from typing import TypeVar, assert_never

from services.claims.domain.claim import (
    Application,
    Approved,
    Claim,
    Compensation,
    Ended,
    Flag,
    Notice,
    Part,
    Plan,
    Project,
    Repayment,
    SignedBallot,
    StoppedPayment,
)
from shared.contracts.claims import (
    BallotClosed,
    BallotOpened,
    BallotVoided,
    CompensationPaid,
    CompensationReimbursed,
    MemberRecused,
    NoticeAccepted,
    NoticeHeld,
    NoticeRefused,
    NoticeWithdrawn,
    NotifyLoss,
    PaymentStopped,
    PaymentTakenUp,
    PayoutRefused,
    PayoutReleased,
    PlanConfirmed,
    PlanDrawnUp,
    PlanReturned,
    ReimbursementApplied,
    ReimbursementApproved,
    ReimbursementRefused,
    ReimbursementStopped,
    ReviewRecorded,
    VerificationRecorded,
    VoteRecorded,
)
from shared.contracts.documents import SignedMessage
from shared.contracts.envelope import Command, Event
from shared.contracts.received import Received
from shared.contracts.registry import ballots
from shared.contracts.registry.collective_decisions import SubjectKind
from shared.contracts.registry.corrections import (
    CorrectionApproved,
    CorrectionRejected,
    CorrectionReturned,
    ProjectCorrected,
)
from shared.contracts.registry.project_life import (
    DrawdownAdmitted,
    DrawdownFiled,
    EndGround,
    FlagLifted,
    ProjectEnded,
    ProjectFlagged,
    RepaymentRecorded,
    SpotCheckRecorded,
)
from shared.contracts.registry.projects import ProjectApproved, ProjectFiled, ProjectRejected, ProjectReturned
from shared.contracts.treasury import PaymentSettled
from shared.decisions import ballot
from shared.decisions.ballot import BallotEvent, Question
from shared.decisions.duties_exercised import duties_exercised_in, with_duties_exercised

ClaimsEvent = (
    NoticeHeld
    | NoticeAccepted
    | NoticeRefused
    | NoticeWithdrawn
    | ReviewRecorded
    | VerificationRecorded
    | PlanDrawnUp
    | PlanConfirmed
    | PlanReturned
    | PayoutReleased
    | PaymentStopped
    | PaymentTakenUp
    | PayoutRefused
    | ReimbursementStopped
    | CompensationPaid
    | ReimbursementApplied
    | BallotOpened
    | VoteRecorded
    | MemberRecused
    | BallotClosed
    | BallotVoided
    | ReimbursementApproved
    | ReimbursementRefused
    | CompensationReimbursed
)
DrawdownEvent = DrawdownFiled | DrawdownAdmitted
CorrectionEvent = ProjectCorrected | CorrectionApproved | CorrectionReturned | CorrectionRejected
# These say nothing to the case but who has acted in it (4.1).
DutyEvent = (
    ProjectFiled
    | ProjectReturned
    | SpotCheckRecorded
    | ballots.BallotOpened
    | ballots.VoteRecorded
    | ballots.BallotClosed
)
FlagEvent = ProjectFlagged | FlagLifted
ProjectEvent = (
    ProjectApproved
    | ProjectRejected
    | DrawdownEvent
    | CorrectionEvent
    | RepaymentRecorded
    | ProjectEnded
    | FlagEvent
    | DutyEvent
)
CaseEvent = ClaimsEvent | ProjectEvent
Cause = Received[Command | Event]

Value = TypeVar("Value")
SomePart = TypeVar("SomePart", bound=Part)


def evolve(claim: Claim, event: CaseEvent, cause: Cause) -> Claim:
    """The case after ``event``. ``cause`` is the message that brought it about, whose signed original is kept."""
    after = _evolve(claim, event, cause)
    exercised = with_duties_exercised(after.duties_exercised, duties_exercised_in(event))
    return after if exercised is after.duties_exercised else _with(after, duties_exercised=exercised)


def _evolve(  # noqa: C901, PLR0912  # one branch for each event there is
    claim: Claim, event: CaseEvent, cause: Cause
) -> Claim:
    if isinstance(event, DutyEvent):
        return claim
    if isinstance(event, FlagEvent):
        return _evolve_flags(claim, event)
    match event:
        case ProjectApproved() | ProjectRejected() | DrawdownFiled() | DrawdownAdmitted() | ProjectEnded():
            return _evolve_project(claim, event)
        case RepaymentRecorded():
            repayment = Repayment(repaid_on=event.repaid_on, amount_fen=event.amount_fen)
            return _with(claim, repayments=(*claim.repayments, repayment))
        case CorrectionApproved():
            # An approved version counts for the notices that come after it.
            late_fen = _present(claim.project).late_principal_fen
            return _with(claim, project=_with(_covered(event), late_principal_fen=late_fen))
        case ProjectCorrected() | CorrectionReturned() | CorrectionRejected():
            return claim
        case NoticeHeld():
            return _with(claim, held=(*claim.held, notice_in(cause)))
        case NoticeAccepted():
            return _evolve_accepted(claim, event, cause)
        case NoticeRefused():
            return _with(claim, held=_without(claim, event))
        case NoticeWithdrawn():
            return _evolve_withdrawn(claim, event)
        case ReviewRecorded():
            in_preparation = (each for each in claim.compensations if each.is_in_preparation)
            reviewed = next(each for each in in_preparation if each.notice.sha256 == event.notice_sha256)
            return claim.with_compensation(_with(reviewed, is_reviewed=True))
        case VerificationRecorded():
            return claim.with_compensation(_with(_numbered(claim, event.compensation), verified=event.basis))
        case PlanDrawnUp() | PlanConfirmed() | PayoutReleased():
            return _evolve_plan(claim, event, cause)
        case PlanReturned():
            return claim.with_compensation(_with(_numbered(claim, event.compensation), plan=None))
        case CompensationPaid():
            paid = _numbered(claim, event.compensation)
            instalments = (*paid.paid_instalments, event.instalment)
            return claim.with_compensation(_with(paid, paid_fen=event.paid_fen, paid_instalments=instalments))
        case CompensationReimbursed():
            assert isinstance(cause.data, PaymentSettled)
            reimbursed = _numbered(claim, event.compensation)
            instalments = (*reimbursed.reimbursed_instalments, cause.data.instalment)
            figures = {"reimbursed_fen": event.reimbursed_fen, "reimbursed_instalments": instalments}
            return claim.with_compensation(_with(reimbursed, **figures))
        case PaymentStopped():
            return claim.with_stopped(StoppedPayment(**event.model_dump(exclude={"project_id", "reason"})))
        case PaymentTakenUp():
            taken_up = _present(claim.stopped_at(event.instruction_id))
            return claim.with_stopped(_with(taken_up, is_waiting=False))
        case PayoutRefused():
            refused = _numbered(claim, event.compensation)
            # A plan that counted the refused share as committed falls.
            again = claim.numbered(event.next_compensation) or _with(refused, number=event.next_compensation)
            claim = claim.with_compensation(_with(refused, ended=Ended.REFUSED))
            return claim.with_compensation(_with(again, plan=None))
        case ReimbursementStopped():
            undecided = _numbered(claim, event.compensation)
            left = tuple(each for each in undecided.approved if each.application_sha256 != event.application_sha256)
            return claim.with_compensation(_with(undecided, approved=left))
        case ReimbursementApplied() | ReimbursementApproved() | ReimbursementRefused():
            return _evolve_application(claim, event, cause)
        case BallotOpened() | VoteRecorded() | MemberRecused() | BallotClosed() | BallotVoided():
            return _evolve_ballot(claim, event, cause)
        case _:
            assert_never(event)


def _evolve_flags(claim: Claim, event: FlagEvent) -> Claim:
    flag = Flag(ground=event.ground, number=event.number)
    others = tuple(each for each in claim.flags if each != flag)
    return _with(claim, flags=(*others, flag) if isinstance(event, ProjectFlagged) else others)


def notice_in(cause: Cause) -> Notice:
    """The loss notice that a message from outside is."""
    data = cause.data
    assert isinstance(data, NotifyLoss)
    return Notice(
        notifier=cause.sender,
        message_id=cause.message_id,
        sha256=cause.content_sha256,
        origin=data.origin,
        loss=data.loss,
        claimed_fen=data.claimed_fen,
        received_at=cause.received_at,
        original=_original(cause),
    )


def _evolve_project(claim: Claim, event: ProjectApproved | ProjectRejected | DrawdownEvent | ProjectEnded) -> Claim:
    if isinstance(event, ProjectRejected):
        return _with(claim, is_rejected=True)
    if isinstance(event, ProjectEnded):
        return _with(claim, has_ended=True, is_settled=event.ground is EndGround.SETTLED)
    if isinstance(event, DrawdownEvent):
        project = _present(claim.project)
        late_fen = project.late_principal_fen
        if isinstance(event, DrawdownAdmitted):
            late_fen -= event.amount_fen
        elif event.drawdown.late:
            late_fen += event.drawdown.amount_fen
        covered_fen = event.covered_principal_fen
        return _with(claim, project=_with(project, covered_principal_fen=covered_fen, late_principal_fen=late_fen))
    return _with(claim, project=_covered(event))


def _covered(event: ProjectApproved | CorrectionApproved) -> Project:
    return Project(loan=event.loan, terms=event.terms, covered_principal_fen=event.covered_principal_fen)


def _evolve_accepted(claim: Claim, event: NoticeAccepted, cause: Cause) -> Claim:
    """The latest notice of a notifier replaces its earlier one; what was found about the earlier one lapses."""
    held = next((notice for notice in claim.held if _is(notice, event)), None)
    notice = held or notice_in(cause)
    others = tuple(other for other in claim.notices if other.notifier != notice.notifier)
    claim = _with(claim, case_number=event.case_number, notices=(*others, notice), held=_without(claim, event))
    if event.compensation is None:
        return claim
    return claim.with_compensation(Compensation(number=event.compensation, notice=notice))


def _evolve_withdrawn(claim: Claim, event: NoticeWithdrawn) -> Claim:
    """An earlier notice of the notifier stands again if its payout was released; the compensation ends."""
    held = tuple(notice for notice in claim.held if notice.sha256 != event.notice_sha256)
    notices = tuple(notice for notice in claim.notices if notice.sha256 != event.notice_sha256)
    if event.compensation is None:
        return _with(claim, held=held, notices=notices)
    ended = _numbered(claim, event.compensation)
    released = [each.notice for each in claim.compensations if each.committed_fen]
    earlier = [notice for notice in released if notice.notifier == event.notifier][-1:]
    claim = _with(claim, held=held, notices=(*notices, *earlier))
    return claim.with_compensation(Compensation(number=ended.number, notice=ended.notice, ended=Ended.WITHDRAWN))


def _evolve_plan(claim: Claim, event: PlanDrawnUp | PlanConfirmed | PayoutReleased, cause: Cause) -> Claim:
    compensation, original = _numbered(claim, event.compensation), _original(cause)
    match event:
        case PlanDrawnUp():
            plan = Plan(
                compensation_id=event.compensation_id,
                sha256=event.plan_sha256,
                basis=event.basis,
                payee=event.payee,
                original=original,
            )
        case PlanConfirmed():
            plan = _with(_present(compensation.plan), confirmation=original, confirmed_at=cause.received_at)
        case PayoutReleased():
            plan = _with(_present(compensation.plan), release=original, released_at=cause.received_at)
        case _:
            assert_never(event)
    return claim.with_compensation(_with(compensation, plan=plan))


def _evolve_application(
    claim: Claim, event: ReimbursementApplied | ReimbursementApproved | ReimbursementRefused, cause: Cause
) -> Claim:
    """A new application has no ballot: the votes on the one before are void (15.2). A decision ends the application."""
    match event:
        case ReimbursementApplied():
            question = Question(kind=SubjectKind.REIMBURSEMENT, sha256=event.application_sha256)
            application = Application(
                question=question,
                recused=claim.recused,
                compensation=event.compensation,
                amount_fen=event.amount_fen,
                original=_original(cause),
            )
            return _with(claim, application=application)
        case ReimbursementApproved():
            decided = _numbered(claim, event.compensation)
            approved = Approved(application_sha256=event.application_sha256, amount_fen=event.amount_fen)
            decided = _with(decided, approved=(*decided.approved, approved))
            return _with(claim.with_compensation(decided), application=None)
        case ReimbursementRefused():
            return _with(claim, application=None)
        case _:
            assert_never(event)


def _evolve_ballot(claim: Claim, event: BallotEvent, cause: Cause) -> Claim:
    """What is signed for a ballot is kept with it, and goes with it."""
    application = ballot.evolve(_present(claim.application), event)
    signed = None if application.ballot is None else _with_signature(application.signed, event, _original(cause))
    application = application.model_copy(update={"signed": signed})
    return _with(claim, application=application, recused=application.recused)


def _with_signature(signed: SignedBallot | None, event: BallotEvent, original: SignedMessage) -> SignedBallot:
    if isinstance(event, BallotOpened):
        return SignedBallot(opening=original)
    signed = _present(signed)
    if isinstance(event, VoteRecorded):
        return signed.model_copy(update={"votes": (*signed.votes, original)})
    if isinstance(event, MemberRecused):
        return signed.model_copy(update={"recusals": (*signed.recusals, original)})
    return signed


def _with(part: SomePart, **changes: object) -> SomePart:
    return part.model_copy(update=changes)


def _numbered(claim: Claim, number: int) -> Compensation:
    return _present(claim.numbered(number))


def _is(notice: Notice, event: NoticeAccepted | NoticeRefused) -> bool:
    return (notice.notifier, notice.message_id) == (event.notifier, event.message_id)


def _without(claim: Claim, event: NoticeAccepted | NoticeRefused) -> tuple[Notice, ...]:
    return tuple(notice for notice in claim.held if not _is(notice, event))


def _original(cause: Cause) -> SignedMessage:
    assert cause.original is not None, "a message from outside is kept as it was signed"
    return cause.original


def _present(value: Value | None) -> Value:
    assert value is not None, "an event can't come before what it rests on"
    return value
