"""What every message of a scenario has: its short name, who says it, and which command it becomes."""

from typing import ClassVar

from pydantic import BaseModel

from scenarios.player.scene import Scene
from scenarios.player.words import Words
from shared.contracts.envelope import Command
from simulator.parties import COOPERATING, GUARANTOR, LENDER, MANAGING, OTHER_LENDER, SUPERVISING_BANK

# A party as a scenario names it, and one of its officers or its system.
COOPERATING_WORD = "cooperating institution"
MANAGING_WORD = "managing institution"
BANK_WORD = "supervising bank"
LENDER_WORD = "lender"
INSTITUTION_WORDS = {
    MANAGING_WORD: MANAGING,
    COOPERATING_WORD: COOPERATING,
    BANK_WORD: SUPERVISING_BANK,
    LENDER_WORD: LENDER,
    "guarantor": GUARANTOR,
    "other lender": OTHER_LENDER,
}


class MessageWords(Words):
    """A message's own words. Each has a default, so that a scenario only says what matters.

    ``who`` says it if the step names nobody; ``refers_to`` are the words that name another message of the scenario.
    What ``changes_who_acts`` is waited for, since every service has its own copy of officers and keys.
    """

    word: ClassVar[str]
    who: ClassVar[str]
    becomes: ClassVar[type[Command]]
    refers_to: ClassVar[tuple[str, ...]] = ()
    changes_who_acts: ClassVar[bool] = False

    def command(self, scene: Scene) -> Command:
        """The command with its defaults filled in from the scene."""
        raise NotImplementedError


def replaced(part: BaseModel, **changes: object) -> dict[str, object]:
    """The fields of a message's part with those replaced whose change is not None."""
    fields = {name: getattr(part, name) for name in type(part).model_fields}
    return {**fields, **{name: value for name, value in changes.items() if value is not None}}
