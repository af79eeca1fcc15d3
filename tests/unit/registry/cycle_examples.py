"""A pool whose days go by: the calendar says them, and officers oversee it and report."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from services.registry.domain.deadlines import Deadlines, Moment
from services.registry.domain.decide import Decision, decide
from services.registry.domain.pool import Pool
from services.registry.domain.subjects import CHANGES, evolve_deadlines
from shared.contracts.documents import Document, DocumentKind
from shared.contracts.envelope import Command, Event
from shared.contracts.ids import key_id
from shared.contracts.receipts import Outcome
from shared.contracts.received import Acting
from shared.contracts.registry.cycle import AnnouncedDeadline, BeginDay, DutiesAnnounced
from shared.contracts.registry.misuse import ClaimMisuse, RecordMisuseRecovery, ReferMisuse
from shared.contracts.registry.performance import (
    ContinuePool,
    DrawUpAnnualSummary,
    EndCooperation,
    EndGround,
    EvaluationResult,
    FixOperatingPeriod,
    RecordEvaluation,
    StopPool,
    SubmitAnnualSummary,
)
from shared.contracts.registry.pools import RegisterInstitution
from shared.contracts.registry.registrations import RegistrationProposed
from shared.contracts.registry.words import Duty, Role, SystemUse
from shared.decisions.days import beijing_day
from simulator.samples import sample
from tests.unit.registry.registry_examples import (
    ADMINISTRATOR,
    APPROVER,
    COOPERATING,
    FILER,
    FOUNDED_ON,
    GUARANTOR,
    HERE,
    LENDER,
    MANAGING,
    NOON,
    NOTHING,
    POOL_ID,
    REFERENCE_DATA,
    Given,
    agreement,
    codes,
    document,
    founding,
    institution,
    officer,
    public_key,
    received,
)

OVERSEER, REPORTER = "overseer", "reporter"


def days(day: date) -> BeginDay:
    return BeginDay(day=day)


def noon_of(day: date) -> datetime:
    """Noon in Beijing."""
    return datetime.combine(day, time(4, 0), UTC)


@dataclass(frozen=True)
class Running:
    """Given a pool with its deadlines and what has happened in it, when somebody speaks: see each test."""

    given: Given
    deadlines: Deadlines

    @property
    def pool(self) -> Pool:
        return self.given.pool

    def when(
        self,
        data: Command,
        where: str,
        use: SystemUse | None = None,
        *,
        officer: str | None = None,
        at: datetime = NOON,
    ) -> Decision:
        acting = Acting(where, officer, use, key_id(public_key(f"{where}/{officer or use}")))
        message = replace(received(data, where, officer, at), acting=acting)
        return decide(replace(self.given.state, deadlines=self.deadlines), message, REFERENCE_DATA)

    def begin(self, day: date) -> Decision:
        """Begin a day, at its noon."""
        return self.when(days(day), MANAGING, SystemUse.CALENDAR, at=noon_of(day))

    def after(self, decision: Decision, at: datetime = NOON) -> "Running":
        assert decision.outcome is Outcome.ACCEPTED, codes(decision)
        running = self
        for event in decision.events:
            running = running.having(event, at)
        return running

    def having(self, event: Event, at: datetime = NOON) -> "Running":
        """After ``event``, which the registry or another service has said."""
        given = self.given.having([event]) if type(event) in CHANGES else self.given
        moment = Moment(POOL_ID, given.pool, given.pool.rules_at(at), beijing_day(at))
        return Running(given, evolve_deadlines(self.deadlines, moment, event))

    def by_overseer(self, data: Command, at: datetime = NOON) -> Decision:
        """What becomes of a message of the managing institution's overseer."""
        return self.when(data, MANAGING, officer=OVERSEER, at=at)

    def by_reporter(self, data: Command, at: datetime = NOON) -> Decision:
        """What becomes of a message of the cooperating institution's reporter."""
        return self.when(data, COOPERATING, officer=REPORTER, at=at)

    def fresh(self) -> "Running":
        """The same pool; the next message is about another matter."""
        return replace(self, given=replace(self.given, state=replace(self.given.state, entry=None)))

    def says(self, data: Command, where: str, officer: str, at: datetime = NOON) -> "Running":
        """After an officer has said something that is accepted."""
        decision = self.when(data, where, officer=officer, at=at)
        running = self.after(decision, at)
        if any(isinstance(event, RegistrationProposed) for event in decision.events):
            return running.after(running.given.confirmed(where, officer, at), at)
        return running

    def on(self, day: date) -> tuple["Running", list[AnnouncedDeadline]]:
        """After a day has begun, with what was announced on it, said again until nothing is left."""
        running, announced = self, list[AnnouncedDeadline]()
        while (decision := running.begin(day)).outcome is Outcome.ACCEPTED:
            running = running.after(decision, noon_of(day))
            announced += [
                duty for event in decision.events if isinstance(event, DutiesAnnounced) for duty in event.duties
            ]
        assert decision.outcome is Outcome.DUPLICATE, codes(decision)
        return running, announced


def _running() -> Running:
    """Everybody is registered whom the examples need."""
    running = Running(NOTHING, Deadlines())
    for command, where in (
        (founding(), MANAGING),
        (RegisterInstitution(role=Role.LENDER, institution=institution(LENDER)), MANAGING),
        (RegisterInstitution(role=Role.GUARANTOR, institution=institution(GUARANTOR)), MANAGING),
        (officer(FILER, Duty.FILING), COOPERATING),
        (officer(APPROVER, Duty.FILING_APPROVAL), MANAGING),
        (officer(OVERSEER, Duty.OVERSIGHT), MANAGING),
        (officer(REPORTER, Duty.REPORTING), COOPERATING),
    ):
        running = running.says(command, where, ADMINISTRATOR, at=noon_of(FOUNDED_ON))
    return running


RUNNING = _running()


def begun(*begun_days: date) -> Running:
    """The pool after these days have begun."""
    running = RUNNING
    for day in begun_days:
        running = running.after(running.begin(day), noon_of(day))
    return running


def kind(of: DocumentKind) -> Document:
    return document(of)


YEAR = FOUNDED_ON.year
NEXT_YEAR = noon_of(date(YEAR + 1, 1, 20))
DRAW_UP = DrawUpAnnualSummary(year=YEAR)
MINUTES = kind(DocumentKind.MINUTES)


def submission(**changed: Any) -> SubmitAnnualSummary:
    return sample(SubmitAnnualSummary, HERE, changed)


def evaluation(
    number: str = "PJ-1", result: EvaluationResult = EvaluationResult.PASS, **changed: Any
) -> RecordEvaluation:
    period_to = FOUNDED_ON + timedelta(days=30)
    return sample(RecordEvaluation, HERE, {"number": number, "result": result, "period_to": period_to, **changed})


# Most of the term is over, and was evaluated: it can be decided to go on.
DECIDED_ON = RUNNING.pool.ends_on - timedelta(days=100)
DECIDED = noon_of(DECIDED_ON)


def evaluation_of_the_term(number: str = "PJ-1", **changed: Any) -> RecordEvaluation:
    return evaluation(number, **{"period_to": DECIDED_ON, **changed})


def continuation(**changed: Any) -> ContinuePool:
    values = {
        "ends_on": RUNNING.pool.ends_on + timedelta(days=1461),
        "operating_until": RUNNING.pool.ends_on + timedelta(days=700),
        "agreement": agreement(number="协议-2", signed_on=DECIDED_ON),
    }
    return sample(ContinuePool, HERE, {**values, **changed})


def stop(**changed: Any) -> StopPool:
    return sample(StopPool, HERE, changed)


def ending(ground: EndGround = EndGround.BREACH, **changed: Any) -> EndCooperation:
    return sample(EndCooperation, HERE, {"ground": ground, **changed})


def period(operating_until: date, **changed: Any) -> FixOperatingPeriod:
    values = {"operating_until": operating_until, "agreement": agreement(number="协议-2"), "decision": None}
    return sample(FixOperatingPeriod, HERE, {**values, **changed})


def misuse(**changed: Any) -> ClaimMisuse:
    return sample(ClaimMisuse, HERE, {"amount_fen": 1_000, **changed})


def recovery(amount_fen: int = 400, receipt: str = "R-1", **changed: Any) -> RecordMisuseRecovery:
    return sample(RecordMisuseRecovery, HERE, {"receipt": receipt, "amount_fen": amount_fen, **changed})


def referral(**changed: Any) -> ReferMisuse:
    return sample(ReferMisuse, HERE, changed)
