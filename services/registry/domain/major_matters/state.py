"""A major matter that the cooperating institution has reported, until the managing institution acknowledges it."""

from typing import assert_never

from services.registry.domain.evolution import of_entry
from services.registry.domain.register_entry import RegisterEntry
from shared.contracts.registry.supervision import MajorMatterAcknowledged, MajorMatterParticulars, MajorMatterReported


class MajorMatter(MajorMatterParticulars, RegisterEntry):
    """What was reported, and how the managing institution acknowledged it."""

    entry_kind = "major_matter"

    reported_by: str
    response: str | None = None

    @property
    def stage(self) -> str:
        """Where the matter stands: reported → acknowledged."""
        return "reported" if self.response is None else "acknowledged"


def evolve(matter: MajorMatter | None, event: MajorMatterReported | MajorMatterAcknowledged) -> MajorMatter:
    """The matter after ``event``."""
    match event:
        case MajorMatterReported():
            assert matter is None, "a matter is reported once"
            return MajorMatter.from_message(event)
        case MajorMatterAcknowledged():
            assert matter is not None, "only what was reported is acknowledged"
            assert matter.response is None, "a matter is acknowledged once"
            return matter.model_copy(update={"response": event.response})
        case _:
            assert_never(event)


EVOLUTIONS = (of_entry(evolve),)
