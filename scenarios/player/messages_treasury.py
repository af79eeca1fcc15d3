"""Messages to the treasury: what the supervising bank says."""

from typing import Annotated, Any, ClassVar, Literal
from uuid import UUID

from scenarios.player.message import BANK_WORD, MessageWords, replaced
from scenarios.player.scene import Scene
from scenarios.player.words import Count, Day, Fen, YesNo, choice
from shared.contracts import treasury
from shared.contracts.envelope import Command
from simulator import case_papers
from simulator.party_messages import Message

# Answers an instruction that nobody gave.
_NO_INSTRUCTION = UUID("00000000-0000-5000-8000-000000000000")


class Contribution(MessageWords):
    """Confirm that a contribution has arrived: by default the next planned one of that account."""

    word: ClassVar[str] = "contribution"
    who: ClassVar[str] = f"{BANK_WORD}/system"
    becomes: ClassVar[type[Command]] = treasury.ConfirmContribution

    account: Annotated[treasury.Account, choice(treasury.Account)] = treasury.Account.SOCIAL_CAPITAL
    instalment: Count | None = None
    amount: Fen | None = None
    budget: YesNo | None = None
    reference: str | None = None
    value_date: Day | None = None
    booking_date: Day | None = None
    maker: str | None = None
    checker: str | None = None

    def command(self, scene: Scene) -> treasury.ConfirmContribution:
        """The instalment as it is planned, on the day of the step."""
        data = case_papers.contribution(self.account, scene.today)
        arrived = {number for account, number in scene.pool.arrived if account == self.account}
        outstanding = [pair.instalment for pair in scene.planned if pair.instalment not in arrived]
        instalment = self.instalment or next(iter(outstanding), len(scene.planned))
        amounts = {pair.instalment: pair.fiscal_fen for pair in scene.planned}
        changes = replaced(
            data,
            instalment=instalment,
            amount_fen=amounts.get(instalment, data.amount_fen) if self.amount is None else self.amount,
            bank_reference=self.reference or f"CONTRIBUTION-{self.account.value}-{instalment}",
            value_on=self.value_date,
            booked_on=self.booking_date or self.value_date,
            maker=self.maker,
            checker=self.checker,
        )
        if self.budget is False:
            changes |= {"budget_reference": None, "budget_year": None}
        return treasury.ConfirmContribution.model_validate(changes)


class _OnInstruction(MessageWords):
    """The bank's answer to an instruction: the oldest open one, or the last one that was given."""

    instruction: Literal["open", "last", "unknown"] = "open"
    maker: str = "payments-maker"
    checker: str = "payments-checker"

    def answered(self, scene: Scene) -> Message:
        """The instruction; one that nobody gave where there is none."""
        given, still_open = list(scene.pool.instructions.values()), scene.pool.open_instructions()
        chosen = {"open": still_open[:1], "last": given[-1:], "unknown": []}[self.instruction]
        nothing: dict[str, Any] = {"instruction_id": str(_NO_INSTRUCTION), "amount_fen": 1}
        return next(iter(chosen), nothing)


class PaymentConfirmation(_OnInstruction):
    """Confirm that an instructed payment was carried out."""

    word: ClassVar[str] = "payment confirmation"
    who: ClassVar[str] = f"{BANK_WORD}/system"
    becomes: ClassVar[type[Command]] = treasury.ConfirmPayment

    amount: Fen | None = None
    reference: str | None = None
    value_date: Day | None = None
    booking_date: Day | None = None

    def command(self, scene: Scene) -> treasury.ConfirmPayment:
        """The instructed amount, on the day of the step."""
        instruction = self.answered(scene)
        value_on = self.value_date or scene.today
        return treasury.ConfirmPayment(
            instruction_id=UUID(instruction["instruction_id"]),
            amount_fen=instruction["amount_fen"] if self.amount is None else self.amount,
            bank_reference=self.reference or f"CB{UUID(instruction['instruction_id']).hex[:16].upper()}",
            value_on=value_on,
            booked_on=self.booking_date or value_on,
            maker=self.maker,
            checker=self.checker,
        )


class PaymentRejection(_OnInstruction):
    """Say that an instructed payment was not and will not be carried out."""

    word: ClassVar[str] = "payment rejection"
    who: ClassVar[str] = f"{BANK_WORD}/system"
    becomes: ClassVar[type[Command]] = treasury.RejectPayment

    reason: str = "收款账户信息不符"

    def command(self, scene: Scene) -> treasury.RejectPayment:
        """The oldest open instruction."""
        return treasury.RejectPayment(
            instruction_id=UUID(self.answered(scene)["instruction_id"]),
            reason=self.reason,
            maker=self.maker,
            checker=self.checker,
        )


MESSAGES: tuple[type[MessageWords], ...] = (Contribution, PaymentConfirmation, PaymentRejection)
