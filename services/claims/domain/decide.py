"""The table of contents: every message that claims decides, and where."""

from typing import assert_never, cast

from services.claims.domain.claim import Claim
from services.claims.domain.compensation import (
    decide_confirmation,
    decide_plan,
    decide_release,
    decide_review,
    decide_settlement,
    decide_verification,
)
from services.claims.domain.decision import Case, Decision, accepted
from services.claims.domain.evolve import CorrectionEvent, DutyEvent, ProjectEvent, evolve
from services.claims.domain.notices import decide_approval, decide_end, decide_notice, decide_rejection
from services.claims.domain.reimbursement import (
    decide_application,
    decide_closing,
    decide_opening,
    decide_recusal,
    decide_vote,
)
from shared.contracts.claims import (
    ApplyForReimbursement,
    CastVote,
    CloseBallot,
    ConfirmPlan,
    DrawUpPlan,
    NotifyLoss,
    OpenBallot,
    RecordReview,
    RecordVerification,
    RecuseMember,
    ReleasePayout,
)
from shared.contracts.received import Received
from shared.contracts.registry import ballots
from shared.contracts.registry.corrections import (
    CorrectionApproved,
    CorrectionRejected,
    CorrectionReturned,
    ProjectCorrected,
)
from shared.contracts.registry.project_life import (
    DrawdownAdmitted,
    DrawdownFiled,
    FlagLifted,
    ProjectEnded,
    SpotCheckRecorded,
)
from shared.contracts.registry.projects import ProjectApproved, ProjectFiled, ProjectRejected, ProjectReturned
from shared.contracts.treasury import PaymentSettled

CaseCommand = (
    NotifyLoss
    | RecordReview
    | RecordVerification
    | DrawUpPlan
    | ConfirmPlan
    | ReleasePayout
    | ApplyForReimbursement
    | OpenBallot
    | CastVote
    | RecuseMember
    | CloseBallot
)
ObservedEvent = (
    ProjectApproved
    | ProjectRejected
    | DrawdownFiled
    | DrawdownAdmitted
    | CorrectionEvent
    | ProjectEnded
    | DutyEvent
    | PaymentSettled
)
CaseMessage = CaseCommand | ObservedEvent

__all__ = ["Case", "CaseCommand", "CaseMessage", "Decision", "ObservedEvent", "decide", "handle"]


def decide(  # noqa: C901, PLR0912  # one branch for each message there is
    case: Case, received: Received[CaseMessage]
) -> Decision:
    """What follows from a message; pure. Raises ClaimsError for what only a bug in a service can have said."""
    data = received.data
    match data:
        case NotifyLoss():
            return decide_notice(case, received, data)
        case ProjectApproved():
            return decide_approval(case.claim, received, data)
        case ProjectRejected():
            return decide_rejection(case.claim, data)
        case DrawdownFiled() | DrawdownAdmitted():
            return accepted()
        case ProjectCorrected() | CorrectionApproved() | CorrectionReturned() | CorrectionRejected():
            return accepted()
        case ProjectFiled() | ProjectReturned() | SpotCheckRecorded() | FlagLifted():
            return accepted()
        case ballots.BallotOpened() | ballots.VoteRecorded() | ballots.BallotClosed():
            return accepted()
        case ProjectEnded():
            return decide_end(case.claim)
        case RecordReview():
            return decide_review(case, received, data)
        case RecordVerification():
            return decide_verification(case, received, data)
        case DrawUpPlan():
            return decide_plan(case, received, data)
        case ConfirmPlan():
            return decide_confirmation(case, received, data)
        case ReleasePayout():
            return decide_release(case, received, data)
        case PaymentSettled():
            return decide_settlement(case.claim, data)
        case ApplyForReimbursement():
            return decide_application(case, received, data)
        case OpenBallot():
            return decide_opening(case, received, data)
        case CastVote():
            return decide_vote(case, received, data)
        case RecuseMember():
            return decide_recusal(case, received, data)
        case CloseBallot():
            return decide_closing(case, received, data)
        case _:
            assert_never(data)


def handle(case: Case, received: Received[CaseMessage]) -> tuple[Claim, Decision]:
    """Decide a message and carry its events out: the case afterwards, and the decision.

    What the registry says of the project is a fact and changes the case itself, before what follows from it.
    """
    decision = decide(case, received)
    claim, data = case.claim, received.data
    is_first = isinstance(data, ProjectApproved | ProjectRejected) and claim.project is None
    if is_first or isinstance(data, DrawdownFiled | DrawdownAdmitted | CorrectionEvent | ProjectEnded | DutyEvent):
        claim = evolve(claim, cast("ProjectEvent", data), received)
    for event in decision.events:
        claim = evolve(claim, event, received)
    return claim, decision
