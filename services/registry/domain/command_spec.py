"""A row of the table of contents: what decides on a command, under which clause, and who may send it.

Each subject has the rows of its own commands, in its ``commands.py``; ``subjects.py`` collects them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from uuid import UUID

from services.registry.domain.context import CommandContext
from services.registry.domain.enterprise_name import Enterprise
from services.registry.domain.loan_marks import Mark
from services.registry.domain.register_entry import RegisterEntry
from shared.contracts.envelope import Command
from shared.contracts.registry.projects import Drawdown
from shared.contracts.registry.words import LoanLikeness
from shared.decisions.decision import Decision
from shared.decisions.permission import Permission

AnyCommand = TypeVar("AnyCommand", bound=Command)


def named_project(_pool_id: UUID, command: Any) -> UUID | None:
    """The project that a command names by its id, if it names one."""
    project_id = command.project_id
    assert project_id is None or isinstance(project_id, UUID), "a project's id is one"
    return project_id


@dataclass(frozen=True, slots=True)
class CommandSpec(Generic[AnyCommand]):
    """What is to be known of one kind of command.

    An entry of the register ``begins`` with it, or it ``continues`` one of that kind; else ``rests_on`` finds the entry
    that what it says rests on, if there is one. ``project`` finds the project that it concerns, ``pledges`` the keys of
    the rights that it would pledge, and of their registrations, ``marks`` the marks of its loan, ``payouts`` what the
    loan of a project that is there would have paid out too, ``affiliate`` the enterprise all of whose projects it
    concerns. With some commands a pool begins (``begins_pool``), others are taken already ``before_founding``, while it
    is only prepared.
    """

    command: type[AnyCommand]
    decider: Callable[[CommandContext[AnyCommand]], Decision]
    clause: str
    permission: Permission
    begins: type[RegisterEntry] | None = None
    continues: type[RegisterEntry] | None = None
    rests_on: Callable[[UUID, AnyCommand], UUID | None] | None = None
    project: Callable[[UUID, AnyCommand], UUID | None] | None = None
    pledges: Callable[[AnyCommand], tuple[str, ...]] | None = None
    marks: Callable[[AnyCommand], Mapping[Mark, LoanLikeness]] | None = None
    payouts: Callable[[AnyCommand], tuple[Drawdown, ...]] | None = None
    affiliate: Callable[[AnyCommand], Enterprise] | None = None
    begins_pool: bool = False
    before_founding: bool = False

    def entry_id(self, pool_id: UUID, command: AnyCommand) -> UUID | None:
        """The id of the entry that the command is about or rests on; None if there is none."""
        kind = self.begins or self.continues
        if kind is not None:
            return kind.id_of(pool_id, kind.number_in(command))
        return None if self.rests_on is None else self.rests_on(pool_id, command)

    def project_id(self, pool_id: UUID, command: AnyCommand) -> UUID | None:
        """The id of the project that the command concerns; None if it concerns none."""
        return None if self.project is None else self.project(pool_id, command)

    def right_keys(self, command: AnyCommand) -> tuple[str, ...]:
        """The keys of the rights that the command would pledge."""
        return () if self.pledges is None else self.pledges(command)

    def loan_marks(self, command: AnyCommand) -> tuple[Mark, ...]:
        """The marks of the loan that the command would file."""
        return () if self.marks is None else tuple(self.marks(command))

    def further_payouts(self, command: AnyCommand) -> tuple[Drawdown, ...]:
        """What the project's loan would have paid out too."""
        return () if self.payouts is None else self.payouts(command)

    def affiliate_in(self, command: AnyCommand) -> Enterprise | None:
        """The enterprise all of whose projects the command concerns; None if it concerns no such."""
        return None if self.affiliate is None else self.affiliate(command)
