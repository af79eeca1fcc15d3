"""Deciding what is said of an approved project: drawdowns, repayments, spot checks, its end (6.5, 16.1, 22.1)."""

from services.registry.domain.article_04_institutional_roles import has_room
from services.registry.domain.article_05_rules_and_approval import project_is_known
from services.registry.domain.article_09_affiliates import borrower_is_not_registered_as_affiliate
from services.registry.domain.article_16_corrections import no_correction_waits
from services.registry.domain.article_16_drawdowns import (
    drawdown_number_is_free,
    drawdowns_are_in_order,
    drawdowns_are_within_principal,
    drawdowns_follow_the_contract,
    drawdowns_were_paid_out,
    no_late_drawdown_waits,
)
from services.registry.domain.article_16_filing import is_filed_in_time
from services.registry.domain.article_19_termination import cover_can_grow
from services.registry.domain.article_20_term import loan_is_within_term
from services.registry.domain.article_22_stop import payouts_are_before_the_stop
from services.registry.domain.asked import Asked
from services.registry.domain.ballots.commands import voided
from services.registry.domain.decision import DUPLICATE, Decision, accepted, every, first, held, refused
from services.registry.domain.filings.commands import judged_anew
from services.registry.domain.project import Project
from services.registry.domain.project_life.article_06_spot_checks import (
    adverse_findings,
    checkers_are_officers,
    every_right_is_checked,
    flag_stands,
    spot_check_number_is_free,
    spot_check_was_made,
)
from services.registry.domain.project_life.article_22_project_end import (
    ended_by_managing_institution,
    nothing_is_outstanding,
    project_can_end,
    project_is_covered,
    repayment_day_is_possible,
    repayment_is_within_outstanding,
    repayment_reference_is_free,
    told_by_cooperating_institution_or_lender,
)
from services.registry.domain.spot_check import said_sha256
from shared.contracts.refusals import Refusal
from shared.contracts.registry.project_life import (
    DrawdownFiled,
    EndGround,
    EndProject,
    FileDrawdown,
    FlagLifted,
    LiftFlag,
    ProjectEnded,
    ProjectFlagged,
    RecordSpotCheck,
    RepaymentRecorded,
    ReportRepayment,
    SpotCheckRecorded,
)
from shared.contracts.registry.projects import Drawdown, FiledDrawdown
from shared.decisions.minutes import decision_has_minutes

# A repayment a week and a check a month, for as long as a loan can last.
REPAYMENTS_PER_PROJECT_MAX = 1_000
SPOT_CHECKS_PER_PROJECT_MAX = 200


def file_drawdown(asked: Asked[FileDrawdown]) -> Decision:
    """File a further drawdown within its own window; a late one that says why waits for its admission."""
    pool, project, data = asked.pool, asked.project, asked.data
    if unknown := project_is_known(project):
        return refused(unknown)
    assert project is not None
    drawdown = data.drawdown
    if _is_drawn_so(project, data):
        return DUPLICATE
    known = tuple(Drawdown(**each.model_dump(include=set(Drawdown.model_fields))) for each in project.drawdowns)
    loan = project.loan.model_copy(update={"drawdowns": (*known, drawdown)})
    not_now = first(
        project_is_covered(project),
        no_correction_waits(project),
        no_late_drawdown_waits(project),
        drawdown_number_is_free([each.number for each in known], drawdown.number),
        *drawdowns_were_paid_out(loan, asked.today),
    )
    if not_now:
        return refused(not_now)
    rules = pool.rules_of_version(project.windows_version)
    # Its number may have been filed before, in a correction that did not come to count.
    filed = judged_anew(asked, drawdown, project.known_drawdowns, rules)
    late = is_filed_in_time(filed)
    wrong = every(
        drawdowns_are_in_order(loan),
        drawdowns_follow_the_contract(loan),
        drawdowns_are_within_principal(loan),
        loan_is_within_term(pool, loan),
        payouts_are_before_the_stop(pool, (drawdown.disbursed_on,)),
        cover_can_grow(pool),
        # It may have been registered since the project was filed.
        borrower_is_not_registered_as_affiliate(pool, project.borrower),
        late if data.late_because is None else None,
    )
    if wrong:
        return refused(wrong)
    covered_fen = project.covered_principal_fen + (0 if late else drawdown.amount_fen)
    event = DrawdownFiled(
        project_id=project.project_id,
        drawdown=filed,
        documents=data.documents,
        covered_principal_fen=covered_fen,
        filed_by=asked.officer,
        late_because=data.late_because if late else None,
        filing_sha256=asked.sha256 if late else None,
    )
    return held((event,), (late,)) if late else accepted(event)


def report_repayment(asked: Asked[ReportRepayment]) -> Decision:
    """Record a repayment of principal, once under its reference."""
    project, data, acting = asked.project, asked.data, asked.acting
    if not_allowed := _not_told_by_a_party(asked):
        return refused(not_allowed)
    assert project is not None
    known = next((each for each in project.repayments if each.reference == data.reference), None)
    if known is not None and (known.amount_fen, known.repaid_on) == (data.amount_fen, data.repaid_on):
        return DUPLICATE
    wrong = every(
        project_is_covered(project),
        repayment_reference_is_free(data.reference, is_taken=known is not None),
        repayment_day_is_possible(data.repaid_on, project.loan.disbursed_on, asked.today),
        repayment_is_within_outstanding(data.amount_fen, project.outstanding_fen),
        has_room(len(project.repayments), REPAYMENTS_PER_PROJECT_MAX, "repayments of this project", "本项目还款登记"),
    )
    if wrong:
        return refused(wrong)
    return accepted(
        RepaymentRecorded(
            project_id=project.project_id,
            reference=data.reference,
            amount_fen=data.amount_fen,
            repaid_on=data.repaid_on,
            repaid_fen=project.repaid_fen + data.amount_fen,
            outstanding_fen=project.outstanding_fen - data.amount_fen,
            reported_by=acting.institution,
        )
    )


def record_spot_check(asked: Asked[RecordSpotCheck]) -> Decision:
    """Record a check; what is adverse flags the project and is reported to the managing institution."""
    pool, project, data, acting = asked.pool, asked.project, asked.data, asked.acting
    if unknown := project_is_known(project):
        return refused(unknown)
    assert project is not None
    findings = adverse_findings(data)
    event = SpotCheckRecorded(
        **{name: getattr(data, name) for name in RecordSpotCheck.model_fields},
        adverse=bool(findings),
        recorded_by=asked.officer,
    )
    known = next((check for check in project.spot_checks if check.number == data.number), None)
    if known is not None and known.said_sha256 == said_sha256(data):
        return DUPLICATE
    wrong = every(
        project_is_covered(project),
        spot_check_number_is_free(data.number, [check.number for check in project.spot_checks]),
        spot_check_was_made(data.checked_on, project.loan.disbursed_on, asked.today),
        checkers_are_officers(data.checked_by, pool.institutions[acting.institution].officers, data.checked_on),
        every_right_is_checked(data, project.rights),
        has_room(
            len(project.spot_checks), SPOT_CHECKS_PER_PROJECT_MAX, "spot checks of this project", "本项目抽查记录"
        ),
    )
    if wrong:
        return refused(wrong)
    if not findings:
        return accepted(event)
    flagged = ProjectFlagged(
        project_id=project.project_id,
        number=data.number,
        findings=findings,
        reported_to=pool.managing_institution,
    )
    return accepted(event, flagged)


def lift_flag(asked: Asked[LiftFlag]) -> Decision:
    """Lift a flag with reasons."""
    project, data = asked.project, asked.data
    if unknown := project_is_known(project):
        return refused(unknown)
    assert project is not None
    if no_flag := flag_stands(data.number, project.flags):
        return refused(no_flag)
    return accepted(
        FlagLifted(project_id=project.project_id, number=data.number, reasons=data.reasons, lifted_by=asked.officer)
    )


def end_project(asked: Asked[EndProject]) -> Decision:
    """End the project: settled once nothing is outstanding, else by the managing institution's decision."""
    pool, project, data, acting = asked.pool, asked.project, asked.data, asked.acting
    not_allowed = (
        _not_told_by_a_party(asked)
        if data.ground is EndGround.SETTLED
        else first(
            ended_by_managing_institution(pool, acting),
            project_is_known(project),
        )
    )
    if not_allowed:
        return refused(not_allowed)
    assert project is not None
    if _has_ended_so(project, data):
        return DUPLICATE
    wrong = first(
        project_can_end(project),
        nothing_is_outstanding(project.outstanding_fen)
        if data.ground is EndGround.SETTLED
        else decision_has_minutes(data.document, "22.1"),
    )
    if wrong:
        return refused(wrong)
    ended = ProjectEnded(
        project_id=project.project_id,
        ground=data.ground,
        reasons=data.reasons,
        document=data.document,
        ended_on=asked.today,
        outstanding_fen=project.outstanding_fen,
        ended_by=asked.officer,
    )
    return accepted(*voided(project, project_id=project.project_id), ended)


def _not_told_by_a_party(asked: Asked[ReportRepayment | EndProject]) -> Refusal | None:
    """Who doesn't belong to the loan learns nothing of it."""
    pool, project, acting = asked.pool, asked.project, asked.acting
    if unknown := project_is_known(project):
        return unknown
    assert project is not None
    return told_by_cooperating_institution_or_lender(pool, project, acting)


def _has_ended_so(project: Project, data: EndProject) -> bool:
    ending = project.ending
    said = (data.ground, data.reasons, data.document, data.interpretation)
    return ending is not None and (ending.ground, ending.reasons, ending.document, ending.interpretation) == said


def _is_drawn_so(project: Project, data: FileDrawdown) -> bool:
    """Whether this drawdown was filed just so: with its documents, and with why it is late while that is undecided."""
    known = next((each for each in project.drawdowns if _is(data.drawdown, each)), None)
    if known is None or not set(data.documents) <= set(project.documents):
        return False
    waits = known.late and project.question is not None
    return not waits or data.late_because == project.drawn_late_because


def _is(drawdown: Drawdown, known: FiledDrawdown) -> bool:
    return (drawdown.number, drawdown.amount_fen, drawdown.disbursed_on) == (
        known.number,
        known.amount_fen,
        known.disbursed_on,
    )
