"""A collective decision as the registry keeps it, within the project or the matter that is decided."""

from datetime import datetime
from typing import TypeVar, assert_never

from pydantic import BaseModel

from services.registry.domain.act import Act, acts_in
from services.registry.domain.stored import type_of_state
from shared.contracts.documents import Document
from shared.contracts.registry.ballots import BallotClosed, BallotOpened, BallotVoided, MemberRecused, VoteRecorded
from shared.contracts.registry.words import BallotRules, Role, Vote
from shared.decisions import tally
from shared.decisions.acts import with_acts

BallotEvent = BallotOpened | VoteRecorded | MemberRecused | BallotClosed | BallotVoided


class Question(BaseModel):
    """What a collective decision is asked: the hash of the message that put it, and the clause it is decided under."""

    model_config = type_of_state

    sha256: str
    clause: str


class MemberVote(BaseModel):
    """One member's vote."""

    model_config = type_of_state

    member: str
    vote: Vote


class Ballot(BaseModel):
    """The ballot on a question, under the rules that were in force when it was opened.

    ``passed`` and ``minutes`` are None while it is open. Closed it stays, as the answer to its question.
    """

    model_config = type_of_state

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


class Decidable(BaseModel):
    """What can be decided collectively: a project or a matter, with its question and the ballot on it.

    Whoever owns the matter sets ``question`` where something needs a decision, and takes the ballot away with it when
    it changes. ``acts`` says who did what in the case and can't vote on it therefore.
    """

    model_config = type_of_state

    question: Question | None = None
    ballot: Ballot | None = None
    acts: tuple[Act, ...] = ()

    @property
    def has_passed(self) -> bool:
        """Whether the question that is put now was answered with yes."""
        return self.ballot is not None and self.ballot.passed is True


Subject = TypeVar("Subject", bound=Decidable)


def was_decided(closed: BallotClosed) -> bool:
    """Whether the members answered the question: without a quorum it stays put, for another ballot."""
    return closed.voters >= closed.voters_required


def evolve(subject: Subject, event: BallotEvent, managing: str) -> Subject:
    """What is decided after ``event``; who holds the ballot and who votes are officers of the managing institution."""
    after = _evolve(subject, event)
    return after.model_copy(update={"acts": with_acts(after.acts, acts_in(event, {Role.MANAGING: managing}))})


def _evolve(subject: Subject, event: BallotEvent) -> Subject:
    if isinstance(event, BallotOpened):
        assert subject.ballot is None, "one question is put to one ballot"
        opened = Ballot(
            subject_sha256=event.subject_sha256,
            members=event.members,
            closes_at=event.closes_at,
            rules=event.rules,
            rules_version=event.rules_version,
        )
        return subject.model_copy(update={"ballot": opened})
    ballot = subject.ballot
    assert ballot is not None, "nobody votes without a ballot"
    assert ballot.subject_sha256 == event.subject_sha256, "a ballot is bound to its question"
    match event:
        case VoteRecorded():
            voted = ballot.model_copy(
                update={"votes": (*ballot.votes, MemberVote(member=event.member, vote=event.vote))}
            )
            return subject.model_copy(update={"ballot": voted})
        case MemberRecused():
            left = ballot.model_copy(update={"recused": (*ballot.recused, event.member)})
            return subject.model_copy(update={"ballot": left})
        case BallotClosed():
            assert ballot.is_open, "a ballot is closed once"
            if not was_decided(event):
                return subject.model_copy(update={"ballot": None})
            closed = ballot.model_copy(update={"passed": event.passed, "minutes": event.minutes})
            return subject.model_copy(update={"ballot": closed})
        case BallotVoided():
            return subject.model_copy(update={"ballot": None})
        case _:
            assert_never(event)
