"""What is said of every collective decision, whichever service decides: the particulars that its own types are made of.

A ballot binds its subject, which is a kind and the hash of the published bytes of the message that put the question. If
that changes, the votes on it are void.
"""

from typing import Annotated

from pydantic import BaseModel, Field

from shared.contracts.documents import Document, DocumentKind, paper
from shared.contracts.envelope import Command, Event
from shared.contracts.examples import Now, OfficersWith, Party, example
from shared.contracts.labels import LabelledEnum
from shared.contracts.registry.rules import MEMBERS_PER_BALLOT_MAX, BallotRules
from shared.contracts.registry.words import Duty, RulesVersion, Vote
from shared.contracts.words import Clause, Moment, OfficerId, Sha256, Text


class SubjectKind(LabelledEnum):
    """What is decided collectively."""

    SELECTION = "selection", "selection of the cooperating institution", "合作机构遴选"
    # Of a project, in whatever version waits; refused, the project stays uncovered.
    LATE_FILING = "late_filing", "late filing", "逾期备案"
    # Of an approved project, whose approved version goes on if it is refused.
    LATE_CORRECTION = "late_correction", "late correction", "逾期备案更正"
    LATE_DRAWDOWN = "late_drawdown", "late drawdown", "逾期申报的分笔放款"
    REIMBURSEMENT = "reimbursement", "reimbursement", "财政资金账户补偿"

    @property
    def clause(self) -> str:
        """The clause under which it is decided."""
        return _CLAUSES[self]


_CLAUSES = {
    SubjectKind.SELECTION: "8.1",
    SubjectKind.LATE_FILING: "16.1",
    SubjectKind.LATE_CORRECTION: "16.1",
    SubjectKind.LATE_DRAWDOWN: "16.1",
    SubjectKind.REIMBURSEMENT: "15.2",
}


class Subject(BaseModel):
    """What is decided."""

    subject_kind: SubjectKind
    subject_sha256: Annotated[Sha256, Field(description="the hash of the message that put the question")]


class BallotParticulars(Subject):
    """Who decides, and until when."""

    members: Annotated[
        tuple[OfficerId, ...],
        Field(min_length=1, max_length=MEMBERS_PER_BALLOT_MAX),
        example(OfficersWith(Party.MANAGING, Duty.VOTE)),
    ]
    closes_at: Annotated[Moment, example(Now(days=1))]


class VoteParticulars(Subject):
    """How a member votes."""

    vote: Annotated[Vote, example(Vote.FOR)]


class RecusalParticulars(Subject):
    """Why a member leaves the base of the ballot."""

    reason: Annotated[Text, example("本人与待决事项存在利害关系")]


class ClosingParticulars(Subject):
    """The minutes of a ballot."""

    minutes: Annotated[Document, example(paper(DocumentKind.MINUTES, "集体决策会议纪要"))]


class OpenBallot(BallotParticulars, Command):
    """Open a collective decision with its members and closing time; by the managing institution."""


class CastVote(VoteParticulars, Command):
    """Cast one member's vote."""


class RecuseMember(RecusalParticulars, Command):
    """Declare an interest: the member leaves the base of the ballot."""


class CloseBallot(ClosingParticulars, Command):
    """Close the ballot, after its closing time or when every member has voted, with its minutes."""


class BallotOpened(BallotParticulars, Event):
    """A collective decision is open; the votes bind the bytes with this hash and nothing else."""

    clause: Annotated[Clause, Field(description="under which it is decided")]
    opened_by: OfficerId
    rules: BallotRules
    rules_version: RulesVersion | None = None


class VoteRecorded(VoteParticulars, Event):
    """A member voted."""

    member: OfficerId
    rules_version: RulesVersion | None = None


class MemberRecused(RecusalParticulars, Event):
    """A member declared an interest and left the base of the ballot."""

    member: OfficerId
    rules_version: RulesVersion | None = None


class BallotClosed(ClosingParticulars, Event):
    """The collective decision is taken: ``passed`` or not, with its counts and the reason in both languages.

    With fewer ``voters`` than ``voters_required`` there was no quorum: nothing is decided, and the question stays put.
    ``members_missing`` says then whether another ballot could have one.
    """

    passed: bool
    base: Annotated[int, Field(description="members that are left after recusals")]
    voters_required: int
    members_missing: Annotated[
        int, Field(description="further members that it takes for a quorum, since too few are left after recusals")
    ]
    voters: int
    votes_for: int
    votes_against: int
    abstentions: int
    why: Text
    why_zh: Text
    closed_by: OfficerId
    rules_version: RulesVersion | None = None


class BallotVoided(Subject, Event):
    """What was to be decided has changed: the ballot is void with its votes, and a new one is needed."""

    votes_void: Annotated[int, Field(description="how many votes had been cast")]
    why: Text
    why_zh: Text
