"""A project after its approval: how drawdowns, repayments, spot checks and its end change it."""

from typing import assert_never

from services.registry.domain.ballot import Question
from services.registry.domain.project import Project, Repayment, Stage
from services.registry.domain.spot_check import SpotCheck
from shared.contracts.registry.project_life import (
    DrawdownAdmitted,
    DrawdownFiled,
    DrawdownRefused,
    FlagLifted,
    ProjectEnded,
    ProjectFlagged,
    RepaymentRecorded,
    SpotCheckRecorded,
)

LifeEvent = (
    DrawdownFiled
    | DrawdownAdmitted
    | DrawdownRefused
    | RepaymentRecorded
    | SpotCheckRecorded
    | ProjectFlagged
    | FlagLifted
    | ProjectEnded
)


def evolve(project: Project, event: LifeEvent) -> Project:
    """The project after ``event``."""
    match event:
        case DrawdownFiled():
            return _drawn(project, event)
        case DrawdownAdmitted():
            assert project.has_passed, "only a collective decision admits what was filed late"
            drawdowns = tuple(
                drawdown.model_copy(update={"late": False}) if drawdown.number == event.number else drawdown
                for drawdown in project.drawdowns
            )
            return _with(project, drawdowns=drawdowns, question=None, ballot=None)
        case DrawdownRefused():
            return _with(project, question=None, ballot=None)
        case RepaymentRecorded():
            repayment = Repayment(reference=event.reference, amount_fen=event.amount_fen, repaid_on=event.repaid_on)
            after = _with(project, repayments=(*project.repayments, repayment))
            assert after.outstanding_fen == event.outstanding_fen, "what is outstanding is drawn and not repaid"
            return after
        case SpotCheckRecorded():
            return _with(project, spot_checks=(*project.spot_checks, SpotCheck.of(event)))
        case ProjectFlagged():
            return _with(project, flags=(*project.flags, event.number))
        case FlagLifted():
            return _with(project, flags=tuple(number for number in project.flags if number != event.number))
        case ProjectEnded():
            over = {"question": None, "ballot": None, "correction": None}
            return _with(project, stage=Stage.ENDED, reasons=event.reasons, ending=event, **over)
        case _:
            assert_never(event)


def _drawn(project: Project, event: DrawdownFiled) -> Project:
    """A late one puts its question; the loan is drawn either way."""
    after = _with(
        project,
        drawdowns=(*project.drawdowns, event.drawdown),
        judged_drawdowns=project.with_judged(event.drawdown),
        documents=(*project.documents, *event.documents),
    )
    if event.filing_sha256 is None:
        return after
    question = Question(sha256=event.filing_sha256, clause="16.1")
    return _with(after, question=question, drawn_late_because=event.late_because)


def _with(project: Project, **changed: object) -> Project:
    return project.model_copy(update=changed)
