"""A collective decision as the registry keeps it, within the project or the entry that is decided."""

from datetime import datetime
from typing import ClassVar, Self
from uuid import UUID

from services.registry.domain.register_entry import RegisterEntry
from services.registry.domain.state_model import StateModel
from shared.contracts.documents import Document
from shared.contracts.envelope import Event
from shared.contracts.registry.ballots import (
    BallotClosed,
    BallotVoided,
)
from shared.contracts.registry.words import BallotRules, Vote
from shared.decisions import tally
from shared.decisions.duties_exercised import DutyExercised, duties_exercised_in, with_duties_exercised


class Question(StateModel):
    """What a collective decision is asked: the hash of the message that put it, and the clause it is decided under."""

    sha256: str
    clause: str


class MemberVote(StateModel):
    """One member's vote."""

    member: str
    vote: Vote


class Ballot(StateModel):
    """The ballot on a question, under the rules that were in force when it was opened.

    ``passed`` and ``minutes`` are None while it is open. Closed it stays, as the answer to its question.
    """

    subject_sha256: str
    members: tuple[str, ...]
    closes_at: datetime
    rules: BallotRules
    rules_version: int | None = None
    votes: tuple[MemberVote, ...] = ()
    recused: tuple[str, ...] = ()
    passed: bool | None = None
    minutes: Document | None = None

    @property
    def is_open(self) -> bool:
        """Whether it waits for votes or for its closing."""
        return self.passed is None

    def to_count(self) -> tally.Ballot:
        """The ballot as the tally takes it."""
        return tally.Ballot(
            members=self.members,
            recused=self.recused,
            votes=tuple((vote.member, vote.vote) for vote in self.votes),
            closes_at=self.closes_at,
        )


class Decidable(StateModel):
    """What can be decided collectively: a project or an entry of the register, with its question and the ballot on it.

    Its subject sets ``question`` where something needs a decision, and takes the ballot away with it when
    it changes. ``duties_exercised`` says who did what in the case and can't vote
    on it therefore. In a founded pool nobody votes
    any more on what ``is_decided_before_the_founding``.
    """

    is_decided_before_the_founding: ClassVar[bool] = False

    question: Question | None = None
    ballot: Ballot | None = None
    duties_exercised: tuple[DutyExercised, ...] = ()

    def with_duties_in(self, event: Event) -> Self:
        """The same after officers did something in the case, as ``event`` says, be it another service's (4.1)."""
        exercised = with_duties_exercised(self.duties_exercised, duties_exercised_in(event))
        return self if exercised is self.duties_exercised else self.model_copy(update={"duties_exercised": exercised})

    @property
    def has_passed(self) -> bool:
        """Whether the question that is put now was answered with yes."""
        return self.ballot is not None and self.ballot.passed is True


class DecidableEntry(Decidable, RegisterEntry):
    """An entry of the register that is decided collectively."""


def was_decided(closed: BallotClosed) -> bool:
    """Whether the members answered the question: without a quorum it stays put, for another ballot."""
    return closed.voters >= closed.voters_required


def voided(
    subject: Decidable, *, project_id: UUID | None = None, matter_id: UUID | None = None
) -> tuple[BallotVoided, ...]:
    """What has to be said before an event that changes what is decided: its ballot is void, if there is an open one."""
    ballot = subject.ballot
    if ballot is None or not ballot.is_open:
        return ()
    return (
        BallotVoided(
            project_id=project_id,
            matter_id=matter_id,
            subject_sha256=ballot.subject_sha256,
            votes_void=len(ballot.votes),
            why="what was to be decided has changed; the votes on it are void, and a new ballot is needed",
            why_zh="待决事项已变更；原有表决无效，须重新发起集体决策",
        ),
    )
