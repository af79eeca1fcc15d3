"""What is said beside the story by those who oversee the pool."""

from shared.contracts.ids import matter_id
from shared.contracts.registry.oversight import InterpretationRecorded, RecordInterpretation
from simulator.golden.founding import beijing
from simulator.golden.story import MANAGING, POOL, Story

NUMBER = "2026-1"


def add_oversight(story: Story) -> None:
    """An interpretation of what counts as a total loss."""
    interpretation = RecordInterpretation(
        number=NUMBER,
        clause="10.1",
        question="出具补偿通知后继续产生的利息是否计入损失？",
        interpretation="不计入；通知所载基准日之后的利息须另行通知。",
    )
    story.says(MANAGING, "overseer", "interpretation-2026-1", beijing(2026, 4, 2), interpretation)
    story.publishes(
        "registry",
        POOL,
        InterpretationRecorded(
            matter_id=matter_id(POOL, "interpretation", NUMBER),
            number=NUMBER,
            clause=interpretation.clause,
            question=interpretation.question,
            interpretation=interpretation.interpretation,
            recorded_by="overseer",
        ),
    )
