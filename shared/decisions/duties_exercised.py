"""The duties that officers exercise in a case: which events tell of them, and which further ones they exclude (4.1).

Registry, claims and treasury each decide on their own, and each observes what the others' officers did. They
read it here, so that a duty exercised counts the same in all three, whoever said it.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from pydantic import BaseModel, ConfigDict

from shared.contracts import claims
from shared.contracts.envelope import Event
from shared.contracts.refusals import Refusal, refusal
from shared.contracts.registry import ballots, corrections, project_life, projects, selections
from shared.contracts.registry.rules import DutyPair
from shared.contracts.registry.words import Duty, EntryEvent, Role
from shared.decisions.persons import Persons

RegistryDutyEvent = (
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
ClaimsDutyEvent = (
    claims.ReviewRecorded
    | claims.VerificationRecorded
    | claims.PlanDrawnUp
    | claims.PlanConfirmed
    | claims.PlanReturned
    | claims.PayoutReleased
    | claims.PaymentTakenUp
    | claims.ReimbursementApplied
    | claims.BallotOpened
    | claims.VoteRecorded
    | claims.BallotClosed
)


class DutyExercised(BaseModel):
    """A duty that an officer has exercised in a case.

    Two institutions may each have an officer of the same name: ``role`` is their institution's, of which a case has one
    each. Whether two officers are one person, the pool knows.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    duty: Duty
    role: Role
    officer: str


Kept = TypeVar("Kept", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class DutyFields:
    """The duty that an event reports, whose officers have it, and the fields that name them."""

    duty: Duty
    role: Role
    fields: tuple[str, ...]


_FILING = DutyFields(Duty.FILING, Role.COOPERATING, ("filed_by",))
_APPROVAL = DutyFields(Duty.FILING_APPROVAL, Role.MANAGING, ("approved_by",))
_RETURN = DutyFields(Duty.FILING_APPROVAL, Role.MANAGING, ("returned_by",))
_REJECTION = DutyFields(Duty.FILING_APPROVAL, Role.MANAGING, ("rejected_by",))
_OPENING = DutyFields(Duty.BALLOT, Role.MANAGING, ("opened_by",))
_CLOSING = DutyFields(Duty.BALLOT, Role.MANAGING, ("closed_by",))
_VOTE = DutyFields(Duty.VOTE, Role.MANAGING, ("member",))

# An approval names who filed it too: a service may observe it without what came before.
DUTIES_IN_EVENTS: Mapping[type[Event], tuple[DutyFields, ...]] = {
    projects.ProjectFiled: (_FILING,),
    projects.ProjectApproved: (_FILING, _APPROVAL),
    projects.ProjectReturned: (_RETURN,),
    projects.ProjectRejected: (_REJECTION,),
    corrections.ProjectCorrected: (_FILING,),
    corrections.CorrectionApproved: (_FILING, _APPROVAL),
    corrections.CorrectionReturned: (_RETURN,),
    corrections.CorrectionRejected: (_REJECTION,),
    project_life.DrawdownFiled: (_FILING,),
    project_life.SpotCheckRecorded: (DutyFields(Duty.REPORTING, Role.COOPERATING, ("recorded_by",)),),
    project_life.FlagLifted: (DutyFields(Duty.OVERSIGHT, Role.MANAGING, ("lifted_by",)),),
    project_life.ProjectEnded: (DutyFields(Duty.OVERSIGHT, Role.MANAGING, ("ended_by",)),),
    ballots.BallotOpened: (_OPENING,),
    ballots.VoteRecorded: (_VOTE,),
    ballots.BallotClosed: (_CLOSING,),
    claims.ReviewRecorded: (DutyFields(Duty.REVIEW, Role.COOPERATING, ("reviewed_by",)),),
    claims.VerificationRecorded: (DutyFields(Duty.VERIFICATION, Role.COOPERATING, ("recorded_by", "verifiers")),),
    claims.PlanDrawnUp: (DutyFields(Duty.PLAN, Role.COOPERATING, ("drawn_up_by",)),),
    claims.PlanConfirmed: (DutyFields(Duty.CONFIRMATION, Role.MANAGING, ("confirmed_by",)),),
    claims.PlanReturned: (DutyFields(Duty.CONFIRMATION, Role.MANAGING, ("returned_by",)),),
    claims.PayoutReleased: (DutyFields(Duty.RELEASE, Role.COOPERATING, ("released_by",)),),
    claims.PaymentTakenUp: (DutyFields(Duty.RELEASE, Role.COOPERATING, ("taken_up_by",)),),
    claims.ReimbursementApplied: (DutyFields(Duty.APPLICATION, Role.COOPERATING, ("applied_by",)),),
    claims.BallotOpened: (_OPENING,),
    claims.VoteRecorded: (_VOTE,),
    claims.BallotClosed: (_CLOSING,),
}
# A selection is a case of its own, which no other service has part in: it ends before there is a pool. Whoever one of
# its events names has run it.
DUTIES_IN_SELECTION_EVENTS: Mapping[type[Event], tuple[DutyFields, ...]] = {
    event: (DutyFields(Duty.SELECTION, Role.MANAGING, (field,)),)
    for event in vars(selections).values()
    if isinstance(event, type) and issubclass(event, EntryEvent)
    for field in event.model_fields
    if field.endswith("_by")
}
DUTIES_IN_SELECTIONS = frozenset({Duty.SELECTION, Duty.BALLOT, Duty.VOTE})
# In a case each of these duties is one institution's.
ROLE_OF_DUTY: Mapping[Duty, Role] = {
    each.duty: each.role for duty_fields in DUTIES_IN_EVENTS.values() for each in duty_fields
}


# accept: ()
def duties_exercised_in(event: Event) -> tuple[DutyExercised, ...]:
    """Article 4.1. What officers did in a case, as the event tells of it; empty where it tells of nothing that counts.

    What a collective decision has not admitted was rejected by no single officer, and a settled loan ends its project
    by nobody's decision.
    """
    if isinstance(event, projects.ProjectRejected | corrections.CorrectionRejected) and event.minutes is not None:
        return ()
    if isinstance(event, project_life.ProjectEnded) and event.ground is project_life.EndGround.SETTLED:
        return ()
    exercised = (
        DutyExercised(duty=duty_fields.duty, role=duty_fields.role, officer=officer)
        for duty_fields in DUTIES_IN_EVENTS.get(type(event)) or DUTIES_IN_SELECTION_EVENTS.get(type(event), ())
        for field in duty_fields.fields
        for officer in _officers(getattr(event, field))
    )
    return tuple(dict.fromkeys(exercised))


# accept: before
def with_duties_exercised(before: tuple[Kept, ...], added: Iterable[Kept]) -> tuple[Kept, ...]:
    """Article 4.1. The duties exercised in a case with these: none is ever taken out, so that it counts for ever.

    What is known is left out, and the very same tuple comes back where nothing is new: a case that goes round doesn't
    grow.
    """
    new = [each for each in dict.fromkeys(added) if each not in before]
    return (*before, *new) if new else before


# accept: frozenset()
def excluded_by(exclusive: Collection[DutyPair], duty: Duty) -> frozenset[Duty]:
    """Article 4.1. What whoever exercises ``duty`` in a case can't exercise in it as well."""
    return frozenset(other for pair in exclusive for one, other in (pair, pair[::-1]) if one is duty)


def refuse_if_duties_conflict(
    exclusive: Collection[DutyPair], before: Iterable[DutyExercised], exercised: DutyExercised, persons: Persons
) -> Refusal | None:
    """Article 4.1. One person exercises at most one of a pair of ``exclusive`` duties in one case, over its whole life.

    ``before`` is what was exercised in the case so far, in whichever service and under whichever officer id of the
    person; the same duty again is no conflict.
    """
    excluded = excluded_by(exclusive, exercised.duty)
    if not excluded:
        return None
    duty, role, officer = exercised.duty, exercised.role, exercised.officer
    person = persons.person_of(role, officer)
    of_person = (each for each in before if persons.person_of(each.role, each.officer) == person)
    other = next((each for each in of_person if each.duty in excluded), None)
    if other is None:
        return None
    also, also_zh = "", ""
    if (other.role, other.officer) != (role, officer):
        other_called = persons.called_in(other.role, other.officer)
        also = f", as {other_called} of the {other.role.english},"
        also_zh = f"以{other.role.chinese}的{other_called}的名义"
    called = persons.called_in(role, officer)
    return refusal(
        "duties_in_conflict",
        "4.1",
        f"{called} of the {role.english} has{also} exercised the duty {other.duty.english} in this case and can't "
        f"exercise the duty {duty.english} in it as well; have another person do it",
        f"{role.chinese}的{called}在本案中已{also_zh}履行“{other.duty.chinese}”职责，不得再履行“{duty.chinese}”职责；"
        "请由其他人员办理",
    )


def _officers(named: str | tuple[str, ...]) -> tuple[str, ...]:
    return (named,) if isinstance(named, str) else named
