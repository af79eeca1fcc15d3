"""Who did what in a case: which events tell of it, and whether it keeps an officer from a further duty (4.1).

Registry, claims and treasury each decide on their own, and each hears from the others what their officers did. They
read it here, so that an act counts the same in all three, whoever said it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from pydantic import BaseModel, ConfigDict

from shared.contracts import claims
from shared.contracts.envelope import Event
from shared.contracts.registry import ballots, corrections, project_life, projects
from shared.contracts.registry.words import Duty, Role

ActsInRegistry = (
    projects.ProjectFiled
    | projects.ProjectApproved
    | projects.ProjectReturned
    | projects.ProjectRejected
    | corrections.ProjectCorrected
    | corrections.CorrectionApproved
    | corrections.CorrectionReturned
    | corrections.CorrectionRejected
    | project_life.DrawdownFiled
    | project_life.SpotCheckRecorded
    | project_life.FlagLifted
    | project_life.ProjectEnded
    | ballots.BallotOpened
    | ballots.VoteRecorded
    | ballots.BallotClosed
)
ActsInClaims = (
    claims.ReviewRecorded
    | claims.VerificationRecorded
    | claims.PlanDrawnUp
    | claims.PlanConfirmed
    | claims.PayoutReleased
    | claims.ReimbursementApplied
    | claims.BallotOpened
    | claims.VoteRecorded
    | claims.BallotLapsed
    | claims.ReimbursementApproved
    | claims.ReimbursementRefused
)


class Act(BaseModel):
    """A duty that an officer has exercised in a case.

    Two institutions may each have an officer of the same name, who are two people: ``role`` is their institution's, of
    which a case has one each.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    duty: Duty
    role: Role
    officer: str


Kept = TypeVar("Kept", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Exercised:
    """The duty that an event tells of, whose officers have it, and the fields that name them."""

    duty: Duty
    role: Role
    fields: tuple[str, ...]


_FILING = Exercised(Duty.FILING, Role.COOPERATING, ("filed_by",))
_APPROVAL = Exercised(Duty.FILING_APPROVAL, Role.MANAGING, ("approved_by",))
_RETURN = Exercised(Duty.FILING_APPROVAL, Role.MANAGING, ("returned_by",))
_REJECTION = Exercised(Duty.FILING_APPROVAL, Role.MANAGING, ("rejected_by",))
_OPENING = Exercised(Duty.BALLOT, Role.MANAGING, ("opened_by",))
_CLOSING = Exercised(Duty.BALLOT, Role.MANAGING, ("closed_by",))
_VOTE = Exercised(Duty.VOTE, Role.MANAGING, ("member",))

# An approval names who filed it too: a service may hear of it without what came before.
EXERCISED: Mapping[type[Event], tuple[Exercised, ...]] = {
    projects.ProjectFiled: (_FILING,),
    projects.ProjectApproved: (_FILING, _APPROVAL),
    projects.ProjectReturned: (_RETURN,),
    projects.ProjectRejected: (_REJECTION,),
    corrections.ProjectCorrected: (_FILING,),
    corrections.CorrectionApproved: (_FILING, _APPROVAL),
    corrections.CorrectionReturned: (_RETURN,),
    corrections.CorrectionRejected: (_REJECTION,),
    project_life.DrawdownFiled: (_FILING,),
    project_life.SpotCheckRecorded: (Exercised(Duty.REPORTING, Role.COOPERATING, ("recorded_by",)),),
    project_life.FlagLifted: (Exercised(Duty.OVERSIGHT, Role.MANAGING, ("lifted_by",)),),
    project_life.ProjectEnded: (Exercised(Duty.OVERSIGHT, Role.MANAGING, ("ended_by",)),),
    ballots.BallotOpened: (_OPENING,),
    ballots.VoteRecorded: (_VOTE,),
    ballots.BallotClosed: (_CLOSING,),
    claims.ReviewRecorded: (Exercised(Duty.REVIEW, Role.COOPERATING, ("reviewed_by",)),),
    claims.VerificationRecorded: (Exercised(Duty.VERIFICATION, Role.COOPERATING, ("recorded_by", "verifiers")),),
    claims.PlanDrawnUp: (Exercised(Duty.PLAN, Role.COOPERATING, ("drawn_up_by",)),),
    claims.PlanConfirmed: (Exercised(Duty.CONFIRMATION, Role.MANAGING, ("confirmed_by",)),),
    claims.PayoutReleased: (Exercised(Duty.RELEASE, Role.COOPERATING, ("released_by",)),),
    claims.ReimbursementApplied: (Exercised(Duty.APPLICATION, Role.COOPERATING, ("applied_by",)),),
    claims.BallotOpened: (_OPENING,),
    claims.VoteRecorded: (_VOTE,),
    claims.BallotLapsed: (_CLOSING,),
    claims.ReimbursementApproved: (_CLOSING,),
    claims.ReimbursementRefused: (_CLOSING,),
}
# In a case each of these duties is one institution's.
ROLE_OF_DUTY: Mapping[Duty, Role] = {each.duty: each.role for found in EXERCISED.values() for each in found}


# accept: ()
def acts_of(event: Event) -> tuple[Act, ...]:
    """Article 4.1. What officers did in a case, as the event tells of it; empty where it tells of nothing that counts.

    What a collective decision has not admitted was rejected by no single officer, and a settled loan ends its project
    by nobody's decision.
    """
    if isinstance(event, projects.ProjectRejected | corrections.CorrectionRejected) and event.minutes is not None:
        return ()
    if isinstance(event, project_life.ProjectEnded) and event.ground is project_life.EndGround.SETTLED:
        return ()
    acts = (
        Act(duty=exercised.duty, role=exercised.role, officer=officer)
        for exercised in EXERCISED.get(type(event), ())
        for field in exercised.fields
        for officer in _officers(getattr(event, field))
    )
    return tuple(dict.fromkeys(acts))


# accept: acts
def with_acts(acts: tuple[Kept, ...], added: Iterable[Kept]) -> tuple[Kept, ...]:
    """Article 4.1. The acts of a case with these: nothing is ever taken out, so that they count over its whole life.

    Each service keeps them in its own form. What is known is left out, and the very same acts come back where nothing
    is new: a case that goes round doesn't grow.
    """
    new = [act for act in dict.fromkeys(added) if act not in acts]
    return (*acts, *new) if new else acts


# accept: None
def duty_in_the_way(
    exclusive: Sequence[Duty], done: Iterable[tuple[Duty, str, str]], duty: Duty, whose: str, officer: str
) -> Duty | None:
    """Article 4.1. The first duty that keeps this officer from ``duty`` in the case: one exercises one exclusive duty.

    ``exclusive`` are the duties that exclude each other, a field of the rules. ``done`` is who did what so far: duty,
    whose officer, officer. ``whose`` is the institution or its role, as the service knows it.
    """
    if duty not in exclusive:
        return None
    in_the_way = (
        before
        for before, whose_before, officer_before in done
        if (whose_before, officer_before) == (whose, officer) and before in exclusive and before is not duty
    )
    return next(in_the_way, None)


def _officers(named: str | tuple[str, ...]) -> tuple[str, ...]:
    return (named,) if isinstance(named, str) else named
