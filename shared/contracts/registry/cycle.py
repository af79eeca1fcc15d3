"""What is said of a pool's cycle: the passing of its days, and what falls due on them."""

from typing import Annotated, ClassVar

from pydantic import Field

from shared.contracts.envelope import Command, Event, EventPart
from shared.contracts.examples import Party, Spoken
from shared.contracts.labels import LabelledEnum
from shared.contracts.registry.words import SystemUse
from shared.contracts.words import Day, Identity, InstitutionId, Reference

DaysLeft = Annotated[int, Field(strict=True, description="days up to and with the last one; below zero, days since it")]


class DueKind(LabelledEnum):
    """What an institution has to do by a day; ``reference`` and ``subject_id`` say of what."""

    # Complete a filing that lacks something; of a project to be.
    FILING_COMPLETION = "filing_completion", "completion of a filing", "补齐备案材料"
    # Decide on a filing, a correction, or a drawdown that came late; of a project.
    FILING_DECISION = "filing_decision", "decision on a filing", "备案审核"
    # File a returned project again; of a project.
    FILING_CORRECTION = "filing_correction", "renewed filing after a return", "退回后重新备案"
    # Correct an approved project again, as was asked; of a project.
    RETURNED_CORRECTION = "returned_correction", "renewed correction after a return", "退回后重新更正"
    # Pay in a planned instalment; of the pool, by its number.
    CONTRIBUTION = "contribution", "contribution", "出资"
    # Submit it with next year's work plan; of the pool, by the year.
    ANNUAL_SUMMARY = "annual_summary", "annual summary and work plan", "提交年度运营工作总结及工作计划"
    # Accept or return it; of the pool, by the year.
    SUMMARY_DECISION = "summary_decision", "decision on the annual summary", "审议年度运营工作总结"
    # Evaluate, and decide to continue or to stop; of the pool, for its term.
    EVALUATION = "evaluation", "performance evaluation", "绩效评估"
    # Decide whether to go on with the cooperating institution.
    OPERATING_PERIOD = "operating_period", "decision at the end of the operating period", "运营期届满决定"
    # Report its completion; of the pool, by the instruction's number.
    INSTRUCTION = "instruction", "completion of an instruction", "完成交办事项"


class DueStatus(LabelledEnum):
    """How a duty stands on the day that is announced."""

    AHEAD = "ahead", "ahead", "即将到期"
    DUE = "due", "due", "到期"
    OVERDUE = "overdue", "overdue", "逾期"


class BeginDay(Command, name="registry.day.begin.v1"):
    """Begin a day of the pool, in Beijing; signed by the managing institution's calendar, a system (6.9).

    The same day said again is a duplicate, as long as nothing is left to be announced on it. Days may be left out: what
    fell due on them is announced with the day that is begun.
    """

    spoken: ClassVar[Spoken] = Spoken("day begins", Party.MANAGING, SystemUse.CALENDAR)

    day: Annotated[Day, Field(description="not after the day of intake in Beijing, and not before one begun already")]


class DayBegan(Event, name="registry.day.began.v1"):
    """A day of the pool began; ``previous_day`` is the one begun before it, which may lie further back (20.1)."""

    day: Day
    previous_day: Day | None = None
    ends_on: Annotated[Day, Field(description="the last day of the pool's term")]
    days_left: DaysLeft
    operating_until: Annotated[
        Day | None, Field(description="the last day of the operating period that runs on this day; None: none runs")
    ] = None


class AnnouncedDeadline(EventPart):
    """One duty of an institution, as it stands on the day that is announced."""

    kind: DueKind
    subject_id: Annotated[Identity, Field(description="the project, or the pool")]
    reference: Annotated[Reference, Field(description="which one of that kind: an instalment's number, a year")]
    holder: Annotated[InstitutionId, Field(description="whose duty it is")]
    due_on: Annotated[Day, Field(description="the last day on which it is done in time")]
    days_left: DaysLeft
    status: DueStatus


class DutiesAnnounced(Event, name="registry.duties.announced.v1"):
    """Duties that fall due or are overdue (6.9): each is announced once for each of its reminders.

    Where several reminders of one duty have passed since the day before, the latest one stands for them. ``more_left``
    says that there are further ones, which come when the calendar says the day again, or with the next day.
    """

    day: Day
    duties: tuple[AnnouncedDeadline, ...]
    more_left: bool
