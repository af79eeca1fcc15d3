"""What a message of a scenario can draw on: who is there, what time it is, and what has been said so far."""

from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from scenarios.player.prelude import Prelude
from scenarios.player.view import CaseView, PoolView
from shared.contracts.registry.words import PlannedInstalment
from shared.decisions.days import beijing_day
from shared.messaging.signatures import Signer
from simulator.parties import Cast
from simulator.party_messages import Sender

# Stands where a message binds another one that nobody has said yet; the services refuse it.
NO_HASH = "0" * 64


@dataclass(frozen=True)
class LoanAtHand:
    """The loan that a step is about. ``has_guarantor`` also says which documents come along."""

    contract: str
    lender: str
    has_guarantor: bool
    disbursed_on: date
    project_id: UUID


@dataclass(frozen=True)
class Said:
    """A message that was sent, byte for byte."""

    word: str
    message_id: str
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
    """What was said in a scenario: by the names it was given, and the latest accepted of each word and project."""

    named: dict[str, Said] = field(default_factory=dict)
    latest: dict[tuple[str, UUID], Said] = field(default_factory=dict)
    new_key: NewKey | None = None


@dataclass(frozen=True)
class Scene:
    """One step's surroundings; ``sender`` is who speaks, ``at`` the business time."""

    cast: Cast
    prelude: Prelude
    planned: tuple[PlannedInstalment, ...]
    loan: LoanAtHand
    at: datetime
    sender: Sender
    pool: PoolView
    memory: Memory

    @property
    def today(self) -> date:
        """The day in Beijing."""
        return beijing_day(self.at)

    @property
    def case(self) -> CaseView:
        """The case of the loan at hand."""
        return self.pool.case(self.loan.project_id)

    def hash_of(self, word: str, name: str | None) -> str:
        """The hash of the message called ``name``, or of the latest accepted one of this word on this project."""
        if name is not None:
            return self.memory.named[name].sha256
        latest = self.memory.latest.get((word, self.loan.project_id))
        return NO_HASH if latest is None else latest.sha256
