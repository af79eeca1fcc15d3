"""What is said of a pool as a whole: its founding, its institutions, its supervising bank."""

from typing import Annotated, ClassVar

from pydantic import BaseModel, Field

from shared.contracts.documents import Document, DocumentKind, paper
from shared.contracts.envelope import Command, Event
from shared.contracts.examples import CONTRIBUTION_FEN, DataOf, FromContext, IdOf, Party, Spoken, example, usual
from shared.contracts.money import BasisPoints, PositiveFen
from shared.contracts.registry.rules import BallotRules, ConfirmationDays, Rules
from shared.contracts.registry.selections import SelectionRules
from shared.contracts.registry.words import Agreement, Duty, InstitutionData, PlannedInstalment, ProfileSha256, Role
from shared.contracts.words import Day, DistrictCode, InstitutionId, Name, OfficerId, Uscc

PoolName = Annotated[Name, example("示例知识产权质押融资风险补偿资金池")]


class FoundingParticulars(BaseModel):
    """What a pool is founded with; the institutions come beside it."""

    name: PoolName
    district: Annotated[DistrictCode, example("110105")]
    founded_on: Annotated[Day, example(FromContext.FOUNDED_ON)]
    size_fen: Annotated[PositiveFen, example(2 * CONTRIBUTION_FEN)]
    contributions: Annotated[tuple[PlannedInstalment, ...], Field(min_length=1, max_length=100)]
    rules: Annotated[Rules, example({"effective_on": FromContext.FOUNDED_ON})]
    selection_record: Annotated[
        Document | None,
        Field(description="the paper record of the selection (8.1), where none was concluded in this pool before"),
        usual(paper(DocumentKind.SELECTION_RECORD, "合作机构遴选记录")),
    ] = None


class FoundPool(FoundingParticulars, Command, name="registry.pool.found.v1"):
    """Found a pool; signed with the managing institution's root key, which is a setting of every service."""

    spoken: ClassVar[Spoken] = Spoken("founding", Party.MANAGING, Duty.ADMINISTRATION)

    managing_institution: Annotated[InstitutionData, example(DataOf(Party.MANAGING))]
    cooperating_institution: Annotated[InstitutionData, example(DataOf(Party.COOPERATING))]
    cooperation_agreement: Annotated[
        Agreement,
        example(
            {
                "number": "COOPERATION-1",
                "signed_on": FromContext.FOUNDED_ON,
                "document": paper(DocumentKind.AGREEMENT, "合作协议"),
            }
        ),
    ]


class PreparationParticulars(BaseModel):
    """What a pool has before it is founded, beside the rules of its ballots."""

    name: PoolName
    district: Annotated[
        DistrictCode, Field(description="whose profile bounds the ballot rules; it is founded there"), example("110105")
    ]
    confirmation_days_max: ConfirmationDays = 7
    selection: Annotated[
        SelectionRules, Field(description="how the cooperating institution is selected, within the district's bounds")
    ] = SelectionRules()


class PreparePool(PreparationParticulars, Command, name="registry.pool.prepare.v1"):
    """Prepare a pool that is not founded yet; signed with the managing institution's root key (8.1).

    From then on its administrator can register officers, and the cooperating institution can be selected.
    """

    spoken: ClassVar[Spoken] = Spoken("preparation", Party.MANAGING, Duty.ADMINISTRATION)

    managing_institution: Annotated[InstitutionData, example(DataOf(Party.MANAGING))]
    ballot: Annotated[
        BallotRules, Field(description="how the committee decides until the pool's rules are adopted with its founding")
    ] = BallotRules()


_ReplacedBank = Annotated[InstitutionId | None, Field(description="the supervising bank whose place it takes (6.3)")]


class RegisterInstitution(Command, name="registry.institution.register.v1"):
    """Register a lender or a guarantor; by the managing institution's administration."""

    spoken: ClassVar[Spoken] = Spoken("institution", Party.MANAGING, Duty.ADMINISTRATION)

    role: Annotated[Role, example(Role.LENDER)]
    institution: Annotated[InstitutionData, example(DataOf(Party.OTHER_LENDER))]


class ProposeSupervisingBank(Command, name="registry.supervising_bank.propose.v1"):
    """Propose the supervising bank; by either of the two institutions, the other one consents (6.3).

    Where there is one, the proposal says which bank is replaced.
    """

    spoken: ClassVar[Spoken] = Spoken("supervising bank proposal", Party.MANAGING, Duty.ADMINISTRATION)

    bank: Annotated[InstitutionData, example(DataOf(Party.SUPERVISING_BANK))]
    agreement: Annotated[
        Agreement, example({"number": "CUSTODY-1", "document": paper(DocumentKind.AGREEMENT, "监管协议")})
    ]
    replaces: _ReplacedBank = None


class ConsentToSupervisingBank(Command, name="registry.supervising_bank.consent.v1"):
    """Consent to the supervising bank that the other institution proposed (6.3)."""

    spoken: ClassVar[Spoken] = Spoken("supervising bank consent", Party.COOPERATING, Duty.ADMINISTRATION)

    bank: Annotated[InstitutionId, example(IdOf(Party.SUPERVISING_BANK))]


class PoolFounded(FoundingParticulars, Event, name="registry.pool.founded.v1"):
    """A pool was founded; carries the rules in force and all that others need to know of it."""

    ends_on: Day
    share_rate_max_bp: BasisPoints
    profile_sha256: ProfileSha256
    managing_institution: InstitutionId
    cooperating_institution: InstitutionId
    cooperation_agreement: Annotated[Agreement, Field(description="the first one, by which the pool is run (5.3)")]


class PoolPrepared(PreparationParticulars, Event, name="registry.pool.prepared.v1"):
    """A pool has a managing institution and no more yet."""

    managing_institution: InstitutionId
    ballot: BallotRules


class InstitutionRegistered(Event, name="registry.institution.registered.v1"):
    """An institution has a role in the pool from now on.

    A supervising bank that ``replaces`` another one takes the accounts over before anything is paid again.
    """

    institution: InstitutionId
    name: Name
    uscc: Uscc
    role: Role
    replaces: _ReplacedBank = None


class SupervisingBankProposed(Event, name="registry.supervising_bank.proposed.v1"):
    """One institution has proposed the supervising bank; the other one's consent is awaited."""

    bank: InstitutionId
    proposed_by: InstitutionId
    proposed_by_officer: OfficerId
    proposal: Annotated[InstitutionData, Field(description="what the other institution consents to")]
    agreement: Agreement
    replaces: _ReplacedBank = None
