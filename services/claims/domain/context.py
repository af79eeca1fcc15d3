"""What claims decides on: a case in its pool, and of a command all its circumstances."""

from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from services.claims.domain.claim import Claim, Compensation, Notice, Plan
from services.claims.domain.pool import Pool
from services.claims.domain.step import Step
from shared.contracts.claims import (
    ApplyForReimbursement,
    ConfirmPlan,
    DrawUpPlan,
    RecordReview,
    RecordVerification,
    ReleasePayout,
    ReturnPlan,
)
from shared.contracts.documents import SignedMessage
from shared.contracts.envelope import Command
from shared.contracts.received import Acting, Received
from shared.contracts.registry.rules import Rules

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
    def next_step(self) -> Step:
        """What has to come next: of the compensation that the command is about, or of a case that has none."""
        found = _compensation(self.claim, self.command)
        return self.claim.first_step if found is None else found.next_step

    @property
    def compensation(self) -> Compensation:
        """The compensation that the command is about."""
        found = _compensation(self.claim, self.command)
        assert found is not None, "no step comes before the notice"
        return found

    @property
    def notice(self) -> Notice:
        """The notice that its compensation rests on."""
        return self.compensation.notice

    @property
    def plan(self) -> Plan:
        """The plan that was drawn up for its compensation."""
        assert self.compensation.plan is not None, "no step after the plan comes before it"
        return self.compensation.plan


def _compensation(claim: Claim, command: Command) -> Compensation | None:
    """The compensation with the notice, the plan or the number that ``command`` names.

    Where it names none that is there, it is the one being prepared, or the latest: what is wrong is said of that.
    """
    found, compensations = None, tuple(reversed(claim.compensations))
    match command:
        case RecordReview() | RecordVerification() | DrawUpPlan():
            found = next((each for each in compensations if each.notice.sha256 == command.notice_sha256), None)
        case ConfirmPlan() | ReturnPlan() | ReleasePayout():
            planned = (each for each in compensations if each.plan and each.plan.sha256 == command.plan_sha256)
            found = next(planned, None)
        case ApplyForReimbursement():
            paid = (each for each in compensations if each.paid_fen)
            found = claim.numbered(command.compensation) or next(paid, None)
        case _ if claim.application is not None:
            found = claim.numbered(claim.application.compensation)
    in_preparation = (each for each in claim.compensations if each.is_in_preparation)
    return found or next(in_preparation, None) or claim.latest
