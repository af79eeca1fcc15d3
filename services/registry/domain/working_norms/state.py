"""A daily working norm: what the cooperating institution has adopted for its own work, once and for good."""

from services.registry.domain.evolution import of_entry, of_pool
from services.registry.domain.pool import Pool
from services.registry.domain.register_entry import RegisterEntry
from shared.contracts.registry.norms import WorkingNormAdopted, WorkingNormParticulars


class WorkingNorm(WorkingNormParticulars, RegisterEntry):
    """What was adopted under ``number``; which norms are in force at present says the pool."""

    entry_kind = "working_norm"

    adopted_by: str

    @property
    def stage(self) -> str:
        """Where the norm stands."""
        return "adopted"


def evolve(norm: WorkingNorm | None, event: WorkingNormAdopted) -> WorkingNorm:
    """The norm after ``event``."""
    assert norm is None, "a norm is adopted once"
    return WorkingNorm.from_message(event)


def evolve_pool(pool: Pool, event: WorkingNormAdopted) -> Pool:
    """The pool after ``event``: the norms that nothing has superseded, in the order of their adoption."""
    standing = pool.working_norms
    assert event.supersedes is None or event.supersedes in standing, "only what stands is superseded"
    standing = (*(number for number in standing if number != event.supersedes), event.number)
    return pool.model_copy(update={"working_norms": standing})


EVOLUTIONS = (of_entry(evolve), of_pool(evolve_pool))
