"""A project that is corrected: a version takes the place of one that waits, or waits beside the approved one."""

from services.registry.domain.article_06_duties import decision_is_due_on
from services.registry.domain.deadlines import CORRECTION, FILING, Deadlines, Moment
from services.registry.domain.evolution import of_project
from services.registry.domain.filed_version import Correction, FilingVersion
from services.registry.domain.filing_deadlines import decision, without_filing
from services.registry.domain.project import Project, Stage
from shared.contracts.registry.collective_decisions import SubjectKind
from shared.contracts.registry.corrections import ProjectCorrected
from shared.decisions.ballot import Question


def evolve(project: Project, event: ProjectCorrected) -> Project:
    """The project after ``event``."""
    assert event.filing == project.latest_filing + 1, "versions are counted without a gap"
    assert event.corrects == project.standing_filing, "a correction is one of what stands"
    assert event.terms == project.terms, "what was pinned at the first filing stays (5.2)"
    version = FilingVersion.from_message(event, filed_on=event.corrected_on)
    is_late = event.late_because is not None
    # What takes the place of a filing that waits is decided on as that filing.
    kind = SubjectKind.LATE_CORRECTION if project.stage is Stage.APPROVED else SubjectKind.LATE_FILING
    update: dict[str, object] = {
        "versions": (*project.versions, version),
        "question": Question(kind=kind, sha256=event.message_sha256) if is_late else None,
        "ballot": None,
        "judged_drawdowns": project.with_judged(*event.drawdowns),
    }
    correction = Correction.from_message(event)
    if project.stage is Stage.APPROVED:
        return project.model_copy(update={**update, "correction": correction})
    assert project.stage in {Stage.FILED, Stage.LATE}, "only what waits or is approved is corrected"
    stage = Stage.LATE if is_late else Stage.FILED
    counting = {**correction.counting(), "late_because": event.late_because, "reasons": None}
    return project.model_copy(update={**update, **counting, "stage": stage})


def evolve_deadlines(deadlines: Deadlines, at: Moment, event: ProjectCorrected) -> Deadlines:
    """A correction waits for the managing institution's decision, in the place of what waited or beside it."""
    about = FILING if event.approved_filing is None else CORRECTION
    due_on = decision_is_due_on(event.filing_deadline, at.today)
    begun = at.begun(decision(at, event.project_id, about), due_on, at.rules.filing_reminder_days)
    return without_filing(deadlines, at, event.project_id).with_begun(at.pool_id, [begun])


EVOLUTIONS = (of_project(evolve),)
DEADLINES = (evolve_deadlines,)
