"""What the managing institution says to a filing: approved, returned or rejected, never by default (5.4)."""

from typing import Any

from services.registry.domain.approvals.article_05_approval import (
    refuse_unless_correction_is_admitted,
    refuse_unless_decision_names_the_filing,
    refuse_unless_filing_waits_for_decision,
)
from services.registry.domain.article_05_projects import refuse_unless_project_is_known
from services.registry.domain.article_09_affiliates import refuse_if_borrower_is_registered_as_affiliate
from services.registry.domain.article_10_one_loan import (
    refuse_if_loan_told_apart_was_not_reported,
    refuse_unless_similar_loans_are_told_apart,
)
from services.registry.domain.article_16_corrections import refuse_unless_repayments_fit_the_correction
from services.registry.domain.article_19_termination import refuse_unless_cover_can_grow
from services.registry.domain.article_22_stop import refuse_unless_returned_filing_can_come_again
from services.registry.domain.command_spec import CommandSpec, named_project
from services.registry.domain.context import CommandContext
from services.registry.domain.filed_version import Correction
from services.registry.domain.interpretations.state import cited_interpretation
from services.registry.domain.project import Project, Stage
from shared.contracts.ids import project_id
from shared.contracts.refusals import Refusal
from shared.contracts.registry.corrections import (
    CorrectionApproved,
    CorrectionRejected,
    CorrectionReturned,
)
from shared.contracts.registry.projects import (
    ApproveProject,
    ProjectApproved,
    ProjectRejected,
    ProjectReturned,
    RejectProject,
    ReturnProject,
    SimilarLoan,
)
from shared.contracts.registry.words import Duty
from shared.decisions.article_06_flags import refuse_if_flag_stands
from shared.decisions.checks import all_faults, first_fault
from shared.decisions.decision import DUPLICATE, Decision, accepted, refused
from shared.decisions.permission import managing


def approve_project(ctx: CommandContext[ApproveProject]) -> Decision:
    """Approve the filing that was read: from now on the pool covers the project."""
    pool, project, command = ctx.pool, ctx.project, ctx.command
    if fault := refuse_unless_project_is_known(project):
        return refused(fault)
    assert project is not None
    if project.correction is not None:
        return approve_correction(ctx, project)
    not_now = _not_now(ctx, project)
    if not_now:
        return not_now
    wrong = first_fault(
        refuse_unless_decision_names_the_filing(command.filing, project.filing),
        *_not_told_apart(ctx, project.similar_loans),
        refuse_unless_cover_can_grow(pool),
        # It may have been registered since the filing.
        refuse_if_borrower_is_registered_as_affiliate(pool, project.borrower),
    )
    if wrong:
        return refused(wrong)
    return accepted(ProjectApproved(**_approved(ctx, project, project)))


def return_project(ctx: CommandContext[ReturnProject]) -> Decision:
    """Return the filing with reasons; it can be filed again."""
    event = ProjectReturned(**dict(ctx.command), returned_by=ctx.officer, rules_version=ctx.rules.version)
    return _declined(ctx, event, refuse_unless_returned_filing_can_come_again(ctx.pool))


def reject_project(ctx: CommandContext[RejectProject]) -> Decision:
    """Reject the filing with reasons, for good."""
    event = ProjectRejected(**dict(ctx.command), rejected_by=ctx.officer, rules_version=ctx.rules.version)
    return _declined(ctx, event)


def _declined(
    ctx: CommandContext[ReturnProject | RejectProject],
    event: ProjectReturned | ProjectRejected,
    fault: Refusal | None = None,
) -> Decision:
    """The filing is declined as ``event`` says, unless there is this ``fault``; a correction that waits goes first."""
    project, command = ctx.project, ctx.command
    if not_known := refuse_unless_project_is_known(project):
        return refused(not_known)
    assert project is not None
    if project.correction is not None:
        return decline_correction(ctx, project)
    if not_now := _not_now(ctx, project):
        return not_now
    wrong = first_fault(refuse_unless_decision_names_the_filing(command.filing, project.filing), fault)
    return refused(wrong) if wrong else accepted(event)


def _not_told_apart(ctx: CommandContext[ApproveProject], similar: tuple[SimilarLoan, ...]) -> tuple[Refusal, ...]:
    """Which loans the approval has to tell this one apart from and doesn't, or does and has not to."""
    named = {project_id(ctx.pool_id, each.lender, each.contract_number): each for each in ctx.command.other_loans}
    return all_faults(
        refuse_if_loan_told_apart_was_not_reported(similar, named),
        refuse_unless_similar_loans_are_told_apart(similar, named),
    )


def _not_now(ctx: CommandContext[ApproveProject | ReturnProject | RejectProject], project: Project) -> Decision | None:
    """Why the filing can't be decided on so; None if it can."""
    if _is_decided_so(project, ctx.command):
        return DUPLICATE
    fault = refuse_unless_filing_waits_for_decision(project)
    return refused(fault) if fault else None


def _is_decided_so(project: Project, command: ApproveProject | ReturnProject | RejectProject) -> bool:
    """Whether this very filing was decided on so, for these reasons; what the decision relied on is part of it."""
    if (command.filing, command.interpretation) != (project.filing, project.interpretation):
        return False
    if isinstance(command, ApproveProject):
        return project.stage is Stage.APPROVED
    stage = Stage.RETURNED if isinstance(command, ReturnProject) else Stage.REJECTED
    return (project.stage, project.reasons) == (stage, command.reasons)


def approve_correction(ctx: CommandContext[ApproveProject], project: Project) -> Decision:
    """Approve the correction that was read: from now on its version counts."""
    pool, command = ctx.pool, ctx.command
    correction = project.correction
    assert correction is not None
    grows = correction.covered_principal_fen > project.covered_principal_fen
    wrong = first_fault(
        refuse_unless_decision_names_the_filing(command.filing, correction.filing),
        refuse_unless_correction_is_admitted(correction),
        *_not_told_apart(ctx, correction.similar_loans),
        # It may have been repaid, or its borrower registered as an affiliate, since the correction was made.
        refuse_if_borrower_is_registered_as_affiliate(pool, correction.borrower),
        refuse_unless_repayments_fit_the_correction(project, correction.drawdowns),
        *((refuse_unless_cover_can_grow(pool), refuse_if_flag_stands(project.flags)) if grows else ()),
    )
    if wrong:
        return refused(wrong)
    return accepted(
        CorrectionApproved(
            **_approved(ctx, project, correction),
            replaces=project.filing,
            institution=ctx.acting.institution,
            covered_principal_before_fen=project.covered_principal_fen,
        )
    )


def _approved(ctx: CommandContext[ApproveProject], project: Project, version: Project | Correction) -> dict[str, Any]:
    """What is said of the version that was approved."""
    return {
        **dict(version),
        "project_id": project.project_id,
        "borrower_name": version.borrower.name,
        "borrower_uscc": version.borrower.uscc,
        "terms": project.terms,
        "approved_by": ctx.officer,
        "covered_principal_fen": version.covered_principal_fen,
        "other_loans": ctx.command.other_loans,
        "interpretation": ctx.command.interpretation,
        "rules_version": ctx.rules.version,
    }


def decline_correction(ctx: CommandContext[ReturnProject | RejectProject], project: Project) -> Decision:
    """Return or reject the correction with reasons; the approved version goes on either way."""
    command, acting = ctx.command, ctx.acting
    correction = project.correction
    assert correction is not None
    wrong = first_fault(
        refuse_unless_decision_names_the_filing(command.filing, correction.filing),
        refuse_unless_correction_is_admitted(correction),
    )
    if wrong:
        return refused(wrong)
    word = {**dict(command), "institution": acting.institution, "rules_version": ctx.rules.version}
    if isinstance(command, ReturnProject):
        return accepted(CorrectionReturned(**word, returned_by=ctx.officer))
    return accepted(CorrectionRejected(**word, rejected_by=ctx.officer))


_APPROVAL = managing(Duty.FILING_APPROVAL)

COMMANDS = (
    CommandSpec(
        ApproveProject, approve_project, "5.4", _APPROVAL, project=named_project, rests_on=cited_interpretation
    ),
    CommandSpec(ReturnProject, return_project, "5.4", _APPROVAL, project=named_project, rests_on=cited_interpretation),
    CommandSpec(RejectProject, reject_project, "5.4", _APPROVAL, project=named_project, rests_on=cited_interpretation),
)
