"""What is said of the registry's collective decisions: a selection (8.1), a late filing (16.1).

Each message names what is decided by its project or by its matter, one of the two, and by ``subject_sha256``: the hash
of the published bytes of the message that put the question. If the question changes, the votes on it are void.
"""

from typing import Annotated, ClassVar

from pydantic import Field

from shared.contracts.documents import Document
from shared.contracts.envelope import Command, Event
from shared.contracts.registry.words import MEMBERS_PER_BALLOT_MAX, BallotRules, RulesVersion, Vote
from shared.contracts.words import Clause, Identity, Moment, OfficerId, Sha256, Text

ProjectDecided = Annotated[Identity | None, Field(description="what is decided, if it is a project; else matter_id")]
MatterDecided = Annotated[Identity | None, Field(description="what is decided, if it is a matter; else project_id")]
SubjectSha256 = Annotated[Sha256, Field(description="the hash of the message that put the question")]


class OpenBallot(Command):
    """Open a collective decision with its members and closing time; by the managing institution."""

    message_type: ClassVar[str] = "registry.ballot.open.v1"

    project_id: ProjectDecided = None
    matter_id: MatterDecided = None
    subject_sha256: SubjectSha256
    members: Annotated[tuple[OfficerId, ...], Field(min_length=1, max_length=MEMBERS_PER_BALLOT_MAX)]
    closes_at: Moment


class CastVote(Command):
    """Cast one member's vote."""

    message_type: ClassVar[str] = "registry.vote.cast.v1"

    project_id: ProjectDecided = None
    matter_id: MatterDecided = None
    subject_sha256: SubjectSha256
    vote: Vote


class RecuseMember(Command):
    """Declare an interest: the member leaves the base of the ballot."""

    message_type: ClassVar[str] = "registry.vote.recuse.v1"

    project_id: ProjectDecided = None
    matter_id: MatterDecided = None
    subject_sha256: SubjectSha256
    reason: Text


class CloseBallot(Command):
    """Close the ballot, after its closing time or when every member has voted, with its minutes."""

    message_type: ClassVar[str] = "registry.ballot.close.v1"

    project_id: ProjectDecided = None
    matter_id: MatterDecided = None
    subject_sha256: SubjectSha256
    minutes: Document


class BallotOpened(Event):
    """A collective decision is open; the votes bind the bytes with this hash and nothing else."""

    message_type: ClassVar[str] = "registry.ballot.opened.v1"

    project_id: ProjectDecided = None
    matter_id: MatterDecided = None
    subject_sha256: SubjectSha256
    clause: Annotated[Clause, Field(description="under which it is decided")]
    opened_by: OfficerId
    members: tuple[OfficerId, ...]
    closes_at: Moment
    rules: BallotRules
    rules_version: RulesVersion | None = None


class VoteRecorded(Event):
    """A member voted."""

    message_type: ClassVar[str] = "registry.vote.recorded.v1"

    project_id: ProjectDecided = None
    matter_id: MatterDecided = None
    subject_sha256: SubjectSha256
    member: OfficerId
    vote: Vote
    rules_version: RulesVersion | None = None


class MemberRecused(Event):
    """A member declared an interest and left the base of the ballot."""

    message_type: ClassVar[str] = "registry.member.recused.v1"

    project_id: ProjectDecided = None
    matter_id: MatterDecided = None
    subject_sha256: SubjectSha256
    member: OfficerId
    reason: Text
    rules_version: RulesVersion | None = None


class BallotClosed(Event):
    """The collective decision is taken: ``passed`` or not, with its counts and the reason in both languages.

    With fewer ``voters`` than ``voters_required`` there was no quorum: nothing is decided, and the question stays put.
    """

    message_type: ClassVar[str] = "registry.ballot.closed.v1"

    project_id: ProjectDecided = None
    matter_id: MatterDecided = None
    subject_sha256: SubjectSha256
    passed: bool
    base: Annotated[int, Field(description="members that are left after recusals")]
    voters_required: int
    voters: int
    votes_for: int
    votes_against: int
    abstentions: int
    why: Text
    why_zh: Text
    minutes: Document
    closed_by: OfficerId
    rules_version: RulesVersion | None = None


class BallotVoided(Event):
    """What was to be decided has changed: the ballot is void with its votes, and a new one is needed."""

    message_type: ClassVar[str] = "registry.ballot.voided.v1"

    project_id: ProjectDecided = None
    matter_id: MatterDecided = None
    subject_sha256: SubjectSha256
    votes_void: Annotated[int, Field(description="how many votes had been cast")]
    why: Text
    why_zh: Text
