"""What is said to and by the registry: who and what the pool covers. Each of its subjects is a module here."""

from typing import ClassVar

from shared.contracts.envelope import Command, Event
from shared.contracts.receipts import Receipt
from shared.contracts.registry import (
    affiliates,
    agreements,
    audits,
    ballots,
    corrections,
    cycle,
    misuse,
    norms,
    oversight,
    people,
    performance,
    pools,
    project_life,
    projects,
    rules,
    selections,
    supervision,
)


class RegistryReceipt(Receipt):
    """The registry's one answer to a message from outside."""

    message_type: ClassVar[str] = "registry.receipt.issued.v1"


COMMANDS: tuple[type[Command], ...] = (
    *pools.COMMANDS,
    *people.COMMANDS,
    *affiliates.COMMANDS,
    *projects.COMMANDS,
    *corrections.COMMANDS,
    *project_life.COMMANDS,
    *ballots.COMMANDS,
    *selections.COMMANDS,
    *agreements.COMMANDS,
    *oversight.COMMANDS,
    *supervision.COMMANDS,
    *audits.COMMANDS,
    *cycle.COMMANDS,
    *rules.COMMANDS,
    *norms.COMMANDS,
    *performance.COMMANDS,
    *misuse.COMMANDS,
)

EVENTS: tuple[type[Event], ...] = (
    *pools.EVENTS,
    *people.EVENTS,
    *affiliates.EVENTS,
    *projects.EVENTS,
    *corrections.EVENTS,
    *project_life.EVENTS,
    *ballots.EVENTS,
    *selections.EVENTS,
    *agreements.EVENTS,
    *oversight.EVENTS,
    *supervision.EVENTS,
    *audits.EVENTS,
    *cycle.EVENTS,
    *rules.EVENTS,
    *norms.EVENTS,
    *performance.EVENTS,
    *misuse.EVENTS,
    RegistryReceipt,
)
