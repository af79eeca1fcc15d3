"""The books of one pool as a decision sees them, and how they change."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import assert_never
from uuid import UUID

from services.treasury.domain.case import (
    DEBIT_ACCOUNT,
    Case,
    Compensation,
    Mandate,
    MandateStage,
    Project,
    evolve_instructed,
    evolve_reserved,
    evolve_settled,
    evolve_voided,
)
from services.treasury.domain.pool import Pool, evolve_pool
from shared.contracts.claims import PaymentTakenUp, PayoutReleased, ReimbursementApproved
from shared.contracts.received import Received
from shared.contracts.registry.contributions import ContributionsPlanned
from shared.contracts.registry.people import OfficerEnded, OfficerRegistered, PayeeAccountRegistered
from shared.contracts.registry.performance import CooperationEnded
from shared.contracts.registry.pools import InstitutionRegistered, PoolFounded
from shared.contracts.registry.project_life import FlagLifted, ProjectFlagged
from shared.contracts.registry.projects import ProjectApproved
from shared.contracts.registry.rules_versions import RulesAdopted
from shared.contracts.treasury import (
    Account,
    AccountsHandedOver,
    AccountsTakenOver,
    Balance,
    Balances,
    ContributionReceived,
    Leg,
    PaymentInstructed,
    PaymentInstruction,
    PaymentRefused,
    PaymentReserved,
    PaymentSettled,
    PaymentVoided,
    PayoutQueued,
)
from shared.decisions.duties_exercised import ClaimsDutyEvent, DutyExercised, RegistryDutyEvent, duties_exercised_in

Release = PayoutReleased | ReimbursementApproved | PaymentTakenUp


@dataclass(frozen=True, slots=True)
class Funds:
    """The money on a custodial account, and how much of it is reserved; whole fen."""

    balance_fen: int = 0
    reserved_fen: int = 0

    def __post_init__(self) -> None:
        assert 0 <= self.reserved_fen <= self.balance_fen, "the treasury reserves no more than is there"

    @property
    def available_fen(self) -> int:
        """The fen that can still be reserved."""
        return self.balance_fen - self.reserved_fen

    def plus(self, balance_fen: int = 0, reserved_fen: int = 0) -> "Funds":
        """The account after both figures changed by so much."""
        return Funds(self.balance_fen + balance_fen, self.reserved_fen + reserved_fen)


@dataclass(frozen=True, slots=True)
class QueuePlace:
    """A mandate in the queue of its leg."""

    project_id: UUID
    mandate_id: UUID


@dataclass(frozen=True, slots=True)
class WaitingRelease:
    """A release or an approval that can't be verified before the registry's copies have caught up.

    ``waits_for`` names what is missing: ``pool``, ``supervising_bank``, ``project/<id>``, ``account/<institution>``,
    ``officer/<institution>/<officer>``, ``key/<id>``, ``rules/<version>``, or
    ``registry/<seq>``, the registry's event that claims had observed when it decided.
    """

    received: Received[Release]
    waits_for: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PayoutAccepted:
    """The treasury found a released payout borne out by what was signed; it is due, in this place of the queue."""

    compensation: Compensation
    mandate: Mandate
    duties_exercised: tuple[DutyExercised, ...]


@dataclass(frozen=True, slots=True)
class ReimbursementAccepted:
    """The treasury found an approved reimbursement borne out by the signed votes."""

    mandate: Mandate
    duties_exercised: tuple[DutyExercised, ...]


@dataclass(frozen=True, slots=True)
class TakeUpAccepted:
    """A payment that the bank did not carry out is due again: ``mandate`` follows ``before``, and takes its queue."""

    mandate: Mandate
    before: Mandate
    duties_exercised: tuple[DutyExercised, ...]


@dataclass(frozen=True, slots=True)
class ReleaseHeld:
    """A release or an approval waits for the registry's copies."""

    waiting: WaitingRelease


@dataclass(frozen=True, slots=True)
class ReleaseResumed:
    """A held release or approval is decided on: what it waited for has come."""

    message_id: str


@dataclass(frozen=True, slots=True)
class RegistryObserved:
    """The registry's event of this number in the pool's stream was observed, and so were all before it."""

    seq: int


Fact = PayoutAccepted | ReimbursementAccepted | TakeUpAccepted | ReleaseHeld | ReleaseResumed | RegistryObserved
"""What the treasury notes for itself and does not publish."""

TreasuryEvent = (
    ContributionReceived
    | AccountsHandedOver
    | AccountsTakenOver
    | PayoutQueued
    | PaymentReserved
    | PaymentInstructed
    | PaymentInstruction
    | PaymentSettled
    | PaymentVoided
    | PaymentRefused
)
PoolEvent = (
    PoolFounded
    | InstitutionRegistered
    | OfficerRegistered
    | OfficerEnded
    | PayeeAccountRegistered
    | RulesAdopted
    | CooperationEnded
    | ContributionsPlanned
)
DutyEvent = RegistryDutyEvent | ClaimsDutyEvent
CaseEvent = DutyEvent | ProjectFlagged
ObservedEvent = PoolEvent | CaseEvent
Change = TreasuryEvent | ObservedEvent | Fact


@dataclass(frozen=True, slots=True)
class Books:
    """One pool with its funds, the cases at hand, both queues in order of acceptance, and the releases that wait.

    ``has_more_queued`` says that mandates are queued which are not at hand: a later one must not go before them.
    """

    pool: Pool
    funds: Mapping[Account, Funds] = field(default_factory=lambda: {account: Funds() for account in Account})
    cases: Mapping[UUID, Case] = field(default_factory=dict)
    queues: Mapping[Leg, tuple[QueuePlace, ...]] = field(default_factory=lambda: dict.fromkeys(Leg, ()))
    has_more_queued: Mapping[Leg, bool] = field(default_factory=lambda: dict.fromkeys(Leg, False))
    waiting: Mapping[str, WaitingRelease] = field(default_factory=dict)

    def case(self, project_id: UUID) -> Case:
        """The case, empty where nothing is known of it yet."""
        return self.cases.get(project_id) or Case(project_id)

    def with_case(self, case: Case) -> "Books":
        """The books with this case added or replaced."""
        return replace(self, cases={**self.cases, case.project_id: case})

    def with_funds(self, account: Account, balance_fen: int = 0, reserved_fen: int = 0) -> "Books":
        """The books after an account's figures changed by so much."""
        changed = self.funds[account].plus(balance_fen, reserved_fen)
        return replace(self, funds={**self.funds, account: changed})

    def with_mandate(self, mandate: Mandate) -> "Books":
        """The books after a mandate took its place at the end of its leg's queue."""
        place = QueuePlace(mandate.project_id, mandate.mandate_id)
        books = self.with_case(self.case(mandate.project_id).with_mandate(mandate))
        return replace(books, queues={**books.queues, mandate.leg: (*books.queues[mandate.leg], place)})

    def is_waiting(self, place: QueuePlace) -> bool:
        """Whether the mandate in this place still waits for money, and not for a person."""
        mandate = self.cases[place.project_id].mandates[place.mandate_id]
        return mandate.stage is MandateStage.OPEN and mandate.queued_fen > 0

    def balances(self) -> Balances:
        """Both custodial accounts, as events tell of them."""
        figures = {
            account: Balance(balance_fen=funds.balance_fen, reserved_fen=funds.reserved_fen)
            for account, funds in self.funds.items()
        }
        return Balances(fiscal=figures[Account.FISCAL], social_capital=figures[Account.SOCIAL_CAPITAL])


def evolve(books: Books, change: Change) -> Books:
    """The books after ``change``; what could only be a bug is asserted."""
    if isinstance(change, CaseEvent):
        return books.with_case(_with_case_event(books, change))
    if isinstance(change, PoolEvent):
        return replace(books, pool=evolve_pool(books.pool, change))
    if isinstance(change, Fact):
        return _evolve_fact(books, change)
    match change:
        case ContributionReceived():
            books = replace(books, pool=evolve_pool(books.pool, change))
            return books.with_funds(change.account, balance_fen=change.amount_fen)
        case AccountsHandedOver() | AccountsTakenOver():
            return replace(books, pool=evolve_pool(books.pool, change))
        case PaymentReserved():
            assert books.pool.successor is None, "nothing is paid while the accounts go from bank to bank"
            held = change.leg is Leg.PAYOUT and books.case(change.project_id).affiliate_flags
            assert not held, "no affiliate is paid before that is decided on"
            books = books.with_case(evolve_reserved(books.case(change.project_id), change))
            books = books.with_funds(DEBIT_ACCOUNT[change.leg], reserved_fen=change.amount_fen)
            return _without_finished(books, change.leg)
        case PaymentInstructed():
            return books.with_case(evolve_instructed(books.case(change.project_id), change))
        case PaymentSettled():
            books = books.with_case(evolve_settled(books.case(change.project_id), change))
            amount_fen = change.amount_fen
            books = books.with_funds(DEBIT_ACCOUNT[change.leg], balance_fen=-amount_fen, reserved_fen=-amount_fen)
            if change.leg is Leg.REIMBURSEMENT:
                books = books.with_funds(Account.SOCIAL_CAPITAL, balance_fen=amount_fen)
            return books
        case PaymentVoided():
            books = books.with_case(evolve_voided(books.case(change.project_id), change))
            books = books.with_funds(DEBIT_ACCOUNT[change.leg], reserved_fen=-change.amount_fen)
            return _without_finished(books, change.leg)
        case PayoutQueued() | PaymentInstruction() | PaymentRefused():
            return books
    assert_never(change)


def _without_finished(books: Books, leg: Leg) -> Books:
    """The books without the mandates at the head of the queue that wait for nothing any more."""
    queue = books.queues[leg]
    while queue and not books.is_waiting(queue[0]):
        queue = queue[1:]
    return replace(books, queues={**books.queues, leg: queue})


def _evolve_fact(books: Books, fact: Fact) -> Books:
    match fact:
        case PayoutAccepted():
            case = books.case(fact.compensation.project_id)
            case = case.with_compensation(fact.compensation).with_duties_exercised(fact.duties_exercised)
            return books.with_case(case).with_mandate(fact.mandate)
        case ReimbursementAccepted():
            case = books.case(fact.mandate.project_id)
            return books.with_case(case.with_duties_exercised(fact.duties_exercised)).with_mandate(fact.mandate)
        case TakeUpAccepted():
            case = books.case(fact.mandate.project_id).with_duties_exercised(fact.duties_exercised)
            case = case.with_mandate(replace(fact.before, stage=MandateStage.TAKEN_UP, queued_fen=0))
            return _without_finished(books.with_case(case), fact.mandate.leg).with_mandate(fact.mandate)
        case ReleaseHeld():
            message_id = fact.waiting.received.message_id
            return replace(books, waiting={**books.waiting, message_id: fact.waiting})
        case ReleaseResumed():
            waiting = {key: value for key, value in books.waiting.items() if key != fact.message_id}
            return replace(books, waiting=waiting)
        case RegistryObserved():
            return replace(books, pool=books.pool.model_copy(update={"registry_seq": fact.seq}))
    assert_never(fact)


def _with_case_event(books: Books, change: CaseEvent) -> Case:
    """Who acted has acted in the case (4.1); of all else count parties and terms as approved, and its flags."""
    assert change.project_id is not None, "a ballot on a matter of the pool is in no case"
    case = _with_project(books, change) if isinstance(change, ProjectApproved) else books.case(change.project_id)
    case = case.with_flag(change) if isinstance(change, ProjectFlagged | FlagLifted) else case
    return case.with_duties_exercised(duties_exercised_in(change))


def _with_project(books: Books, change: ProjectApproved) -> Case:
    project = Project(
        lender=change.loan.lender,
        guarantor=change.loan.guarantor,
        rules_version=change.terms.rules_version,
        share_rate_bp=change.terms.share_rate_bp,
        loss_ratio=change.terms.loss_ratio,
        filed_by=change.filed_by,
        approved_by=change.approved_by,
    )
    case = books.case(change.project_id)
    if case.project not in (None, project):
        raise ValueError(f"project {change.project_id} was approved otherwise before")
    return replace(case, project=project)
