"""A project that is corrected: a version takes the place of one that waits, or waits beside the approved one."""

from typing import assert_never

from services.registry.domain.ballot import Question
from services.registry.domain.filed_version import Correction, FilingVersion
from services.registry.domain.project import Project, Stage
from shared.contracts.registry.corrections import (
    CorrectionApproved,
    CorrectionRejected,
    CorrectionReturned,
    ProjectCorrected,
)

CorrectionEvent = ProjectCorrected | CorrectionApproved | CorrectionReturned | CorrectionRejected


def evolve(project: Project, event: CorrectionEvent) -> Project:
    """The project after ``event``."""
    if isinstance(event, ProjectCorrected):
        return _corrected(project, event)
    correction = project.correction
    assert correction is not None, "only a correction that waits is decided on"
    assert correction.filing == event.filing, "what is decided on is what was read"
    gone: dict[str, object] = {"correction": None, "question": None, "ballot": None}
    match event:
        case CorrectionApproved():
            assert project.question is None, "a late correction is admitted before it is approved"
            relied_on = {"interpretation": event.interpretation}
            return project.model_copy(update={**gone, **_counting(correction), **relied_on})
        case CorrectionReturned() | CorrectionRejected():
            return project.model_copy(update=gone)
        case _:
            assert_never(event)


def _corrected(project: Project, event: ProjectCorrected) -> Project:
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
