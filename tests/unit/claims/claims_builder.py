"""A pool, a project and a case for the tests of claims: given messages, when one more comes, then these events."""

import hashlib
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from types import MappingProxyType
from typing import Any
from uuid import UUID

from services.claims.domain.claim import Claim, Compensation
from services.claims.domain.context import Case
from services.claims.domain.decide import handle
from services.claims.domain.pool import Pool, PoolEvent, evolve_pool
from services.claims.domain.step import Step
from shared.contracts import claims as said
from shared.contracts import ids
from shared.contracts.documents import Document, DocumentKind, SignedMessage
from shared.contracts.envelope import Command
from shared.contracts.examples import (
    FISCAL_PART_FEN,
    LOSS_FEN,
    HashOf,
    IdOf,
    OfficersWith,
    Party,
    Symbol,
)
from shared.contracts.receipts import Outcome
from shared.contracts.received import Acting, Received
from shared.contracts.registry.people import OfficerRegistered
from shared.contracts.registry.performance import CooperationEnded
from shared.contracts.registry.pools import InstitutionRegistered, PoolFounded
from shared.contracts.registry.projects import Loan, ProjectApproved, ProjectRejected, ProjectTerms
from shared.contracts.registry.rules import LossRatio, Rules
from shared.contracts.registry.words import Agreement, Duty, PlannedInstalment, Role, SystemUse, Vote
from shared.contracts.treasury import Balance, Balances, Leg, PaymentSettled
from shared.decisions.days import beijing_day
from shared.decisions.decision import Decision
from simulator.message_context import NO_HASH, LoanAtHand, MessageContext, person_of
from simulator.parties import Cast, SeededKeys
from simulator.samples import sample

POOL_ID = UUID("00000000-0000-4000-8000-000000000001")
MANAGING, COOPERATING, LENDER, GUARANTOR = "managing-cy", "cooperating-cy", "bank-north", "guarantor-east"
INSTITUTIONS = {  # What people call them, since the ids stand in no text, and what they are.
    MANAGING: ("示例区市场监督管理局", Role.MANAGING),
    COOPERATING: ("示例合作机构", Role.COOPERATING),
    LENDER: ("示例北方银行", Role.LENDER),
    GUARANTOR: ("示例东方担保公司", Role.GUARANTOR),
    "bank-south": ("示例南方银行", Role.LENDER),
}
NAMES = {institution: name for institution, (name, _) in INSTITUTIONS.items()}
CONTRACT = "借2026-001"
PROJECT_ID = ids.project_id(POOL_ID, LENDER, CONTRACT)
COMPENSATION_ID = ids.compensation_id(PROJECT_ID, 1)
INSTRUCTION = UUID(int=7)
START = datetime(2026, 11, 2, 2, 0, tzinfo=UTC)
HALF = LossRatio(fiscal_weight=1, social_weight=1)
RULES = Rules(effective_on=date(2026, 1, 1), share_rate_bp=2000, loss_ratio=HALF)

OFFICERS: dict[str, dict[str, tuple[Duty, ...]]] = {
    COOPERATING: {
        "filer": (Duty.FILING,),
        "reviewer": (Duty.REVIEW, Duty.VERIFICATION),
        "visitor-one": (Duty.VERIFICATION,),
        "visitor-two": (Duty.VERIFICATION,),
        "visitor-three": (Duty.VERIFICATION,),
        "planner": (Duty.PLAN, Duty.RELEASE),
        "releaser": (Duty.RELEASE,),
        "applicant": (Duty.APPLICATION,),
    },
    MANAGING: {
        "approver": (Duty.FILING_APPROVAL,),
        "confirmer": (Duty.CONFIRMATION, Duty.VOTE),
        "chair": (Duty.BALLOT,),
        **{f"member-{letter}": (Duty.VOTE,) for letter in "abcde"},
    },
}
MEMBERS = tuple(f"member-{letter}" for letter in "abcde")


def document(kind: DocumentKind) -> Document:
    """A document of that kind."""
    return Document(kind=kind, title=kind.value, sha256=hashlib.sha256(kind.encode()).hexdigest())


CAST = Cast(POOL_ID, SeededKeys("claims"))
LOAN = LoanAtHand(CONTRACT, LENDER, has_guarantor=True, disbursed_on=date(2026, 2, 10), project_id=PROJECT_ID)


def here(at: datetime = START, observed: Mapping[Symbol, Any] = MappingProxyType({})) -> MessageContext:
    """Where the messages are said: in the pool above, about its loan."""
    parties = {IdOf(Party.LENDER): LENDER, IdOf(Party.GUARANTOR): GUARANTOR}
    entitled = {
        OfficersWith(Party.COOPERATING, Duty.VERIFICATION): ("visitor-one", "visitor-two"),
        OfficersWith(Party.MANAGING, Duty.VOTE): MEMBERS,
    }
    return MessageContext(
        cast=CAST,
        sender=CAST.officer(COOPERATING, "filer"),
        at=at,
        loan=LOAN,
        founded_on=RULES.effective_on,
        observed={**parties, **entitled, **observed},
    )


HERE = here()


def loss(total_fen: int = LOSS_FEN, **changes: Any) -> said.Loss:
    """A loss of principal and the rest as interest."""
    principal_fen = min(total_fen, 90_000_000)
    figures = {"principal_fen": principal_fen, "interest_fen": total_fen - principal_fen, "total_fen": total_fen}
    return sample(said.Loss, HERE, {"as_of": date(2026, 11, 1), **figures, **changes})


def notice(total_fen: int = LOSS_FEN, **changes: Any) -> said.NotifyLoss:
    """The lender's notice of worked case 1: a loss of 1,000,000.01 yuan, all of it claimed."""
    return sample(said.NotifyLoss, HERE, {"loss": loss(total_fen), "claimed_fen": total_fen, **changes})


def pool_events(rules: Rules = RULES) -> list[PoolEvent]:
    """What the registry says of the pool."""
    events: list[PoolEvent] = [
        PoolFounded(
            name="知识产权资金池",
            district="110105",
            founded_on=date(2026, 1, 1),
            ends_on=date(2029, 12, 31),
            size_fen=10**10,
            share_rate_max_bp=2000,
            profile_sha256="0" * 64,
            managing_institution=MANAGING,
            cooperating_institution=COOPERATING,
            cooperation_agreement=Agreement(
                number="HZ-1", signed_on=date(2026, 1, 1), document=document(DocumentKind.AGREEMENT)
            ),
            contributions=(
                PlannedInstalment(instalment=1, fiscal_fen=10**9, social_fen=10**9, due_on=date(2026, 2, 1)),
            ),
            rules=rules,
        )
    ]
    for institution, (name, role) in INSTITUTIONS.items():
        events.append(InstitutionRegistered(institution=institution, name=name, uscc="0" * 18, role=role))
    for institution, officers in OFFICERS.items():
        for officer, duties in officers.items():
            events.append(registered(institution, officer, duties, START))
    return events


def registered(institution: str, officer: str, duties: tuple[Duty, ...], at: datetime) -> OfficerRegistered:
    person = person_of(institution, officer)
    values = {"institution": institution, "officer": officer, "name": f"示例人员 {officer}", "person": person}
    return OfficerRegistered.model_validate({**values, "duties": duties, "valid_from": at})


def pool(rules: Rules = RULES) -> Pool:
    """The pool, as the registry's events make it."""
    made = Pool(pool_id=POOL_ID)
    for event in pool_events(rules):
        made = evolve_pool(made, event)
    return made


def approved(
    guarantor: str | None = GUARANTOR, share_rate_bp: int = 2000, ratio: LossRatio = HALF, **changes: Any
) -> ProjectApproved:
    """The project's approval: a loan of 1,000,000.00 yuan."""
    loan = sample(Loan, HERE, {"guarantor": guarantor})
    figures: dict[str, Any] = {
        "project_id": PROJECT_ID,
        "loan": loan,
        "borrower_name": "示例科技有限公司",
        "borrower_uscc": "0" * 18,
        "documents": (),
        "terms": ProjectTerms(rules_version=1, share_rate_bp=share_rate_bp, loss_ratio=ratio),
        "filed_by": "filer",
        "approved_by": "approver",
        "filing": 1,
        "covered_principal_fen": loan.principal_fen,
        "rules_version": 1,
    }
    return ProjectApproved(**{**figures, **changes})


def rejected() -> ProjectRejected:
    """The project's rejection."""
    return ProjectRejected(project_id=PROJECT_ID, reasons="不符合条件", rejected_by="approver", rules_version=1)


def settled(leg: Leg, amount_fen: int, instalment: int = 1, compensation_id: UUID = COMPENSATION_ID) -> PaymentSettled:
    """The treasury's word that the bank has paid."""
    nothing = Balance(balance_fen=0, reserved_fen=0)
    return PaymentSettled(
        project_id=PROJECT_ID,
        compensation_id=compensation_id,
        leg=leg,
        instalment=instalment,
        instruction_id=UUID(int=instalment),
        transfer_id=UUID(int=instalment),
        amount_fen=amount_fen,
        bank_reference="回单1",
        value_on=date(2026, 11, 5),
        booked_on=date(2026, 11, 5),
        due_from_fiscal_fen=0,
        balances=Balances(fiscal=nothing, social_capital=nothing),
    )


class Story:
    """A case as messages come in, an hour apart; remembers the decisions, events and hashes."""

    def __init__(self, rules: Rules = RULES) -> None:
        self.case = Case(pool(rules), Claim(project_id=PROJECT_ID, pool_id=POOL_ID))
        self.now = START
        self.messages = 0
        self.taken: list[Received[Any]] = []
        self.events: list[Any] = []
        self.sha256 = ""

    @property
    def claim(self) -> Claim:
        return self.case.claim

    @property
    def latest(self) -> Compensation:
        """The compensation that was opened last; there is one from the first notice on."""
        assert self.claim.latest is not None
        return self.claim.latest

    @property
    def next_step(self) -> Step:
        """What the case waits for, in its latest compensation."""
        return self.claim.first_step if self.claim.latest is None else self.claim.latest.next_step

    def received(
        self,
        data: Any,
        institution: str = "",
        officer: str | None = None,
        system_use: str | None = None,
        pool_id: UUID = POOL_ID,
    ) -> Received[Any]:
        """The next message; without an institution it comes from a service."""
        self.messages += 1
        self.now += timedelta(hours=1)
        self.sha256 = hashlib.sha256(f"{self.messages}".encode()).hexdigest()
        outside = institution != ""
        return Received(
            data=data,
            message_id=f"m-{self.messages}",
            sender=institution or "service",
            pool_id=pool_id,
            content_sha256=self.sha256,
            received_at=self.now,
            acting=Acting(institution, officer, system_use, "k" * 43) if outside else None,
            original=self._signed() if outside else None,
        )

    def _signed(self) -> SignedMessage:
        return SignedMessage.of("topic", self.sha256.encode(), f"signature-{self.messages}", self.now)

    def take(self, received: Received[Any]) -> Decision:
        """Take one message in; a refusal changes nothing, and a changed case survives being stored."""
        self.taken.append(received)
        before = self.case.claim
        claim, decision = handle(self.case, received)
        if not decision.events and received.acting is not None:
            assert claim == before
        assert Claim.model_validate_json(claim.model_dump_json()) == claim
        self.case = Case(self.case.pool, claim)
        self.events.extend(decision.events)
        return decision

    def observes(self, data: Any) -> Decision:
        """An event of another service."""
        return self.take(self.received(data))

    def notifies(self, data: said.NotifyLoss, institution: str = LENDER) -> Decision:
        """A notice, signed with a system key for loss notices."""
        return self.take(self.received(data, institution, system_use=SystemUse.LOSS_NOTICES.value))

    def registers(self, officer: str, *duties: Duty) -> None:
        """The registry's word that an officer of the managing institution has these duties from now on."""
        event = registered(MANAGING, officer, duties, self.now)
        self.case = Case(evolve_pool(self.case.pool, event), self.case.claim)

    def ends_cooperation(self, **changes: Any) -> None:
        """The registry's word that the cooperation was ended, and all fiscal money is claimed back."""
        said_by = {"institution": COOPERATING, "decided_by": "overseer", "rules_version": 1}
        figures = {"claims_back_fiscal_money": True, "ended_on": beijing_day(self.now), **said_by, **changes}
        event = sample(CooperationEnded, here(self.now), figures)
        self.case = Case(evolve_pool(self.case.pool, event), self.case.claim)

    def commands(self, officer: str, data: Any, pool_id: UUID = POOL_ID) -> Decision:
        """A command, signed by an officer of whichever of the two institutions has it."""
        institution = COOPERATING if officer in OFFICERS[COOPERATING] else MANAGING
        return self.take(self.received(data, institution, officer, pool_id=pool_id))

    def says(self, officer: str, command: type[Command], changes: Mapping[str, Any]) -> Decision:
        """A command as it is usually said at this point of the case, but for the changes."""
        latest, application = self.claim.latest, self.claim.application
        notice, plan = (latest.notice, latest.plan) if latest else (None, None)
        observed: dict[Symbol, Any] = {
            HashOf("claims.loss.notify.v1"): notice.sha256 if notice else NO_HASH,
            HashOf("claims.plan.draw_up.v1"): plan.sha256 if plan else NO_HASH,
            HashOf("claims.reimbursement.apply.v1"): application.question.sha256
            if application and application.question
            else NO_HASH,
        }
        return self.commands(officer, sample(command, here(self.now, observed), changes))

    def withdraws(self, institution: str = LENDER, **changes: Any) -> Decision:
        """The withdrawal of the notice that counts, signed with a system key for loss notices."""
        latest = self.claim.latest
        named = {"project_id": PROJECT_ID, "notice_sha256": latest.notice.sha256 if latest else NO_HASH}
        command = sample(said.WithdrawNotice, here(self.now), {**named, **changes})
        return self.take(self.received(command, institution, system_use=SystemUse.LOSS_NOTICES.value))

    def reviews(self, officer: str = "reviewer", **changes: Any) -> Decision:
        return self.says(officer, said.RecordReview, changes)

    def verifies(self, officer: str = "visitor-one", **changes: Any) -> Decision:
        return self.says(officer, said.RecordVerification, changes)

    def plans(self, officer: str = "planner", basis: dict[str, Any] | None = None, **changes: Any) -> Decision:
        latest = self.claim.latest
        number, verified = (latest.number, latest.verified) if latest else (1, None)
        expected = (verified or sample(said.PlanBasis, HERE)).model_copy(update=basis or {})
        return self.says(officer, said.DrawUpPlan, {"basis": expected, "compensation": number, **changes})

    def confirms(self, officer: str = "confirmer", **changes: Any) -> Decision:
        return self.says(officer, said.ConfirmPlan, changes)

    def returns_plan(self, officer: str = "confirmer", **changes: Any) -> Decision:
        return self.says(officer, said.ReturnPlan, changes)

    def releases(self, officer: str = "releaser", **changes: Any) -> Decision:
        return self.says(officer, said.ReleasePayout, changes)

    def takes_up(self, instruction: UUID = INSTRUCTION, officer: str = "releaser") -> Decision:
        return self.says(officer, said.TakeUpPayment, {"project_id": PROJECT_ID, "instruction_id": instruction})

    def applies(self, amount_fen: int = FISCAL_PART_FEN, officer: str = "applicant", **changes: Any) -> Decision:
        number = self.claim.latest.number if self.claim.latest else 1
        named = {"amount_fen": amount_fen, "compensation": number}
        return self.says(officer, said.ApplyForReimbursement, {**named, **changes})

    def opens(self, officer: str = "chair", **changes: Any) -> Decision:
        return self.says(officer, said.OpenBallot, {"closes_at": self.now + timedelta(days=3), **changes})

    def votes(self, officer: str, vote: Vote = Vote.FOR, **changes: Any) -> Decision:
        return self.says(officer, said.CastVote, {"vote": vote, **changes})

    def recuses(self, officer: str, **changes: Any) -> Decision:
        return self.says(officer, said.RecuseMember, changes)

    def closes(self, officer: str = "chair", **changes: Any) -> Decision:
        return self.says(officer, said.CloseBallot, changes)

    def until(self, step: str, total_fen: int = LOSS_FEN, approval: ProjectApproved | None = None) -> "Story":
        """The straight way up to and with ``step``; every step of it is accepted."""
        way: list[tuple[str, Any]] = [
            ("approval", lambda: self.observes(approval or approved())),
            ("notice", lambda: self.notifies(notice(total_fen))),
            ("review", self.reviews),
            ("verification", self.verifies),
            ("plan", self.plans),
            ("confirmation", self.confirms),
            ("release", self.releases),
            ("payment", lambda: self.observes(settled(Leg.PAYOUT, self._pool_share_fen()))),
            ("application", lambda: self.applies(self.latest.fiscal_part_of_paid_fen)),
            ("opening", self.opens),
            ("votes", lambda: [self.votes(member) for member in MEMBERS][-1]),
            ("closing", self.closes),
        ]
        for name, act in way:
            assert act().outcome is Outcome.ACCEPTED
            if name == step:
                return self
        raise AssertionError(f"no such step: {step}")

    def _pool_share_fen(self) -> int:
        return self.latest.plan.basis.pool_share_fen if self.latest.plan else 0


def codes(decision: Decision) -> list[str]:
    """The refusals' codes."""
    return [refusal.code for refusal in decision.refusals]


def clauses(decision: Decision) -> list[str]:
    """The refusals' clauses."""
    return [refusal.clause for refusal in decision.refusals]
