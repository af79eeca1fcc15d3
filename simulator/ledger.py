"""The treasury's ledger in memory: transfers are posted to accounts as the database's trigger does it."""

from collections.abc import Iterable
from uuid import UUID

from services.treasury.domain.books import Funds
from services.treasury.domain.ledger import AccountKind, Phase, Transfer, account_id
from shared.contracts.treasury import Account


class Ledger:
    """Rows that are only ever added, and what they leave on the accounts; whole fen."""

    def __init__(self) -> None:
        self.transfers: dict[UUID, Transfer] = {}
        self._balances_fen: dict[UUID, int] = {}
        self._reserved_fen: dict[UUID, int] = {}

    def post(self, transfers: Iterable[Transfer]) -> None:
        """Add the transfers in order; one that is there already, or that ends what was not reserved, is a bug."""
        for transfer in transfers:
            assert transfer.transfer_id not in self.transfers, "a transfer is posted once"
            assert transfer.reservation_id is None or transfer.reservation_id in self.transfers, "reserved before"
            self.transfers[transfer.transfer_id] = transfer
            debit, credit, amount_fen = transfer.debit_account, transfer.credit_account, transfer.amount_fen
            if transfer.phase is Phase.RESERVE:
                self._reserve(debit, amount_fen)
            elif transfer.phase in {Phase.POST, Phase.VOID}:
                self._reserve(debit, -amount_fen)
            if transfer.phase in {Phase.DIRECT, Phase.POST}:
                self._balances_fen[debit] = self.balance_fen(debit) - amount_fen
                self._balances_fen[credit] = self.balance_fen(credit) + amount_fen

    def _reserve(self, account: UUID, amount_fen: int) -> None:
        self._reserved_fen[account] = self._reserved_fen.get(account, 0) + amount_fen

    def balance_fen(self, account: UUID) -> int:
        """What is on an account; below zero on those outside that money comes from."""
        return self._balances_fen.get(account, 0)

    def funds(self, pool_id: UUID) -> dict[Account, Funds]:
        """What is on the two custodial accounts of a pool, and how much of it is reserved; whole fen."""
        ids = {account: account_id(pool_id, AccountKind(account)) for account in Account}
        return {
            account: Funds(self.balance_fen(own_id), self._reserved_fen.get(own_id, 0))
            for account, own_id in ids.items()
        }
