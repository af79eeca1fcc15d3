"""What a message of a scenario can draw on: who is there, what time it is, and what has been said so far."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from scenarios.player.given import Given
from scenarios.player.view import CaseView, PoolView
from shared.contracts.examples import FromContext, HashOf, Symbol
from shared.contracts.registry.words import PlannedInstalment
from shared.messaging.signatures import Signer
from simulator.message_context import NO_HASH, MessageContext
from simulator.party_messages import Sender

__all__ = ["NO_HASH", "Memory", "NewKey", "Said", "StepContext"]


@dataclass(frozen=True)
class Said:
    """A message that was sent, byte for byte."""

    word: str
    message_id: str
    message_type: str
    sha256: str
    topic: str
    value: bytes
    sender: Sender
    at: datetime


@dataclass(frozen=True)
class NewKey:
    """A key that its holder signs with once the registry has accepted it."""

    sender: Sender
    signer: Signer


@dataclass
class Memory:
    """What was said in a scenario: by the names it was given, and the latest accepted of each type and project."""

    named: dict[str, Said] = field(default_factory=dict)
    latest: dict[tuple[str, UUID], Said] = field(default_factory=dict)
    new_key: NewKey | None = None


@dataclass(frozen=True, kw_only=True)
class StepContext(MessageContext):
    """One step's context; ``sender`` is who speaks, ``at`` the business time."""

    given: Given
    planned: tuple[PlannedInstalment, ...]
    pool: PoolView
    memory: Memory

    @property
    def case(self) -> CaseView:
        """The case of the loan at hand."""
        return self.pool.case(self.loan.project_id)

    def value_of(self, symbol: Symbol, beside: Mapping[str, Any]) -> Any:
        """What the symbol stands for here: what the pool has told, what was said, or what is known anyway."""
        match symbol:
            case HashOf():
                latest = self.memory.latest.get((symbol.message_type, self.loan.project_id))
                return NO_HASH if latest is None else latest.sha256
            case FromContext.FILING:
                return self.case.filing
            case FromContext.DUE_FROM_FISCAL_FEN:
                # What can't be applied for is refused by the services; an amount of nothing can't even be said.
                return max(1, self.case.due.total())
            case FromContext.STOPPED_INSTRUCTION:
                return UUID(next(iter(self.case.stopped), str(super().value_of(symbol, beside))))
            case FromContext.INSTALMENT:
                return self._next_instalment(beside["account"])
            case FromContext.INSTALMENT_FEN:
                amounts = {pair.instalment: pair.fiscal_fen for pair in self.planned}
                return amounts.get(beside["instalment"], super().value_of(symbol, beside))
            case FromContext.COMPENSATION:
                return self.case.compensation
            case FromContext.BASIS if self.case.basis is not None:
                return self.case.basis
        return super().value_of(symbol, beside)

    def _next_instalment(self, account: str) -> int:
        arrived = {number for received, number in self.pool.arrived if received == account}
        outstanding = [pair.instalment for pair in self.planned if pair.instalment not in arrived]
        return next(iter(outstanding), len(self.planned))
