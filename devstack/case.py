"""One case, played as its parties would.

A founded and funded pool, an approved project, a loss, a payout, a reimbursement.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from devstack.party_client import Wire
from devstack.supervisor import LocalError
from shared.contracts import claims, treasury
from shared.contracts.documents import DocumentKind
from shared.contracts.envelope import Command
from shared.contracts.ids import project_id as project_id_of
from shared.contracts.registry import projects
from shared.contracts.registry.words import Vote
from shared.decisions.days import BEIJING
from simulator import case_papers, registrations
from simulator.papers import document, filing, founding
from simulator.parties import COMMITTEE, COOPERATING, LENDER, MANAGING, SUPERVISING_BANK, Cast
from simulator.party_messages import Message, Sender

CONTRACT_NUMBER = "LOAN-2026-0001"
Say = Callable[[str], None]


@dataclass(frozen=True)
class Outcome:
    """What the case came to, as its parties saw it."""

    project_id: UUID
    receipts: int
    balances_before: Message
    balances_after_payout: Message
    balances_after: Message
    due_from_fiscal_after_payout_fen: int
    due_from_fiscal_fen: int
    loss_fen: int
    paid_fen: int
    reimbursed_fen: int


class Play:
    """Plays the parts. Every message is signed by its sender, and its receipt is waited for."""

    def __init__(self, wire: Wire, cast: Cast, say: Say, contract_number: str = CONTRACT_NUMBER) -> None:
        self.wire = wire
        self.cast = cast
        self.say = say
        self.receipts = 0
        self.loss_fen = 0
        self.contract_number = contract_number
        self.project_id = project_id_of(cast.pool_id, LENDER, contract_number)

    async def ask(self, sender: Sender, command: Command) -> Message:
        """Send a command and return its receipt; raises LocalError unless it is accepted."""
        receipt = await self.wire.ask(sender, command)
        self.receipts += 1
        if receipt["outcome"] != "accepted":
            raise LocalError(f"{command.message_type} was answered {receipt['outcome']}: {receipt['reasons']}")
        return receipt

    async def found_and_fund(self) -> Message:
        """Found the pool, register who takes part, receive both contributions; returns the accounts' balances."""
        today = datetime.now(BEIJING).date()
        self.say("the managing institution founds the pool with its rules")
        await self.ask(self.cast.administrator(MANAGING), founding(self.cast, today))
        self.say("institutions, officers, keys and payee accounts are registered")
        proposals, approvals = registrations.payee_accounts(self.cast)
        for sender, command in (
            *registrations.claimants(self.cast),
            *registrations.supervising_bank(self.cast, today),
            *registrations.officers(self.cast),
            *registrations.system_keys(self.cast),
            *proposals,
            *approvals,
        ):
            await self.ask(sender, command)
        self.say("both contributions arrive at the supervising bank")
        received: Message = {}
        for account in (treasury.Account.FISCAL, treasury.Account.SOCIAL_CAPITAL):
            await self.ask(self.cast.system(SUPERVISING_BANK), case_papers.contribution(account, today))
            event = await self.wire.event("treasury.contribution.received.v1", account=account.value)
            received = event["data"]["balances"]
        return received

    async def file_and_approve(self) -> None:
        """File one financing project with its documents, and approve it."""
        today = datetime.now(BEIJING).date()
        self.say("the cooperating institution files the financing project; the managing institution approves it")
        await self.ask(
            self.cast.officer(COOPERATING, "filing-officer"), filing(self.cast.pool_id, self.contract_number, today)
        )
        await self.ask(
            self.cast.officer(MANAGING, "filing-approver"),
            projects.ApproveProject(project_id=self.project_id, filing=1),
        )

    async def pay(self) -> Message:
        """From the loss notice to the settled payout; returns the settlement's data.

        Raises LocalError if the notice is refused.
        """
        self.say("the lender publishes a loss notice to loss-notices")
        await self.wire.event("registry.project.approved.v1", project_id=str(self.project_id))
        receipt = await self.wire.ask(self.cast.system(LENDER), self.loss_notice())
        self.receipts += 1
        if receipt["outcome"] not in {"accepted", "held"}:
            raise LocalError(f"the loss notice was answered {receipt['outcome']}: {receipt['reasons']}")
        notice_sha256 = receipt["message_sha256"]
        accepted = await self.wire.event("claims.notice.accepted.v1", project_id=str(self.project_id))
        self.loss_fen = accepted["data"]["loss"]["total_fen"]
        self.say(f"the receipt is on outcomes.{LENDER}; preliminary review and on-site verification follow")
        await self.ask(
            self.cast.officer(COOPERATING, "reviewer"),
            case_papers.review(self.project_id, notice_sha256),
        )
        await self.ask(
            self.cast.officer(COOPERATING, "verifier-one"),
            case_papers.verification(self.project_id, datetime.now(UTC)),
        )
        verified = await self.wire.event("claims.verification.recorded.v1", project_id=str(self.project_id))
        self.say("the compensation plan is drawn up, confirmed, and its payout released")
        plan = await self.ask(
            self.cast.officer(COOPERATING, "planner"),
            case_papers.plan(self.project_id, notice_sha256, verified["data"]["basis"]),
        )
        plan_sha256 = plan["message_sha256"]
        await self.ask(
            self.cast.officer(MANAGING, "plan-confirmer"),
            claims.ConfirmPlan(project_id=self.project_id, plan_sha256=plan_sha256),
        )
        await self.ask(
            self.cast.officer(COOPERATING, "releaser"),
            claims.ReleasePayout(project_id=self.project_id, plan_sha256=plan_sha256),
        )
        settled = await self._settled("payout")
        self.say("the supervising bank has paid the lender from the social capital account")
        await self.wire.event("claims.compensation.paid.v1", project_id=str(self.project_id))
        return settled

    async def reimburse(self) -> Message:
        """From the application to the settled reimbursement; returns the settlement's data."""
        self.say("the cooperating institution applies for reimbursement; the committee votes")
        application = await self.ask(
            self.cast.officer(COOPERATING, "planner"), case_papers.application(self.project_id)
        )
        application_sha256 = application["message_sha256"]
        secretary = self.cast.officer(MANAGING, "committee-secretary")
        await self.ask(
            secretary,
            claims.OpenBallot(
                project_id=self.project_id,
                application_sha256=application_sha256,
                members=COMMITTEE,
                closes_at=datetime.now(UTC) + timedelta(days=2),
            ),
        )
        votes = (Vote.FOR, Vote.FOR, Vote.FOR, Vote.AGAINST, Vote.ABSTAIN)
        for member, vote in zip(COMMITTEE, votes, strict=True):
            await self.ask(
                self.cast.officer(MANAGING, member),
                claims.CastVote(project_id=self.project_id, application_sha256=application_sha256, vote=vote),
            )
        await self.ask(
            secretary,
            claims.CloseBallot(
                project_id=self.project_id,
                application_sha256=application_sha256,
                minutes=document(DocumentKind.MINUTES, "集体决策会议纪要"),
            ),
        )
        settled = await self._settled("reimbursement")
        self.say("the fiscal account has reimbursed the social capital account")
        await self.wire.event("claims.compensation.reimbursed.v1", project_id=str(self.project_id))
        return settled

    async def whole_case(self) -> Outcome:
        """Everything, from founding to reimbursement."""
        before = await self.found_and_fund()
        await self.file_and_approve()
        paid = await self.pay()
        reimbursed = await self.reimburse()
        return Outcome(
            project_id=self.project_id,
            receipts=self.receipts,
            balances_before=before,
            balances_after_payout=paid["balances"],
            balances_after=reimbursed["balances"],
            due_from_fiscal_after_payout_fen=paid["due_from_fiscal_fen"],
            due_from_fiscal_fen=reimbursed["due_from_fiscal_fen"],
            loss_fen=self.loss_fen,
            paid_fen=paid["amount_fen"],
            reimbursed_fen=reimbursed["amount_fen"],
        )

    def loss_notice(self, **changes: Any) -> claims.NotifyLoss:
        """The lender's notice; ``changes`` replace fields of its loss."""
        return case_papers.loss_notice(self.contract_number, datetime.now(BEIJING).date(), **changes)

    async def _settled(self, leg: str) -> Message:
        event = await self.wire.event("treasury.payment.settled.v1", project_id=str(self.project_id), leg=leg)
        settled: Message = event["data"]
        return settled
