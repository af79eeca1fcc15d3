"""The figures of a year: each event counts for what it is, so that anyone can count them again from the events."""

from collections.abc import Iterable
from typing import assert_never

from shared.contracts.claims import CompensationPaid, CompensationReimbursed, NoticeAccepted
from shared.contracts.envelope import Event
from shared.contracts.registry.corrections import (
    CorrectionApproved,
    CorrectionRejected,
    CorrectionReturned,
    ProjectCorrected,
)
from shared.contracts.registry.performance import AnnualFigures
from shared.contracts.registry.project_life import DrawdownAdmitted, DrawdownFiled
from shared.contracts.registry.projects import ProjectApproved, ProjectFiled, ProjectRejected, ProjectReturned

CorrectionEvent = ProjectCorrected | CorrectionApproved | CorrectionReturned | CorrectionRejected


def counted(event: Event) -> AnnualFigures | None:
    """What the event adds to the figures of its year; None if it is none of those that are counted."""
    if isinstance(event, CorrectionEvent):
        return _of_correction(event)
    match event:
        case ProjectFiled():
            return AnnualFigures(filings=1)
        case ProjectReturned():
            return AnnualFigures(filings_returned=1)
        case ProjectRejected():
            return AnnualFigures(filings_rejected=1)
        case ProjectApproved():
            return AnnualFigures(projects_approved=1, principal_covered_fen=event.covered_principal_fen)
        case DrawdownFiled() if not event.drawdown.late:
            return AnnualFigures(principal_covered_fen=event.drawdown.amount_fen)
        case DrawdownAdmitted():
            return AnnualFigures(principal_covered_fen=event.amount_fen)
        case NoticeAccepted():
            return AnnualFigures(notices_accepted=1)
        case CompensationPaid():
            # What is paid first, whatever its number: the bank can have rejected the ones before.
            is_first = event.case_paid_fen == event.amount_fen
            return AnnualFigures(projects_compensated=int(is_first), paid_fen=event.amount_fen)
        case CompensationReimbursed():
            return AnnualFigures(reimbursed_fen=event.amount_fen)
        case _:
            return None


def _of_correction(event: CorrectionEvent) -> AnnualFigures:
    match event:
        case ProjectCorrected():
            return AnnualFigures(corrections=1)
        case CorrectionReturned():
            return AnnualFigures(corrections_returned=1)
        case CorrectionRejected():
            return AnnualFigures(corrections_rejected=1)
        case CorrectionApproved():
            more_fen = event.covered_principal_fen - event.covered_principal_before_fen
            return AnnualFigures(
                corrections_approved=1, principal_raised_fen=max(more_fen, 0), principal_lowered_fen=max(-more_fen, 0)
            )
        case _:
            assert_never(event)


def total(figures: Iterable[AnnualFigures]) -> AnnualFigures:
    """All of them added up."""
    found = tuple(figures)
    return AnnualFigures(**{name: sum(getattr(one, name) for one in found) for name in AnnualFigures.model_fields})
