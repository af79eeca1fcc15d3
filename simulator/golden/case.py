"""The story's middle: the loss is notified, reviewed and verified; the compensation is planned, confirmed, released."""

from dataclasses import dataclass
from datetime import date

from shared.contracts.claims import (
    ClaimsReceipt,
    ConfirmPlan,
    DrawUpPlan,
    Loss,
    NoticeAccepted,
    NoticeOrigin,
    NotifyLoss,
    PayoutReleased,
    PlanBasis,
    PlanConfirmed,
    PlanDrawnUp,
    RecordReview,
    RecordVerification,
    ReleasePayout,
    ReviewRecorded,
    VerificationRecorded,
)
from shared.contracts.documents import DocumentKind
from shared.contracts.ids import case_number, compensation_id, transfer_id
from shared.contracts.receipts import Outcome
from shared.contracts.topics import outcomes_topic
from shared.contracts.treasury import (
    Account,
    Balance,
    Balances,
    ConfirmContribution,
    ContributionReceived,
)
from simulator.golden.founding import CONTRACT, RATIO, beijing, document, project_of
from simulator.golden.story import COOPERATING, CUSTODIAN, LENDER, MANAGING, POOL, Sent, Story

PROJECT = project_of()
COMPENSATION = compensation_id(PROJECT, 1)
CASE_NUMBER = case_number(PROJECT, 2026)
FIRST_CONTRIBUTION_FEN = 15_000_000
POOL_SHARE_FEN = 20_000_000
LOSS = Loss(
    as_of=date(2026, 10, 31),
    principal_fen=95_000_000,
    interest_fen=3_000_000,
    penalty_interest_fen=1_200_000,
    overdue_interest_fen=600_000,
    overdue_penalty_fen=200_000,
    other_fen=1,
    total_fen=100_000_001,
)
BASIS = PlanBasis(
    rules_version=1,
    share_rate_bp=2_000,
    loss_ratio=RATIO,
    total_loss_fen=LOSS.total_fen,
    claimed_fen=POOL_SHARE_FEN,
    paid_before_fen=0,
    cap_fen=POOL_SHARE_FEN,
    pool_share_fen=POOL_SHARE_FEN,
    fiscal_part_fen=10_000_000,
    social_part_fen=10_000_000,
)


@dataclass(frozen=True, slots=True)
class Decided:
    """The signed messages that a payout rests on."""

    notice: Sent
    plan: Sent
    confirmation: Sent
    release: Sent


def balances(fiscal: tuple[int, int], social: tuple[int, int]) -> Balances:
    """Both accounts, each as balance and reserved part of it."""
    return Balances(
        fiscal=Balance(balance_fen=fiscal[0], reserved_fen=fiscal[1]),
        social_capital=Balance(balance_fen=social[0], reserved_fen=social[1]),
    )


def add_case(story: Story) -> Decided:
    """From the loss notice to the payout's release."""
    _contribute(story)
    notice = _notify(story)
    _review_and_verify(story, notice)
    return _plan_and_release(story, notice)


def _contribute(story: Story) -> None:
    value_on, booked_on = date(2026, 3, 30), date(2026, 3, 31)
    story.says(
        CUSTODIAN,
        None,
        "contribution-fiscal-1",
        beijing(2026, 3, 31),
        ConfirmContribution(
            account=Account.FISCAL,
            instalment=1,
            amount_fen=FIRST_CONTRIBUTION_FEN,
            budget_reference="2026-YS-0113",
            budget_year=2026,
            bank_reference="B20260330000017",
            value_on=value_on,
            booked_on=booked_on,
            maker="maker-1",
            checker="checker-1",
        ),
    )
    story.publishes(
        "treasury",
        str(POOL),
        ContributionReceived(
            transfer_id=transfer_id(POOL, "contribution-fiscal", 1, "post"),
            account=Account.FISCAL,
            instalment=1,
            amount_fen=FIRST_CONTRIBUTION_FEN,
            budget_reference="2026-YS-0113",
            budget_year=2026,
            bank_reference="B20260330000017",
            value_on=value_on,
            booked_on=booked_on,
            balances=balances((FIRST_CONTRIBUTION_FEN, 0), (0, 0)),
        ),
    )


def _notify(story: Story) -> Sent:
    notice = story.says(
        LENDER,
        None,
        f"loss-{CONTRACT}-1",
        beijing(2026, 11, 2),
        NotifyLoss(
            lender=LENDER,
            loan_contract_number=CONTRACT,
            origin=NoticeOrigin.COMPENSATION_NOTICE,
            loss=LOSS,
            claimed_fen=POOL_SHARE_FEN,
            maker="maker-1",
            checker="checker-1",
            documents=(document(DocumentKind.LOSS_NOTICE, "风险补偿通知"),),
        ),
    )
    story.publishes(
        "claims",
        PROJECT,
        ClaimsReceipt(
            message_id=notice.envelope.id,
            message_type_received=notice.envelope.type,
            message_sha256=notice.sha256,
            outcome=Outcome.ACCEPTED,
            project_id=PROJECT,
            case_number=CASE_NUMBER,
        ),
        topic=outcomes_topic(LENDER),
    )
    story.publishes(
        "claims",
        PROJECT,
        NoticeAccepted(
            project_id=PROJECT,
            case_number=CASE_NUMBER,
            notifier=LENDER,
            message_id=notice.envelope.id,
            notice_sha256=notice.sha256,
            origin=NoticeOrigin.COMPENSATION_NOTICE,
            loss=LOSS,
            claimed_fen=POOL_SHARE_FEN,
        ),
    )
    return notice


def _review_and_verify(story: Story, notice: Sent) -> None:
    findings = "通知材料齐全，损失分项与合计一致"
    story.says(
        COOPERATING,
        "reviewer",
        "review-7",
        beijing(2026, 11, 4),
        RecordReview(project_id=PROJECT, notice_sha256=notice.sha256, findings=findings),
    )
    story.publishes(
        "claims",
        PROJECT,
        ReviewRecorded(
            project_id=PROJECT, notice_sha256=notice.sha256, reviewed_by="reviewer", findings=findings, rules_version=1
        ),
    )
    verification = RecordVerification(
        project_id=PROJECT,
        verifiers=("verifier-1", "verifier-2"),
        visited_at=beijing(2026, 11, 6, 14, 0),
        place="借款企业注册地址",
        premises_abandoned=False,
        findings="企业已停产，损失情况属实",
        evidence=(document(DocumentKind.VERIFICATION_EVIDENCE, "现场核实记录及照片"),),
    )
    story.says(COOPERATING, "verifier-1", "verification-7", beijing(2026, 11, 6, 17, 0), verification)
    story.publishes(
        "claims",
        PROJECT,
        VerificationRecorded(
            **dict(verification),
            recorded_by="verifier-1",
            notice_sha256=notice.sha256,
            compensation=1,
            payee=LENDER,
            basis=BASIS,
            rules_version=1,
        ),
    )


def _plan_and_release(story: Story, notice: Sent) -> Decided:
    explanation = "按借款银行通知的损失金额及备案比例拟定"
    plan = story.says(
        COOPERATING,
        "planner",
        "plan-7",
        beijing(2026, 11, 9),
        DrawUpPlan(
            project_id=PROJECT,
            compensation=1,
            notice_sha256=notice.sha256,
            payee=LENDER,
            basis=BASIS,
            explanation=explanation,
        ),
    )
    story.publishes(
        "claims",
        PROJECT,
        PlanDrawnUp(
            project_id=PROJECT,
            compensation=1,
            compensation_id=COMPENSATION,
            plan_sha256=plan.sha256,
            drawn_up_by="planner",
            payee=LENDER,
            basis=BASIS,
            explanation=explanation,
            sources=("cap_fen: text, 10.3", "fiscal_part_fen: reading, 10.4"),
            rules_version=1,
        ),
    )
    confirmation = story.says(
        MANAGING,
        "confirmer",
        "confirm-7",
        beijing(2026, 11, 11),
        ConfirmPlan(project_id=PROJECT, plan_sha256=plan.sha256),
    )
    story.publishes(
        "claims",
        PROJECT,
        PlanConfirmed(
            project_id=PROJECT,
            compensation=1,
            compensation_id=COMPENSATION,
            plan_sha256=plan.sha256,
            confirmed_by="confirmer",
            pool_share_fen=POOL_SHARE_FEN,
            rules_version=1,
        ),
    )
    release = story.says(
        COOPERATING,
        "releaser",
        "release-7",
        beijing(2026, 11, 12),
        ReleasePayout(project_id=PROJECT, plan_sha256=plan.sha256),
    )
    released = story.publishes(
        "claims",
        PROJECT,
        PayoutReleased(
            project_id=PROJECT,
            compensation=1,
            compensation_id=COMPENSATION,
            plan_sha256=plan.sha256,
            released_by="releaser",
            payee=LENDER,
            basis=BASIS,
            notice=notice.signed,
            plan=plan.signed,
            confirmation=confirmation.signed,
            release=release.signed,
            registry_seq=42,
            rules_version=1,
        ),
    )
    story.hears(released)
    return Decided(notice, plan, confirmation, release)
