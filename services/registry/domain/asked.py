"""What a decision is asked: the message, who signed it and when it was taken in, and all that it is decided on."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Generic, TypeVar
from uuid import UUID

from services.registry.domain.known import Known
from services.registry.domain.matter import Matter
from services.registry.domain.pool import Pool, Register
from services.registry.domain.project import Draft, Project
from services.registry.domain.state import State
from shared.contracts.envelope import Command
from shared.contracts.received import Acting
from shared.contracts.registry.words import Rules
from shared.decisions.days import beijing_day

Data = TypeVar("Data", bound=Command, covariant=True)
AnyMatter = TypeVar("AnyMatter", bound=Matter)


@dataclass(frozen=True, slots=True)
class Asked(Generic[Data]):
    """One message and its circumstances: every decider gets this and nothing else.

    ``sha256`` is the hash of the message's bytes, ``at`` the time of its intake, ``known`` what comes from outside the
    pool.
    """

    state: State
    data: Data
    acting: Acting
    pool_id: UUID
    sha256: str
    at: datetime
    known: Known

    @property
    def register(self) -> Register:
        """Who acts in the pool, whether it is founded or only prepared."""
        assert self.state.register is not None, "there is a pool, or a preparation of one"
        return self.state.register

    @property
    def pool(self) -> Pool:
        """The founded pool."""
        assert self.state.pool is not None, "before its founding a pool is told of people and selections only"
        return self.state.pool

    @property
    def project(self) -> Project | None:
        """The project, once it has been filed: to a draft nothing can be said but its completion."""
        return self.state.project if isinstance(self.state.project, Project) else None

    @property
    def draft(self) -> Draft | None:
        """The filing that was never complete, if that is all there is of the project."""
        return self.state.project if isinstance(self.state.project, Draft) else None

    def matter_as(self, kind: type[AnyMatter]) -> AnyMatter | None:
        """The matter that the message concerns, whose id tells its kind; None if there is none yet."""
        matter = self.state.matter
        assert matter is None or isinstance(matter, kind), "the id of a matter tells its kind"
        return matter

    @property
    def officer(self) -> str:
        """The officer who signed; whoever has a duty is one."""
        assert self.acting.officer is not None, "a system key has no duty"
        return self.acting.officer

    @property
    def today(self) -> date:
        """The day of intake in Beijing."""
        return beijing_day(self.at)

    @property
    def rules(self) -> Rules:
        """The version of the rules in force at the intake (5.2)."""
        return self.pool.rules_at(self.at)
