"""Scenarios as text, and a cast whose keys are in memory."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from scenarios.player.given import Given
from scenarios.player.given_messages import planned_instalments
from scenarios.player.model import Scenario
from scenarios.player.parties import Parties
from scenarios.player.reading import Unreadable, scenario_of
from scenarios.player.step_context import Memory, StepContext
from scenarios.player.view import PoolView
from shared.contracts.ids import project_id
from simulator.message_context import LoanAtHand
from simulator.parties import Cast, SeededKeys
from simulator.party_messages import ObservedRecord

POOL = UUID("5b1c1f9e-3f65-4a53-9d0a-0d1a4b2f7e11")
LENDER = "bank-demo"
CONTRACT = "LOAN-2026-0001"
PROJECT = str(project_id(POOL, LENDER, CONTRACT))
NOON = datetime(2026, 6, 1, 4, 0, tzinfo=UTC)
FILE = Path("case.yaml")

SHORTEST = "title: a case\nsteps:\n  - says: loss notice\n"


def read(text: str) -> Scenario:
    return scenario_of(text.encode(), FILE)


def faults_of(text: str) -> list[tuple[int, str]]:
    """What is wrong with a scenario's text, by line."""
    try:
        read(text)
    except Unreadable as error:
        return [(fault.line, fault.text) for fault in error.faults]
    return []


def cast_in_memory() -> Cast:
    return Cast(POOL, SeededKeys("examples"))


def step_context(who: str, given: str = "{}") -> StepContext:
    """The context of a first step."""
    scenario = read(f"{SHORTEST}given: {given}\n")
    cast = cast_in_memory()
    return StepContext(
        cast=cast,
        founded_on=scenario.given.founded,
        given=scenario.given,
        planned=planned_instalments(scenario.given),
        loan=LoanAtHand(CONTRACT, LENDER, scenario.given.loan.guarantor, date(2026, 3, 2), UUID(PROJECT)),
        at=NOON,
        sender=Parties(cast).sender(who),
        pool=PoolView(POOL),
        memory=Memory(),
    )


class Telling:
    """Makes records of events as they are observed, each with an id and a cause of its own."""

    def __init__(self) -> None:
        self.count = 0

    def event(self, message_type: str, causation_id: str | None = None, **data: Any) -> ObservedRecord:
        self.count += 1
        service = message_type.split(".", 1)[0]
        content = {
            "id": f"event-{self.count}",
            "type": f"{message_type}.v1",
            "poolid": str(POOL),
            "causationid": causation_id or f"cause-{self.count}",
            "data": data if "instalment" in data else {"project_id": PROJECT, **data},
        }
        return ObservedRecord(f"{service}.events", b"", None, content)

    def instruction(self, instruction_id: str, amount_fen: int) -> ObservedRecord:
        self.count += 1
        content = {
            "id": f"event-{self.count}",
            "type": "treasury.payment.instruction.v1",
            "poolid": str(POOL),
            "causationid": f"cause-{self.count}",
            "data": {"instruction_id": instruction_id, "amount_fen": amount_fen},
        }
        return ObservedRecord("outcomes.custody-bank-demo", b"", None, content)


def default_given() -> Given:
    return read(SHORTEST).given
