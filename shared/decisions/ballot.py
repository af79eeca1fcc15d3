"""A collective decision as whoever owns its subject keeps it, and how each event changes it."""

from datetime import datetime
from typing import TypeVar, assert_never

from pydantic import BaseModel, ConfigDict

from shared.contracts.documents import Document
from shared.contracts.registry.collective_decisions import (
    BallotClosed,
    BallotOpened,
    BallotVoided,
    MemberRecused,
    Subject,
    SubjectKind,
    VoteRecorded,
)
from shared.contracts.registry.rules import BallotRules
from shared.contracts.registry.words import Vote
from shared.decisions import tally

BallotEvent = BallotOpened | VoteRecorded | MemberRecused | BallotClosed | BallotVoided


class Part(BaseModel):
    """A part of a service's state. Unknown fields are an error: dropping what a newer version stored loses facts."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Question(Part):
    """What a collective decision is asked: the kind of its subject, and the hash of the message that put it."""

    kind: SubjectKind
    sha256: str

    def is_of(self, said: Subject) -> bool:
        """Whether that is what a message binds."""
        return (said.subject_kind, said.subject_sha256) == (self.kind, self.sha256)


class MemberVote(Part):
    """One member's vote."""

    member: str
    vote: Vote


class Ballot(Part):
    """The ballot on a question, under the rules that were in force when it was opened.

    ``passed`` and ``minutes`` are None while it is open. Closed it stays, as the answer to its question.
    """

    question: Question
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


class Decidable(Part):
    """What can be decided collectively, with its question and the ballot on it.

    Whoever owns it sets ``question`` where something needs a decision, and takes the ballot away with it when it
    changes. ``recused`` are those who have an interest in it, whichever ballot they left for that.
    """

    question: Question | None = None
    ballot: Ballot | None = None
    recused: tuple[str, ...] = ()

    @property
    def has_passed(self) -> bool:
        """Whether the question that is put now was answered with yes."""
        return self.ballot is not None and self.ballot.passed is True


Decided = TypeVar("Decided", bound=Decidable)


def was_decided(closed: BallotClosed) -> bool:
    """Whether the members answered the question: without a quorum it stays put, for another ballot."""
    return closed.voters >= closed.voters_required


def evolve(decidable: Decided, event: BallotEvent) -> Decided:
    """What is decided after ``event``."""
    if isinstance(event, BallotOpened):
        assert decidable.ballot is None, "one question is put to one ballot"
        opened = Ballot(
            question=Question(kind=event.subject_kind, sha256=event.subject_sha256),
            members=event.members,
            closes_at=event.closes_at,
            rules=event.rules,
            rules_version=event.rules_version,
        )
        return decidable.model_copy(update={"ballot": opened})
    ballot = decidable.ballot
    assert ballot is not None, "nobody votes without a ballot"
    assert ballot.question.is_of(event), "a ballot is bound to its question"
    recused = (*decidable.recused, event.member) if isinstance(event, MemberRecused) else decidable.recused
    return decidable.model_copy(update={"ballot": _after(ballot, event), "recused": recused})


def _after(ballot: Ballot, event: VoteRecorded | MemberRecused | BallotClosed | BallotVoided) -> Ballot | None:
    match event:
        case VoteRecorded():
            vote = MemberVote(member=event.member, vote=event.vote)
            return ballot.model_copy(update={"votes": (*ballot.votes, vote)})
        case MemberRecused():
            return ballot.model_copy(update={"recused": (*ballot.recused, event.member)})
        case BallotClosed():
            assert ballot.is_open, "a ballot is closed once"
            answer = {"passed": event.passed, "minutes": event.minutes}
            return ballot.model_copy(update=answer) if was_decided(event) else None
        case BallotVoided():
            return None
        case _:
            assert_never(event)
