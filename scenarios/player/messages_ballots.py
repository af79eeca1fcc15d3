"""Messages about the registry's collective decisions: on a selection, or on a late filing."""

from datetime import timedelta
from typing import Annotated, ClassVar, Literal
from uuid import UUID

from scenarios.player.message import MANAGING_WORD, MessageWords
from scenarios.player.messages_registry import Filing
from scenarios.player.messages_selection import NUMBER, Recommendation
from scenarios.player.scene import Scene
from scenarios.player.words import Duration, Instant, Listed, choice
from shared.contracts.documents import DocumentKind
from shared.contracts.envelope import Command
from shared.contracts.ids import matter_id
from shared.contracts.registry import ballots
from shared.contracts.registry.words import Vote
from simulator.papers import document
from simulator.parties import COMMITTEE

# The message that puts the question, by what is decided.
_PUT_BY = {"selection": Recommendation.word, "filing": Filing.word}


class _OnQuestion(MessageWords):
    """What is bound to the bytes of the message that put the question: the latest one, or one named by the scenario."""

    refers_to: ClassVar[tuple[str, ...]] = ("question",)

    on: Literal["selection", "filing"] = "selection"
    number: str = NUMBER
    question: str | None = None

    def bound_to(self, scene: Scene) -> str:
        """The hash of the message that put the question."""
        return scene.hash_of(_PUT_BY[self.on], self.question)

    def project(self, scene: Scene) -> UUID | None:
        """The project at hand, if its filing is decided on."""
        return scene.loan.project_id if self.on == "filing" else None

    def matter(self, scene: Scene) -> UUID | None:
        """The selection with this number, if one is decided on."""
        return matter_id(scene.cast.pool_id, "selection", self.number) if self.on == "selection" else None


class CommitteeBallot(_OnQuestion):
    """Open the collective decision."""

    word: ClassVar[str] = "committee ballot"
    who: ClassVar[str] = f"{MANAGING_WORD}/committee secretary"
    becomes: ClassVar[type[Command]] = ballots.OpenBallot

    members: Annotated[tuple[str, ...], Listed] | None = None
    closes: Instant | None = None
    closes_after: Duration = timedelta(days=1)

    def command(self, scene: Scene) -> ballots.OpenBallot:
        """All five members, for a day."""
        members = COMMITTEE if self.members is None else tuple(name.replace(" ", "-") for name in self.members)
        return ballots.OpenBallot(
            project_id=self.project(scene),
            matter_id=self.matter(scene),
            subject_sha256=self.bound_to(scene),
            members=members,
            closes_at=self.closes or scene.at + self.closes_after,
        )


class CommitteeVote(_OnQuestion):
    """Cast a vote."""

    word: ClassVar[str] = "committee vote"
    who: ClassVar[str] = f"{MANAGING_WORD}/committee member 1"
    becomes: ClassVar[type[Command]] = ballots.CastVote

    vote: Annotated[Vote, choice(Vote)] = Vote.FOR

    def command(self, scene: Scene) -> ballots.CastVote:
        """One member's vote."""
        return ballots.CastVote(
            project_id=self.project(scene),
            matter_id=self.matter(scene),
            subject_sha256=self.bound_to(scene),
            vote=self.vote,
        )


class CommitteeRecusal(_OnQuestion):
    """Declare an interest."""

    word: ClassVar[str] = "committee recusal"
    who: ClassVar[str] = f"{MANAGING_WORD}/committee member 1"
    becomes: ClassVar[type[Command]] = ballots.RecuseMember

    reason: str = "本人与待决事项存在利害关系"

    def command(self, scene: Scene) -> ballots.RecuseMember:
        """One member's recusal."""
        return ballots.RecuseMember(
            project_id=self.project(scene),
            matter_id=self.matter(scene),
            subject_sha256=self.bound_to(scene),
            reason=self.reason,
        )


class CommitteeDecision(_OnQuestion):
    """Close the ballot, with its minutes."""

    word: ClassVar[str] = "committee decision"
    who: ClassVar[str] = f"{MANAGING_WORD}/committee secretary"
    becomes: ClassVar[type[Command]] = ballots.CloseBallot

    def command(self, scene: Scene) -> ballots.CloseBallot:
        """The minutes of the meeting."""
        return ballots.CloseBallot(
            project_id=self.project(scene),
            matter_id=self.matter(scene),
            subject_sha256=self.bound_to(scene),
            minutes=document(DocumentKind.MINUTES, "集体决策会议纪要"),
        )


MESSAGES: tuple[type[MessageWords], ...] = (CommitteeBallot, CommitteeVote, CommitteeRecusal, CommitteeDecision)
