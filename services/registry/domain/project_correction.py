"""A project that is corrected: a version takes the place of one that waits, or waits beside the approved one."""

from typing import assert_never

from services.registry.domain.act import Act, with_act
from services.registry.domain.ballot import Question
from services.registry.domain.filed_version import Correction, FilingVersion
from services.registry.domain.project import Project, Stage
from shared.contracts.registry.corrections import (
    CorrectionApproved,
    CorrectionRejected,
    CorrectionReturned,
    ProjectCorrected,
)
from shared.contracts.registry.words import Duty

CorrectionEvent = ProjectCorrected | CorrectionApproved | CorrectionReturned | CorrectionRejected


def evolve(project: Project, event: CorrectionEvent, cooperating: str, managing: str) -> Project:
    """The project after ``event``."""
    if isinstance(event, ProjectCorrected):
        return _corrected(project, event, cooperating)
    correction = project.correction
    assert correction is not None, "only a correction that waits is decided on"
    assert correction.filing == event.filing, "what is decided on is what was read"
    gone: dict[str, object] = {"correction": None, "question": None, "ballot": None}
    match event:
        case CorrectionApproved():
            assert project.question is None, "a late correction is admitted before it is approved"
            acts = _with_approval(project, managing, event.approved_by)
            counting = _counting(correction)
            relied_on = {"interpretation": event.interpretation}
            return project.model_copy(update={**gone, **counting, **relied_on, "acts": acts})
        case CorrectionReturned():
            acts = _with_approval(project, managing, event.returned_by)
            return project.model_copy(update={**gone, "acts": acts})
        case CorrectionRejected():
            # What a collective decision has not admitted was rejected by no single officer.
            by_officer = event.minutes is None
            acts = _with_approval(project, managing, event.rejected_by) if by_officer else project.acts
            return project.model_copy(update={**gone, "acts": acts})
        case _:
            assert_never(event)


def _corrected(project: Project, event: ProjectCorrected, cooperating: str) -> Project:
    assert event.filing == project.latest_filing + 1, "versions are counted without a gap"
    assert event.corrects == project.standing_filing, "a correction is one of what stands"
    assert event.terms == project.terms, "what was pinned at the first filing stays (5.2)"
    version = FilingVersion(
        filing=event.filing,
        filed_by=event.filed_by,
        filed_on=event.corrected_on,
        sha256=event.message_sha256,
        corrects=event.corrects,
    )
    is_late = event.late_because is not None
    update: dict[str, object] = {
        "versions": (*project.versions, version),
        "acts": with_act(project.acts, Act(duty=Duty.FILING, institution=cooperating, officer=event.filed_by)),
        "question": Question(sha256=event.message_sha256, clause="16.1") if is_late else None,
        "ballot": None,
        "judged_drawdowns": project.with_judged(*event.drawdowns),
    }
    correction = Correction(
        filing=event.filing,
        corrects=event.corrects,
        reasons=event.reasons,
        filed_by=event.filed_by,
        sha256=event.message_sha256,
        loan=event.loan,
        borrower=event.borrower,
        rights=event.rights,
        other_collateral_fen=event.other_collateral_fen,
        largest_other_collateral_fen=event.largest_other_collateral_fen,
        documents=event.documents,
        drawdowns=event.drawdowns,
        filing_deadline=event.filing_deadline,
        filing_deadline_provisional=event.filing_deadline_provisional,
        late_because=event.late_because,
    )
    if project.stage is Stage.APPROVED:
        return project.model_copy(update={**update, "correction": correction})
    assert project.stage in {Stage.FILED, Stage.LATE}, "only what waits or is approved is corrected"
    stage = Stage.LATE if is_late else Stage.FILED
    counting = {**_counting(correction), "late_because": event.late_because, "reasons": None}
    return project.model_copy(update={**update, **counting, "stage": stage})


def _counting(correction: Correction) -> dict[str, object]:
    """What the project consists of once this version is the one that counts."""
    names = (
        "filing",
        "filed_by",
        "loan",
        "borrower",
        "rights",
        "other_collateral_fen",
        "largest_other_collateral_fen",
        "documents",
        "drawdowns",
        "filing_deadline",
        "filing_deadline_provisional",
    )
    return {name: getattr(correction, name) for name in names}


def _with_approval(project: Project, managing: str, officer: str) -> tuple[Act, ...]:
    return with_act(project.acts, Act(duty=Duty.FILING_APPROVAL, institution=managing, officer=officer))
