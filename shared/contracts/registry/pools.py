"""What is said of a pool as a whole: its founding, its institutions, its supervising bank."""

from typing import Annotated, ClassVar

from pydantic import Field

from shared.contracts.documents import Document
from shared.contracts.envelope import Command, Event
from shared.contracts.money import BasisPoints, PositiveFen
from shared.contracts.registry.words import Agreement, BallotRules, InstitutionData, PlannedInstalment, Role, Rules
from shared.contracts.words import Day, DistrictCode, InstitutionId, Name, Uscc


class FoundPool(Command):
    """Found a pool; signed with the managing institution's root key, which is a setting of every service."""

    message_type: ClassVar[str] = "registry.pool.found.v1"

    name: Name
    district: DistrictCode
    founded_on: Day
    size_fen: PositiveFen
    managing_institution: InstitutionData
    cooperating_institution: InstitutionData
    cooperation_agreement: Agreement
    contributions: Annotated[tuple[PlannedInstalment, ...], Field(min_length=1, max_length=100)]
    rules: Rules
    selection_record: Annotated[
        Document | None,
        Field(description="the paper record of the selection (8.1), where none was concluded in this pool before"),
    ] = None


# How a selection looks candidates up: nobody is selected any more once there are rules.
LookUpAgeDays = Annotated[
    int, Field(strict=True, ge=1, le=365, description="days after which a look-up of 7.5 or 7.6 counts as none")
]
ViolationFreeYears = Annotated[
    int, Field(strict=True, ge=1, le=10, description="years without a serious violation, at least three by 7.6")
]


class PreparePool(Command):
    """Prepare a pool that is not founded yet; signed with the managing institution's root key (8.1).

    From then on its administrator can register officers, and the cooperating institution can be selected.
    """

    message_type: ClassVar[str] = "registry.pool.prepare.v1"

    name: Name
    managing_institution: InstitutionData
    ballot: Annotated[
        BallotRules, Field(description="how the committee decides until the pool's rules are adopted with its founding")
    ] = BallotRules()
    look_up_age_days_max: LookUpAgeDays = 30
    violation_free_years: ViolationFreeYears = 3


class RegisterInstitution(Command):
    """Register a lender or a guarantor; by the managing institution's administration."""

    message_type: ClassVar[str] = "registry.institution.register.v1"

    role: Role
    institution: InstitutionData


class ProposeSupervisingBank(Command):
    """Propose the supervising bank; by either of the two institutions, the other one consents (6.3)."""

    message_type: ClassVar[str] = "registry.supervising_bank.propose.v1"

    bank: InstitutionData
    agreement: Agreement


class ConsentToSupervisingBank(Command):
    """Consent to the supervising bank that the other institution proposed (6.3)."""

    message_type: ClassVar[str] = "registry.supervising_bank.consent.v1"

    bank: InstitutionId


class PoolFounded(Event):
    """A pool was founded; carries the rules in force and all that others need to know of it."""

    message_type: ClassVar[str] = "registry.pool.founded.v1"

    name: Name
    district: DistrictCode
    founded_on: Day
    ends_on: Day
    size_fen: PositiveFen
    share_rate_max_bp: BasisPoints
    managing_institution: InstitutionId
    cooperating_institution: InstitutionId
    cooperation_agreement: Annotated[Agreement | None, Field(description="the registry always says it (5.3)")] = None
    contributions: tuple[PlannedInstalment, ...]
    rules: Rules
    selection_record: Annotated[
        Document | None, Field(description="the paper record that the founding came with, if it came with one (8.1)")
    ] = None


class PoolPrepared(Event):
    """A pool has a managing institution and no more yet."""

    message_type: ClassVar[str] = "registry.pool.prepared.v1"

    name: Name
    managing_institution: InstitutionId
    ballot: BallotRules
    look_up_age_days_max: LookUpAgeDays = 30
    violation_free_years: ViolationFreeYears = 3


class InstitutionRegistered(Event):
    """An institution has a role in the pool from now on."""

    message_type: ClassVar[str] = "registry.institution.registered.v1"

    institution: InstitutionId
    name: Name
    uscc: Uscc
    role: Role


class SupervisingBankProposed(Event):
    """One institution has proposed the supervising bank; the other one's consent is awaited."""

    message_type: ClassVar[str] = "registry.supervising_bank.proposed.v1"

    bank: InstitutionId
    proposed_by: InstitutionId
    proposal: Annotated[InstitutionData, Field(description="what the other institution consents to")]
    agreement: Agreement
