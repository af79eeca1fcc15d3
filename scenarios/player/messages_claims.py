"""Messages to claims: from the loss notice to the collective decision."""

from datetime import timedelta
from typing import Annotated, ClassVar, Literal

from scenarios.player.message import COOPERATING_WORD, LENDER_WORD, MANAGING_WORD, MessageWords, replaced
from scenarios.player.messages_registry import DocumentWord
from scenarios.player.scene import Scene
from scenarios.player.words import Count, Day, Duration, Fen, Instant, Listed, Percent, Ratio, YesNo, choice
from shared.contracts import claims
from shared.contracts.documents import DocumentKind
from shared.contracts.envelope import Command
from shared.contracts.registry.words import LossRatio, Vote
from simulator import case_papers
from simulator.papers import document
from simulator.parties import COMMITTEE, GUARANTOR, LENDER, OTHER_LENDER
from simulator.party_messages import Message

_COMPONENTS = ("principal", "interest", "penalty_interest", "overdue_interest", "overdue_penalty", "other")
_CLAIMANTS = {"lender": LENDER, "guarantor": GUARANTOR, "other lender": OTHER_LENDER}


class LossNotice(MessageWords):
    """Notify the pool of a loss. A total alone is principal as far as the loan goes, and interest above it."""

    word: ClassVar[str] = "loss notice"
    who: ClassVar[str] = f"{LENDER_WORD}/system"
    becomes: ClassVar[type[Command]] = claims.NotifyLoss

    as_of: Day | None = None
    principal: Fen | None = None
    interest: Fen | None = None
    penalty_interest: Fen | None = None
    overdue_interest: Fen | None = None
    overdue_penalty: Fen | None = None
    other: Fen | None = None
    total: Fen | None = None
    claimed: Fen | None = None
    origin: Annotated[claims.NoticeOrigin, choice(claims.NoticeOrigin)] = claims.NoticeOrigin.COMPENSATION_NOTICE
    maker: str | None = None
    checker: str | None = None

    def command(self, scene: Scene) -> claims.NotifyLoss:
        """The demonstration's notice with the scenario's figures."""
        data = case_papers.loss_notice(scene.loan.contract, self.as_of or scene.today)
        components = {name: getattr(self, name) for name in _COMPONENTS}
        loss: dict[str, object] = replaced(data.loss)
        if any(amount is not None for amount in components.values()):
            loss |= {f"{name}_fen": amount or 0 for name, amount in components.items()}
            total_fen = sum(amount or 0 for amount in components.values()) if self.total is None else self.total
        elif self.total is not None:
            principal_fen = min(self.total, scene.prelude.loan.principal)
            loss |= {"principal_fen": principal_fen, "interest_fen": self.total - principal_fen}
            total_fen = self.total
        else:
            total_fen = data.loss.total_fen
        loss["total_fen"] = total_fen
        changes = replaced(
            data,
            lender=scene.loan.lender,
            origin=self.origin,
            loss=claims.Loss.model_validate(loss),
            claimed_fen=total_fen if self.claimed is None else self.claimed,
            maker=self.maker,
            checker=self.checker,
        )
        return claims.NotifyLoss.model_validate(changes)


class Review(MessageWords):
    """Record that the preliminary review found the notice in order."""

    word: ClassVar[str] = "preliminary review"
    who: ClassVar[str] = f"{COOPERATING_WORD}/reviewer"
    becomes: ClassVar[type[Command]] = claims.RecordReview
    refers_to: ClassVar[tuple[str, ...]] = ("notice",)

    notice: str | None = None
    findings: str | None = None

    def command(self, scene: Scene) -> claims.RecordReview:
        """The review of the latest notice of the lender."""
        data = case_papers.review(scene.loan.project_id, scene.hash_of(LossNotice.word, self.notice))
        return claims.RecordReview.model_validate(replaced(data, findings=self.findings))


class Verification(MessageWords):
    """Record the on-site verification."""

    word: ClassVar[str] = "on-site verification"
    who: ClassVar[str] = f"{COOPERATING_WORD}/verifier one"
    becomes: ClassVar[type[Command]] = claims.RecordVerification

    verifiers: Annotated[tuple[str, ...], Listed] | None = None
    visited: Instant | None = None
    place: str | None = None
    abandoned: YesNo = False
    findings: str | None = None
    evidence: YesNo = True

    def command(self, scene: Scene) -> claims.RecordVerification:
        """The visit by two verifiers, just now."""
        data = case_papers.verification(scene.loan.project_id, self.visited or scene.at)
        verifiers = None if self.verifiers is None else tuple(name.replace(" ", "-") for name in self.verifiers)
        changes = replaced(
            data,
            verifiers=verifiers,
            place=self.place,
            premises_abandoned=self.abandoned,
            findings=self.findings,
            evidence=data.evidence if self.evidence else (),
        )
        return claims.RecordVerification.model_validate(changes)


class Plan(MessageWords):
    """Draw up the compensation plan; its figures are those that the on-site verification has published."""

    word: ClassVar[str] = "compensation plan"
    who: ClassVar[str] = f"{COOPERATING_WORD}/planner"
    becomes: ClassVar[type[Command]] = claims.DrawUpPlan
    refers_to: ClassVar[tuple[str, ...]] = ("notice",)

    notice: str | None = None
    number: Count = 1
    payee: Literal["lender", "guarantor", "other lender"] | None = None
    share_rate: Percent | None = None
    loss_ratio: Ratio | None = None
    total_loss: Fen | None = None
    claimed: Fen | None = None
    cap: Fen | None = None
    pool_share: Fen | None = None
    fiscal_part: Fen | None = None
    social_part: Fen | None = None

    def command(self, scene: Scene) -> claims.DrawUpPlan:
        """The plan on the latest notice and the published basis, with the figures that the scenario says otherwise."""
        data = case_papers.plan(scene.loan.project_id, scene.hash_of(LossNotice.word, self.notice), _basis(scene))
        ratio = self.loss_ratio
        basis = replaced(
            data.basis,
            share_rate_bp=self.share_rate,
            loss_ratio=None if ratio is None else LossRatio(fiscal_weight=ratio[0], social_weight=ratio[1]),
            total_loss_fen=self.total_loss,
            claimed_fen=self.claimed,
            cap_fen=self.cap,
            pool_share_fen=self.pool_share,
            fiscal_part_fen=self.fiscal_part,
            social_part_fen=self.social_part,
        )
        changes = replaced(
            data,
            compensation=self.number,
            payee=scene.loan.lender if self.payee is None else _CLAIMANTS[self.payee],
            basis=claims.PlanBasis.model_validate(basis),
        )
        return claims.DrawUpPlan.model_validate(changes)


class Confirmation(MessageWords):
    """Confirm the plan: gate 1."""

    word: ClassVar[str] = "confirmation"
    who: ClassVar[str] = f"{MANAGING_WORD}/plan confirmer"
    becomes: ClassVar[type[Command]] = claims.ConfirmPlan
    refers_to: ClassVar[tuple[str, ...]] = ("plan",)

    plan: str | None = None

    def command(self, scene: Scene) -> claims.ConfirmPlan:
        """The latest plan."""
        return claims.ConfirmPlan(project_id=scene.loan.project_id, plan_sha256=scene.hash_of(Plan.word, self.plan))


class Release(MessageWords):
    """Release the payout of the confirmed plan."""

    word: ClassVar[str] = "release"
    who: ClassVar[str] = f"{COOPERATING_WORD}/releaser"
    becomes: ClassVar[type[Command]] = claims.ReleasePayout
    refers_to: ClassVar[tuple[str, ...]] = ("plan",)

    plan: str | None = None

    def command(self, scene: Scene) -> claims.ReleasePayout:
        """The latest plan."""
        return claims.ReleasePayout(project_id=scene.loan.project_id, plan_sha256=scene.hash_of(Plan.word, self.plan))


class Application(MessageWords):
    """Apply for reimbursement, by default for all that is due from fiscal."""

    word: ClassVar[str] = "reimbursement application"
    who: ClassVar[str] = f"{COOPERATING_WORD}/planner"
    becomes: ClassVar[type[Command]] = claims.ApplyForReimbursement

    amount: Fen | None = None
    number: Count = 1
    without: Annotated[tuple[DocumentWord, ...], Listed] = ()

    def command(self, scene: Scene) -> claims.ApplyForReimbursement:
        """The demonstration's application; a guarantee contract comes along where there is a guarantor."""
        # What can't be applied for is refused by the services; an amount of nothing can't even be said.
        amount_fen = max(1, scene.case.due.total()) if self.amount is None else self.amount
        data = case_papers.application(scene.loan.project_id, amount_fen)
        left_out = {*self.without, *(() if scene.loan.has_guarantor else (DocumentKind.GUARANTEE_CONTRACT,))}
        documents = tuple(each for each in data.documents if each.kind not in left_out)
        return claims.ApplyForReimbursement.model_validate(
            replaced(data, compensation=self.number, documents=documents)
        )


class _OnApplication(MessageWords):
    """What is bound to the bytes of an application: the latest one, or one named by the scenario."""

    refers_to: ClassVar[tuple[str, ...]] = ("application",)

    application: str | None = None

    def bound_to(self, scene: Scene) -> str:
        """The hash of the application."""
        return scene.hash_of(Application.word, self.application)


class BallotOpening(_OnApplication):
    """Open the collective decision: gate 2."""

    word: ClassVar[str] = "open ballot"
    who: ClassVar[str] = f"{MANAGING_WORD}/committee secretary"
    becomes: ClassVar[type[Command]] = claims.OpenBallot

    members: Annotated[tuple[str, ...], Listed] | None = None
    closes: Instant | None = None
    closes_after: Duration = timedelta(days=1)

    def command(self, scene: Scene) -> claims.OpenBallot:
        """All five members, for a day."""
        members = COMMITTEE if self.members is None else tuple(name.replace(" ", "-") for name in self.members)
        return claims.OpenBallot(
            project_id=scene.loan.project_id,
            application_sha256=self.bound_to(scene),
            members=members,
            closes_at=self.closes or scene.at + self.closes_after,
        )


class Ballot(_OnApplication):
    """Cast a vote."""

    word: ClassVar[str] = "vote"
    who: ClassVar[str] = f"{MANAGING_WORD}/committee member 1"
    becomes: ClassVar[type[Command]] = claims.CastVote

    vote: Annotated[Vote, choice(Vote)] = Vote.FOR

    def command(self, scene: Scene) -> claims.CastVote:
        """One member's vote."""
        return claims.CastVote(
            project_id=scene.loan.project_id, application_sha256=self.bound_to(scene), vote=self.vote
        )


class Recusal(_OnApplication):
    """Declare an interest."""

    word: ClassVar[str] = "recusal"
    who: ClassVar[str] = f"{MANAGING_WORD}/committee member 1"
    becomes: ClassVar[type[Command]] = claims.RecuseMember

    reason: str = "本人与借款企业存在利害关系"

    def command(self, scene: Scene) -> claims.RecuseMember:
        """One member's recusal."""
        return claims.RecuseMember(
            project_id=scene.loan.project_id, application_sha256=self.bound_to(scene), reason=self.reason
        )


class BallotClosing(_OnApplication):
    """Close the ballot, with its minutes."""

    word: ClassVar[str] = "close ballot"
    who: ClassVar[str] = f"{MANAGING_WORD}/committee secretary"
    becomes: ClassVar[type[Command]] = claims.CloseBallot

    def command(self, scene: Scene) -> claims.CloseBallot:
        """The minutes of the meeting."""
        return claims.CloseBallot(
            project_id=scene.loan.project_id,
            application_sha256=self.bound_to(scene),
            minutes=document(DocumentKind.MINUTES, "集体决策会议纪要"),
        )


def _basis(scene: Scene) -> Message:
    """What the on-site verification has published; before that a plan can only be refused, whatever it says."""
    if scene.case.basis is not None:
        return scene.case.basis
    fiscal_weight, social_weight = scene.prelude.loss_ratio
    return {
        "rules_version": 1,
        "share_rate_bp": scene.prelude.share_rate,
        "loss_ratio": {"fiscal_weight": fiscal_weight, "social_weight": social_weight},
        "total_loss_fen": 1,
        "claimed_fen": 1,
        **dict.fromkeys(("paid_before_fen", "cap_fen", "pool_share_fen", "fiscal_part_fen", "social_part_fen"), 0),
    }


MESSAGES: tuple[type[MessageWords], ...] = (
    LossNotice,
    Review,
    Verification,
    Plan,
    Confirmation,
    Release,
    Application,
    BallotOpening,
    Ballot,
    Recusal,
    BallotClosing,
)
