"""What claims knows of a pool: its two institutions, its rules, who has which role, and which officer which duties."""

from datetime import date, datetime
from typing import assert_never
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from shared.contracts.registry.people import OfficerEnded, OfficerRegistered
from shared.contracts.registry.performance import CooperationEnded
from shared.contracts.registry.pools import InstitutionRegistered, PoolFounded
from shared.contracts.registry.rules import Rules
from shared.contracts.registry.rules_versions import RulesAdopted
from shared.contracts.registry.words import Duty, Role
from shared.decisions.persons import called
from shared.decisions.rules_in_force import AdoptedRules, rules_in_force, with_version

PoolEvent = PoolFounded | InstitutionRegistered | OfficerRegistered | OfficerEnded | RulesAdopted | CooperationEnded


class OfficerInPool(BaseModel):
    """An officer of an institution: who it is, and its duties, none any more once it has left."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    officer: str
    name: str
    person: str
    duties: tuple[Duty, ...]


class InstitutionInPool(BaseModel):
    """An institution's name, as far as it has been observed, its roles in the pool, and its officers."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    institution: str
    name: str | None = None
    roles: tuple[Role, ...] = ()
    officers: tuple[OfficerInPool, ...] = ()


class Pool(BaseModel):
    """A pool; ``rules`` and both institutions are None until its founding has been observed.

    ``rules`` are the founding's, ``adopted_rules`` the versions after them. Whoever decides asks ``rules_at``.
    ``fiscal_money_claimed_back_on`` is the day on which the cooperation was ended with that (19.3).
    ``registry_seq`` is the number of the last of the registry's events that was observed.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    pool_id: UUID
    managing_institution: str | None = None
    cooperating_institution: str | None = None
    rules: Rules | None = None
    adopted_rules: tuple[AdoptedRules, ...] = ()
    institutions: tuple[InstitutionInPool, ...] = ()
    fiscal_money_claimed_back_on: date | None = None
    registry_seq: int = 0

    def rules_at(self, at: datetime) -> Rules | None:
        """The version of the rules in force at ``at``, the time of a message's intake (5.2)."""
        return None if self.rules is None else rules_in_force(self.rules, self.adopted_rules, at)

    def rules_of_version(self, version: int) -> Rules | None:
        """The version with this number; None as long as it has not been observed."""
        versions = (*((self.rules,) if self.rules else ()), *(adopted.rules for adopted in self.adopted_rules))
        return next((rules for rules in versions if rules.version == version), None)

    @property
    def latest_rules_version(self) -> int | None:
        """The version that was adopted last, as far as it has been observed."""
        if self.adopted_rules:
            return self.adopted_rules[-1].rules.version
        return None if self.rules is None else self.rules.version

    def roles_of(self, institution: str) -> frozenset[Role]:
        """The roles of ``institution`` in this pool, none if it isn't known here."""
        return frozenset(self._institution(institution).roles)

    def name_of(self, institution: str) -> str:
        """What people call the institution; its id where it isn't known here."""
        return self._institution(institution).name or institution

    def holders_of(self, role: Role) -> tuple[str, ...]:
        """The institutions that have ``role`` in this pool."""
        return tuple(each.institution for each in self.institutions if role in each.roles)

    def officers_with(self, institution: str, duty: Duty) -> tuple[str, ...]:
        """The officers of ``institution`` that have ``duty``."""
        return tuple(each.officer for each in self._institution(institution).officers if duty in each.duties)

    def duties_of(self, institution: str, officer: str) -> tuple[Duty, ...]:
        """What ``officer`` may do for ``institution``."""
        registered = self._officer(institution, officer)
        return () if registered is None else registered.duties

    def person_of(self, role: Role, officer: str) -> str:
        """Who an officer of the institution with ``role`` is; one that was not observed is nobody else."""
        found = (self._officer(institution, officer) for institution in self.holders_of(role))
        return next((each.person for each in found if each is not None), f"{role}/{officer}")

    def officer_called(self, institution: str, officer: str) -> str:
        """What people call the officer; its id where it was not observed."""
        found = self._officer(institution, officer)
        return called(found.name if found else None, officer)

    def called_in(self, role: Role, officer: str) -> str:
        """What people call an officer of the institution with ``role``."""
        found = (self._officer(institution, officer) for institution in self.holders_of(role))
        return next((called(each.name, officer) for each in found if each is not None), officer)

    def _officer(self, institution: str, officer: str) -> OfficerInPool | None:
        return next((each for each in self._institution(institution).officers if each.officer == officer), None)

    def _institution(self, institution: str) -> InstitutionInPool:
        found = (entry for entry in self.institutions if entry.institution == institution)
        return next(found, InstitutionInPool(institution=institution))

    def with_role(self, institution: str, role: Role) -> "Pool":
        """The pool in which ``institution`` has ``role`` too."""
        entry = self._institution(institution)
        if role in entry.roles:
            return self
        return self._with(entry.model_copy(update={"roles": (*entry.roles, role)}))

    def with_name(self, institution: str, name: str) -> "Pool":
        """The pool in which people call ``institution`` so."""
        entry = self._institution(institution)
        return self if entry.name == name else self._with(entry.model_copy(update={"name": name}))

    def with_officer(self, institution: str, officer: OfficerInPool) -> "Pool":
        """The pool in which the officer has exactly these duties; the latest registration counts."""
        entry = self._institution(institution)
        others = tuple(other for other in entry.officers if other.officer != officer.officer)
        return self._with(entry.model_copy(update={"officers": (*others, officer)}))

    def without_officer(self, institution: str, officer: str) -> "Pool":
        """The pool in which ``officer`` acts for ``institution`` no more; what it has done stays in its cases."""
        registered = self._officer(institution, officer)
        if registered is None:
            return self
        return self.with_officer(institution, registered.model_copy(update={"duties": ()}))

    def _with(self, institution: InstitutionInPool) -> "Pool":
        others = tuple(other for other in self.institutions if other.institution != institution.institution)
        return self.model_copy(update={"institutions": (*others, institution)})


def evolve_pool(pool: Pool, event: PoolEvent) -> Pool:
    """The pool after an event of the registry."""
    match event:
        case PoolFounded():
            founded = pool.model_copy(
                update={
                    "managing_institution": event.managing_institution,
                    "cooperating_institution": event.cooperating_institution,
                    "rules": event.rules,
                }
            )
            return founded.with_role(event.managing_institution, Role.MANAGING).with_role(
                event.cooperating_institution, Role.COOPERATING
            )
        case InstitutionRegistered():
            return pool.with_role(event.institution, event.role).with_name(event.institution, event.name)
        case OfficerRegistered():
            officer = OfficerInPool(officer=event.officer, name=event.name, person=event.person, duties=event.duties)
            return pool.with_officer(event.institution, officer)
        case RulesAdopted():
            adopted = AdoptedRules(rules=event.rules, adopted_at=event.adopted_at)
            return pool.model_copy(update={"adopted_rules": with_version(pool.adopted_rules, adopted)})
        case OfficerEnded():
            return pool.without_officer(event.institution, event.officer)
        case CooperationEnded():
            day = event.ended_on if event.claims_back_fiscal_money else None
            return pool.model_copy(update={"fiscal_money_claimed_back_on": day})
        case _:
            assert_never(event)
