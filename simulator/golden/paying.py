"""The story's middle: the compensation is paid as far as the money reaches, and reimbursed after a vote."""

from datetime import date
from uuid import UUID

from shared.contracts.ballots import SubjectKind
from shared.contracts.claims import (
    ApplyForReimbursement,
    BallotClosed,
    BallotOpened,
    CastVote,
    CloseBallot,
    CompensationPaid,
    CompensationReimbursed,
    OpenBallot,
    ReimbursementApplied,
    ReimbursementApproved,
    VoteRecorded,
)
from shared.contracts.documents import DocumentKind, SignedMessage
from shared.contracts.ids import transfer_id
from shared.contracts.registry.words import BallotRules, Vote
from shared.contracts.topics import outcomes_topic
from shared.contracts.treasury import (
    Account,
    ConfirmPayment,
    Leg,
    PaymentInstructed,
    PaymentInstruction,
    PaymentReserved,
    PaymentSettled,
    PayoutQueued,
)
from simulator.golden.case import (
    COMPENSATION,
    FIRST_CONTRIBUTION_FEN,
    POOL_SHARE_FEN,
    PROJECT,
    Decided,
    balances,
)
from simulator.golden.founding import ACCOUNT, ACCOUNT_BANK, ACCOUNT_NAME, beijing, document
from simulator.golden.story import COOPERATING, CUSTODIAN, LENDER, MANAGING, Sent, Story


def instruction_id(leg: Leg, instalment: int) -> UUID:
    """The id under which a payment of the story is instructed: that of its reservation."""
    return transfer_id(COMPENSATION, leg, instalment, "reserve")


def add_payments(story: Story, decided: Decided) -> None:
    """From the payout to the reimbursement."""
    _pay_out(story, decided)
    _apply_and_vote(story)


def _pay_out(story: Story, decided: Decided) -> None:
    """The social capital account holds 150,000.00: so much is paid, and the rest waits."""
    paid_fen, instruction = FIRST_CONTRIBUTION_FEN, instruction_id(Leg.PAYOUT, 1)
    story.publishes(
        "treasury",
        PROJECT,
        PaymentReserved(
            project_id=PROJECT,
            compensation_id=COMPENSATION,
            leg=Leg.PAYOUT,
            instalment=1,
            amount_fen=paid_fen,
            transfer_id=transfer_id(COMPENSATION, Leg.PAYOUT, 1, "reserve"),
            balances=balances((paid_fen, 0), (paid_fen, paid_fen)),
            rules_version=1,
        ),
    )
    story.publishes(
        "treasury",
        PROJECT,
        PaymentInstructed(
            project_id=PROJECT,
            compensation_id=COMPENSATION,
            leg=Leg.PAYOUT,
            instalment=1,
            instruction_id=instruction,
            amount_fen=paid_fen,
            bank=CUSTODIAN,
            rules_version=1,
        ),
    )
    story.publishes(
        "treasury",
        PROJECT,
        PaymentInstruction(
            instruction_id=instruction,
            project_id=PROJECT,
            compensation_id=COMPENSATION,
            leg=Leg.PAYOUT,
            instalment=1,
            amount_fen=paid_fen,
            debit_account=Account.SOCIAL_CAPITAL,
            payee=LENDER,
            payee_account_number=ACCOUNT,
            payee_account_name=ACCOUNT_NAME,
            payee_bank_name=ACCOUNT_BANK,
            decision_sha256=decided.plan.sha256,
            authority=(decided.plan.signed, decided.confirmation.signed, decided.release.signed),
        ),
        topic=outcomes_topic(CUSTODIAN),
    )
    story.publishes(
        "treasury",
        PROJECT,
        PayoutQueued(
            project_id=PROJECT,
            compensation_id=COMPENSATION,
            queued_fen=POOL_SHARE_FEN - paid_fen,
            why="the social capital account holds 150,000.00 yuan, the payout is 200,000.00 yuan",
            leg=Leg.PAYOUT,
            rules_version=1,
        ),
    )
    _settle(story, paid_fen, instruction)


def _settle(story: Story, paid_fen: int, instruction: UUID) -> None:
    value_on = date(2026, 11, 13)
    story.says(
        CUSTODIAN,
        None,
        "payment-7-1",
        beijing(2026, 11, 13, 16, 5),
        ConfirmPayment(
            instruction_id=instruction,
            amount_fen=paid_fen,
            bank_reference="B20261113000102",
            value_on=value_on,
            booked_on=value_on,
            maker="maker-1",
            checker="checker-1",
        ),
    )
    settled = story.publishes(
        "treasury",
        PROJECT,
        PaymentSettled(
            project_id=PROJECT,
            compensation_id=COMPENSATION,
            leg=Leg.PAYOUT,
            instalment=1,
            instruction_id=instruction,
            transfer_id=transfer_id(COMPENSATION, Leg.PAYOUT, 1, "post"),
            amount_fen=paid_fen,
            bank_reference="B20261113000102",
            value_on=value_on,
            booked_on=value_on,
            due_from_fiscal_fen=paid_fen // 2,
            balances=balances((FIRST_CONTRIBUTION_FEN, 0), (0, 0)),
        ),
    )
    story.hears(settled)
    story.publishes(
        "claims",
        PROJECT,
        CompensationPaid(
            project_id=PROJECT,
            compensation=1,
            compensation_id=COMPENSATION,
            instalment=1,
            amount_fen=paid_fen,
            paid_fen=paid_fen,
            fiscal_part_fen=paid_fen // 2,
        ),
    )


def _apply_and_vote(story: Story) -> None:
    amount_fen = FIRST_CONTRIBUTION_FEN // 2
    documents = (
        document(DocumentKind.PROJECT_DESCRIPTION, "项目情况说明"),
        document(DocumentKind.LOAN_CONTRACT, "借款合同"),
        document(DocumentKind.GUARANTEE_CONTRACT, "委托保证合同"),
        document(DocumentKind.COMPENSATION_PLAN, "风险补偿方案"),
    )
    application = story.says(
        COOPERATING,
        "applicant",
        "application-7",
        beijing(2026, 11, 16),
        ApplyForReimbursement(project_id=PROJECT, compensation=1, amount_fen=amount_fen, documents=documents),
    )
    story.publishes(
        "claims",
        PROJECT,
        ReimbursementApplied(
            project_id=PROJECT,
            compensation=1,
            compensation_id=COMPENSATION,
            application_sha256=application.sha256,
            applied_by="applicant",
            amount_fen=amount_fen,
            documents=documents,
            rules_version=1,
        ),
    )
    members, closes_at = tuple(f"member-{number}" for number in (1, 2, 3, 4, 5)), beijing(2026, 11, 20, 18, 0)
    opening = story.says(
        MANAGING,
        "secretary",
        "ballot-7",
        beijing(2026, 11, 17),
        OpenBallot(
            project_id=PROJECT,
            subject_kind=SubjectKind.REIMBURSEMENT,
            subject_sha256=application.sha256,
            members=members,
            closes_at=closes_at,
        ),
    )
    story.publishes(
        "claims",
        PROJECT,
        BallotOpened(
            project_id=PROJECT,
            subject_kind=SubjectKind.REIMBURSEMENT,
            subject_sha256=application.sha256,
            clause="15.2",
            opened_by="secretary",
            members=members,
            closes_at=closes_at,
            rules=BallotRules(),
            rules_version=1,
        ),
    )
    votes = [_vote(story, application, member) for member in members[:4]]
    minutes = document(DocumentKind.MINUTES, "集体决策会议纪要")
    closing = story.says(
        MANAGING,
        "secretary",
        "close-7",
        beijing(2026, 11, 20, 18, 30),
        CloseBallot(
            project_id=PROJECT,
            subject_kind=SubjectKind.REIMBURSEMENT,
            subject_sha256=application.sha256,
            minutes=minutes,
        ),
    )
    story.publishes(
        "claims",
        PROJECT,
        BallotClosed(
            project_id=PROJECT,
            subject_kind=SubjectKind.REIMBURSEMENT,
            subject_sha256=application.sha256,
            minutes=minutes,
            passed=True,
            base=5,
            voters_required=4,
            voters=4,
            votes_for=4,
            votes_against=0,
            abstentions=0,
            why="passed: 4 of 5 members voted for it, more than 1/2, with 4 voting",
            why_zh="通过：应到5人，表决4人，赞成4人，超过1/2",
            closed_by="secretary",
            rules_version=1,
        ),
    )
    approved = story.publishes(
        "claims",
        PROJECT,
        ReimbursementApproved(
            project_id=PROJECT,
            compensation=1,
            compensation_id=COMPENSATION,
            application_sha256=application.sha256,
            amount_fen=amount_fen,
            minutes=minutes,
            application=application.signed,
            opening=opening.signed,
            votes=tuple(votes),
            closing=closing.signed,
            recusals=(),
            registry_seq=42,
            rules_version=1,
        ),
    )
    story.hears(approved)
    story.publishes(
        "claims",
        PROJECT,
        CompensationReimbursed(
            project_id=PROJECT,
            compensation=1,
            compensation_id=COMPENSATION,
            amount_fen=amount_fen,
            reimbursed_fen=amount_fen,
        ),
    )


def _vote(story: Story, application: Sent, member: str) -> SignedMessage:
    """Four members vote for it; of the fifth, nothing is heard."""
    sent = story.says(
        MANAGING,
        member,
        f"vote-7-{member}",
        beijing(2026, 11, 18),
        CastVote(
            project_id=PROJECT, subject_kind=SubjectKind.REIMBURSEMENT, subject_sha256=application.sha256, vote=Vote.FOR
        ),
    )
    story.publishes(
        "claims",
        PROJECT,
        VoteRecorded(
            project_id=PROJECT,
            subject_kind=SubjectKind.REIMBURSEMENT,
            subject_sha256=application.sha256,
            member=member,
            vote=Vote.FOR,
            rules_version=1,
        ),
    )
    return sent.signed
