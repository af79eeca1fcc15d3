"""Messages to the registry about a pool's cycle: the days that begin."""

from typing import ClassVar

from scenarios.player.message import MANAGING_WORD, MessageWords
from scenarios.player.scene import Scene
from scenarios.player.words import Day
from shared.contracts.envelope import Command
from shared.contracts.registry.cycle import BeginDay


class DayBeginning(MessageWords):
    """Begin a day of the pool."""

    word: ClassVar[str] = "day begins"
    who: ClassVar[str] = f"{MANAGING_WORD}/calendar"
    becomes: ClassVar[type[Command]] = BeginDay

    day: Day | None = None

    def command(self, scene: Scene) -> BeginDay:
        """The step's own day, unless it is to be another one."""
        return BeginDay(day=self.day or scene.today)


MESSAGES: tuple[type[MessageWords], ...] = (DayBeginning,)
