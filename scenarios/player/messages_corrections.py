"""Messages about a filing that is corrected."""

from typing import ClassVar

from scenarios.player.message import COOPERATING_WORD, MessageWords
from scenarios.player.messages_registry import Filing
from scenarios.player.scene import Scene
from scenarios.player.words import Count
from shared.contracts.envelope import Command
from shared.contracts.registry import corrections


class Correction(Filing):
    """Correct the filing of the loan at hand: the whole of it again, with the words that a filing has."""

    word: ClassVar[str] = "correction"
    who: ClassVar[str] = f"{COOPERATING_WORD}/filing officer"
    becomes: ClassVar[type[Command]] = corrections.CorrectProject

    corrects: Count | None = None
    reasons: str = "备案信息有误"

    def command(self, scene: Scene) -> corrections.CorrectProject:  # type: ignore[override]
        """A correction of the version that stands."""
        filed = super().command(scene)
        return corrections.CorrectProject(
            project_id=scene.loan.project_id,
            corrects=self.corrects or scene.pool.case(scene.loan.project_id).filing,
            reasons=self.reasons,
            **{name: getattr(filed, name) for name in type(filed).model_fields},
        )


MESSAGES: tuple[type[MessageWords], ...] = (Correction,)
