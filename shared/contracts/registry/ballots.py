"""What is said of the registry's collective decisions: a selection (8.1), a late filing (16.1).

Each message names where what is decided stands: a project or a register entry, one of the two.
"""

from typing import Annotated, ClassVar

from pydantic import Field

from shared.contracts.examples import Called, FromContext, Party, Spoken, example, usual
from shared.contracts.registry import collective_decisions as ballots
from shared.contracts.registry.words import Duty
from shared.contracts.words import Identity, Sha256


class OnQuestion(ballots.Subject):
    """What is decided, and where it stands."""

    project_id: Annotated[Identity | None, Field(description="what is decided, if it is a project; else entry_id")] = (
        None
    )
    entry_id: Annotated[
        Identity | None,
        Field(description="what is decided, if it is a register entry; else project_id"),
        usual(FromContext.SELECTION),
    ] = None
    subject_kind: Annotated[ballots.SubjectKind, example(ballots.SubjectKind.SELECTION)]
    subject_sha256: Annotated[
        Sha256,
        Called("question"),
        Field(description="the hash of the message that put the question"),
        example(FromContext.QUESTION_SHA256),
    ]


class OpenBallot(OnQuestion, ballots.OpenBallot, name="registry.ballot.open.v1"):
    """Open a collective decision with its members and closing time; by the managing institution."""

    spoken: ClassVar[Spoken] = Spoken("committee ballot", Party.MANAGING, Duty.BALLOT)


class CastVote(OnQuestion, ballots.CastVote, name="registry.vote.cast.v1"):
    """Cast one member's vote."""

    spoken: ClassVar[Spoken] = Spoken("committee vote", Party.MANAGING, Duty.VOTE)


class RecuseMember(OnQuestion, ballots.RecuseMember, name="registry.vote.recuse.v1"):
    """Declare an interest: the member leaves the base of the ballot."""

    spoken: ClassVar[Spoken] = Spoken("committee recusal", Party.MANAGING, Duty.VOTE)


class CloseBallot(OnQuestion, ballots.CloseBallot, name="registry.ballot.close.v1"):
    """Close the ballot, after its closing time or when every member has voted, with its minutes."""

    spoken: ClassVar[Spoken] = Spoken("committee decision", Party.MANAGING, Duty.BALLOT)


class BallotOpened(OnQuestion, ballots.BallotOpened, name="registry.ballot.opened.v1"):
    """A collective decision is open; the votes bind the bytes with this hash and nothing else."""


class VoteRecorded(OnQuestion, ballots.VoteRecorded, name="registry.vote.recorded.v1"):
    """A member voted."""


class MemberRecused(OnQuestion, ballots.MemberRecused, name="registry.member.recused.v1"):
    """A member declared an interest and left the base of the ballot."""


class BallotClosed(OnQuestion, ballots.BallotClosed, name="registry.ballot.closed.v1"):
    """The collective decision is taken: ``passed`` or not, with its counts and the reason in both languages.

    With fewer ``voters`` than ``voters_required`` there was no quorum: nothing is decided, and the question stays put.
    """


class BallotVoided(OnQuestion, ballots.BallotVoided, name="registry.ballot.voided.v1"):
    """What was to be decided has changed: the ballot is void with its votes, and a new one is needed."""
