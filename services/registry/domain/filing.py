"""The filing of a project, and what the managing institution says to it."""

from datetime import date, datetime
from uuid import UUID

from services.registry.domain.decision import DUPLICATE, Decision, accepted, every, first, refused
from services.registry.domain.known import WorkingDays
from services.registry.domain.pool import Pool
from services.registry.domain.project import Project, Stage
from services.registry.domain.rules.article_02_main_collateral import (
    borrower_owns_a_right,
    intellectual_property_is_main_collateral,
    lender_is_registered,
    other_collateral_is_allowed,
    rights_are_listed_once,
)
from services.registry.domain.rules.article_04_institutional_roles import (
    duties_are_kept_apart,
    guarantor_is_registered,
    officer_has_duty,
)
from services.registry.domain.rules.article_05_rules_and_approval import (
    decided_by_managing_institution,
    filing_waits_for_decision,
    pinned_terms,
    project_can_be_filed,
    project_is_known,
)
from services.registry.domain.rules.article_06_cooperation import filed_by_cooperating_institution
from services.registry.domain.rules.article_09_affiliates import borrower_is_not_registered_as_affiliate
from services.registry.domain.rules.article_09_use_of_the_pool import (
    borrower_is_no_affiliate,
    borrower_is_of_the_district,
    project_was_promoted,
)
from services.registry.domain.rules.article_11_borrower import (
    borrower_code_is_valid,
    findings_are_met,
    findings_were_made,
)
from services.registry.domain.rules.article_12_ip_analysis import (
    core_choices_are_explained,
    core_rights_are_chosen,
    rights_were_valued_before_disbursement,
)
from services.registry.domain.rules.article_13_pledge_registration import pledges_are_registered
from services.registry.domain.rules.article_16_filing import (
    beijing_day,
    filing_deadline,
    is_filed_in_time,
    loan_days_are_in_order,
    loan_was_paid_out,
    materials_are_complete,
)
from services.registry.domain.rules.article_20_term import loan_is_within_term
from shared.contracts.ids import project_id
from shared.contracts.receipts import Outcome
from shared.contracts.received import Acting
from shared.contracts.refusals import Refusal
from shared.contracts.registry.projects import (
    FileProject,
    ProjectApproved,
    ProjectFiled,
    ProjectRejected,
    ProjectReturned,
    RejectProject,
    ReturnProject,
)
from shared.contracts.registry.words import Duty, Rules


def file_project(
    pool: Pool,
    project: Project | None,
    data: FileProject,
    acting: Acting,
    *,
    pool_id: UUID,
    at: datetime,
    working_days: WorkingDays,
) -> Decision:
    """File a project, or file it again after it was returned.

    What can't be mended is refused, what is only missing is deficient; either way everything is named at once.
    """
    today, in_force = beijing_day(at), pool.rules_at(at)
    not_allowed = first(
        filed_by_cooperating_institution(pool, acting),
        officer_has_duty(pool, acting, Duty.FILING),
        duties_are_kept_apart(in_force.exclusive_duties, project.acts if project else (), acting, Duty.FILING),
    )
    if not_allowed:
        return refused(not_allowed)
    assert acting.officer is not None
    if project is not None and project.stage is Stage.FILED and _says_the_same(project, data):
        return DUPLICATE
    if filed_before := project_can_be_filed(project):
        return refused(filed_before)
    if not_paid_out := loan_was_paid_out(data.loan, today):
        return refused(not_paid_out)
    # A returned project was filed on the day of its first complete filing, and goes on under the rules of that day: the
    # time others take isn't its filer's (a reading). Its window is that of the loan as it is filed now.
    filed_on = project.filed_on if project else today
    rules = pool.rules_of_version(project.terms.rules_version) if project else in_force
    deadline = filing_deadline(data.loan.disbursed_on, rules.filing_window_days, working_days)
    wrong = every(_not_covered(pool, rules, data, today), is_filed_in_time(filed_on, deadline))
    missing = _missing(data, today)
    if wrong:
        return refused(wrong + missing)
    if missing:
        return Decision(Outcome.DEFICIENT, refusals=missing)
    return accepted(
        ProjectFiled(
            project_id=project_id(pool_id, data.loan.lender, data.loan.contract_number),
            filing=(project.filing if project else 0) + 1,
            filed_by=acting.officer,
            loan=data.loan,
            borrower_name=data.borrower.name,
            borrower_uscc=data.borrower.uscc,
            documents=data.documents,
            terms=pinned_terms(rules),
            borrower=data.borrower,
            rights=data.rights,
            other_collateral_fen=data.other_collateral_fen,
            filed_on=filed_on,
            filing_deadline=deadline.last_day,
            filing_deadline_provisional=deadline.provisional,
        )
    )


def approve_project(pool: Pool, project: Project | None, acting: Acting, at: datetime) -> Decision:
    """Approve the filing: from now on the pool covers the project."""
    not_now = _not_now(pool, project, acting, at, Stage.APPROVED, None)
    if not_now:
        return not_now
    assert project is not None
    assert acting.officer is not None
    return accepted(
        ProjectApproved(
            project_id=project.project_id,
            loan=project.loan,
            borrower_name=project.borrower.name,
            borrower_uscc=project.borrower.uscc,
            documents=project.documents,
            terms=project.terms,
            filed_by=project.filed_by,
            approved_by=acting.officer,
        )
    )


def return_project(pool: Pool, project: Project | None, data: ReturnProject, acting: Acting, at: datetime) -> Decision:
    """Return the filing with reasons; it can be filed again."""
    not_now = _not_now(pool, project, acting, at, Stage.RETURNED, data.reasons)
    if not_now:
        return not_now
    assert acting.officer is not None
    return accepted(ProjectReturned(project_id=data.project_id, reasons=data.reasons, returned_by=acting.officer))


def reject_project(pool: Pool, project: Project | None, data: RejectProject, acting: Acting, at: datetime) -> Decision:
    """Reject the filing with reasons, for good."""
    not_now = _not_now(pool, project, acting, at, Stage.REJECTED, data.reasons)
    if not_now:
        return not_now
    assert acting.officer is not None
    return accepted(ProjectRejected(project_id=data.project_id, reasons=data.reasons, rejected_by=acting.officer))


def _not_now(
    pool: Pool, project: Project | None, acting: Acting, at: datetime, stage: Stage, reasons: str | None
) -> Decision | None:
    """Why the filing can't be brought to ``stage``; None if it can."""
    not_allowed = first(
        decided_by_managing_institution(pool, acting),
        officer_has_duty(pool, acting, Duty.FILING_APPROVAL),
        project_is_known(project),
    )
    if not_allowed:
        return refused(not_allowed)
    assert project is not None
    if (project.stage, project.reasons) == (stage, reasons):
        return DUPLICATE
    not_possible = first(
        filing_waits_for_decision(project),
        duties_are_kept_apart(pool.rules_at(at).exclusive_duties, project.acts, acting, Duty.FILING_APPROVAL),
    )
    return refused(not_possible) if not_possible else None


def _not_covered(pool: Pool, rules: Rules, data: FileProject, today: date) -> tuple[Refusal, ...]:
    """Why the pool can't cover the project, whatever documents come."""
    uscc = data.borrower.uscc
    return every(
        lender_is_registered(pool, data.loan.lender),
        guarantor_is_registered(pool, data.loan.guarantor),
        borrower_owns_a_right(data.rights, uscc),
        rights_are_listed_once(data.rights),
        other_collateral_is_allowed(rules, data.other_collateral_fen),
        intellectual_property_is_main_collateral(data.rights, uscc, data.other_collateral_fen),
        borrower_is_of_the_district(pool, data.borrower),
        project_was_promoted(data),
        borrower_is_no_affiliate(data),
        borrower_is_not_registered_as_affiliate(pool, data.borrower),
        borrower_code_is_valid(data.borrower),
        findings_are_met(data.borrower),
        findings_were_made(data.borrower, today),
        loan_days_are_in_order(data.loan),
        loan_is_within_term(pool, data.loan),
    )


def _missing(data: FileProject, today: date) -> tuple[Refusal, ...]:
    """What the filing lacks and can still bring."""
    return every(
        materials_are_complete(data.documents, data.loan.guarantor),
        pledges_are_registered(data.rights, today),
        core_rights_are_chosen(data.rights),
        core_choices_are_explained(data.rights),
        rights_were_valued_before_disbursement(data.rights, data.loan.disbursed_on),
    )


def _says_the_same(project: Project, data: FileProject) -> bool:
    """Whether the filing that waits holds exactly this; what it must affirm it has affirmed."""
    return (
        (project.loan, project.borrower, project.rights) == (data.loan, data.borrower, data.rights)
        and (project.other_collateral_fen, project.documents) == (data.other_collateral_fen, data.documents)
        and data.promoted_by_cooperating
        and not data.borrower_is_affiliate
    )
