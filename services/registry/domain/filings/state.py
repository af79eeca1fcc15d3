"""How a filing becomes a draft, and a project."""

from services.registry.domain.article_06_duties import decision_is_due_on
from services.registry.domain.deadlines import FILING, Deadlines, Moment
from services.registry.domain.evolution import of_filing
from services.registry.domain.filed_version import FilingVersion
from services.registry.domain.filing_deadlines import completion, decision, without_filing
from services.registry.domain.project import Draft, Project, Stage
from shared.contracts.registry.collective_decisions import SubjectKind
from shared.contracts.registry.projects import FiledDrawdown, FilingFoundIncomplete, ProjectFiled
from shared.decisions.ballot import Question


def evolve(filing: Project | Draft | None, event: FilingFoundIncomplete | ProjectFiled) -> Project | Draft:
    """The filing after ``event``."""
    if isinstance(event, ProjectFiled):
        return _filed(filing, event)
    if isinstance(filing, Project):
        # A returned project stays what it is; what was never complete is a draft.
        assert filing.stage is Stage.RETURNED, "only a returned project is filed again"
        return filing.model_copy(update={"items": event.items})
    return Draft.from_message(
        event,
        closed=filing.closed_by(event.found_on) if filing else (),
        rules_version=filing.rules_version if filing else event.rules_version,
    )


def _filed(filing: Project | Draft | None, event: ProjectFiled) -> Project:
    project = filing if isinstance(filing, Project) else None
    assert project is None or project.stage is Stage.RETURNED, "only a returned project is filed again"
    assert event.filing == (project.filing if project else 0) + 1, "filings are counted without a gap"
    assert project is None or event.terms == project.terms, "what was pinned at the first filing stays (5.2)"
    version = FilingVersion.from_message(event, filed_on=event.received_on)
    return Project.from_message(
        event,
        stage=Stage.FILED if event.late_because is None else Stage.LATE,
        duties_exercised=project.duties_exercised if project else (),
        recused=project.recused if project else (),
        judged_drawdowns=_judged(filing, event),
        question=_question(event.filing_sha256),
        versions=(*(project.versions if project else ()), version),
        drafted_under=filing.rules_version if isinstance(filing, Draft) else project.drafted_under if project else None,
    )


def _question(filing_sha256: str | None) -> Question | None:
    """What a late filing puts to the committee."""
    return None if filing_sha256 is None else Question(kind=SubjectKind.LATE_FILING, sha256=filing_sha256)


def _judged(filing: Project | Draft | None, event: ProjectFiled) -> tuple[FiledDrawdown, ...]:
    """All clocks that ever ran of this loan; of a draft those that had run out before it was complete."""
    if isinstance(filing, Project):
        return filing.with_judged(*event.drawdowns)
    if filing is None:
        return event.drawdowns
    return (*filing.closed_by(event.received_on), *event.drawdowns)


def evolve_deadlines(deadlines: Deadlines, at: Moment, event: FilingFoundIncomplete | ProjectFiled) -> Deadlines:
    """A filing lacks something, or waits for the managing institution's decision."""
    project_id = event.project_id
    if isinstance(event, FilingFoundIncomplete):
        begun = at.begun(completion(at, project_id), event.filing_deadline, at.rules.filing_reminder_days)
        return deadlines.with_begun(at.pool_id, [begun])
    if event.filing == 1:
        # Nobody had anything to decide on or to mend before the first complete filing.
        deadlines = deadlines.without(at.pool_id, [completion(at, project_id)])
    else:
        deadlines = without_filing(deadlines, at, project_id)
    due_on = decision_is_due_on(event.filing_deadline, at.today)
    begun = at.begun(decision(at, project_id, FILING), due_on, at.rules.filing_reminder_days)
    return deadlines.with_begun(at.pool_id, [begun])


EVOLUTIONS = (of_filing(evolve),)
DEADLINES = (evolve_deadlines,)
