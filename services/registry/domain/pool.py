"""A pool as the registry knows it, prepared and founded: its institutions, their officers, keys and accounts."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Self

from services.registry.domain.cycle import Cycle
from services.registry.domain.officers_and_keys import Key, Officer
from services.registry.domain.state_model import StateModel
from services.registry.domain.waiting_registration import WaitingRegistration
from shared.contracts.documents import Document
from shared.contracts.money import BasisPoints, PositiveFen
from shared.contracts.registry.rules import BallotRules, Rules
from shared.contracts.registry.selections import SelectionConcluded, SelectionRules
from shared.contracts.registry.words import Agreement, Duty, InstitutionData, PlannedInstalment, Role
from shared.decisions.persons import called
from shared.decisions.rules_in_force import AdoptedRules, rules_in_force


class PayeeAccount(StateModel):
    """An account of an institution, and the officer who proposed it.

    A proposal is ``in_doubt`` once its proposer has left, is no administrator any more, or had a key revoked.
    """

    account_number: str
    account_name: str
    bank_name: str
    proposed_by: str
    in_doubt: bool = False


class BankProposal(StateModel):
    """A supervising bank that one institution proposed, and what the other one is asked to consent to."""

    bank: InstitutionData
    agreement: Agreement
    proposed_by: str
    proposed_by_officer: str
    replaces: str | None = None


class Institution(StateModel):
    """An institution in one pool, with its roles. ``payee_account`` is the one account that the pool may pay it on.

    ``proposed_accounts`` are those proposed and not approved, by account number; of the numbers in
    ``withdrawn_accounts`` a proposal was withdrawn.
    """

    name: str
    uscc: str
    roles: tuple[Role, ...]
    officers: Mapping[str, Officer] = {}
    proposed_accounts: Mapping[str, PayeeAccount] = {}
    withdrawn_accounts: tuple[str, ...] = ()
    payee_account: PayeeAccount | None = None

    def officer_called(self, officer: str) -> str:
        """What people call the officer, also after it has left; its id where it is not registered."""
        found = self.officers.get(officer)
        return called(found.name if found else None, officer)


class Affiliate(StateModel):
    """An enterprise whose projects the pool does not cover, and who said so."""

    name: str
    relation: str
    evidence: Document
    registered_by_institution: str


class Register(StateModel):
    """Who acts in a pool, founded or not. ``keys`` are by key id, ``institutions`` by institution id.

    ``registrations`` are what one administrator has registered and nobody has confirmed, by the message's hash.
    """

    managing_institution: str
    institutions: Mapping[str, Institution] = {}
    keys: Mapping[str, Key] = {}
    registrations: Mapping[str, WaitingRegistration] = {}

    @property
    def root_key_id(self) -> str:
        """The key that the pool began with: it is registered before any other, and order is kept."""
        return next(iter(self.keys))

    def officers_with(self, institution: str, duty: Duty) -> tuple[str, ...]:
        """The officers of ``institution`` that have ``duty``."""
        registered = self.institutions.get(institution)
        officers = registered.officers if registered else {}
        return tuple(name for name, officer in officers.items() if duty in officer.duties)

    def keys_of(self, institution: str, officer: str) -> tuple[Key, ...]:
        """All keys that the officer has ever held, in the order of their registration."""
        return tuple(key for key in self.keys.values() if (key.institution, key.officer) == (institution, officer))

    def with_institution(self, institution: str, **changed: object) -> Self:
        """The same where this institution has changed so."""
        after = self.institutions[institution].model_copy(update=changed)
        return self.model_copy(update={"institutions": {**self.institutions, institution: after}})

    def name_of(self, institution: str) -> str:
        """What people call the institution; its id where it is not registered."""
        registered = self.institutions.get(institution)
        return registered.name if registered else institution

    def roles_of(self, institution: str) -> frozenset[Role]:
        """The roles in which ``institution`` is registered; none if it is not."""
        registered = self.institutions.get(institution)
        return frozenset(registered.roles if registered else ())

    def holders_of(self, role: Role) -> tuple[str, ...]:
        """The institutions that are registered in ``role``."""
        return tuple(name for name, institution in self.institutions.items() if role in institution.roles)

    def duties_of(self, institution: str, officer: str) -> tuple[Duty, ...]:
        """What ``officer`` may do for ``institution``; nothing if it is not registered there."""
        registered = self.institutions.get(institution)
        found = registered.officers.get(officer) if registered else None
        return found.duties if found else ()

    def person(self, institution: str, officer: str) -> str:
        """Who the officer is, also after it has left; whom nobody has registered is nobody else."""
        registered = self.institutions.get(institution)
        found = registered.officers.get(officer) if registered else None
        return found.person if found else f"{institution}/{officer}"

    def person_of(self, role: Role, officer: str) -> str:
        """Who an officer of the institution with ``role`` is; of the managing and the cooperating one there is one."""
        holders = self.holders_of(role)
        return self.person(holders[0] if holders else role, officer)

    def officer_called(self, institution: str, officer: str) -> str:
        """What people call the officer, also after it has left; its id where it is not registered."""
        registered = self.institutions.get(institution)
        return registered.officer_called(officer) if registered else officer

    def called_in(self, role: Role, officer: str) -> str:
        """What people call an officer of the institution with ``role``."""
        holders = self.holders_of(role)
        return self.officer_called(holders[0] if holders else role, officer)


class PreparedPool(Register):
    """What there is of a pool that is not founded yet; the founding takes over who is registered.

    ``ballot`` rules its collective decisions, ``selection`` its selections, and ``confirmation_days_max`` how long a
    registration waits for a second person, since the pool's rules are adopted with its founding. ``selected`` is the
    unified social credit code of the institution with which the latest selection was ``concluded``.
    """

    name: str
    district: str
    ballot: BallotRules
    confirmation_days_max: int
    selection: SelectionRules
    selected: str | None = None
    concluded: SelectionConcluded | None = None


class Pool(Register):
    """One founded pool.

    ``bank_proposals`` are by institution id, ``bank_agreement`` is that of the supervising bank's appointment, and
    ``replaced_bank`` the bank before it, until that has handed the accounts over.

    ``affiliates`` are by unified social credit code, ``further_agreements`` the numbers of those that count beside the
    founding's, by institution, ``working_norms`` those of the norms that stand. ``waiting_plans`` says whose plan of
    further pairs waits for consent under each number. ``recorded_agreements`` are those recorded after the founding,
    with whomever. ``first_rules`` are the founding's, ``adopted_rules`` the versions after them, the latest of
    which ``profile_sha256`` was adopted under. Whoever decides asks ``rules_at``.
    """

    name: str
    district: str
    founded_on: date
    ends_on: date
    size_fen: PositiveFen
    share_rate_max_bp: BasisPoints
    profile_sha256: str
    cooperating_institution: str
    cooperation_agreement: Agreement
    contributions: tuple[PlannedInstalment, ...]
    first_rules: Rules
    selection_record: Document | None = None
    adopted_rules: tuple[AdoptedRules, ...] = ()
    bank_proposals: Mapping[str, BankProposal] = {}
    bank_agreement: Agreement | None = None
    replaced_bank: str | None = None
    affiliates: Mapping[str, Affiliate] = {}
    further_agreements: Mapping[str, tuple[str, ...]] = {}
    recorded_agreements: tuple[Agreement, ...] = ()
    working_norms: tuple[str, ...] = ()
    waiting_plans: Mapping[str, str] = {}
    cycle: Cycle = Cycle()

    @property
    def supervising_bank(self) -> str | None:
        """The supervising bank's id, once both institutions have agreed on it."""
        return next((bank for bank in self.holders_of(Role.SUPERVISING_BANK) if bank != self.replaced_bank), None)

    def with_accounts_taken_over(self) -> Self:
        """The pool once the bank that was replaced has handed its accounts over: it supervises nothing any more."""
        assert self.replaced_bank is not None, "accounts are handed over where a bank is replaced"
        roles = (role for role in self.institutions[self.replaced_bank].roles if role is not Role.SUPERVISING_BANK)
        pool = self.with_institution(self.replaced_bank, roles=tuple(roles))
        return pool.model_copy(update={"replaced_bank": None})

    def agreements_with(self, institution: str) -> tuple[str, ...]:
        """The numbers of the agreements with ``institution`` that count, in the order in which they were recorded."""
        first = (self.cooperation_agreement.number,) if institution == self.cooperating_institution else ()
        return tuple(dict.fromkeys((*first, *self.further_agreements.get(institution, ()))))

    def with_agreement(self, number: str, institution: str) -> Self:
        """The pool where the agreement of this number with ``institution`` counts."""
        numbers = tuple(dict.fromkeys((*self.agreements_with(institution), number)))
        return self.model_copy(update={"further_agreements": {**self.further_agreements, institution: numbers}})

    @property
    def cooperation_agreements(self) -> tuple[Agreement, ...]:
        """The agreements that the cooperating institution has run the pool by; the present one is the last."""
        return (self.cooperation_agreement, *(period.agreement for period in self.cycle.operating_periods))

    @property
    def latest_rules(self) -> Rules:
        """The version that was adopted last; it may not have taken effect yet."""
        return self.adopted_rules[-1].rules if self.adopted_rules else self.first_rules

    def rules_at(self, at: datetime) -> Rules:
        """The version in force at ``at``, the time of a message's intake (5.2)."""
        return rules_in_force(self.first_rules, self.adopted_rules, at)

    def rules_of_version(self, version: int) -> Rules:
        """The version with this number, which has been adopted: versions have no gap."""
        return self.first_rules if version == 1 else self.adopted_rules[version - 2].rules
