"""What the treasury knows of a pool: its parties, rules, officers, payee accounts and contributions."""

from datetime import date, datetime
from typing import Self, assert_never
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from shared.contracts.registry.contributions import ContributionsPlanned
from shared.contracts.registry.people import AccountParticulars, OfficerEnded, OfficerRegistered, PayeeAccountRegistered
from shared.contracts.registry.performance import CooperationEnded
from shared.contracts.registry.pools import InstitutionRegistered, PoolFounded
from shared.contracts.registry.rules import Rules
from shared.contracts.registry.rules_versions import RulesAdopted
from shared.contracts.registry.words import Duty, PlannedInstalment, Role
from shared.contracts.treasury import (
    Account,
    AccountsHandedOver,
    AccountsTakenOver,
    ContributionParticulars,
    ContributionReceived,
    CustodyParticulars,
)
from shared.decisions.persons import called
from shared.decisions.rules_in_force import AdoptedRules, rules_in_force, with_version

_STATE = ConfigDict(frozen=True, extra="forbid")


class Founding(BaseModel):
    """A pool's founding, as far as its money depends on it; ``planned`` are all pairs, also those planned later."""

    model_config = _STATE

    managing_institution: str
    cooperating_institution: str
    founded_on: date
    rules: Rules
    planned: tuple[PlannedInstalment, ...]


class PayeeAccount(AccountParticulars):
    """The one account on which the pool may pay an institution."""

    model_config = _STATE


class ArrivedContribution(ContributionParticulars):
    """A contribution that the supervising bank has confirmed."""

    model_config = _STATE

    @classmethod
    def of(cls, said: ContributionParticulars) -> Self:
        """The contribution that a message tells of."""
        return cls(**{name: getattr(said, name) for name in cls.model_fields})


class AccountsMoved(CustodyParticulars):
    """What one of two banks says of the move of both accounts from the one to the other."""

    model_config = _STATE

    @classmethod
    def of(cls, said: CustodyParticulars) -> Self:
        """The move that a message tells of."""
        return cls(**{name: getattr(said, name) for name in cls.model_fields})


class DutiesUntil(BaseModel):
    """An officer's duties for whatever was taken in before ``until``."""

    model_config = _STATE

    until: datetime
    duties: tuple[Duty, ...]


class Pool(BaseModel):
    """One pool, with what is known of officers by ``institution/officer``, and of institutions by their ids.

    ``successor`` is the bank that was appointed in the place of ``supervising_bank``, until it has taken the accounts
    over; ``handed_over`` is what the bank before has said of that, ``taken_over`` what the present one said.
    ``former_duties`` are those before, the earliest first: what an officer signed is judged by the duties of its time.
    ``fiscal_money_claimed_back_on`` is the day on which the cooperation was ended with that (19.3).
    ``registry_seq`` is the number of the last of the registry's events of the pool that was observed.

    A pool that was not observed yet has an id and nothing else, since topics arrive in any order.
    """

    model_config = _STATE

    pool_id: UUID
    founding: Founding | None = None
    adopted_rules: tuple[AdoptedRules, ...] = ()
    supervising_bank: str | None = None
    successor: str | None = None
    handed_over: AccountsMoved | None = None
    taken_over: AccountsMoved | None = None
    names: dict[str, str] = {}
    duties: dict[str, tuple[Duty, ...]] = {}
    former_duties: dict[str, tuple[DutiesUntil, ...]] = {}
    persons: dict[str, str] = {}
    officers: dict[str, str] = {}
    payee_accounts: dict[str, PayeeAccount] = {}
    arrived: tuple[ArrivedContribution, ...] = ()
    fiscal_money_claimed_back_on: date | None = None
    registry_seq: int = 0

    def rules_at(self, at: datetime) -> Rules:
        """The version of the rules in force at ``at``, the time of a message's intake, in a founded pool (5.2)."""
        assert self.founding is not None, "nothing is verified before the pool is known"
        return rules_in_force(self.founding.rules, self.adopted_rules, at)

    def name_of(self, institution: str) -> str:
        """What people call the institution; its id where it was not observed."""
        return self.names.get(institution, institution)

    def holders_of(self, role: Role) -> tuple[str, ...]:
        """The institution that has ``role``; of lenders and guarantors the treasury keeps no record."""
        holder = self.supervising_bank if role is Role.SUPERVISING_BANK else None
        if self.founding is not None and role is Role.MANAGING:
            holder = self.founding.managing_institution
        if self.founding is not None and role is Role.COOPERATING:
            holder = self.founding.cooperating_institution
        return () if holder is None else (holder,)

    def roles_of(self, institution: str) -> frozenset[Role]:
        """The roles that ``institution`` has, as far as the treasury keeps a record of them."""
        return frozenset(role for role in Role if institution in self.holders_of(role))

    def knows_version(self, version: int) -> bool:
        """Whether this version was observed; the first one comes with the founding."""
        return version == 1 or any(adopted.rules.version == version for adopted in self.adopted_rules)

    def knows_officer(self, institution: str, officer: str | None) -> bool:
        """Whether this officer was observed."""
        return officer is not None and officer_key(institution, officer) in self.duties

    def has_duty(self, institution: str, officer: str | None, duty: Duty, at: datetime) -> bool:
        """Whether the officer had ``duty`` for the institution in what was taken in at ``at``."""
        if officer is None:
            return False
        key = officer_key(institution, officer)
        former = (before.duties for before in self.former_duties.get(key, ()) if at < before.until)
        return duty in next(former, self.duties.get(key, ()))

    def person(self, institution: str, officer: str) -> str:
        """Who the officer is, also after it has left; one that was not observed is nobody else."""
        key = officer_key(institution, officer)
        return self.persons.get(key, key)

    def person_of(self, role: Role, officer: str) -> str:
        """Who an officer of the institution with ``role`` is."""
        holders = self.holders_of(role)
        return self.person(holders[0] if holders else role, officer)

    def officer_called(self, institution: str, officer: str) -> str:
        """What people call the officer, also after it has left; its id where it was not observed."""
        return called(self.officers.get(officer_key(institution, officer)), officer)

    def called_in(self, role: Role, officer: str) -> str:
        """What people call an officer of the institution with ``role``."""
        holders = self.holders_of(role)
        return self.officer_called(holders[0] if holders else role, officer)

    def with_duties(self, key: str, duties: tuple[Duty, ...], since: datetime) -> "Pool":
        """The pool in which an officer has these duties ``since`` then, and had others before."""
        pool = self.model_copy(update={"duties": {**self.duties, key: duties}})
        if key not in self.duties:
            return pool
        former = (*self.former_duties.get(key, ()), DutiesUntil(until=since, duties=self.duties[key]))
        return pool.model_copy(update={"former_duties": {**self.former_duties, key: former}})

    def with_accounts_moved(self, change: AccountsHandedOver | AccountsTakenOver) -> "Pool":
        """The pool after one of two banks has said that the accounts went from the one to the other."""
        moved = AccountsMoved.of(change)
        if isinstance(change, AccountsHandedOver):
            assert change.successor == self.successor, "the accounts go to the bank that was appointed"
            return self.model_copy(update={"handed_over": moved})
        assert self.handed_over is not None, "what is taken over was handed over"
        present = {"supervising_bank": change.bank, "successor": None, "handed_over": None, "taken_over": moved}
        return self.model_copy(update=present)

    def arrived_contribution(self, account: Account, instalment: int) -> ArrivedContribution | None:
        """The contribution of this instalment on this account, if it has arrived."""
        for contribution in self.arrived:
            if contribution.account is account and contribution.instalment == instalment:
                return contribution
        return None


PoolChange = (
    PoolFounded
    | InstitutionRegistered
    | OfficerRegistered
    | OfficerEnded
    | PayeeAccountRegistered
    | RulesAdopted
    | CooperationEnded
    | ContributionsPlanned
    | ContributionReceived
    | AccountsHandedOver
    | AccountsTakenOver
)


def officer_key(institution: str, officer: str) -> str:
    """An officer's name beyond its institution; neither id can hold a slash."""
    return f"{institution}/{officer}"


def evolve_pool(pool: Pool, change: PoolChange) -> Pool:
    """The pool after ``change``; raises ValueError where a founded pool is founded as another one."""
    match change:
        case PoolFounded():
            return _founded(pool, change)
        case InstitutionRegistered():
            named = pool.model_copy(update={"names": {**pool.names, change.institution: change.name}})
            if change.role is not Role.SUPERVISING_BANK:
                return named
            place = "supervising_bank" if change.replaces is None else "successor"
            return named.model_copy(update={place: change.institution})
        case OfficerRegistered():
            key = officer_key(change.institution, change.officer)
            persons, officers = {**pool.persons, key: change.person}, {**pool.officers, key: change.name}
            pool = pool.model_copy(update={"persons": persons, "officers": officers})
            return pool.with_duties(key, change.duties, change.valid_from)
        case OfficerEnded():
            return pool.with_duties(officer_key(change.institution, change.officer), (), change.ended_at)
        case PayeeAccountRegistered():
            account = PayeeAccount(
                account_number=change.account_number, account_name=change.account_name, bank_name=change.bank_name
            )
            return pool.model_copy(update={"payee_accounts": {**pool.payee_accounts, change.institution: account}})
        case RulesAdopted():
            adopted = AdoptedRules(rules=change.rules, adopted_at=change.adopted_at)
            return pool.model_copy(update={"adopted_rules": with_version(pool.adopted_rules, adopted)})
        case CooperationEnded():
            day = change.ended_on if change.claims_back_fiscal_money else None
            return pool.model_copy(update={"fiscal_money_claimed_back_on": day})
        case ContributionsPlanned():
            assert pool.founding is not None, "pairs are planned in a founded pool"
            planned = (*pool.founding.planned, *change.instalments)
            return pool.model_copy(update={"founding": pool.founding.model_copy(update={"planned": planned})})
        case ContributionReceived():
            return pool.model_copy(update={"arrived": (*pool.arrived, ArrivedContribution.of(change))})
        case AccountsHandedOver() | AccountsTakenOver():
            return pool.with_accounts_moved(change)
    assert_never(change)


def _founded(pool: Pool, event: PoolFounded) -> Pool:
    founding = Founding(
        managing_institution=event.managing_institution,
        cooperating_institution=event.cooperating_institution,
        founded_on=event.founded_on,
        rules=event.rules,
        planned=event.contributions,
    )
    if pool.founding not in (None, founding):
        raise ValueError(f"pool {pool.pool_id} was founded otherwise before")
    return pool.model_copy(update={"founding": founding})
