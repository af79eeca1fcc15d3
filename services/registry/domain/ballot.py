"""What the registry decides collectively: a project, or an entry of the register, with its question and its ballot."""

from collections.abc import Mapping
from typing import ClassVar, Self
from uuid import UUID

from services.registry.domain.register_entry import RegisterEntry
from services.registry.domain.state_model import StateModel
from shared.contracts.envelope import Event
from shared.contracts.registry import collective_decisions as ballots
from shared.contracts.registry.ballots import BallotClosed, BallotOpened, BallotVoided, MemberRecused, VoteRecorded
from shared.decisions import ballot, ballot_commands
from shared.decisions.ballot_commands import in_types
from shared.decisions.decision import Decision
from shared.decisions.duties_exercised import DutyExercised, duties_exercised_in, with_duties_exercised

_TYPES: Mapping[type[Event], type[Event]] = {
    ballots.BallotOpened: BallotOpened,
    ballots.VoteRecorded: VoteRecorded,
    ballots.MemberRecused: MemberRecused,
    ballots.BallotClosed: BallotClosed,
    ballots.BallotVoided: BallotVoided,
}


class Decidable(ballot.Decidable, StateModel):
    """What can be decided collectively: a project or an entry of the register, with its question and the ballot on it.

    Its subject sets ``question`` where something needs a decision, and takes the ballot away with it when it changes.
    ``duties_exercised`` says who did what in the case, of which one thing can exclude another one. In a founded pool
    nobody votes any more on what ``is_decided_before_the_founding``.
    """

    is_decided_before_the_founding: ClassVar[bool] = False

    duties_exercised: tuple[DutyExercised, ...] = ()

    def with_duties_in(self, event: Event) -> Self:
        """The same after officers did something in the case, as ``event`` says, be it another service's (4.1)."""
        exercised = with_duties_exercised(self.duties_exercised, duties_exercised_in(event))
        return self if exercised is self.duties_exercised else self.model_copy(update={"duties_exercised": exercised})


class DecidableEntry(Decidable, RegisterEntry):
    """An entry of the register that is decided collectively."""


def voided(subject: Decidable, *, project_id: UUID | None = None, entry_id: UUID | None = None) -> tuple[Event, ...]:
    """What has to be said before an event that changes what is decided: its ballot is void, if there is an open one."""
    void = ballot_commands.voided(subject)
    return tuple(BallotVoided(project_id=project_id, entry_id=entry_id, **dict(event)) for event in void)


def in_its_place(decision: Decision, *, project_id: UUID | None, entry_id: UUID | None) -> Decision:
    """The decision on a ballot in the registry's own types, which say where what is decided stands."""
    return in_types(_TYPES, decision, project_id=project_id, entry_id=entry_id)
