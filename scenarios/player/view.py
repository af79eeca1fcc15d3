"""What can be known of a pool from its topics alone: cases, accounts, queue, and what has not been followed up yet."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from shared.contracts.catalogue import EVENTS
from shared.contracts.receipts import Receipt
from simulator.party_messages import Message, ObservedRecord

FISCAL, SOCIAL_CAPITAL = "fiscal", "social_capital"
DEBIT_ACCOUNT = {"payout": SOCIAL_CAPITAL, "reimbursement": FISCAL}
STAGES = (
    "awaiting approval",
    "rejected",
    "covered",
    "notified",
    "reviewed",
    "verified",
    "planned",
    "confirmed",
    "released",
    "paid",
    "applied",
    "voting",
    "approved",
    "reimbursed",
)


def event_word(message_type: str) -> str:
    """An event's type without its version, as a scenario writes it."""
    return message_type.rsplit(".", 1)[0]


# What is said on the events' topics; receipts and instructions are said to one institution and are expected otherwise.
EVENT_WORDS = tuple(event_word(name) for name, data in EVENTS.items() if data.topic and not issubclass(data, Receipt))


@dataclass
class CaseView:
    """A project and its case. Figures are in fen."""

    project_id: str
    is_approved: bool = False
    is_rejected: bool = False
    # Held notices that nothing has been decided about, by their message ids.
    held: set[str] = field(default_factory=set)
    is_notified: bool = False
    is_reviewed: bool = False
    is_verified: bool = False
    # The compensation that was opened last; what comes before the payout is said of it.
    compensation: int = 1
    basis: Message | None = None
    plan_sha256: str | None = None
    is_confirmed: bool = False
    is_released: bool = False
    fiscal_parts_of_paid_fen: Counter[int] = field(default_factory=Counter)
    has_application: bool = False
    has_ballot: bool = False
    decided_fen: int = 0
    # By leg, as the treasury has settled it, and as claims has taken note of it.
    settled: Counter[str] = field(default_factory=Counter)
    noted: Counter[str] = field(default_factory=Counter)
    # The instructions that the bank did not carry out and nobody took up again, the oldest first.
    stopped: list[str] = field(default_factory=list)
    queued: dict[tuple[str, str], int] = field(default_factory=dict)
    due: Counter[str] = field(default_factory=Counter)
    filing: int = 1
    approved_filing: int = 1
    filing_deadline: str | None = None
    events: list[str] = field(default_factory=list)

    @property
    def stage(self) -> str:
        """How far the case is: the first step that has not been taken."""
        if self.is_rejected:
            return "rejected"
        steps = (
            (self.is_approved, "awaiting approval"),
            (self.is_notified, "covered"),
            (self.is_reviewed, "notified"),
            (self.is_verified, "reviewed"),
            (self.plan_sha256 is not None, "verified"),
            (self.is_confirmed, "planned"),
            (self.is_released, "confirmed"),
            (self.compensation in self.fiscal_parts_of_paid_fen, "released"),
            (self.has_application, self._stage_without_application),
            (self.has_ballot, "applied"),
        )
        return next((stage for is_taken, stage in steps if not is_taken), "voting")

    @property
    def _stage_without_application(self) -> str:
        reimbursed_fen = self.noted["reimbursement"]
        if self.decided_fen > reimbursed_fen:
            return "approved"
        return "reimbursed" if reimbursed_fen == self.fiscal_parts_of_paid_fen.total() > 0 else "paid"

    def fold_registry(self, message_type: str, data: Message) -> None:
        """What the registry says of the project."""
        match message_type:
            case "registry.project.filed.v1":
                self.filing, self.filing_deadline = data.get("filing", 1), data.get("filing_deadline")
            case "registry.project.corrected.v1":
                self.filing, self.approved_filing = data["filing"], data.get("approved_filing") or data["filing"]
            case "registry.correction.returned.v1" | "registry.correction.rejected.v1":
                self.filing = self.approved_filing
            case "registry.project.approved.v1":
                self.is_approved = True
            case "registry.project.rejected.v1":
                self.is_rejected = True

    def fold_claims(self, message_type: str, data: Message) -> None:
        """What claims says of the case."""
        match message_type:
            case "claims.notice.held.v1":
                self.held.add(data["message_id"])
            case "claims.notice.refused.v1" | "claims.notice.accepted.v1" | "claims.notice.withdrawn.v1":
                self.held.discard(data["message_id"])
                if "compensation" in data:
                    self._begin_anew(data["compensation"], is_notified=message_type == "claims.notice.accepted.v1")
            case "claims.review.recorded.v1":
                self.is_reviewed = True
            case "claims.verification.recorded.v1":
                self.is_verified, self.basis = True, data["basis"]
            case "claims.plan.drawn_up.v1":
                self.plan_sha256, self.basis = data["plan_sha256"], data["basis"]
            case "claims.plan.returned.v1":
                self.plan_sha256 = None
            case "claims.plan.confirmed.v1":
                self.is_confirmed = True
            case "claims.payout.released.v1":
                self.is_released = True
            case "claims.compensation.paid.v1":
                self.noted["payout"] += data["amount_fen"]
                self.fiscal_parts_of_paid_fen[data["compensation"]] = data["fiscal_part_fen"]
            case "claims.compensation.reimbursed.v1":
                self.noted["reimbursement"] += data["amount_fen"]
            case _:
                self._fold_decision(message_type, data)

    def _begin_anew(self, compensation: int, *, is_notified: bool) -> None:
        """What was found about an earlier notice lapses, and a plan on it falls."""
        self.compensation, self.is_notified, self.plan_sha256 = compensation, is_notified, None
        self.is_reviewed = self.is_verified = self.is_confirmed = self.is_released = False

    def _fold_decision(self, message_type: str, data: Message) -> None:
        match message_type:
            case "claims.payment.stopped.v1":
                self.stopped.append(data["instruction_id"])
            case "claims.payment.taken_up.v1":
                self.stopped.remove(data["instruction_id"])
            case "claims.reimbursement.applied.v1":
                # A new application has no ballot: the votes on the one before are void.
                self.has_application, self.has_ballot = True, False
            case "claims.ballot.opened.v1":
                self.has_ballot = True
            case "claims.ballot.closed.v1":
                self.has_ballot = False
            case "claims.reimbursement.refused.v1":
                self.has_application = False
            case "claims.reimbursement.approved.v1":
                self.has_application = False
                self.decided_fen += data["amount_fen"]

    def fold_treasury(self, message_type: str, data: Message) -> None:
        """What the treasury says of the case's payments."""
        leg, compensation = data["leg"], data["compensation_id"]
        match message_type:
            case "treasury.payout.queued.v1":
                self.queued[leg, compensation] = data["queued_fen"]
            case "treasury.payment.reserved.v1":
                queued_fen = self.queued.get((leg, compensation), 0)
                self.queued[leg, compensation] = max(0, queued_fen - data["amount_fen"])
                if leg == "reimbursement":
                    # A reservation counts as reimbursed.
                    self.due[compensation] -= data["amount_fen"]
            case "treasury.payment.settled.v1":
                self.settled[leg] += data["amount_fen"]
                self.due[compensation] = data["due_from_fiscal_fen"]


@dataclass
class PoolView:
    """One pool, folded from what was observed. A topic's records of one key come in order, those of two keys needn't.

    So what does not depend on that order is counted (balances), and what does is kept by key (a case).
    """

    pool_id: UUID
    does_bank_answer: bool = True
    cases: dict[str, CaseView] = field(default_factory=dict)
    balances: Counter[str] = field(default_factory=Counter)
    reserved: Counter[str] = field(default_factory=Counter)
    arrived: set[tuple[str, int]] = field(default_factory=set)
    # What the registry says of the pool itself, and which duties it has announced on the latest day.
    events: list[str] = field(default_factory=list)
    announced: list[str] = field(default_factory=list)
    instructions: dict[str, Message] = field(default_factory=dict)
    # What has to follow from what was observed, and what has followed, each by the same name.
    expected: Counter[str] = field(default_factory=Counter)
    followed: Counter[str] = field(default_factory=Counter)
    _seen: set[str] = field(default_factory=set)
    _answers: set[tuple[str, str]] = field(default_factory=set)

    def take_in(self, observed: Iterable[ObservedRecord]) -> bool:
        """Fold what was observed; other pools' records and repeats change nothing. Whether any was this pool's."""
        seen_before = len(self._seen)
        for each in observed:
            content = each.content
            if content.get("poolid") != str(self.pool_id) or content["id"] in self._seen:
                continue
            self._seen.add(content["id"])
            message_type: str = content["type"]
            if message_type == "treasury.payment.instruction.v1":
                self.instructions[content["data"]["instruction_id"]] = content["data"]
                self.followed[f"the instruction {content['data']['instruction_id']}"] += 1
            elif each.topic.endswith(".events"):
                self.followed[f"an event of the message {content['causationid']}"] += 1
                self._take_in_event(message_type, content["data"], content["causationid"])
        return len(self._seen) > seen_before

    def case(self, project_id: UUID | str) -> CaseView:
        """The case of a project; a new one if nothing of it has been observed."""
        return self.cases.setdefault(str(project_id), CaseView(str(project_id)))

    def expect_event_of(self, message_id: str) -> None:
        """Expect that the message, which was accepted or held, brings about an event."""
        self.expected[f"an event of the message {message_id}"] = 1

    def still_awaited(self) -> list[str]:
        """What has to follow from what was observed, and has not been observed."""
        awaited = [name for name, count in self.expected.items() if self.followed[name] < count]
        for case in self.cases.values():
            if case.is_approved or case.is_rejected:
                awaited.extend(f"the decision on the held notice {message_id}" for message_id in sorted(case.held))
        return awaited

    def open_instructions(self) -> Sequence[Message]:
        """The instructions that nobody has answered, the oldest first."""
        return [data for name, data in self.instructions.items() if not self.followed[f"the bank's answer to {name}"]]

    def _fold_registry(self, message_type: str, data: Message) -> None:
        """What the registry says of the pool itself."""
        self.events.append(message_type.removesuffix(".v1"))
        match message_type:
            case "registry.day.began.v1":
                self.announced = []
            case "registry.duties.announced.v1":
                self.announced.extend(
                    f"{duty['kind'].replace('_', ' ')} {duty['reference']}: {duty['days_left']} days left"
                    for duty in data["duties"]
                )

    def _take_in_event(self, message_type: str, data: Message, causation_id: str) -> None:
        if message_type == "treasury.contribution.received.v1":
            self.balances[data["account"]] += data["amount_fen"]
            self.arrived.add((data["account"], data["instalment"]))
        if "project_id" not in data:
            if message_type.startswith("registry."):
                self._fold_registry(message_type, data)
            return
        case = self.case(data["project_id"])
        case.events.append(event_word(message_type))
        match message_type.split(".", 1)[0]:
            case "registry":
                case.fold_registry(message_type, data)
            case "claims":
                case.fold_claims(message_type, data)
                self._follow_claims(message_type, data)
            case "treasury":
                case.fold_treasury(message_type, data)
                self._follow_treasury(message_type, data, causation_id)

    def _follow_claims(self, message_type: str, data: Message) -> None:
        compensation = data.get("compensation_id")
        match message_type:
            case "claims.payout.released.v1":
                self.expected[f"the treasury's answer on the payout of {compensation}"] += 1
            case "claims.payment.stopped.v1":
                self.followed[f"claims' note that {data['instruction_id']} is stopped"] += 1
            case "claims.payment.taken_up.v1":
                self.expected[f"the treasury's answer on the {data['leg']} of {compensation}"] += 1
            case "claims.reimbursement.approved.v1":
                self.expected[f"the treasury's answer on the reimbursement of {compensation}"] += 1
            case "claims.compensation.paid.v1":
                self.followed[f"claims' note of the payout of {compensation}"] += 1
            case "claims.compensation.reimbursed.v1":
                self.followed[f"claims' note of the reimbursement of {compensation}"] += 1

    def _follow_treasury(self, message_type: str, data: Message, causation_id: str) -> None:
        leg, compensation = data["leg"], data["compensation_id"]
        match message_type:
            case "treasury.payment.reserved.v1" | "treasury.payout.queued.v1" | "treasury.payment.refused.v1":
                answer = f"the treasury's answer on the {leg} of {compensation}"
                if (answer, causation_id) not in self._answers:
                    # Paying a part and queueing the rest is one answer.
                    self._answers.add((answer, causation_id))
                    self.followed[answer] += 1
                if message_type == "treasury.payment.reserved.v1":
                    self.reserved[DEBIT_ACCOUNT[leg]] += data["amount_fen"]
            case "treasury.payment.instructed.v1":
                self.expected[f"the instruction {data['instruction_id']}"] += 1
                if self.does_bank_answer:
                    self.expected[f"the bank's answer to {data['instruction_id']}"] += 1
            case "treasury.payment.settled.v1":
                self._move(leg, data["amount_fen"])
                self.followed[f"the bank's answer to {data['instruction_id']}"] += 1
                self.expected[f"claims' note of the {leg} of {compensation}"] += 1
            case "treasury.payment.voided.v1":
                self.reserved[DEBIT_ACCOUNT[leg]] -= data["amount_fen"]
                self.followed[f"the bank's answer to {data['instruction_id']}"] += 1
                self.expected[f"claims' note that {data['instruction_id']} is stopped"] += 1

    def _move(self, leg: str, amount_fen: int) -> None:
        self.balances[DEBIT_ACCOUNT[leg]] -= amount_fen
        self.reserved[DEBIT_ACCOUNT[leg]] -= amount_fen
        if leg == "reimbursement":
            self.balances[SOCIAL_CAPITAL] += amount_fen
