"""What is said to and by claims: a loss, from its notice to its reimbursement."""

from enum import StrEnum
from typing import Annotated, ClassVar

from pydantic import BaseModel, Field

from shared.contracts.documents import Document, DocumentKind, SignedMessage, paper
from shared.contracts.envelope import Command, Event, Part
from shared.contracts.examples import (
    FISCAL_PART_FEN,
    INTEREST_FEN,
    LOSS_FEN,
    PRINCIPAL_FEN,
    SHARE_FEN,
    Called,
    FromContext,
    HashOf,
    IdOf,
    OfficersWith,
    Party,
    Spoken,
    WithGuarantor,
    example,
    usual,
)
from shared.contracts.money import BasisPoints, Fen, PositiveFen
from shared.contracts.receipts import Receipt
from shared.contracts.registry import collective_decisions as ballots
from shared.contracts.registry.rules import LossRatio
from shared.contracts.registry.words import Duty, RulesVersion, SystemUse
from shared.contracts.topics import LOSS_NOTICES
from shared.contracts.treasury import Leg
from shared.contracts.words import (
    Day,
    Identity,
    InstitutionId,
    MessageId,
    Moment,
    Name,
    OfficerId,
    ProjectId,
    Reference,
    Sha256,
    Text,
)

RegistrySeq = Annotated[
    int, Field(description="the number of the pool's event of the registry that was observed last before deciding")
]


class NoticeOrigin(StrEnum):
    """Where a loss notice comes from (14.1); the borrower's own application comes another way."""

    COMPENSATION_NOTICE = "compensation_notice"
    DISPOSAL_APPLICATION = "disposal_application"


class Loss(Part):
    """A loss by component as of a date (10.1). ``total_fen`` is the sum of the six components."""

    as_of: Day
    principal_fen: Annotated[Fen, example(PRINCIPAL_FEN)]
    interest_fen: Annotated[Fen, example(INTEREST_FEN)]
    penalty_interest_fen: Annotated[Fen, example(0)]
    overdue_interest_fen: Annotated[Fen, example(0)]
    overdue_penalty_fen: Annotated[Fen, example(0)]
    other_fen: Annotated[Fen, example(0)]
    total_fen: Annotated[PositiveFen, example(LOSS_FEN)]


class PlanBasis(Part):
    """What a plan has to say, computed from the rules: the cap of Article 10 and its split.

    ``cap_fen`` is floor(rate × total loss); ``committed_before_fen`` are the shares of the compensations that were
    released before; ``pool_share_fen`` is min(claimed, cap) less that. Loss and claim are totals of the project's life.
    """

    rules_version: Annotated[int, example(1)]
    share_rate_bp: Annotated[BasisPoints, example(2_000)]
    loss_ratio: LossRatio
    total_loss_fen: Annotated[PositiveFen, example(LOSS_FEN)]
    claimed_fen: Annotated[PositiveFen, example(LOSS_FEN)]
    committed_before_fen: Annotated[Fen, example(0)]
    cap_fen: Annotated[Fen, example(SHARE_FEN)]
    pool_share_fen: Annotated[Fen, example(SHARE_FEN)]
    fiscal_part_fen: Annotated[Fen, example(FISCAL_PART_FEN)]
    social_part_fen: Annotated[Fen, example(SHARE_FEN - FISCAL_PART_FEN)]


# Particulars

_Compensation = Annotated[int, Called("number"), Field(strict=True, ge=1, le=1000), example(FromContext.COMPENSATION)]


class NoticeParticulars(BaseModel):
    """What is lost, and what is claimed of it: both totals of the project's whole life, never what was added (10.2)."""

    origin: Annotated[NoticeOrigin, example(NoticeOrigin.COMPENSATION_NOTICE)]
    loss: Loss
    claimed_fen: Annotated[PositiveFen, example(LOSS_FEN)]


class WithdrawalParticulars(BaseModel):
    """Which notice is withdrawn, and why."""

    project_id: ProjectId
    notice_sha256: Annotated[
        Sha256,
        Field(description="the notice that is withdrawn, by the hash of its bytes"),
        example(HashOf("claims.loss.notify.v1")),
    ]
    reasons: Annotated[Text, example("借款企业已恢复还款，撤回本次通知")]


class ReviewParticulars(BaseModel):
    """What the preliminary review found."""

    project_id: ProjectId
    notice_sha256: Annotated[
        Sha256,
        Field(description="the notice that was reviewed, by the hash of its bytes"),
        example(HashOf("claims.loss.notify.v1")),
    ]
    findings: Annotated[Text, example("材料齐全，通知要素完整")]


class VerificationParticulars(BaseModel):
    """Who was on site, when and where, and what they found."""

    project_id: ProjectId
    notice_sha256: Annotated[
        Sha256,
        Field(description="the notice that was verified, by the hash of its bytes"),
        example(HashOf("claims.loss.notify.v1")),
    ]
    verifiers: Annotated[
        tuple[OfficerId, ...], Field(max_length=20), example(OfficersWith(Party.COOPERATING, Duty.VERIFICATION))
    ]
    visited_at: Moment
    place: Annotated[Name, example("示范区科技园一号楼")]
    premises_abandoned: Annotated[bool, example(False)]
    findings: Annotated[Text, example("企业停止经营，质押专利仍有效")]
    evidence: Annotated[
        tuple[Document, ...],
        Field(max_length=50),
        example((paper(DocumentKind.VERIFICATION_EVIDENCE, "现场核实记录"),)),
    ]


class PlanParticulars(BaseModel):
    """Whom a plan pays, and how its figures come about."""

    project_id: ProjectId
    compensation: _Compensation
    payee: Annotated[InstitutionId, example(IdOf(Party.LENDER))]
    basis: Annotated[PlanBasis, example(FromContext.BASIS)]
    explanation: Annotated[Text, example("按备案时约定的比例和第十条第二款的上限计算")]


class ConfirmedPlan(BaseModel):
    """A plan by the hash of its bytes."""

    project_id: ProjectId
    plan_sha256: Annotated[Sha256, example(HashOf("claims.plan.draw_up.v1"))]


class ReturnedPlan(ConfirmedPlan):
    """A plan that has to be drawn up anew, and why."""

    reasons: Annotated[Text, example("方案说明未写明计算依据，请补充后重新制定")]


class TakeUpParticulars(BaseModel):
    """Which payment is taken up again, and what was mended."""

    project_id: ProjectId
    instruction_id: Annotated[
        Identity,
        Field(description="the instruction that the bank did not carry out"),
        example(FromContext.STOPPED_INSTRUCTION),
    ]
    reasons: Annotated[Text, example("收款账户已更正并登记，重新办理支付")]


class StoppedPayment(BaseModel):
    """A payment that the supervising bank did not carry out."""

    compensation: int
    compensation_id: Identity
    leg: Leg
    amount_fen: PositiveFen


class ApplicationParticulars(BaseModel):
    """What is applied for, and with which documents."""

    project_id: ProjectId
    compensation: _Compensation
    amount_fen: Annotated[PositiveFen, example(FromContext.DUE_FROM_FISCAL_FEN)]
    documents: Annotated[
        tuple[Document, ...],
        Field(max_length=50),
        example(
            (
                paper(DocumentKind.PROJECT_DESCRIPTION, "知识产权融资项目情况说明"),
                paper(DocumentKind.LOAN_CONTRACT, "流动资金借款合同"),
                WithGuarantor(paper(DocumentKind.GUARANTEE_CONTRACT, "委托保证合同")),
                paper(DocumentKind.COMPENSATION_PLAN, "风险补偿方案"),
            )
        ),
    ]


class OnCase(ballots.Subject):
    """What is decided, and in which case."""

    project_id: ProjectId
    subject_kind: Annotated[ballots.SubjectKind, example(ballots.SubjectKind.REIMBURSEMENT)]
    subject_sha256: Annotated[
        Sha256,
        Field(description="the hash of the message that put the question"),
        example(HashOf("claims.reimbursement.apply.v1")),
    ]


class DecidedApplication(BaseModel):
    """An application that was decided on, by the hash of its bytes, and the minutes of that."""

    project_id: ProjectId
    compensation: int
    compensation_id: Identity
    application_sha256: Sha256
    minutes: Document
    rules_version: RulesVersion


# Commands


class NotifyLoss(NoticeParticulars, Command, name="claims.loss.notify.v1"):
    """Notify the pool of a loss on a covered loan; by that project's lender or guarantor (10.2, 14.1).

    Signed by the institution's system key with maker and checker named, or by an officer.
    """

    topic: ClassVar[str] = LOSS_NOTICES
    spoken: ClassVar[Spoken] = Spoken("loss notice", Party.LENDER, SystemUse.LOSS_NOTICES)

    lender: Annotated[InstitutionId, example(IdOf(Party.LENDER))]
    loan_contract_number: Annotated[Reference, example(FromContext.CONTRACT)]
    maker: Annotated[OfficerId, example("loans-maker")]
    checker: Annotated[OfficerId, example("loans-checker")]
    documents: Annotated[
        tuple[Document, ...], Field(max_length=50), usual((paper(DocumentKind.LOSS_NOTICE, "风险补偿通知"),))
    ] = ()


class WithdrawNotice(WithdrawalParticulars, Command, name="claims.notice.withdraw.v1"):
    """Withdraw a notice before its payout is released; by whoever gave it (10.2).

    Signed by the institution's system key with maker and checker named, or by an officer. A plan on the notice falls.
    """

    topic: ClassVar[str] = LOSS_NOTICES
    spoken: ClassVar[Spoken] = Spoken("notice withdrawal", Party.LENDER, SystemUse.LOSS_NOTICES)

    maker: Annotated[OfficerId, example("loans-maker")]
    checker: Annotated[OfficerId, example("loans-checker")]


class RecordReview(ReviewParticulars, Command, name="claims.review.record.v1"):
    """Record that the preliminary review found the notice in order; by the cooperating institution (6.6)."""

    spoken: ClassVar[Spoken] = Spoken("preliminary review", Party.COOPERATING, Duty.REVIEW)


class RecordVerification(VerificationParticulars, Command, name="claims.verification.record.v1"):
    """Record the on-site verification: who, when, where, findings, evidence; by the cooperating institution (6.6)."""

    spoken: ClassVar[Spoken] = Spoken("on-site verification", Party.COOPERATING, Duty.VERIFICATION)


class DrawUpPlan(PlanParticulars, Command, name="claims.plan.draw_up.v1"):
    """Draw up the compensation plan; by the cooperating institution (6.8, 14.1).

    The figures are those of ``PlanBasis``, which the event of the on-site verification carries; a plan that says
    anything else is refused. The SHA-256 of this message's bytes is what is confirmed and released.
    """

    spoken: ClassVar[Spoken] = Spoken("compensation plan", Party.COOPERATING, Duty.PLAN)

    notice_sha256: Annotated[Sha256, example(HashOf("claims.loss.notify.v1"))]


class ConfirmPlan(ConfirmedPlan, Command, name="claims.plan.confirm.v1"):
    """Confirm the plan with these bytes: gate 1, by the managing institution (5.6)."""

    spoken: ClassVar[Spoken] = Spoken("confirmation", Party.MANAGING, Duty.CONFIRMATION)


class ReturnPlan(ReturnedPlan, Command, name="claims.plan.return.v1"):
    """Return the plan with these bytes to be drawn up anew; by the managing institution (5.6)."""

    spoken: ClassVar[Spoken] = Spoken("return of the plan", Party.MANAGING, Duty.CONFIRMATION)


class ReleasePayout(ConfirmedPlan, Command, name="claims.payout.release.v1"):
    """Release the payout of the confirmed plan; by the cooperating institution (6.8)."""

    spoken: ClassVar[Spoken] = Spoken("release", Party.COOPERATING, Duty.RELEASE)


class TakeUpPayment(TakeUpParticulars, Command, name="claims.payment.take_up.v1"):
    """Take up again a payment that the bank did not carry out, its cause mended; by the cooperating institution.

    The same money goes out under a new instruction, which says the one it follows (10.5). The decision stands; an
    account that was wrong is changed in the registry first.
    """

    spoken: ClassVar[Spoken] = Spoken("payment taken up again", Party.COOPERATING, Duty.RELEASE)


class ApplyForReimbursement(ApplicationParticulars, Command, name="claims.reimbursement.apply.v1"):
    """Apply for reimbursement from the fiscal account; by the cooperating institution (15.1).

    The SHA-256 of this message's bytes is what is voted on.
    """

    spoken: ClassVar[Spoken] = Spoken("reimbursement application", Party.COOPERATING, Duty.APPLICATION)


class OpenBallot(OnCase, ballots.OpenBallot, name="claims.ballot.open.v1"):
    """Open the collective decision on what is put, as on an application: gate 2, by the managing institution (15.2)."""

    spoken: ClassVar[Spoken] = Spoken("open ballot", Party.MANAGING, Duty.BALLOT)


class CastVote(OnCase, ballots.CastVote, name="claims.vote.cast.v1"):
    """Cast one member's vote on the message with these bytes (15.2)."""

    spoken: ClassVar[Spoken] = Spoken("vote", Party.MANAGING, Duty.VOTE)


class RecuseMember(OnCase, ballots.RecuseMember, name="claims.vote.recuse.v1"):
    """Declare an interest: the member leaves the base of the ballot (15.2)."""

    spoken: ClassVar[Spoken] = Spoken("recusal", Party.MANAGING, Duty.VOTE)


class CloseBallot(OnCase, ballots.CloseBallot, name="claims.ballot.close.v1"):
    """Close the ballot, after its closing time or when every member has voted, with its minutes (15.2)."""

    spoken: ClassVar[Spoken] = Spoken("close ballot", Party.MANAGING, Duty.BALLOT)


# Events


class NoticeHeld(Event, name="claims.notice.held.v1"):
    """A loss notice waits for its project's approval (5.4)."""

    project_id: Identity
    notifier: InstitutionId
    message_id: MessageId
    notice_sha256: Sha256
    loss: Loss
    claimed_fen: PositiveFen


class NoticeAccepted(NoticeParticulars, Event, name="claims.notice.accepted.v1"):
    """A loss notice was accepted: the case is open, or goes on with these figures (10.2, 14.2).

    It takes the place of its notifier's earlier one in the same ``compensation``, or opens a further one if that was
    released. ``plan_fallen_sha256`` is the plan that falls with the earlier notice.
    """

    project_id: Identity
    case_number: str
    notifier: InstitutionId
    message_id: MessageId
    notice_sha256: Sha256
    compensation: Annotated[
        int | None, Field(description="the compensation that rests on it now; none while its notifier holds no claim")
    ] = None
    plan_fallen_sha256: Sha256 | None = None


class NoticeRefused(Event, name="claims.notice.refused.v1"):
    """A held loss notice was refused when its project was approved or rejected; its receipt had said held."""

    project_id: Identity
    notifier: InstitutionId
    message_id: MessageId
    notice_sha256: Sha256
    code: str
    clause: str


class NoticeWithdrawn(WithdrawalParticulars, Event, name="claims.notice.withdrawn.v1"):
    """Whoever gave the notice has withdrawn it; ``compensation`` rested on it and ends, and so does the plan on it."""

    notifier: InstitutionId
    message_id: Annotated[MessageId, Field(description="the id of the notice")]
    compensation: int | None = None
    plan_fallen_sha256: Sha256 | None = None


class ReviewRecorded(ReviewParticulars, Event, name="claims.review.recorded.v1"):
    """The preliminary review found the notice in order."""

    reviewed_by: OfficerId
    rules_version: RulesVersion


class VerificationRecorded(VerificationParticulars, Event, name="claims.verification.recorded.v1"):
    """The on-site verification is recorded; ``basis`` is what a plan has to say."""

    recorded_by: OfficerId
    compensation: int
    payee: InstitutionId
    basis: PlanBasis
    rules_version: RulesVersion


class PlanDrawnUp(PlanParticulars, Event, name="claims.plan.drawn_up.v1"):
    """A compensation plan waits for the managing institution's confirmation.

    ``sources`` says of each figure whether it follows from the regulation's text or from a reading of it.
    """

    compensation_id: Identity
    plan_sha256: Sha256
    drawn_up_by: OfficerId
    sources: tuple[str, ...]
    rules_version: RulesVersion


class PlanConfirmed(Event, name="claims.plan.confirmed.v1"):
    """The managing institution confirmed the plan: gate 1 is passed."""

    project_id: Identity
    compensation: int
    compensation_id: Identity
    plan_sha256: Sha256
    confirmed_by: OfficerId
    pool_share_fen: PositiveFen
    rules_version: RulesVersion


class PlanReturned(ReturnedPlan, Event, name="claims.plan.returned.v1"):
    """The managing institution returned the plan; what was found about the notice stands, and a new plan is awaited."""

    compensation: int
    compensation_id: Identity
    returned_by: OfficerId
    rules_version: RulesVersion


class PayoutReleased(Event, name="claims.payout.released.v1"):
    """The payout may go out. The four signed messages let the treasury check the decision itself."""

    project_id: Identity
    compensation: int
    compensation_id: Identity
    plan_sha256: Sha256
    released_by: OfficerId
    payee: InstitutionId
    basis: PlanBasis
    notice: SignedMessage
    plan: SignedMessage
    confirmation: SignedMessage
    release: SignedMessage
    rules_version: RulesVersion
    registry_seq: RegistrySeq


class CompensationPaid(Event, name="claims.compensation.paid.v1"):
    """An instalment of the payout was settled from the social capital account."""

    project_id: Identity
    compensation: int
    compensation_id: Identity
    instalment: int
    amount_fen: PositiveFen
    paid_fen: Annotated[PositiveFen, Field(description="paid so far on this compensation")]
    case_paid_fen: Annotated[PositiveFen, Field(description="paid so far on all compensations of the case")]
    fiscal_part_fen: Annotated[Fen, Field(description="F(paid): the fiscal account's part of what was paid so far")]


class PaymentStopped(StoppedPayment, Event, name="claims.payment.stopped.v1"):
    """The supervising bank did not carry a payment out: it waits until its cause is mended and it is taken up again."""

    project_id: Identity
    instruction_id: Identity
    reason: Text


class PayoutRefused(Event, name="claims.payout.refused.v1"):
    """The treasury did not accept the release: its plan ends, and nothing is committed by it.

    What was found about the notice stands, and a plan of ``next_compensation`` can be drawn up, signed by others or
    with other figures, as ``text`` says.
    """

    project_id: Identity
    compensation: int
    compensation_id: Identity
    next_compensation: int
    code: str
    clause: str
    text: str


class ReimbursementStopped(Event, name="claims.reimbursement.stopped.v1"):
    """The treasury did not accept the approval: nothing is reimbursed on it; what is due can be applied for anew."""

    project_id: Identity
    compensation: int
    compensation_id: Identity
    application_sha256: Sha256
    amount_fen: PositiveFen
    code: str
    clause: str
    text: str


class PaymentTakenUp(TakeUpParticulars, StoppedPayment, Event, name="claims.payment.taken_up.v1"):
    """A stopped payment goes out again. The signed message lets the treasury check that for itself."""

    taken_up_by: OfficerId
    take_up: SignedMessage
    rules_version: RulesVersion
    registry_seq: RegistrySeq


class ReimbursementApplied(ApplicationParticulars, Event, name="claims.reimbursement.applied.v1"):
    """The cooperating institution applied for reimbursement; the collective decision is awaited."""

    compensation_id: Identity
    application_sha256: Sha256
    applied_by: OfficerId
    rules_version: RulesVersion


class DecidedOnCase(OnCase):
    """What is decided in a case, which has rules from its beginning on."""

    rules_version: RulesVersion


class BallotOpened(DecidedOnCase, ballots.BallotOpened, name="claims.ballot.opened.v1"):
    """A collective decision is open; the votes bind the bytes with this hash and nothing else."""


class VoteRecorded(DecidedOnCase, ballots.VoteRecorded, name="claims.vote.recorded.v1"):
    """A member voted."""


class MemberRecused(DecidedOnCase, ballots.MemberRecused, name="claims.member.recused.v1"):
    """A member declared an interest and left the base of the ballot."""


class BallotClosed(DecidedOnCase, ballots.BallotClosed, name="claims.ballot.closed.v1"):
    """The collective decision is taken: ``passed`` or not, with its counts and the reason in both languages.

    With fewer ``voters`` than ``voters_required`` there was no quorum: nothing is decided, what was put stands, and
    another ballot can be opened on it. What else it comes to is said after this.
    """


class BallotVoided(OnCase, ballots.BallotVoided, name="claims.ballot.voided.v1"):
    """What was to be decided has changed: the ballot is void with its votes, and a new one is needed."""


class ReimbursementApproved(DecidedApplication, Event, name="claims.reimbursement.approved.v1"):
    """The collective decision passed. The signed messages let the treasury count the votes itself."""

    amount_fen: PositiveFen
    application: SignedMessage
    opening: SignedMessage
    votes: tuple[SignedMessage, ...]
    recusals: tuple[SignedMessage, ...]
    closing: SignedMessage
    registry_seq: RegistrySeq


class ReimbursementRefused(DecidedApplication, Event, name="claims.reimbursement.refused.v1"):
    """The collective decision did not pass: the payout stands, the social capital account bears it (15.2)."""

    why: Text
    why_zh: Text


class CompensationReimbursed(Event, name="claims.compensation.reimbursed.v1"):
    """The fiscal account has reimbursed the social capital account for this compensation."""

    project_id: Identity
    compensation: int
    compensation_id: Identity
    amount_fen: PositiveFen
    reimbursed_fen: Annotated[PositiveFen, Field(description="reimbursed so far on this compensation")]


class ClaimsReceipt(Receipt, name="claims.receipt.issued.v1"):
    """The claims service's one answer to a message from outside."""
