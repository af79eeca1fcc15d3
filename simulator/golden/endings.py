"""What happened beside the story: a held notice, a payment that failed, a vote that did not pass; and a checkpoint."""

import base64
import hashlib
from datetime import date
from uuid import UUID

from shared.contracts.audit import CheckpointPublished
from shared.contracts.ballots import SubjectKind
from shared.contracts.claims import (
    BallotClosed,
    BallotVoided,
    CloseBallot,
    MemberRecused,
    NoticeHeld,
    NoticeOrigin,
    NoticeRefused,
    NotifyLoss,
    RecuseMember,
    ReimbursementRefused,
)
from shared.contracts.documents import DocumentKind
from shared.contracts.ids import compensation_id, transfer_id
from shared.contracts.receipts import Outcome
from shared.contracts.refusals import refusal
from shared.contracts.topics import outcomes_topic
from shared.contracts.treasury import (
    Account,
    ConfirmContribution,
    Leg,
    PaymentRefused,
    PaymentVoided,
    RejectPayment,
    TreasuryReceipt,
)
from simulator.golden.case import COMPENSATION, LOSS, POOL_SHARE_FEN, PROJECT, balances
from simulator.golden.founding import beijing, document, project_of
from simulator.golden.paying import instruction_id
from simulator.golden.story import CUSTODIAN, LENDER, MANAGING, Story, example_signer, sha256_of_title

ORIGIN = "riskpool.example/audit"


def add_endings(story: Story) -> None:
    """The types that the straight way does not meet."""
    _hold_and_refuse_a_notice(story)
    _void_a_payment(story)
    _refuse_a_payment(story)
    _refuse_a_contribution(story)
    _refuse_a_reimbursement(story)
    _publish_a_checkpoint(story)


def _hold_and_refuse_a_notice(story: Story) -> None:
    project = project_of("LC-2026-0008")
    notice = story.says(
        LENDER,
        None,
        "loss-LC-2026-0008-1",
        beijing(2026, 3, 30),
        NotifyLoss(
            lender=LENDER,
            loan_contract_number="LC-2026-0008",
            origin=NoticeOrigin.DISPOSAL_APPLICATION,
            loss=LOSS,
            claimed_fen=POOL_SHARE_FEN,
            maker="maker-1",
            checker="checker-1",
        ),
    )
    story.publishes(
        "claims",
        project,
        NoticeHeld(
            project_id=project,
            notifier=LENDER,
            message_id=notice.envelope.id,
            notice_sha256=notice.sha256,
            loss=LOSS,
            claimed_fen=POOL_SHARE_FEN,
        ),
    )
    story.publishes(
        "claims",
        project,
        NoticeRefused(
            project_id=project,
            notifier=LENDER,
            message_id=notice.envelope.id,
            notice_sha256=notice.sha256,
            code="project_rejected",
            clause="5.4",
        ),
    )


def _void_a_payment(story: Story) -> None:
    amount_fen, reason = 5_000_000, "收款账户状态异常"
    story.says(
        CUSTODIAN,
        None,
        "payment-7-2",
        beijing(2026, 12, 2),
        RejectPayment(
            instruction_id=instruction_id(Leg.PAYOUT, 2), reason=reason, maker="maker-1", checker="checker-1"
        ),
    )
    story.publishes(
        "treasury",
        PROJECT,
        PaymentVoided(
            project_id=PROJECT,
            compensation_id=COMPENSATION,
            leg=Leg.PAYOUT,
            instalment=2,
            instruction_id=instruction_id(Leg.PAYOUT, 2),
            transfer_id=transfer_id(COMPENSATION, Leg.PAYOUT, 2, "void"),
            amount_fen=amount_fen,
            reason=reason,
            balances=balances((7_500_000, 0), (7_500_000, 0)),
        ),
    )


def _refuse_a_payment(story: Story) -> None:
    project = project_of("LC-2026-0009")
    story.publishes(
        "treasury",
        project,
        PaymentRefused(
            project_id=project,
            compensation_id=compensation_id(project, 1),
            leg=Leg.PAYOUT,
            code="plan_not_the_confirmed_one",
            clause="5.6",
            text="the confirmation binds other bytes than the plan's; confirm the plan that is to be paid",
            rules_version=1,
        ),
    )


def _refuse_a_contribution(story: Story) -> None:
    contribution = story.says(
        CUSTODIAN,
        None,
        "contribution-fiscal-2",
        beijing(2026, 12, 31),
        ConfirmContribution(
            account=Account.FISCAL,
            instalment=2,
            amount_fen=485_000_000,
            bank_reference="B20261231000009",
            value_on=date(2026, 12, 31),
            booked_on=date(2026, 12, 31),
            maker="maker-1",
            checker="checker-1",
        ),
    )
    story.publishes(
        "treasury",
        str(contribution.envelope.poolid),
        TreasuryReceipt(
            message_id=contribution.envelope.id,
            message_type_received=contribution.envelope.type,
            message_sha256=contribution.sha256,
            outcome=Outcome.REFUSED,
            reasons=(
                refusal(
                    "budget_missing",
                    "9.3",
                    "a fiscal contribution names its budget reference and budget year; send it again with both",
                    "财政资金到账须注明预算文号和预算年度；请补充后以新的编号重新发送",
                ),
            ),
        ),
        topic=outcomes_topic(CUSTODIAN),
    )


def _refuse_a_reimbursement(story: Story) -> None:
    project, application = project_of("LC-2026-0010"), sha256_of_title("财政资金补偿申请")
    early = document(DocumentKind.MINUTES, "集体决策会议纪要（一）")
    story.says(
        MANAGING,
        "secretary",
        "close-9",
        beijing(2026, 11, 27),
        CloseBallot(
            project_id=project, subject_kind=SubjectKind.REIMBURSEMENT, subject_sha256=application, minutes=early
        ),
    )
    story.publishes(
        "claims",
        project,
        BallotClosed(
            project_id=project,
            subject_kind=SubjectKind.REIMBURSEMENT,
            subject_sha256=application,
            minutes=early,
            closed_by="secretary",
            passed=False,
            base=5,
            voters_required=4,
            voters=3,
            votes_for=3,
            votes_against=0,
            abstentions=0,
            why="no quorum: 3 of 5 members voted, at least 4 have to; nothing is decided, vote again",
            why_zh="未达法定人数：应到5人，实际表决3人，至少须4人表决；未作出决定，可重新发起集体决策",
            rules_version=1,
        ),
    )
    _recuse_and_refuse(story, project, application)


def _recuse_and_refuse(story: Story, project: UUID, application: str) -> None:
    reason = "与借款企业存在关联关系"
    story.says(
        MANAGING,
        "member-5",
        "recuse-10-member-5",
        beijing(2026, 12, 3),
        RecuseMember(
            project_id=project, subject_kind=SubjectKind.REIMBURSEMENT, subject_sha256=application, reason=reason
        ),
    )
    story.publishes(
        "claims",
        project,
        MemberRecused(
            project_id=project,
            subject_kind=SubjectKind.REIMBURSEMENT,
            subject_sha256=application,
            member="member-5",
            reason=reason,
            rules_version=1,
        ),
    )
    story.publishes(
        "claims",
        project,
        BallotVoided(
            project_id=project,
            subject_kind=SubjectKind.REIMBURSEMENT,
            subject_sha256=application,
            votes_void=2,
            why="what was to be decided has changed; the votes on it are void, and a new ballot is needed",
            why_zh="待决事项已变更；原有表决无效，须重新发起集体决策",
        ),
    )
    minutes = document(DocumentKind.MINUTES, "集体决策会议纪要（二）")
    story.says(
        MANAGING,
        "secretary",
        "close-10",
        beijing(2026, 12, 4),
        CloseBallot(
            project_id=project, subject_kind=SubjectKind.REIMBURSEMENT, subject_sha256=application, minutes=minutes
        ),
    )
    story.publishes(
        "claims",
        project,
        ReimbursementRefused(
            project_id=project,
            compensation=1,
            compensation_id=compensation_id(project, 1),
            application_sha256=application,
            minutes=minutes,
            why="not passed: 2 of 4 members voted for it, more than 1/2 have to",
            why_zh="未通过：应到4人，赞成2人，赞成人数须超过1/2",
            rules_version=1,
        ),
    )


def _publish_a_checkpoint(story: Story) -> None:
    """A C2SP signed note: text, empty line, and a line with the key's hash and the signature."""
    root = hashlib.sha256(b"example root").digest()
    root_base64 = base64.b64encode(root).decode()
    text = f"{ORIGIN}\n204\n{root_base64}\n"
    signer = example_signer("audit", "checkpoints")
    public_key = base64.urlsafe_b64decode(signer.public_key + "=")
    key_hash = hashlib.sha256(ORIGIN.encode() + b"\n\x01" + public_key).digest()[:4]
    signature = base64.b64encode(key_hash + signer.private.sign(text.encode())).decode()
    story.publishes(
        "audit",
        ORIGIN,
        CheckpointPublished(origin=ORIGIN, size=204, root_base64=root_base64, note=f"{text}\n— {ORIGIN} {signature}\n"),
    )
