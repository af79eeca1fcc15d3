"""What the managing institution says to a filing: approved, returned or rejected, never by default (5.4)."""

from services.registry.domain.article_05_corrections import corrected_filing_is_declined_by_number
from services.registry.domain.article_05_rules_and_approval import (
    approval_names_the_filing,
    filing_waits_for_decision,
    project_is_known,
)
from services.registry.domain.article_09_affiliates import borrower_is_not_registered_as_affiliate
from services.registry.domain.article_19_termination import cover_can_grow
from services.registry.domain.article_22_stop import returned_filing_can_come_again
from services.registry.domain.asked import Asked
from services.registry.domain.corrections.commands import approve_correction, decline_correction
from services.registry.domain.decision import DUPLICATE, Decision, accepted, first, refused
from services.registry.domain.project import Project, Stage
from shared.contracts.registry.projects import (
    ApproveProject,
    ProjectApproved,
    ProjectRejected,
    ProjectReturned,
    RejectProject,
    ReturnProject,
)


def approve_project(asked: Asked[ApproveProject]) -> Decision:
    """Approve the filing that was read: from now on the pool covers the project."""
    pool, project, data = asked.pool, asked.project, asked.data
    if unknown := project_is_known(project):
        return refused(unknown)
    assert project is not None
    if project.correction is not None:
        return approve_correction(asked, project)
    not_now = _not_now(asked, project)
    if not_now:
        return not_now
    wrong = first(
        approval_names_the_filing(data.filing, project.filing),
        cover_can_grow(pool),
        # It may have been registered since the filing.
        borrower_is_not_registered_as_affiliate(pool, project.borrower),
    )
    if wrong:
        return refused(wrong)
    return accepted(
        ProjectApproved(
            project_id=project.project_id,
            loan=project.loan,
            borrower_name=project.borrower.name,
            borrower_uscc=project.borrower.uscc,
            documents=project.documents,
            terms=project.terms,
            filed_by=project.filed_by,
            approved_by=asked.officer,
            filing=project.filing,
            covered_principal_fen=project.covered_principal_fen,
        )
    )


def return_project(asked: Asked[ReturnProject]) -> Decision:
    """Return the filing with reasons; it can be filed again."""
    project, data = asked.project, asked.data
    if unknown := project_is_known(project):
        return refused(unknown)
    assert project is not None
    if project.correction is not None:
        return decline_correction(asked, project)
    not_now = _not_now(asked, project)
    if not_now:
        return not_now
    wrong = first(
        corrected_filing_is_declined_by_number(data.filing, project), returned_filing_can_come_again(asked.pool)
    )
    if wrong:
        return refused(wrong)
    return accepted(ProjectReturned(project_id=data.project_id, reasons=data.reasons, returned_by=asked.officer))


def reject_project(asked: Asked[RejectProject]) -> Decision:
    """Reject the filing with reasons, for good."""
    project, data = asked.project, asked.data
    if unknown := project_is_known(project):
        return refused(unknown)
    assert project is not None
    if project.correction is not None:
        return decline_correction(asked, project)
    not_now = _not_now(asked, project)
    if not_now:
        return not_now
    if another := corrected_filing_is_declined_by_number(data.filing, project):
        return refused(another)
    return accepted(ProjectRejected(project_id=data.project_id, reasons=data.reasons, rejected_by=asked.officer))


def _not_now(asked: Asked[ApproveProject | ReturnProject | RejectProject], project: Project) -> Decision | None:
    """Why the filing can't be decided on so; None if it can."""
    if _is_decided_so(project, asked.data):
        return DUPLICATE
    not_possible = filing_waits_for_decision(project)
    return refused(not_possible) if not_possible else None


def _is_decided_so(project: Project, data: ApproveProject | ReturnProject | RejectProject) -> bool:
    """Whether this very filing was decided on so, for these reasons; a return or rejection may leave its number out.

    What it relied on is part of it.
    """
    if data.interpretation != project.interpretation:
        return False
    if isinstance(data, ApproveProject):
        return project.stage is Stage.APPROVED and data.filing == project.filing
    stage = Stage.RETURNED if isinstance(data, ReturnProject) else Stage.REJECTED
    return (project.stage, project.reasons) == (stage, data.reasons) and data.filing in (None, project.filing)
