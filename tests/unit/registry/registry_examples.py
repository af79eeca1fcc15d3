"""A pool to try things on: its institutions, officers and keys, and a filing that is in order."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from services.registry.districts import district_profiles
from services.registry.domain.article_09_affiliates import projects_at_stake
from services.registry.domain.decide import Decision, decide
from services.registry.domain.district_profile import Bound, DistrictProfile
from services.registry.domain.pool import Pool
from services.registry.domain.reference_data import ReferenceData
from services.registry.domain.state import State
from services.registry.domain.subjects import COMMANDS, evolve
from services.registry.domain.working_days import WorkingDays
from shared.contracts.documents import Document, DocumentKind
from shared.contracts.envelope import Command, Event
from shared.contracts.examples import (
    BeforeDisbursement,
    CodeOf,
    DataOf,
    FromContext,
    HashOf,
    IdOf,
    NameBy,
    NameOf,
    Now,
    Party,
    PledgeOf,
    Symbol,
    Today,
    WithGuarantor,
)
from shared.contracts.ids import entry_id, key_id, project_id
from shared.contracts.receipts import Outcome
from shared.contracts.received import Acting, Received
from shared.contracts.registry.people import RegisterOfficer
from shared.contracts.registry.pools import (
    ConsentToSupervisingBank,
    FoundPool,
    ProposeSupervisingBank,
    RegisterInstitution,
)
from shared.contracts.registry.projects import ApproveProject, Borrower, FileProject, Finding, IpRight, Loan
from shared.contracts.registry.registrations import ConfirmRegistration, RegistrationProposed
from shared.contracts.registry.rules import Rules
from shared.contracts.registry.words import Administrator, Agreement, Duty, InstitutionData, PlannedInstalment, Role
from shared.messaging.signatures import public_key_text
from simulator.invented_numbers import enterprise_code, patent_number, pledge_number
from simulator.samples import Said, sample
from simulator.simulator import DISTRICTS

POOL_ID = UUID("0b54e0a5-2b43-4f0c-9d0e-3a6c3c1f7c01")
MANAGING, COOPERATING, BANK, LENDER, GUARANTOR = "managing", "cooperating", "custody-bank", "lender", "guarantor"
ADMINISTRATOR, FILER, APPROVER = "administrator", "filer", "approver"
# Each founder begins with two administrators.
CO_ADMINISTRATOR, FOUNDERS = "co-administrator", (MANAGING, COOPERATING)

# Valid check digits over invented numbers.
USCC = {
    MANAGING: "111101050000000017",
    COOPERATING: "91110105MA00000012",
    BANK: "91110105MA00000025",
    LENDER: "91110105MA00000038",
    GUARANTOR: "91110105MA0000004B",
    "borrower": "91110105MA0000005E",
}

FOUNDED_ON = date(2026, 3, 2)
DISBURSED_ON = date(2026, 4, 7)
# A Wednesday at noon in Beijing, well inside the window of the loan above.
NOON = datetime(2026, 4, 15, 4, 0, tzinfo=UTC)
TODAY = date(2026, 4, 15)

PROFILE = district_profiles(DISTRICTS)["110105"]
# No calendar is published: every day goes by its weekday.
WEEKDAYS_ONLY = WorkingDays({})
REFERENCE_DATA = ReferenceData({PROFILE.code: PROFILE}, WEEKDAYS_ONLY)


def profile_with(**bounds: Mapping[str, Any]) -> DistrictProfile:
    """The profile of a district whose regulation has other bounds."""
    changed = {path: Bound.model_validate({**PROFILE.bounds[path].model_dump(), **bounds[path]}) for path in bounds}
    return PROFILE.model_copy(update={"bounds": {**PROFILE.bounds, **changed}})


@cache
def public_key(holder: str) -> str:
    """A public key, one for each holder."""
    return public_key_text(Ed25519PrivateKey.from_private_bytes(hashlib.sha256(holder.encode()).digest()))


PROJECT_ID = project_id(POOL_ID, LENDER, "LOAN-1")
PARTIES = {
    Party.MANAGING: MANAGING,
    Party.COOPERATING: COOPERATING,
    Party.SUPERVISING_BANK: BANK,
    Party.LENDER: LENDER,
    Party.GUARANTOR: GUARANTOR,
    Party.BORROWER: "borrower",
}
SHA256 = "0" * 64


class Here:
    """Where the examples' messages are said: at noon, about the loan above."""

    def value_of(self, symbol: Any, beside: Said) -> Any:
        """What the symbol stands for here."""
        match symbol:
            case Today(days):
                return TODAY + timedelta(days=days)
            case Now(days):
                return NOON + timedelta(days=days)
            case BeforeDisbursement(days):
                return DISBURSED_ON - timedelta(days=days)
            case WithGuarantor(value):
                return self.value_of(value, beside) if isinstance(value, Symbol) else value
            case HashOf():
                return SHA256
            case IdOf(party):
                return PARTIES[party]
            case CodeOf(party):
                return code_of(PARTIES[party])
            case NameOf(Party.BORROWER):
                return "示例科技有限公司"
            case NameBy(named):
                return f"候选机构{beside[named][-2:]}"
            case PledgeOf(named):
                return pledge_number(beside[named])
            case DataOf(party):
                return institution(PARTIES[party])
        return {
            FromContext.PROJECT: PROJECT_ID,
            FromContext.CONTRACT: "LOAN-1",
            FromContext.RIGHT_NUMBER: patent_number(1),
            FromContext.FILING: 1,
            FromContext.FOUNDED_ON: FOUNDED_ON,
            FromContext.LAST_YEAR: FOUNDED_ON.year,
            FromContext.QUESTION_SHA256: SHA256,
            FromContext.SELECTION: entry_id(POOL_ID, "selection", "XZ-1"),
        }[symbol]


HERE = Here()


def document(kind: DocumentKind = DocumentKind.OTHER) -> Document:
    return Document(kind=kind, title=kind.value, sha256=hashlib.sha256(kind.encode()).hexdigest())


def code_of(institution_id: str) -> str:
    """An institution's own unified social credit code: the invented one, or one more with a valid check digit."""
    if institution_id in USCC:
        return USCC[institution_id]
    return enterprise_code(f"91110105MA{int(hashlib.sha256(institution_id.encode()).hexdigest(), 16) % 10**7:07d}")


def person(who: str) -> str:
    """A hash of an identity document that nobody has; ``who`` is one person wherever it is said."""
    return hashlib.sha256(f"person {who}".encode()).hexdigest()


def administrator(where: str, who: str = ADMINISTRATOR, **changed: Any) -> Administrator:
    values = {
        "officer": who,
        "name": f"示例人员 {who}",
        "person": person(f"{where}/{who}" if who in {ADMINISTRATOR, CO_ADMINISTRATOR} else who),
        "public_key": public_key(f"{where}/{who}"),
    }
    return Administrator.model_validate({**values, **changed})


def institution(
    institution_id: str, *, who: str = ADMINISTRATOR, key: str | None = None, **changed: Any
) -> InstitutionData:
    """An institution; ``who`` is its administrator, with another ``key`` than the examples sign with if one is said."""
    first = administrator(institution_id, who, **({} if key is None else {"public_key": key}))
    second = (administrator(institution_id, CO_ADMINISTRATOR),) if institution_id in FOUNDERS else ()
    values = {
        "institution": institution_id,
        "name": f"示例机构 {institution_id}",
        "uscc": code_of(institution_id),
        "administrators": (first, *second),
    }
    return InstitutionData.model_validate({**values, **changed})


def agreement(**changed: Any) -> Agreement:
    values = {"number": "协议-1", "signed_on": FOUNDED_ON, "document": document(DocumentKind.AGREEMENT)}
    return Agreement.model_validate({**values, **changed})


def rules(**changed: Any) -> Rules:
    return sample(Rules, HERE, {"effective_on": FOUNDED_ON, **changed})


def instalment(number: int, fiscal_fen: int = 250_000_000, social_fen: int = 250_000_000) -> PlannedInstalment:
    due_on = FOUNDED_ON + timedelta(days=30 * number)
    return PlannedInstalment(instalment=number, fiscal_fen=fiscal_fen, social_fen=social_fen, due_on=due_on)


def founding(**changed: Any) -> FoundPool:
    values = {"contributions": (instalment(1), instalment(2)), "cooperation_agreement": agreement()}
    return sample(FoundPool, HERE, {**values, **changed})


def right(**changed: Any) -> IpRight:
    return sample(IpRight, HERE, changed)


def loan(**changed: Any) -> Loan:
    return sample(Loan, HERE, changed)


def finding(**changed: Any) -> Finding:
    return sample(Finding, HERE, changed)


def borrower(**changed: Any) -> Borrower:
    return sample(Borrower, HERE, changed)


def filing(**changed: Any) -> FileProject:
    return sample(FileProject, HERE, changed)


MATERIALS = filing().documents


def acting(where: str, officer: str | None = ADMINISTRATOR) -> Acting:
    return Acting(where, officer, None if officer else "loss_notices", key_id(public_key(f"{where}/{officer}")))


def received(data: Command, where: str, officer: str | None = ADMINISTRATOR, at: datetime = NOON) -> Received[Command]:
    return Received(
        data=data,
        message_id="m-1",
        sender=where,
        pool_id=POOL_ID,
        content_sha256="0" * 64,
        received_at=at,
        acting=acting(where, officer),
    )


def officer(name: str, *duties: Duty) -> RegisterOfficer:
    return appointing(name, *duties, public_key=public_key(f"?/{name}"))


def appointing(who: str, *duties: Duty, **changed: Any) -> RegisterOfficer:
    """A registration of ``who``, who is one person in whichever institution."""
    values = {"officer": who, "name": f"示例人员 {who}", "person": person(who), "duties": duties}
    return RegisterOfficer.model_validate({**values, "public_key": public_key(f"?/{who}"), **changed})


def bank_proposal(**changed: Any) -> ProposeSupervisingBank:
    return sample(ProposeSupervisingBank, HERE, {"agreement": agreement(), **changed})


def second_person(where: str, officer: str | None) -> tuple[str, str]:
    """Who confirms what this officer has registered: the founder's other administrator, or the managing one's."""
    founder = where if where in FOUNDERS else MANAGING
    return founder, ADMINISTRATOR if (where, officer) == (founder, CO_ADMINISTRATOR) else CO_ADMINISTRATOR


@dataclass(frozen=True)
class Given:
    """Given what has happened, when a message comes, then … Each step asserts that it could be taken."""

    state: State
    reference_data: ReferenceData

    def when(self, data: Command, where: str, officer: str | None = ADMINISTRATOR, at: datetime = NOON) -> Decision:
        return decide(self._before(data), received(data, where, officer, at), self.reference_data)

    def _before(self, data: Command) -> State:
        """What the message is decided on: an affiliate's registration on its projects, and on no one by its id."""
        spec, project = COMMANDS[type(data)], self.state.project
        affiliate = spec.affiliate_in(data)
        if affiliate is None or project is None:
            return self.state
        at_stake = {each.project_id: each for each in projects_at_stake(affiliate, [project])}
        return replace(self.state, project=None, at_stake=at_stake)

    def after(self, data: Command, where: str, officer: str | None = ADMINISTRATOR, at: datetime = NOON) -> "Given":
        decision = self.when(data, where, officer, at)
        assert decision.outcome is Outcome.ACCEPTED, codes(decision)
        given = self.having(decision.events)
        if any(isinstance(event, RegistrationProposed) for event in decision.events):
            confirmed = given.confirmed(where, officer, at)
            assert confirmed.outcome is Outcome.ACCEPTED, codes(confirmed)
            return given.having(confirmed.events)
        return given

    def confirmed(self, where: str, officer: str | None = ADMINISTRATOR, at: datetime = NOON) -> Decision:
        """What a second person's confirmation of the latest registration brings about, which this one has made."""
        assert self.state.register is not None
        sha256, waiting = list(self.state.register.registrations.items())[-1]
        confirmer = second_person(where, officer)
        if waiting.end_of_officer is not None and waiting.end_of_officer.officer == confirmer[1]:
            # Whoever leaves has no key any more.
            confirmer = (MANAGING, ADMINISTRATOR)
        return self.when(ConfirmRegistration(registration_sha256=sha256), *confirmer, at)

    def takes(self, data: Command, where: str, officer: str | None = ADMINISTRATOR, at: datetime = NOON) -> Decision:
        """What a registration brings about that a second person confirms at once."""
        decision = self.when(data, where, officer, at)
        assert decision.outcome is Outcome.ACCEPTED, codes(decision)
        return self.having(decision.events).confirmed(where, officer, at)

    def having(self, events: Sequence[Event]) -> "Given":
        state = self.state
        for event in events:
            state = evolve(state, event)
        return replace(self, state=state)

    def without_matter(self) -> "Given":
        """The same before a message that concerns another matter, or none."""
        return replace(self, state=replace(self.state, entry=None))

    def with_bounds(self, **bounds: Mapping[str, Any]) -> "Given":
        """The same in a district whose regulation has these other bounds, or has come to have them."""
        districts = {PROFILE.code: profile_with(**bounds)}
        return replace(self, reference_data=replace(self.reference_data, districts=districts))

    def of_that_district(self) -> "Given":
        """The same pool, whose rules were adopted under the profile as it is."""
        return self.with_pool(profile_sha256=self.reference_data.districts[self.pool.district].sha256)

    def with_pool(self, **changed: Any) -> "Given":
        """The same in a pool of which this is true, where it takes hundreds of messages to come so far."""
        return replace(self, state=replace(self.state, pool=self.pool.model_copy(update=changed)))

    @property
    def pool(self) -> Pool:
        assert self.state.pool is not None
        return self.state.pool


def codes(decision: Decision) -> list[str]:
    """The codes of a decision's refusals, in order."""
    return [found.code for found in decision.refusals]


NOTHING = Given(State(), REFERENCE_DATA)


def staffed(founded: FoundPool) -> Given:
    """A pool in which everybody is registered whom a filing and its approval need."""
    return (
        NOTHING.after(founded, MANAGING)
        .after(RegisterInstitution(role=Role.LENDER, institution=institution(LENDER)), MANAGING)
        .after(RegisterInstitution(role=Role.GUARANTOR, institution=institution(GUARANTOR)), MANAGING)
        .after(officer(FILER, Duty.FILING), COOPERATING)
        .after(officer(APPROVER, Duty.FILING_APPROVAL), MANAGING)
    )


FOUNDED = NOTHING.after(founding(), MANAGING)
STAFFED = staffed(founding())
FILED = STAFFED.after(filing(), COOPERATING, FILER)
APPROVED = FILED.after(ApproveProject(project_id=PROJECT_ID, filing=1), MANAGING, APPROVER)
BANK_PROPOSED = STAFFED.after(bank_proposal(), MANAGING)
BANK_APPOINTED = BANK_PROPOSED.after(ConsentToSupervisingBank(bank=BANK), COOPERATING)
