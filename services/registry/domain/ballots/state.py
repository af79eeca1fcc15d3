"""How a collective decision goes, within the project or the entry of the register that is decided."""

from typing import TypeVar, assert_never

from services.registry.domain.ballot import Ballot, Decidable, MemberVote, was_decided
from services.registry.domain.evolution import of_decidable
from shared.contracts.registry.ballots import BallotClosed, BallotOpened, BallotVoided, MemberRecused, VoteRecorded

BallotEvent = BallotOpened | VoteRecorded | MemberRecused | BallotClosed | BallotVoided

Subject = TypeVar("Subject", bound=Decidable)


def evolve(subject: Subject, event: BallotEvent) -> Subject:
    """What is decided, after ``event``."""
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


EVOLUTIONS = (of_decidable(evolve),)
