"""One pool, one project and what is signed in its case, made with valid defaults for the tests of the treasury."""

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from types import MappingProxyType
from typing import Any, Generic, TypeVar
from uuid import UUID

from services.treasury.domain.books import Books, Funds, evolve
from services.treasury.domain.decide import Decision, InputMessage, decide
from services.treasury.domain.pool import Pool, evolve_pool
from services.treasury.domain.rules.article_10_pool_share import pool_share_max_fen
from services.treasury.domain.signed_originals import SignedOriginals
from shared.contracts import ids
from shared.contracts.claims import (
    ConfirmPlan,
    DrawUpPlan,
    NotifyLoss,
    PayoutReleased,
    PlanBasis,
    ReleasePayout,
)
from shared.contracts.documents import Document, DocumentKind, SignedMessage
from shared.contracts.envelope import Command
from shared.contracts.examples import LOSS_FEN, FromContext, HashOf, IdOf, OfficersWith, Party, Symbol
from shared.contracts.received import Acting, Received
from shared.contracts.registry.people import OfficerRegistered, PayeeAccountRegistered
from shared.contracts.registry.pools import InstitutionRegistered, PoolFounded
from shared.contracts.registry.projects import Loan, ProjectApproved, ProjectTerms
from shared.contracts.registry.rules import LossRatio, Rules
from shared.contracts.registry.words import Agreement, Duty, PlannedInstalment, Role, SystemUse
from shared.contracts.treasury import (
    Account,
    ConfirmContribution,
    ConfirmPayment,
    Leg,
    PaymentInstructed,
    RejectPayment,
)
from shared.decisions.article_10_fiscal_part import fiscal_part_of_compensation_fen
from simulator.message_context import LoanAtHand, MessageContext, person_of
from simulator.parties import Cast, SeededKeys
from simulator.samples import sample

POOL_ID = UUID("7d6cf9f8-0c52-4c3a-9a54-0a4a4a0d1f01")
OTHER_POOL_ID = UUID("7d6cf9f8-0c52-4c3a-9a54-0a4a4a0d1f02")
MANAGING, COOPERATING, BANK, LENDER, GUARANTOR = "market-office", "ip-capital", "custody-bank", "bank-a", "guarantor-b"
CONTRACT_NUMBER = "LN-2026-001"
PROJECT_ID = ids.project_id(POOL_ID, LENDER, CONTRACT_NUMBER)
COMPENSATION_ID = ids.compensation_id(PROJECT_ID, 1)
NOW = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
TODAY = date(2026, 11, 20)
CLOSES_AT = datetime(2026, 11, 19, 8, 0, tzinfo=UTC)
MEMBERS = ("an", "bai", "chen", "deng", "fang")
AGREEMENT = Document(kind=DocumentKind.AGREEMENT, title="合作协议", sha256="ab" * 32)
HALVES = LossRatio(fiscal_weight=1, social_weight=1)
PAIR_FEN = 50_000_000

DUTIES: Mapping[tuple[str, str], tuple[Duty, ...]] = {
    (COOPERATING, "filer"): (Duty.FILING,),
    (COOPERATING, "planner"): (Duty.PLAN,),
    (COOPERATING, "releaser"): (Duty.RELEASE,),
    (COOPERATING, "all-rounder"): (Duty.PLAN, Duty.RELEASE),
    (COOPERATING, "applicant"): (Duty.APPLICATION,),
    (MANAGING, "approver"): (Duty.FILING_APPROVAL,),
    (MANAGING, "confirmer"): (Duty.CONFIRMATION, Duty.VOTE),
    (MANAGING, "keeper"): (Duty.BALLOT,),
    **{(MANAGING, member): (Duty.VOTE,) for member in MEMBERS},
}

FOUNDED = PoolFounded(
    name="示范资金池",
    district="110105",
    founded_on=date(2026, 1, 5),
    ends_on=date(2030, 1, 5),
    size_fen=4 * PAIR_FEN,
    share_rate_max_bp=2_000,
    profile_sha256="0" * 64,
    managing_institution=MANAGING,
    cooperating_institution=COOPERATING,
    cooperation_agreement=Agreement(number="HZ-1", signed_on=date(2026, 1, 5), document=AGREEMENT),
    contributions=(
        PlannedInstalment(instalment=1, fiscal_fen=PAIR_FEN, social_fen=PAIR_FEN, due_on=date(2026, 2, 1)),
        PlannedInstalment(instalment=2, fiscal_fen=PAIR_FEN, social_fen=PAIR_FEN, due_on=date(2027, 2, 1)),
    ),
    rules=Rules(effective_on=date(2026, 1, 5), share_rate_bp=2_000, loss_ratio=HALVES),
)
# What people call them: the ids stand in no text.
_INSTITUTIONS: Mapping[str, tuple[str, Role]] = {
    MANAGING: ("示例区市场监督管理局", Role.MANAGING),
    COOPERATING: ("示例合作机构", Role.COOPERATING),
    BANK: ("托管银行", Role.SUPERVISING_BANK),
    LENDER: ("甲银行", Role.LENDER),
    GUARANTOR: ("乙担保公司", Role.GUARANTOR),
}
NAMES = {institution: name for institution, (name, _) in _INSTITUTIONS.items()}
INSTITUTIONS_REGISTERED = tuple(
    InstitutionRegistered(institution=institution, name=name, uscc="91110105MA00000000", role=role)
    for institution, (name, role) in _INSTITUTIONS.items()
)
(BANK_REGISTERED,) = (each for each in INSTITUTIONS_REGISTERED if each.institution == BANK)
ACCOUNT_REGISTERED = PayeeAccountRegistered(
    institution=LENDER,
    account_number="6222-0001",
    account_name="甲银行",
    bank_name="甲银行朝阳支行",
    proposed_by="proposer",
    approved_by="second",
)

Data_co = TypeVar("Data_co", bound=Command, covariant=True)


@dataclass(frozen=True)
class Signed(Generic[Data_co]):
    """A message as it was signed, and as it was read."""

    original: SignedMessage
    received: Received[Data_co]

    @property
    def sha256(self) -> str:
        return self.received.content_sha256


def sign(
    data: Data_co, institution: str, officer: str | None, use: SystemUse | None = None, pool_id: UUID = POOL_ID
) -> Signed[Data_co]:
    """``data`` as said by that officer or system; the signature itself is intake's matter."""
    value = f"{institution}/{officer}/{pool_id}/{data.model_dump_json()}".encode()
    original = SignedMessage.of(data.topic, value, f"signature-of-{officer or use}", NOW)
    acting = Acting(institution, officer, None if use is None else use.value, base64.b64encode(b"key").decode())
    sha256 = hashlib.sha256(value).hexdigest()
    return Signed(original, Received(data, sha256[:16], institution, pool_id, sha256, NOW, acting, original))


def originals_of(*signed: Signed[Command]) -> SignedOriginals:
    return SignedOriginals({each.original: each.received for each in signed})


CAST = Cast(POOL_ID, SeededKeys("treasury"))
LOAN = LoanAtHand(CONTRACT_NUMBER, LENDER, has_guarantor=True, disbursed_on=date(2026, 1, 15), project_id=PROJECT_ID)


def here(observed: Mapping[Symbol, Any] = MappingProxyType({})) -> MessageContext:
    """Where the messages are said: in the pool above, about its loan."""
    before = {
        IdOf(Party.LENDER): LENDER,
        IdOf(Party.GUARANTOR): GUARANTOR,
        FromContext.INSTALMENT_FEN: PAIR_FEN,
        OfficersWith(Party.MANAGING, Duty.VOTE): MEMBERS,
    }
    return MessageContext(
        cast=CAST,
        sender=CAST.officer(BANK, "teller"),
        at=NOW,
        loan=LOAN,
        founded_on=FOUNDED.founded_on,
        observed={**before, **observed},
    )


HERE = here()


def project_approved(project_id: UUID = PROJECT_ID, ratio: LossRatio = HALVES, rate_bp: int = 2_000) -> ProjectApproved:
    return ProjectApproved(
        project_id=project_id,
        loan=sample(Loan, HERE, {"principal_fen": 200_000_000}),
        borrower_name="示范科技",
        borrower_uscc="91110105MA00000001",
        documents=(),
        terms=ProjectTerms(rules_version=1, share_rate_bp=rate_bp, loss_ratio=ratio),
        filed_by="filer",
        approved_by="approver",
        filing=1,
        covered_principal_fen=200_000_000,
        rules_version=1,
    )


def officers() -> tuple[OfficerRegistered, ...]:
    return tuple(
        OfficerRegistered(
            institution=institution,
            officer=officer,
            name="某人",
            person=person_of(institution, officer),
            duties=duties,
            valid_from=NOW - timedelta(days=30),
        )
        for (institution, officer), duties in DUTIES.items()
    )


def registered_pool() -> Pool:
    """A pool of which the registry has told everything; nothing has been contributed yet."""
    pool = Pool(pool_id=POOL_ID)
    for change in (FOUNDED, *INSTITUTIONS_REGISTERED, *officers(), ACCOUNT_REGISTERED):
        pool = evolve_pool(pool, change)
    return pool


def notice(total_fen: int = LOSS_FEN, **changes: Any) -> NotifyLoss:
    loss = {"principal_fen": total_fen, "interest_fen": 0, "total_fen": total_fen}
    return sample(NotifyLoss, HERE, {"loss": loss, "claimed_fen": total_fen, **changes})


def basis(
    total_fen: int = LOSS_FEN, ratio: LossRatio = HALVES, committed_before_fen: int = 0, **changes: Any
) -> PlanBasis:
    cap_fen = pool_share_max_fen(total_fen, 2_000)
    share_fen = cap_fen - committed_before_fen
    fiscal_fen = fiscal_part_of_compensation_fen(share_fen, committed_before_fen, ratio)
    values = {
        "loss_ratio": ratio,
        "total_loss_fen": total_fen,
        "claimed_fen": total_fen,
        "committed_before_fen": committed_before_fen,
        "cap_fen": cap_fen,
        "pool_share_fen": share_fen,
        "fiscal_part_fen": fiscal_fen,
        "social_part_fen": share_fen - fiscal_fen,
    }
    return sample(PlanBasis, HERE, {**values, **changes})


@dataclass(frozen=True)
class Payout:
    """A released payout with its four signed messages; ``with_`` replaces some of them."""

    notice: Signed[NotifyLoss]
    plan: Signed[DrawUpPlan]
    confirmation: Signed[ConfirmPlan]
    release: Signed[ReleasePayout]

    @property
    def originals(self) -> SignedOriginals:
        return originals_of(self.notice, self.plan, self.confirmation, self.release)

    def released(self, **changes: Any) -> PayoutReleased:
        plan = self.plan.received.data
        values = {
            "project_id": plan.project_id,
            "compensation": plan.compensation,
            "compensation_id": ids.compensation_id(plan.project_id, plan.compensation),
            "plan_sha256": self.plan.sha256,
            "released_by": "releaser",
            "payee": plan.payee,
            "basis": plan.basis,
            "notice": self.notice.original,
            "plan": self.plan.original,
            "confirmation": self.confirmation.original,
            "release": self.release.original,
            "rules_version": 1,
            "registry_seq": 0,
        }
        return PayoutReleased(**{**values, **changes})


def payout(
    project_id: UUID = PROJECT_ID,
    contract_number: str = CONTRACT_NUMBER,
    number: int = 1,
    total_fen: int = LOSS_FEN,
    planned: PlanBasis | None = None,
    planner: str = "planner",
    confirmer: tuple[str, str] = (MANAGING, "confirmer"),
    releaser: str = "releaser",
    payee: str = LENDER,
    signing: Any = sign,
) -> Payout:
    """A payout as it should be, but for what is given; ``signing`` can make real signatures."""
    said = notice(total_fen=total_fen, loan_contract_number=contract_number)
    notified = signing(said, LENDER, None, SystemUse.LOSS_NOTICES)
    figures = planned or basis(total_fen)
    case = {"project_id": project_id}
    plan = signing(
        sample(
            DrawUpPlan,
            here({HashOf(NotifyLoss.message_type): notified.sha256}),
            {**case, "compensation": number, "payee": payee, "basis": figures},
        ),
        COOPERATING,
        planner,
    )
    after_plan = here({HashOf(DrawUpPlan.message_type): plan.sha256})
    confirmation = signing(sample(ConfirmPlan, after_plan, case), *confirmer)
    release = signing(sample(ReleasePayout, after_plan, case), COOPERATING, releaser)
    return Payout(notified, plan, confirmation, release)


def observed(data: Any, message_id: str = "event-1", seq: int | None = None) -> Received[Any]:
    """An event as it came from another service."""
    return Received(data, message_id, "claims", POOL_ID, "0" * 64, NOW, seq=seq)


def from_bank(data: Any, message_id: str = "command-1", institution: str = BANK) -> Received[Any]:
    """A command as the supervising bank's system signed it."""
    return sign(data, institution, None, SystemUse.BANK_CONFIRMATIONS).received


def contribution(account: Account, instalment: int = 1, **changes: Any) -> ConfirmContribution:
    return sample(ConfirmContribution, HERE, {"account": account, "instalment": instalment, **changes})


def confirmation_of(instructed: PaymentInstructed, **changes: Any) -> ConfirmPayment:
    values = {"instruction_id": instructed.instruction_id, "amount_fen": instructed.amount_fen}
    return sample(ConfirmPayment, HERE, {**values, **changes})


def rejection_of(instructed: PaymentInstructed) -> RejectPayment:
    return sample(RejectPayment, HERE, {"instruction_id": instructed.instruction_id})


def then(
    books: Books, received: Received[InputMessage], originals: SignedOriginals | None = None
) -> tuple[Books, Decision]:
    """What is decided about a message, and the books after it."""
    decision = decide(books, received, originals or SignedOriginals())
    for change in decision.changes:
        books = evolve(books, change)
    return books, decision


def books_with(fiscal_fen: int = PAIR_FEN, social_fen: int = PAIR_FEN, ratio: LossRatio = HALVES) -> Books:
    """Books of a pool that is known, with its project, after the first pair; the funds are as given."""
    books = replace(Books(registered_pool()), cases={})
    books = evolve(books, project_approved(ratio=ratio))
    for account in Account:
        books, decision = then(books, from_bank(contribution(account)))
        assert decision.events, decision
    return replace(books, funds={Account.FISCAL: Funds(fiscal_fen), Account.SOCIAL_CAPITAL: Funds(social_fen)})


def paid_books(social_fen: int = PAIR_FEN, fiscal_fen: int = PAIR_FEN) -> Books:
    """The same after worked case 1 was paid as far as the account went."""
    signed_payout = payout()
    books, decision = then(
        books_with(fiscal_fen, social_fen), observed(signed_payout.released()), signed_payout.originals
    )
    return then(books, from_bank(confirmation_of(instructed(decision))))[0]


def instructed(decision: Decision, leg: Leg | None = None) -> PaymentInstructed:
    """The one instruction that a decision gave."""
    (found,) = (event for event in decision.events if isinstance(event, PaymentInstructed) and leg in (None, event.leg))
    return found
