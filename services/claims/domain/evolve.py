"""How each event changes a case. Events are what was decided; they are never judged here."""

from typing import TypeVar, assert_never

from services.claims.domain.claim import (
    Application,
    Claim,
    DutyDone,
    MemberVote,
    Notice,
    OpenBallot,
    Plan,
    Project,
    Recusal,
)
from shared.contracts.claims import (
    BallotLapsed,
    BallotOpened,
    CompensationPaid,
    CompensationReimbursed,
    MemberRecused,
    NoticeAccepted,
    NoticeHeld,
    NoticeRefused,
    NotifyLoss,
    PayoutReleased,
    PlanConfirmed,
    PlanDrawnUp,
    ReimbursementApplied,
    ReimbursementApproved,
    ReimbursementRefused,
    ReviewRecorded,
    VerificationRecorded,
    VoteRecorded,
)
from shared.contracts.documents import SignedMessage
from shared.contracts.envelope import Command, Event
from shared.contracts.received import Received
from shared.contracts.registry.corrections import (
    CorrectionApproved,
    CorrectionRejected,
    CorrectionReturned,
    ProjectCorrected,
)
from shared.contracts.registry.project_life import DrawdownAdmitted, DrawdownFiled, ProjectEnded
from shared.contracts.registry.projects import ProjectApproved, ProjectRejected
from shared.contracts.registry.words import Duty, Role
from shared.contracts.treasury import PaymentSettled

Said = (
    NoticeHeld
    | NoticeAccepted
    | NoticeRefused
    | ReviewRecorded
    | VerificationRecorded
    | PlanDrawnUp
    | PlanConfirmed
    | PayoutReleased
    | CompensationPaid
    | ReimbursementApplied
    | BallotOpened
    | VoteRecorded
    | MemberRecused
    | BallotLapsed
    | ReimbursementApproved
    | ReimbursementRefused
    | CompensationReimbursed
)
CorrectionFact = ProjectCorrected | CorrectionApproved | CorrectionReturned | CorrectionRejected
ProjectFact = ProjectApproved | ProjectRejected | DrawdownFiled | DrawdownAdmitted | CorrectionFact | ProjectEnded
CaseEvent = Said | ProjectFact
Cause = Received[Command | Event]

Value = TypeVar("Value")


def evolve(  # noqa: C901, PLR0912  # one branch for each event there is
    claim: Claim, event: CaseEvent, cause: Cause
) -> Claim:
    """The case after ``event``. ``cause`` is the message that brought it about, whose signed original is kept."""
    match event:
        case ProjectApproved() | ProjectRejected() | DrawdownFiled() | DrawdownAdmitted() | ProjectEnded():
            return _evolve_project(claim, event)
        case ProjectCorrected() | CorrectionApproved() | CorrectionReturned() | CorrectionRejected():
            return _evolve_correction(claim, event)
        case NoticeHeld():
            return _with(claim, held=(*claim.held, notice_in(cause)))
        case NoticeAccepted():
            return _evolve_accepted(claim, event, cause)
        case NoticeRefused():
            return _with(claim, held=_without(claim, event))
        case ReviewRecorded():
            done = _done(claim, (Duty.REVIEW, Role.COOPERATING, event.reviewed_by))
            return _with(claim, reviewed=event.notice_sha256, done=done)
        case VerificationRecorded():
            people = dict.fromkeys((event.recorded_by, *event.verifiers))
            done = _done(claim, *((Duty.VERIFICATION, Role.COOPERATING, person) for person in people))
            return _with(claim, verified=event.basis, done=done)
        case PlanDrawnUp() | PlanConfirmed() | PayoutReleased():
            return _evolve_plan(claim, event, cause)
        case CompensationPaid():
            instalments = (*claim.paid_instalments, event.instalment)
            return _with(claim, paid_fen=event.paid_fen, paid_instalments=instalments)
        case CompensationReimbursed():
            assert isinstance(cause.data, PaymentSettled)
            instalments = (*claim.reimbursed_instalments, cause.data.instalment)
            return _with(claim, reimbursed_fen=event.reimbursed_fen, reimbursed_instalments=instalments)
        case ReimbursementApplied() | ReimbursementApproved() | ReimbursementRefused():
            return _evolve_application(claim, event, cause)
        case BallotOpened() | VoteRecorded() | MemberRecused() | BallotLapsed():
            return _evolve_ballot(claim, event, cause)
        case _:
            assert_never(event)


def notice_in(cause: Cause) -> Notice:
    """The loss notice that a message from outside is."""
    data = cause.data
    assert isinstance(data, NotifyLoss)
    return Notice(
        notifier=cause.sender,
        message_id=cause.message_id,
        sha256=cause.sha256,
        origin=data.origin,
        loss=data.loss,
        claimed_fen=data.claimed_fen,
        received_at=cause.received_at,
        original=_original(cause),
    )


def _evolve_project(
    claim: Claim, event: ProjectApproved | ProjectRejected | DrawdownFiled | DrawdownAdmitted | ProjectEnded
) -> Claim:
    if isinstance(event, ProjectRejected):
        return _with(claim, is_rejected=True)
    if isinstance(event, ProjectEnded):
        return _with(claim, has_ended=True)
    if isinstance(event, DrawdownFiled | DrawdownAdmitted):
        covered = {"covered_principal_fen": event.covered_principal_fen}
        return _with(claim, project=_known(claim.project).model_copy(update=covered))
    done = _done(
        claim,
        (Duty.FILING, Role.COOPERATING, event.filed_by),
        (Duty.FILING_APPROVAL, Role.MANAGING, event.approved_by),
    )
    return _with(claim, project=_covered(event), done=done)


def _evolve_correction(claim: Claim, event: CorrectionFact) -> Claim:
    """An approved version counts for the notices that come after it; whoever acted on any has acted in the case."""
    match event:
        case ProjectCorrected():
            return _with(claim, done=_done(claim, (Duty.FILING, Role.COOPERATING, event.filed_by)))
        case CorrectionApproved():
            done = _done(claim, (Duty.FILING_APPROVAL, Role.MANAGING, event.approved_by))
            return _with(claim, project=_covered(event), done=done)
        case CorrectionReturned():
            return _with(claim, done=_done(claim, (Duty.FILING_APPROVAL, Role.MANAGING, event.returned_by)))
        case CorrectionRejected():
            # What a collective decision has not admitted was rejected by no single officer.
            if event.minutes is not None:
                return claim
            return _with(claim, done=_done(claim, (Duty.FILING_APPROVAL, Role.MANAGING, event.rejected_by)))
        case _:
            assert_never(event)


def _covered(event: ProjectApproved | CorrectionApproved) -> Project:
    return Project(loan=event.loan, terms=event.terms, covered_principal_fen=event.covered_principal_fen)


def _evolve_accepted(claim: Claim, event: NoticeAccepted, cause: Cause) -> Claim:
    """The latest notice of a notifier replaces its earlier one; what was found about the lender's earlier lapses."""
    held = next((notice for notice in claim.held if _is(notice, event)), None)
    notice = held or notice_in(cause)
    others = tuple(known for known in claim.notices if known.notifier != notice.notifier)
    claim = _with(claim, case_number=event.case_number, notices=(*others, notice), held=_without(claim, event))
    is_lender = claim.project is not None and notice.notifier == claim.project.loan.lender
    return _with(claim, reviewed=None, verified=None) if is_lender else claim


def _evolve_plan(claim: Claim, event: PlanDrawnUp | PlanConfirmed | PayoutReleased, cause: Cause) -> Claim:
    original = _original(cause)
    match event:
        case PlanDrawnUp():
            plan = Plan(
                compensation_id=event.compensation_id,
                sha256=event.plan_sha256,
                basis=event.basis,
                payee=event.payee,
                original=original,
            )
            return _with(claim, plan=plan, done=_done(claim, (Duty.PLAN, Role.COOPERATING, event.drawn_up_by)))
        case PlanConfirmed():
            plan = _known(claim.plan).model_copy(update={"confirmation": original, "confirmed_at": cause.received_at})
            return _with(claim, plan=plan, done=_done(claim, (Duty.CONFIRMATION, Role.MANAGING, event.confirmed_by)))
        case PayoutReleased():
            plan = _known(claim.plan).model_copy(update={"release": original, "released_at": cause.received_at})
            return _with(claim, plan=plan, done=_done(claim, (Duty.RELEASE, Role.COOPERATING, event.released_by)))
        case _:
            assert_never(event)


def _evolve_application(
    claim: Claim, event: ReimbursementApplied | ReimbursementApproved | ReimbursementRefused, cause: Cause
) -> Claim:
    """A new application has no ballot: the votes on the one before are void (15.2). A decision ends the application."""
    match event:
        case ReimbursementApplied():
            application = Application(
                sha256=event.application_sha256, amount_fen=event.amount_fen, original=_original(cause)
            )
            done = _done(claim, (Duty.APPLICATION, Role.COOPERATING, event.applied_by))
            return _with(claim, application=application, done=done)
        case ReimbursementApproved():
            done = _done(claim, (Duty.BALLOT, Role.MANAGING, event.closed_by))
            return _with(claim, application=None, decided_fen=claim.decided_fen + event.amount_fen, done=done)
        case ReimbursementRefused():
            return _with(claim, application=None, done=_done(claim, (Duty.BALLOT, Role.MANAGING, event.closed_by)))
        case _:
            assert_never(event)


def _evolve_ballot(
    claim: Claim, event: BallotOpened | VoteRecorded | MemberRecused | BallotLapsed, cause: Cause
) -> Claim:
    """A ballot that lapsed is taken off its application, which waits for another one."""
    application = _known(claim.application)
    original, ballot = _original(cause), application.ballot
    match event:
        case BallotOpened():
            ballot = OpenBallot(members=event.members, closes_at=event.closes_at, rules=event.rules, opening=original)
            done = _done(claim, (Duty.BALLOT, Role.MANAGING, event.opened_by))
        case VoteRecorded():
            ballot = _known(ballot)
            vote = MemberVote(member=event.member, vote=event.vote, original=original)
            ballot = ballot.model_copy(update={"votes": (*ballot.votes, vote)})
            done = _done(claim, (Duty.VOTE, Role.MANAGING, event.member))
        case MemberRecused():
            ballot = _known(ballot)
            recusal = Recusal(member=event.member, original=original)
            ballot = ballot.model_copy(update={"recusals": (*ballot.recusals, recusal)})
            done = claim.done
        case BallotLapsed():
            ballot = None
            done = _done(claim, (Duty.BALLOT, Role.MANAGING, event.closed_by))
        case _:
            assert_never(event)
    return _with(claim, application=application.model_copy(update={"ballot": ballot}), done=done)


def _with(claim: Claim, **changes: object) -> Claim:
    return claim.model_copy(update=changes)


def _done(claim: Claim, *added: tuple[Duty, Role, str]) -> tuple[DutyDone, ...]:
    """Who did what, with these added; nothing is ever taken out, so that duties are kept apart over the whole case."""
    new = (DutyDone(duty=duty, role=role, officer=officer) for duty, role, officer in added)
    return tuple(dict.fromkeys((*claim.done, *new)))


def _is(notice: Notice, event: NoticeAccepted | NoticeRefused) -> bool:
    return (notice.notifier, notice.message_id) == (event.notifier, event.message_id)


def _without(claim: Claim, event: NoticeAccepted | NoticeRefused) -> tuple[Notice, ...]:
    return tuple(notice for notice in claim.held if not _is(notice, event))


def _original(cause: Cause) -> SignedMessage:
    assert cause.original is not None, "a message from outside is kept as it was signed"
    return cause.original


def _known(value: Value | None) -> Value:
    assert value is not None, "an event can't come before what it rests on"
    return value
