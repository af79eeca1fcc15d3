"""What is said of the registry's collective decisions: a selection (8.1), a late filing (16.1).

Each message names what is decided by its project or by its matter, one of the two, and by ``subject_sha256``: the hash
of the published bytes of the message that put the question. If the question changes, the votes on it are void.
"""

from typing import Annotated, ClassVar

from pydantic import BaseModel, Field

from shared.contracts.documents import Document, DocumentKind, paper
from shared.contracts.envelope import Command, Event
from shared.contracts.examples import Called, Known, Now, OfficersWith, Party, Spoken, example, usual
from shared.contracts.registry.words import MEMBERS_PER_BALLOT_MAX, BallotRules, Duty, RulesVersion, Vote
from shared.contracts.words import Clause, Identity, Moment, OfficerId, Sha256, Text


class Question(BaseModel):
    """What is decided."""

    project_id: Annotated[Identity | None, Field(description="what is decided, if it is a project; else matter_id")] = (
        None
    )
    matter_id: Annotated[
        Identity | None,
        Field(description="what is decided, if it is a matter; else project_id"),
        usual(Known.SELECTION),
    ] = None
    subject_sha256: Annotated[
        Sha256,
        Called("question"),
        Field(description="the hash of the message that put the question"),
        example(Known.QUESTION_SHA256),
    ]


class BallotParticulars(Question):
    """Who decides, and until when."""

    members: Annotated[
        tuple[OfficerId, ...],
        Field(min_length=1, max_length=MEMBERS_PER_BALLOT_MAX),
        example(OfficersWith(Party.MANAGING, Duty.VOTE)),
    ]
    closes_at: Annotated[Moment, example(Now(days=1))]


class VoteParticulars(Question):
    """How a member votes."""

    vote: Annotated[Vote, example(Vote.FOR)]


class RecusalParticulars(Question):
    """Why a member leaves the base of the ballot."""

    reason: Annotated[Text, example("本人与待决事项存在利害关系")]


class ClosingParticulars(Question):
    """The minutes of a ballot."""

    minutes: Annotated[Document, example(paper(DocumentKind.MINUTES, "集体决策会议纪要"))]


class OpenBallot(BallotParticulars, Command):
    """Open a collective decision with its members and closing time; by the managing institution."""

    message_type: ClassVar[str] = "registry.ballot.open.v1"
    spoken: ClassVar[Spoken] = Spoken("committee ballot", Party.MANAGING, Duty.BALLOT)


class CastVote(VoteParticulars, Command):
    """Cast one member's vote."""

    message_type: ClassVar[str] = "registry.vote.cast.v1"
    spoken: ClassVar[Spoken] = Spoken("committee vote", Party.MANAGING, Duty.VOTE)


class RecuseMember(RecusalParticulars, Command):
    """Declare an interest: the member leaves the base of the ballot."""

    message_type: ClassVar[str] = "registry.vote.recuse.v1"
    spoken: ClassVar[Spoken] = Spoken("committee recusal", Party.MANAGING, Duty.VOTE)


class CloseBallot(ClosingParticulars, Command):
    """Close the ballot, after its closing time or when every member has voted, with its minutes."""

    message_type: ClassVar[str] = "registry.ballot.close.v1"
    spoken: ClassVar[Spoken] = Spoken("committee decision", Party.MANAGING, Duty.BALLOT)


class BallotOpened(BallotParticulars, Event):
    """A collective decision is open; the votes bind the bytes with this hash and nothing else."""

    message_type: ClassVar[str] = "registry.ballot.opened.v1"

    clause: Annotated[Clause, Field(description="under which it is decided")]
    opened_by: OfficerId
    rules: BallotRules
    rules_version: RulesVersion | None = None


class VoteRecorded(VoteParticulars, Event):
    """A member voted."""

    message_type: ClassVar[str] = "registry.vote.recorded.v1"

    member: OfficerId
    rules_version: RulesVersion | None = None


class MemberRecused(RecusalParticulars, Event):
    """A member declared an interest and left the base of the ballot."""

    message_type: ClassVar[str] = "registry.member.recused.v1"

    member: OfficerId
    rules_version: RulesVersion | None = None


class BallotClosed(ClosingParticulars, Event):
    """The collective decision is taken: ``passed`` or not, with its counts and the reason in both languages.

    With fewer ``voters`` than ``voters_required`` there was no quorum: nothing is decided, and the question stays put.
    """

    message_type: ClassVar[str] = "registry.ballot.closed.v1"

    passed: bool
    base: Annotated[int, Field(description="members that are left after recusals")]
    voters_required: int
    voters: int
    votes_for: int
    votes_against: int
    abstentions: int
    why: Text
    why_zh: Text
    closed_by: OfficerId
    rules_version: RulesVersion | None = None


class BallotVoided(Question, Event):
    """What was to be decided has changed: the ballot is void with its votes, and a new one is needed."""

    message_type: ClassVar[str] = "registry.ballot.voided.v1"

    votes_void: Annotated[int, Field(description="how many votes had been cast")]
    why: Text
    why_zh: Text
