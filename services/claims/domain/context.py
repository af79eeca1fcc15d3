"""What claims decides on: a case in its pool, and of a command all its circumstances."""

from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from services.claims.domain.claim import Claim, Notice, Plan
from services.claims.domain.pool import Pool
from shared.contracts.documents import SignedMessage
from shared.contracts.envelope import Command
from shared.contracts.received import Acting, Received
from shared.contracts.registry.words import Rules

AnyCommand = TypeVar("AnyCommand", bound=Command, covariant=True)


@dataclass(frozen=True, slots=True)
class Case:
    """A case in its pool."""

    pool: Pool
    claim: Claim


@dataclass(frozen=True, slots=True)
class CommandContext(Generic[AnyCommand]):
    """One command and its circumstances: every decider gets this and nothing else."""

    case: Case
    received: Received[AnyCommand]

    @property
    def command(self) -> AnyCommand:
        """What the command says."""
        return self.received.data

    @property
    def pool(self) -> Pool:
        """The pool, as far as it has been observed."""
        return self.case.pool

    @property
    def claim(self) -> Claim:
        """The case."""
        return self.case.claim

    @property
    def acting(self) -> Acting:
        """Who signed."""
        assert self.received.acting is not None, "a message from outside has a signer"
        return self.received.acting

    @property
    def officer(self) -> str:
        """The officer who signed; whoever has a duty is one."""
        assert self.acting.officer is not None, "a system key has no duty"
        return self.acting.officer

    @property
    def original(self) -> SignedMessage:
        """The command as it was signed."""
        assert self.received.original is not None, "a message from outside is kept as it was signed"
        return self.received.original

    @property
    def at(self) -> datetime:
        """The time of intake."""
        return self.received.received_at

    @property
    def rules(self) -> Rules:
        """The version of the rules in force at the intake; a role in the pool comes with them (5.2)."""
        rules = self.pool.rules_at(self.at)
        assert rules is not None, "whose command it is was asked before"
        return rules

    @property
    def notice(self) -> Notice:
        """The notice that counts."""
        assert self.claim.notice is not None, "no step comes before the notice"
        return self.claim.notice

    @property
    def plan(self) -> Plan:
        """The plan that was drawn up."""
        assert self.claim.plan is not None, "no step after the plan comes before it"
        return self.claim.plan
