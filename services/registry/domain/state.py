"""What one message is decided on: its pool, and its project or its entry of the register where it concerns one."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from services.registry.domain.deadlines import Deadlines
from services.registry.domain.loan_marks import KnownLoan, Mark
from services.registry.domain.pool import Pool, PreparedPool, Register
from services.registry.domain.project import Draft, Project
from services.registry.domain.register_entry import RegisterEntry
from shared.contracts.registry.performance import AnnualFigures


@dataclass(frozen=True, slots=True)
class State:
    """Each is None where there is nothing yet; ``holders`` says which project each right secures that is at stake.

    So it says of each registration of a pledge. ``marked`` are the projects that have a mark of the loan that is filed,
    ``loans`` what is to be known of each of them.

    ``at_stake`` are the projects of the enterprise that is registered as an affiliate, by their ids.

    ``deadlines`` are those that the day that is begun has to announce, ``figures`` those of each year up to now, where
    a summary is drawn up. Both evolve beside the rest, since they go by the day of what happens
    (``subjects.evolve_deadlines``, ``annual_figures.counted``).
    """

    pool: Pool | None = None
    project: Project | Draft | None = None
    entry: RegisterEntry | None = None
    holders: Mapping[str, UUID] = field(default_factory=dict)
    marked: Mapping[Mark, frozenset[UUID]] = field(default_factory=dict)
    loans: Mapping[UUID, KnownLoan] = field(default_factory=dict)
    at_stake: Mapping[UUID, Project] = field(default_factory=dict)
    prepared: PreparedPool | None = None
    deadlines: Deadlines = field(default_factory=Deadlines)
    figures: Mapping[int, AnnualFigures] = field(default_factory=dict)

    @property
    def register(self) -> Register | None:
        """Who acts in the pool, whether it is founded or only prepared."""
        return self.pool if self.pool is not None else self.prepared
