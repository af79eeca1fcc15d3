"""What the services decide with, in memory: the states that their transactions load and save, kept for good.

Each calls the function that its service's transaction calls for a message; what a transaction saves is kept here.
"""

from typing import Protocol
from uuid import UUID

from services.claims import batch as claims
from services.registry import batch as registry
from services.registry.domain.reference_data import ReferenceData
from services.registry.domain.subjects import concern_of
from services.treasury import batch as treasury
from services.treasury.domain.books import Books
from services.treasury.domain.pool import Pool
from shared.contracts.registry.people import KeyRegistered, KeyRetired, KeyRevoked
from shared.messaging.keyring import keys_in, retirements_in
from shared.messaging.message import Decided, Incoming
from simulator.keyring import Keyring
from simulator.ledger import Ledger


class Core(Protocol):
    """A service without its messaging: messages go in, each with its decision."""

    @property
    def keyring(self) -> Keyring:
        """The keys that the service knows of."""

    def process(self, message: Incoming) -> Decided:
        """Decide one message, and keep what follows from it."""


class RegistryCore:
    """The registry's states."""

    def __init__(self, reference_data: ReferenceData) -> None:
        self.reference_data = reference_data
        self.keyring = Keyring()
        self.batch = registry.empty_batch()

    def process(self, message: Incoming) -> Decided:
        """Decide one message; all deadlines and all figures are at hand, not only those of a day or a year."""
        decided = registry.process(self.batch, message, concern_of(message.received), self.reference_data)
        self.keyring.store(self.batch.keys)
        self.keyring.retire(self.batch.retirements)
        self.batch = registry.settled(self.batch)
        return decided


class ClaimsCore:
    """The states of claims."""

    def __init__(self) -> None:
        self.keyring = Keyring()
        self.batch = claims.Batch(pools={}, claims={})

    def process(self, message: Incoming) -> Decided:
        """Take note of keys, and decide."""
        self.keyring.store(keys_in([message], KeyRegistered))
        self.keyring.retire(retirements_in([message], (KeyRetired, KeyRevoked)))
        decided = claims.process(self.batch, message)
        self.batch = claims.Batch(self.batch.pools, self.batch.claims)
        return decided


class TreasuryCore:
    """The treasury's books by pool, and its ledger."""

    def __init__(self) -> None:
        self.keyring = Keyring()
        self.books: dict[UUID, Books] = {}
        self.ledger = Ledger()

    def process(self, message: Incoming) -> Decided:
        """Take note of keys, decide on the pool's whole books, and post what moved."""
        self.keyring.store(keys_in([message], KeyRegistered))
        self.keyring.retire(retirements_in([message], (KeyRetired, KeyRevoked)))
        pool_id = message.received.pool_id
        before = self.books.get(pool_id) or Books(Pool(pool_id=pool_id))
        originals = treasury.originals_at_hand([message], [before])
        keys = self.keyring.find({original.key_id for original in originals if original.key_id is not None})
        batch = treasury.Batch(books={pool_id: before}, loaded={}, traces={})
        decided = treasury.process(batch, message, treasury.read_originals(originals, keys))
        after = batch.books[pool_id]
        if batch.transfers:
            self.ledger.post(transfer for transfer, _ in batch.transfers)
            # Decided in the books, posted to the ledger: asserted twice, since a difference could only be a bug.
            assert self.ledger.funds(pool_id) == after.funds, "the ledger and the decisions differ"
        self.books[pool_id] = after
        return decided
