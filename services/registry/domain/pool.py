"""A pool as the registry knows it: its founding, its institutions, their officers, keys and accounts."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, TypeVar, assert_never

from pydantic import BaseModel, ConfigDict, Field

from services.registry.domain import cycle as cycles
from services.registry.domain.affiliates import state as affiliates
from services.registry.domain.affiliates.state import Affiliate, AffiliateEvent
from services.registry.domain.agreements.state import AgreementEvent
from services.registry.domain.cycle import Cycle, CycleEvent
from services.registry.domain.holders import Key, Officer, Revocation
from services.registry.domain.stored import type_of_state
from services.registry.domain.working_norms import state as working_norms
from shared.contracts.documents import Document
from shared.contracts.money import BasisPoints, PositiveFen
from shared.contracts.registry.affiliates import AffiliateRegistered, AffiliateWithdrawn
from shared.contracts.registry.agreements import AgreementConsented, AgreementRecorded
from shared.contracts.registry.norms import WorkingNormAdopted
from shared.contracts.registry.people import (
    KeyRegistered,
    KeyRetired,
    KeyRevoked,
    OfficerEnded,
    OfficerRegistered,
    PayeeAccountProposed,
    PayeeAccountRegistered,
    PayeeAccountWithdrawn,
)
from shared.contracts.registry.performance import OperatingPeriodFixed, PoolContinued
from shared.contracts.registry.pools import InstitutionRegistered, PoolFounded, SupervisingBankProposed
from shared.contracts.registry.rules import RulesAdopted
from shared.contracts.registry.words import Agreement, Duty, InstitutionData, PlannedInstalment, Role, Rules
from shared.decisions.rules_in_force import AdoptedRules, rules_in_force

PeopleEvent = OfficerRegistered | OfficerEnded | KeyRegistered | KeyRetired | KeyRevoked
AccountEvent = PayeeAccountProposed | PayeeAccountWithdrawn | PayeeAccountRegistered
PoolEvent = (
    PoolFounded
    | InstitutionRegistered
    | SupervisingBankProposed
    | PeopleEvent
    | AccountEvent
    | AffiliateEvent
    | CycleEvent
    | RulesAdopted
    | AgreementEvent
    | WorkingNormAdopted
)


class PayeeAccount(BaseModel):
    """An account of an institution, and the officer who proposed it.

    A proposal is ``in_doubt`` once its proposer has left, is no administrator any more, or had a key revoked.
    """

    model_config = type_of_state

    account_number: str
    account_name: str
    bank_name: str
    proposed_by: str
    in_doubt: bool = False


class BankProposal(BaseModel):
    """A supervising bank that one institution proposed, and what the other one is asked to consent to."""

    model_config = type_of_state

    bank: InstitutionData
    agreement: Agreement
    proposed_by: str


class Institution(BaseModel):
    """An institution in one pool. ``payee_account`` is the one account that the pool may pay it on.

    ``proposed_accounts`` are those proposed and not approved, by account number; of the numbers in
    ``withdrawn_accounts`` a proposal was withdrawn.
    """

    model_config = type_of_state

    name: str
    uscc: str
    role: Role
    officers: Mapping[str, Officer] = {}
    proposed_accounts: Mapping[str, PayeeAccount] = {}
    withdrawn_accounts: tuple[str, ...] = ()
    payee_account: PayeeAccount | None = None


class Register(BaseModel):
    """Who acts in a pool, founded or not. ``keys`` are by key id, ``institutions`` by institution id."""

    model_config = type_of_state

    managing_institution: str
    institutions: Mapping[str, Institution] = {}
    keys: Mapping[str, Key] = {}

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

    def role_of(self, institution: str | None) -> Role | None:
        """The role in which ``institution`` is registered; None if it is not."""
        registered = self.institutions.get(institution or "")
        return registered.role if registered else None


AnyRegister = TypeVar("AnyRegister", bound=Register)


class Pool(Register):
    """One founded pool. ``bank_proposals`` are by institution id, ``bank_agreement`` is that of its appointment.

    ``affiliates`` are by unified social credit code, ``further_agreements`` the numbers of those that count beside the
    founding's, by institution, ``working_norms`` those of the norms that stand. ``recorded_agreements`` are those
    recorded after the founding, with whomever; of rows of before they are not known. ``first_rules`` are the
    founding's, ``adopted_rules`` the versions after them. Whoever decides asks ``rules_at``.
    """

    model_config = ConfigDict(validate_by_name=True, validate_by_alias=True, serialize_by_alias=True)

    name: str
    district: str
    founded_on: date
    ends_on: date
    size_fen: PositiveFen
    share_rate_max_bp: BasisPoints
    cooperating_institution: str
    cooperation_agreement: Agreement
    contributions: tuple[PlannedInstalment, ...]
    first_rules: Annotated[Rules, Field(alias="rules")]
    selection_record: Document | None = None
    adopted_rules: tuple[AdoptedRules, ...] = ()
    bank_proposals: Mapping[str, BankProposal] = {}
    bank_agreement: Agreement | None = None
    affiliates: Mapping[str, Affiliate] = {}
    further_agreements: Mapping[str, tuple[str, ...]] = {}
    recorded_agreements: tuple[Agreement, ...] = ()
    working_norms: tuple[str, ...] = ()
    cycle: Cycle = Cycle()

    @property
    def supervising_bank(self) -> str | None:
        """The supervising bank's id, once both institutions have agreed on it."""
        banks = (key for key, institution in self.institutions.items() if institution.role is Role.SUPERVISING_BANK)
        return next(banks, None)

    def agreements_with(self, institution: str) -> tuple[str, ...]:
        """The numbers of the agreements with ``institution`` that count, in the order in which they were recorded."""
        first = (self.cooperation_agreement.number,) if institution == self.cooperating_institution else ()
        return tuple(dict.fromkeys((*first, *self.further_agreements.get(institution, ()))))

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


def evolve(pool: Pool | None, event: PoolEvent, prepared: Register | None = None) -> Pool:
    """The pool after ``event``; its founding takes over whoever was registered while it was ``prepared``."""
    if isinstance(event, PoolFounded):
        assert pool is None, "a pool is founded once"
        return _founded(event, prepared)
    assert pool is not None, "nothing happens in a pool before its founding"
    if isinstance(event, CycleEvent):
        return _in_its_cycle(pool, event)
    if isinstance(event, AccountEvent):
        return _with_account(pool, event)
    match event:
        case InstitutionRegistered():
            assert event.institution not in pool.institutions
            institution = Institution(name=event.name, uscc=event.uscc, role=event.role)
            proposals, agreed = pool.bank_proposals, pool.bank_agreement
            if event.role is Role.SUPERVISING_BANK:
                agreed = proposals[event.institution].agreement
                pool = _with_agreement(pool, agreed.number, event.institution)
                proposals = {}  # one bank is appointed; the other proposals have become void
            return pool.model_copy(
                update={
                    "institutions": {**pool.institutions, event.institution: institution},
                    "bank_proposals": proposals,
                    "bank_agreement": agreed,
                }
            )
        case SupervisingBankProposed():
            proposal = BankProposal(bank=event.proposal, agreement=event.agreement, proposed_by=event.proposed_by)
            return pool.model_copy(update={"bank_proposals": {**pool.bank_proposals, event.bank: proposal}})
        case OfficerRegistered() | OfficerEnded() | KeyRegistered() | KeyRetired() | KeyRevoked():
            return evolve_people(pool, event)
        case AffiliateRegistered() | AffiliateWithdrawn():
            return pool.model_copy(update={"affiliates": affiliates.evolve(pool.affiliates, event)})
        case RulesAdopted():
            assert event.rules.version == pool.latest_rules.version + 1, "versions have no gap"
            adopted = AdoptedRules(rules=event.rules, adopted_at=event.adopted_at)
            return pool.model_copy(
                update={
                    "adopted_rules": (*pool.adopted_rules, adopted),
                    "share_rate_max_bp": event.share_rate_max_bp,
                }
            )
        case AgreementRecorded() | AgreementConsented() | WorkingNormAdopted():
            return _with_matter(pool, event)
        case _:
            assert_never(event)


def evolve_people(register: AnyRegister, event: PeopleEvent) -> AnyRegister:
    """The register after ``event``."""
    if isinstance(event, OfficerRegistered | OfficerEnded):
        return _with_officer(register, event)
    return _with_key(register, event)


def _in_its_cycle(pool: Pool, event: CycleEvent) -> Pool:
    changed: dict[str, object] = {"cycle": cycles.evolve(pool.cycle, event)}
    if isinstance(event, PoolContinued):
        assert event.ends_on_before == pool.ends_on, "the term that ends is the present one"
        changed["ends_on"] = event.ends_on
    if isinstance(event, OperatingPeriodFixed | PoolContinued):
        pool = _with_agreement(pool, event.agreement.number, pool.cooperating_institution)
    return pool.model_copy(update=changed)


def _with_account(pool: Pool, event: AccountEvent) -> Pool:
    """A proposal waits until a second officer approves it, or the institution withdraws it."""
    institution = pool.institutions[event.institution]
    waiting = dict(institution.proposed_accounts)
    match event:
        case PayeeAccountProposed():
            waiting[event.account_number] = _account(event)
            changed: dict[str, object] = {}
        case PayeeAccountWithdrawn():
            del waiting[event.account_number]
            numbers = (*institution.withdrawn_accounts, event.account_number)
            changed = {"withdrawn_accounts": tuple(dict.fromkeys(numbers))}
        case PayeeAccountRegistered():
            del waiting[event.account_number]
            changed = {"payee_account": _account(event)}
        case _:
            assert_never(event)
    return _with_institution(pool, event.institution, proposed_accounts=waiting, **changed)


def _with_matter(pool: Pool, event: AgreementEvent | WorkingNormAdopted) -> Pool:
    """What later messages have to know of a matter that isn't theirs."""
    if isinstance(event, WorkingNormAdopted):
        return pool.model_copy(update={"working_norms": working_norms.standing_after(pool.working_norms, event)})
    if isinstance(event, AgreementRecorded):
        recorded = Agreement(number=event.number, signed_on=event.signed_on, document=event.document)
        pool = pool.model_copy(update={"recorded_agreements": (*pool.recorded_agreements, recorded)})
    counts = isinstance(event, AgreementConsented) or event.awaits_consent_of is None
    return _with_agreement(pool, event.number, event.institution) if counts else pool


def _with_agreement(pool: Pool, number: str, institution: str) -> Pool:
    numbers = tuple(dict.fromkeys((*pool.agreements_with(institution), number)))
    return pool.model_copy(update={"further_agreements": {**pool.further_agreements, institution: numbers}})


def _founded(event: PoolFounded, prepared: Register | None) -> Pool:
    assert event.cooperation_agreement is not None, "the registry always says it"
    return Pool(
        name=event.name,
        district=event.district,
        founded_on=event.founded_on,
        ends_on=event.ends_on,
        size_fen=event.size_fen,
        share_rate_max_bp=event.share_rate_max_bp,
        managing_institution=event.managing_institution,
        cooperating_institution=event.cooperating_institution,
        cooperation_agreement=event.cooperation_agreement,
        contributions=event.contributions,
        first_rules=event.rules,
        selection_record=event.selection_record,
        institutions=prepared.institutions if prepared else {},
        keys=prepared.keys if prepared else {},
    )


def _with_officer(pool: AnyRegister, event: OfficerRegistered | OfficerEnded) -> AnyRegister:
    """An officer who is no administrator any more has proposed nothing that can still be approved."""
    institution = pool.institutions[event.institution]
    former = institution.officers.get(event.officer)
    if isinstance(event, OfficerRegistered):
        officer = Officer(name=event.name, duties=event.duties)
    else:
        assert former is not None, "only an officer can leave"
        officer = Officer(name=former.name, duties=(), ended_at=event.ended_at, ended_because=event.reason)
    assert former is None or former.ended_at is None, "who has left does not come back"
    pool = _with_institution(pool, event.institution, officers={**institution.officers, event.officer: officer})
    return pool if officer.is_administrator else _with_doubt(pool, event.institution, event.officer)


def _with_key(pool: AnyRegister, event: KeyRegistered | KeyRetired | KeyRevoked) -> AnyRegister:
    if isinstance(event, KeyRegistered):
        assert event.key_id not in pool.keys, "a key is registered once"
        key = Key.of(event)
    else:
        former = pool.keys[event.key_id]
        assert former.revocation is None, "a key is revoked once, and no revoked one is retired"
        assert isinstance(event, KeyRevoked) or not former.has_ended, "a key is retired once"
        until = min(event.valid_until, former.valid_until or event.valid_until)
        key = former.model_copy(update={"valid_until": until, "has_ended": True})
    if isinstance(event, KeyRevoked):
        revocation = Revocation(reason=event.reason, exposed_since=event.exposed_since)
        key = key.model_copy(update={"revocation": revocation})
        # Somebody else may have proposed with it: the holder has to propose again.
        if key.officer is not None:
            pool = _with_doubt(pool, key.institution, key.officer)
    return pool.model_copy(update={"keys": {**pool.keys, event.key_id: key}})


def _with_doubt(pool: AnyRegister, institution: str, officer: str) -> AnyRegister:
    """The pool in which nothing that this officer proposed can be approved before it is proposed again."""
    proposed = pool.institutions[institution].proposed_accounts
    doubted = {
        number: account.model_copy(update={"in_doubt": True}) if account.proposed_by == officer else account
        for number, account in proposed.items()
    }
    return pool if doubted == proposed else _with_institution(pool, institution, proposed_accounts=doubted)


def _with_institution(pool: AnyRegister, institution: str, **changed: object) -> AnyRegister:
    after = pool.institutions[institution].model_copy(update=changed)
    return pool.model_copy(update={"institutions": {**pool.institutions, institution: after}})


def _account(event: PayeeAccountProposed | PayeeAccountRegistered) -> PayeeAccount:
    return PayeeAccount(
        account_number=event.account_number,
        account_name=event.account_name,
        bank_name=event.bank_name,
        proposed_by=event.proposed_by,
    )
