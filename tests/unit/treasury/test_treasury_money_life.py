"""Whatever happens in whatever order, no fen is lost, created, or paid to anybody before its turn."""

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, multiple, precondition, rule

from services.treasury.domain.books import Books, evolve
from services.treasury.domain.case import MandateStage
from services.treasury.domain.decide import Decision
from services.treasury.domain.ledger import AccountKind, Phase, Transfer, account_id, transfer_of
from shared.contracts import ids
from shared.contracts.envelope import Command
from shared.contracts.receipts import Outcome
from shared.contracts.treasury import (
    Account,
    ContributionReceived,
    HandOverAccounts,
    Leg,
    PaymentInstructed,
    PaymentReserved,
    PaymentSettled,
    PaymentVoided,
    TakeOverAccounts,
)
from shared.decisions.article_10_fiscal_part import fiscal_part_fen
from tests.unit.treasury.test_article_06_supervising_bank import APPOINTED, SUCCESSOR, moved
from tests.unit.treasury.treasury_ballot import approval
from tests.unit.treasury.treasury_factories import (
    BANK,
    HALVES,
    LENDER,
    POOL_ID,
    basis,
    confirmation_of,
    contribution,
    from_bank,
    observed,
    payout,
    project_approved,
    registered_pool,
    rejection_of,
    then,
)

MONEY = (ContributionReceived, PaymentReserved, PaymentSettled, PaymentVoided)
NUMBERS = ("LN-2026-001", "LN-2026-002", "LN-2026-003", "LN-2026-004")


class TreasuryLife(RuleBasedStateMachine):
    """Contributions, releases, approvals, the bank's answers and another bank, repeated and mixed as may be."""

    instructions = Bundle("instructions")

    def __init__(self) -> None:
        super().__init__()
        self.books = Books(registered_pool())
        self.transfers: list[Transfer] = []
        self.messages = 0

    @initialize()
    def projects_are_approved(self) -> None:
        for number in NUMBERS:
            self.books = evolve(self.books, project_approved(ids.project_id(POOL_ID, LENDER, number)))

    def _then(self, received: object, originals: object = None) -> Decision:
        before = self.books
        self.books, decision = then(before, received, originals)  # type: ignore[arg-type]  # built by the story
        if decision.outcome in (Outcome.REFUSED, Outcome.DUPLICATE):
            assert self.books == before, "a refusal never changes state"
        if self.books.pool.successor is not None:
            assert not any(isinstance(event, PaymentReserved | PaymentInstructed) for event in decision.events)
        self.transfers += [transfer_of(POOL_ID, event) for event in decision.events if isinstance(event, MONEY)]
        return decision

    def _from_bank(self, data: Command) -> Decision:
        bank = self.books.pool.supervising_bank
        assert bank is not None
        return self._then(from_bank(data, institution=bank))

    def _id(self) -> str:
        self.messages += 1
        return f"event-{self.messages}"

    @rule(target=instructions, account=st.sampled_from(Account), instalment=st.integers(1, 2))
    def contribute(self, account: Account, instalment: int) -> object:
        return _instructed(self._from_bank(contribution(account, instalment)))

    @rule(target=instructions, number=st.sampled_from(NUMBERS), total_fen=st.integers(5, 300_000_000))
    def release(self, number: str, total_fen: int) -> object:
        project_id = ids.project_id(POOL_ID, LENDER, number)
        signed_payout = payout(project_id, number, total_fen=total_fen, planned=basis(total_fen))
        return _instructed(self._then(observed(signed_payout.released(), self._id()), signed_payout.originals))

    @rule(target=instructions, amount_fen=st.integers(1, 60_000_000))
    def approve(self, amount_fen: int) -> object:
        voted = approval(amount_fen=amount_fen)
        return _instructed(self._then(observed(voted.approved(), self._id()), voted.originals))

    @rule(target=instructions, instructed=instructions, short_fen=st.sampled_from((0, 0, 0, 1)))
    def confirm(self, instructed: PaymentInstructed, short_fen: int) -> object:
        amount_fen = max(instructed.amount_fen - short_fen, 1)
        return _instructed(self._from_bank(confirmation_of(instructed, amount_fen=amount_fen)))

    @rule(target=instructions, instructed=instructions)
    def reject(self, instructed: PaymentInstructed) -> object:
        return _instructed(self._from_bank(rejection_of(instructed)))

    @precondition(lambda self: self.books.pool.successor is None)
    @rule()
    def another_bank_is_appointed(self) -> None:
        present = self.books.pool.supervising_bank
        other = SUCCESSOR if present == BANK else BANK
        self._then(observed(APPOINTED.model_copy(update={"institution": other, "replaces": present}), self._id()))

    @rule(short_fen=st.sampled_from((0, 0, 1)))
    def hand_over(self, short_fen: int) -> None:
        self._from_bank(self._moved(HandOverAccounts, short_fen))

    @rule(target=instructions, short_fen=st.sampled_from((0, 0, 1)))
    def take_over(self, short_fen: int) -> object:
        bank = self.books.pool.successor or SUCCESSOR
        return _instructed(self._then(from_bank(self._moved(TakeOverAccounts, short_fen), institution=bank)))

    def _moved(
        self, kind: type[HandOverAccounts | TakeOverAccounts], short_fen: int
    ) -> HandOverAccounts | TakeOverAccounts:
        fiscal_fen, social_fen = (self.books.funds[account].balance_fen for account in Account)
        said: HandOverAccounts | TakeOverAccounts = moved(
            kind, fiscal_fen=max(fiscal_fen - short_fen, 0), social_capital_fen=social_fen
        )
        return said

    @invariant()
    def the_accounts_are_what_the_transfers_say(self) -> None:
        """The same figures follow from the ledger's rows alone, and no id is used twice."""
        assert len({transfer.transfer_id for transfer in self.transfers}) == len(self.transfers)
        for account in Account:
            key = account_id(POOL_ID, AccountKind(account))
            balance_fen = reserved_fen = 0
            for transfer in self.transfers:
                moved = transfer.amount_fen if transfer.phase in (Phase.DIRECT, Phase.POST) else 0
                balance_fen += moved * ((transfer.credit_account == key) - (transfer.debit_account == key))
                if transfer.debit_account == key and transfer.phase is not Phase.DIRECT:
                    reserved_fen += transfer.amount_fen if transfer.phase is Phase.RESERVE else -transfer.amount_fen
                assert 0 <= reserved_fen <= balance_fen
            funds = self.books.funds[account]
            assert (funds.balance_fen, funds.reserved_fen) == (balance_fen, reserved_fen)

    @invariant()
    def every_share_is_paid_reserved_queued_or_rejected(self) -> None:
        """Approved = paid + pending + refused, and fiscal never pays more than its part of what was paid."""
        for case in self.books.cases.values():
            for compensation in case.compensations.values():
                (mandate,) = (each for each in case.mandates.values() if each.leg is Leg.PAYOUT)
                known_fen = compensation.paid_fen + compensation.reserved_fen + mandate.queued_fen
                assert known_fen <= compensation.pool_share_fen
                if mandate.stage is not MandateStage.REJECTED:
                    assert known_fen == compensation.pool_share_fen
                assert mandate.settled_fen == compensation.paid_fen
                assert case.reimbursement_taken_fen(compensation.compensation_id) <= fiscal_part_fen(
                    compensation.paid_fen, HALVES
                )

    @invariant()
    def nobody_waits_while_money_is_there(self) -> None:
        """Once the first pair is in, a queue stands only where its account is empty; before it nobody is paid.

        While the accounts go from bank to bank everybody waits.
        """
        has_pair = {each.account for each in self.books.pool.arrived if each.instalment == 1} == set(Account)
        waiting = [place for place in self.books.queues[Leg.PAYOUT] if self.books.is_waiting(place)]
        if self.books.pool.successor is not None:
            return
        if waiting and has_pair:
            assert self.books.funds[Account.SOCIAL_CAPITAL].available_fen == 0
        if not has_pair:
            assert all(transfer.leg is None for transfer in self.transfers)
        owed = [place for place in self.books.queues[Leg.REIMBURSEMENT] if self.books.is_waiting(place)]
        assert not owed or self.books.funds[Account.FISCAL].available_fen == 0


def _instructed(decision: Decision) -> object:
    return multiple(*(event for event in decision.events if isinstance(event, PaymentInstructed)))


TestTreasuryLife = TreasuryLife.TestCase
TestTreasuryLife.settings = settings(
    max_examples=60, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
)
