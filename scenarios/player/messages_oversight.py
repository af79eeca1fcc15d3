"""Messages to the registry by those who oversee the pool."""

from typing import ClassVar

from scenarios.player.message import MANAGING_WORD, MessageWords
from scenarios.player.scene import Scene
from shared.contracts.envelope import Command
from shared.contracts.registry.oversight import RecordInterpretation


class Interpretation(MessageWords):
    """Record how the managing institution reads a clause."""

    word: ClassVar[str] = "interpretation"
    who: ClassVar[str] = f"{MANAGING_WORD}/overseer"
    becomes: ClassVar[type[Command]] = RecordInterpretation

    number: str = "2026-1"
    clause: str = "10.1"
    question: str = "基准日之后的利息是否计入损失？"
    interpretation: str = "不计入，须另行通知。"

    def command(self, scene: Scene) -> RecordInterpretation:
        """What is said, as it is."""
        del scene
        return RecordInterpretation(
            number=self.number, clause=self.clause, question=self.question, interpretation=self.interpretation
        )


MESSAGES: tuple[type[MessageWords], ...] = (Interpretation,)
