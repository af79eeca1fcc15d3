"""One case, played as its parties would.

A founded and funded pool, an approved project, a loss, a payout, a reimbursement.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Self, TypeVar
from uuid import UUID

from devstack.party_client import PartyClient
from devstack.pool import RunningPool
from devstack.supervisor import DevstackError
from shared.contracts import claims, treasury
from shared.contracts.envelope import Command
from shared.contracts.examples import LOSS_FEN, HashOf, Now, Symbol
from shared.contracts.ids import project_id as project_id_of
from shared.contracts.registry.pools import FoundPool
from shared.contracts.registry.projects import ApproveProject, FileProject
from shared.contracts.registry.words import Vote
from shared.decisions.article_04_second_person import waits_for_a_second_person
from shared.decisions.days import BEIJING
from simulator import registrations
from simulator.message_context import CONTRACT_NUMBER, demonstration, usual_sender
from simulator.parties import COMMITTEE, LENDER, MANAGING, Cast
from simulator.party_messages import Message, Sender
from simulator.samples import Said, sample

AnyCommand = TypeVar("AnyCommand", bound=Command)

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

    def __init__(self, wire: PartyClient, cast: Cast, say: Say, contract_number: str = CONTRACT_NUMBER) -> None:
        self.wire = wire
        self.cast = cast
        self.say = say
        self.receipts = 0
        self.loss_fen = 0
        self.contract_number = contract_number
        # The hashes of what was accepted, which what comes after it binds.
        self.observed: dict[Symbol, Any] = {}
        self.project_id = project_id_of(cast.pool_id, LENDER, contract_number)

    async def ask(self, sender: Sender, command: Command) -> Message:
        """Send a command, have a second person confirm it where it waits for one, and return its receipt.

        Raises DevstackError unless it is accepted.
        """
        receipt = await self.wire.ask(sender, command)
        self.receipts += 1
        if receipt["outcome"] != "accepted":
            raise DevstackError(f"{command.message_type} was answered {receipt['outcome']}: {receipt['reasons']}")
        self.observed[HashOf(command.message_type)] = receipt["message_sha256"]
        if waits_for_a_second_person(command, sender.officer):
            await self.ask(*registrations.confirmation(self.cast, sender, receipt["message_sha256"]))
        return receipt

    async def ask_usual(self, command: type[Command], said: Said | None = None, sender: Sender | None = None) -> None:
        """Send a command as it is usually said, by whoever says it; it has to be accepted."""
        sender = sender or usual_sender(self.cast, command)
        await self.ask(sender, self.usual(command, said, sender))

    def usual(self, command: type[AnyCommand], said: Said | None = None, sender: Sender | None = None) -> AnyCommand:
        """The command as it is usually said, with what is ``said`` otherwise."""
        here = demonstration(self.cast, sender or usual_sender(self.cast, command), self.contract_number)
        return sample(command, replace(here, observed=self.observed), said)

    @classmethod
    async def founded(cls, pool: RunningPool) -> Self:
        """A play in the running pool, once it is founded and funded and has one approved project."""
        stack = pool.stack
        async with PartyClient(stack.kafka_bootstrap, idempotent=stack.broker.idempotent) as wire:
            play = cls(wire, pool.cast, stack.say)
            await play.found_and_fund()
            await play.file_and_approve()
        return play

    async def found_and_fund(self) -> Message:
        """Found the pool, register who takes part, receive both contributions; returns the accounts' balances."""
        self.say("the managing institution founds the pool with its rules")
        await self.ask_usual(FoundPool)
        self.say("institutions, officers, keys and payee accounts are registered")
        proposals, approvals = registrations.payee_accounts(self.cast)
        for sender, command in (
            *registrations.claimants(self.cast),
            *registrations.supervising_bank(self.cast, datetime.now(BEIJING).date()),
            *registrations.officers(self.cast),
            *registrations.system_keys(self.cast),
            *proposals,
            *approvals,
        ):
            await self.ask(sender, command)
        self.say("both contributions arrive at the supervising bank")
        received: Message = {}
        for account in treasury.Account:
            await self.ask_usual(treasury.ConfirmContribution, {"account": account})
            event = await self.wire.event("treasury.contribution.received.v1", account=account.value)
            received = event["data"]["balances"]
        return received

    async def file_and_approve(self) -> None:
        """File one financing project with its documents, and approve it, told apart from those that it resembles."""
        self.say("the cooperating institution files the financing project; the managing institution approves it")
        await self.ask_usual(FileProject)
        filed = await self.wire.event("registry.project.filed.v1", project_id=str(self.project_id))
        named = [
            {name: each[name] for name in ("lender", "contract_number")} for each in filed["data"]["similar_loans"]
        ]
        await self.ask_usual(ApproveProject, {"other_loans": named})

    async def pay(self) -> Message:
        """From the loss notice to the settled payout; returns the settlement's data.

        Raises DevstackError if the notice is refused.
        """
        self.say("the lender publishes a loss notice to loss-notices")
        await self.wire.event("registry.project.approved.v1", project_id=str(self.project_id))
        notice = self.loss_notice()
        receipt = await self.wire.ask(self.cast.system(LENDER), notice)
        self.receipts += 1
        if receipt["outcome"] not in {"accepted", "held"}:
            raise DevstackError(f"the loss notice was answered {receipt['outcome']}: {receipt['reasons']}")
        self.observed[HashOf(notice.message_type)] = receipt["message_sha256"]
        accepted = await self.wire.event("claims.notice.accepted.v1", project_id=str(self.project_id))
        self.loss_fen = accepted["data"]["loss"]["total_fen"]
        self.say(f"the receipt is on outcomes.{LENDER}; preliminary review and on-site verification follow")
        await self.ask_usual(claims.RecordReview)
        await self.ask_usual(claims.RecordVerification)
        verified = await self.wire.event("claims.verification.recorded.v1", project_id=str(self.project_id))
        self.say("the compensation plan is drawn up, confirmed, and its payout released")
        await self.ask_usual(claims.DrawUpPlan, {"basis": verified["data"]["basis"]})
        await self.ask_usual(claims.ConfirmPlan)
        await self.ask_usual(claims.ReleasePayout)
        settled = await self._settled("payout")
        self.say("the supervising bank has paid the lender from the social capital account")
        await self.wire.event("claims.compensation.paid.v1", project_id=str(self.project_id))
        return settled

    async def reimburse(self) -> Message:
        """From the application to the settled reimbursement; returns the settlement's data."""
        self.say("the cooperating institution applies for reimbursement; the committee votes")
        await self.ask_usual(claims.ApplyForReimbursement)
        # A ballot is open for a day at least, and the clock goes on until the message is taken in.
        await self.ask_usual(claims.OpenBallot, {"closes_at": Now(days=2)})
        votes = (Vote.FOR, Vote.FOR, Vote.FOR, Vote.AGAINST, Vote.ABSTAIN)
        for member, vote in zip(COMMITTEE, votes, strict=True):
            await self.ask_usual(claims.CastVote, {"vote": vote}, self.cast.officer(MANAGING, member))
        await self.ask_usual(claims.CloseBallot)
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
        loss = {"as_of": datetime.now(BEIJING).date(), **changes}
        claimed_fen = loss.get("total_fen", LOSS_FEN)
        return self.usual(claims.NotifyLoss, {"loss": loss, "claimed_fen": claimed_fen})

    async def _settled(self, leg: str) -> Message:
        event = await self.wire.event("treasury.payment.settled.v1", project_id=str(self.project_id), leg=leg)
        settled: Message = event["data"]
        return settled
