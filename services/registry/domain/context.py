"""What a decider gets: the command, who signed it and when it was taken in, and all that it is decided on."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Generic, TypeVar
from uuid import UUID

from services.registry.domain.pool import Pool, PreparedPool, Register
from services.registry.domain.project import Draft, Project
from services.registry.domain.reference_data import ReferenceData
from services.registry.domain.register_entry import RegisterEntry
from services.registry.domain.state import State
from shared.contracts.envelope import Command
from shared.contracts.received import Acting
from shared.contracts.registry.rules import DutyPair, Rules
from shared.decisions.days import beijing_day

AnyCommand = TypeVar("AnyCommand", bound=Command, covariant=True)
AnyEntry = TypeVar("AnyEntry", bound=RegisterEntry)


@dataclass(frozen=True, slots=True)
class CommandContext(Generic[AnyCommand]):
    """One command and its circumstances: every decider gets this and nothing else.

    ``sha256`` is the hash of the message's bytes, ``at`` the time of its intake, ``reference_data`` what comes from
    outside the pool. ``concerned_entry`` is the id of the entry that it is about or rests on.
    """

    state: State
    command: AnyCommand
    acting: Acting
    pool_id: UUID
    sha256: str
    at: datetime
    reference_data: ReferenceData
    concerned_entry: UUID | None = None

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

    @property
    def entry_id(self) -> UUID:
        """The id of the entry that the command is about, also where that begins with it."""
        assert self.concerned_entry is not None, "the command is about an entry"
        return self.concerned_entry

    def entry_as(self, kind: type[AnyEntry]) -> AnyEntry | None:
        """The entry that the command is about or rests on, whose id tells its kind; None if there is none yet."""
        entry = self.state.entry
        assert entry is None or isinstance(entry, kind), "the id of an entry tells its kind"
        return entry

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

    @property
    def exclusive_duties(self) -> tuple[DutyPair, ...]:
        """The pairs of duties that one person can't both exercise in a case; before the founding, in a selection."""
        register = self.register
        return (
            register.selection.exclusive_duties if isinstance(register, PreparedPool) else self.rules.exclusive_duties
        )

    @property
    def confirmation_time_max(self) -> timedelta:
        """How long what one administrator has registered waits for a second person."""
        register = self.register
        rules = register if isinstance(register, PreparedPool) else self.rules
        return timedelta(days=rules.confirmation_days_max)
