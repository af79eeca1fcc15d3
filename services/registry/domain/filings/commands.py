"""The filing of a project by the cooperating institution, its completeness and its window."""

from datetime import date

from services.registry.domain.article_02_main_collateral import (
    borrower_owns_a_right,
    intellectual_property_is_main_collateral,
    largest_support_fen,
    largest_support_is_part_of_the_other_collateral,
    lender_is_registered,
    other_collateral_is_allowed,
    rights_are_listed_once,
)
from services.registry.domain.article_02_pledged_once import rights_secure_nothing_else
from services.registry.domain.article_04_institutional_roles import guarantor_is_registered
from services.registry.domain.article_05_rules_and_approval import (
    pinned_terms,
    project_can_be_filed,
)
from services.registry.domain.article_09_affiliates import borrower_is_not_registered_as_affiliate
from services.registry.domain.article_09_use_of_the_pool import (
    borrower_is_no_affiliate,
    borrower_is_of_the_district,
    project_was_promoted,
)
from services.registry.domain.article_11_borrower import (
    borrower_code_is_valid,
    findings_are_met,
    findings_are_of_the_disbursement,
    findings_were_made,
)
from services.registry.domain.article_12_ip_analysis import (
    analysis_is_enclosed,
    core_choices_are_explained,
    core_rights_are_chosen,
    rights_were_valued_before_disbursement,
)
from services.registry.domain.article_13_pledge_registration import pledges_are_registered
from services.registry.domain.article_16_corrections import drawdown_judged_anew
from services.registry.domain.article_16_drawdowns import (
    drawdowns_are_in_order,
    drawdowns_are_within_principal,
    drawdowns_follow_the_contract,
    drawdowns_of,
    drawdowns_were_paid_out,
)
from services.registry.domain.article_16_filing import (
    contract_number_has_one_form,
    is_filed_in_time,
    loan_days_are_in_order,
    materials_are_complete,
)
from services.registry.domain.article_19_termination import cooperation_goes_on
from services.registry.domain.article_20_term import loan_is_within_term
from services.registry.domain.article_22_stop import pool_has_not_stopped
from services.registry.domain.asked import Asked
from services.registry.domain.decision import DUPLICATE, Decision, accepted, deficient, every, first, held, refused
from services.registry.domain.filed_version import Correction
from services.registry.domain.project import Draft, Project, Stage
from shared.contracts.ids import project_id
from shared.contracts.refusals import Refusal
from shared.contracts.registry.corrections import CorrectProject
from shared.contracts.registry.project_life import FileDrawdown
from shared.contracts.registry.projects import (
    Drawdown,
    FiledDrawdown,
    FileProject,
    FilingData,
    FilingFoundIncomplete,
    ProjectFiled,
)
from shared.contracts.registry.words import Rules


def file_project(asked: Asked[FileProject]) -> Decision:
    """File a project, complete a filing that lacked something, or file again what was returned.

    What can't be mended is refused, what is only missing is deficient; either way everything is named at once.
    """
    pool, project, data = asked.pool, asked.project, asked.data
    today, in_force = asked.today, asked.rules
    if project is not None and project.stage in {Stage.FILED, Stage.LATE} and files_the_same(project, data):
        return DUPLICATE
    if filed_before := project_can_be_filed(project):
        return refused(filed_before)
    if no_longer := first(pool_has_not_stopped(pool), cooperation_goes_on(pool)):
        return refused(no_longer)
    if not_paid_out := drawdowns_were_paid_out(data.loan, today):
        return refused(not_paid_out)
    # A project goes on under the rules of its first complete filing.
    rules = pool.rules_of_version(project.terms.rules_version) if project else in_force
    filed = complete_filing(asked, rules)
    late = every(*(is_filed_in_time(drawdown) for drawdown in filed.drawdowns))
    wrong = every(
        # A project that is filed again keeps the number that it is known by.
        contract_number_has_one_form(data.loan.contract_number) if project is None else None,
        not_covered(asked, rules),
        rights_secure_nothing_else(data.rights, asked.state.holders, filed.project_id),
        late if data.late_because is None else (),
    )
    missing = what_is_missing(rules, data)
    if wrong:
        return refused(wrong + missing)
    if missing:
        incomplete = _incomplete(filed, missing, today)
        is_known = _is_known(asked.state.project, incomplete)
        return deficient(() if is_known else (incomplete,), missing)
    if not late:
        return accepted(filed)
    # What the members decide on is this message, and no other one.
    return held((filed.model_copy(update={"filing_sha256": asked.sha256}),), late)


def complete_filing(asked: Asked[FileProject], rules: Rules) -> ProjectFiled:
    """The event that a filing becomes if nothing is wrong with it; every drawdown with its own clock.

    A project was filed on the day of its first complete filing, and goes on under the ``rules`` of that day: the time
    that others take isn't its filer's (a reading). Its windows are those of the loan as it is filed now; what
    is new of a drawdown counts as filed today. The windows of a draft are counted by the rules under which it was first
    sent, as it was told, also once it is a project; one that has run out stays closed, whatever day of payout it is
    completed with (a reading).
    """
    project, draft, data, today = asked.project, asked.draft, asked.data, asked.today
    known: tuple[FiledDrawdown, ...] = ()
    counted_by = rules
    if project is not None:
        known, counted_by = project.known_drawdowns, asked.pool.rules_of_version(project.windows_version)
    if draft is not None:
        known = draft.closed_by(today)
        counted_by = asked.pool.rules_of_version(draft.rules_version) if draft.rules_version else rules
    drawdowns = tuple(judged_anew(asked, drawdown, known, counted_by) for drawdown in drawdowns_of(data.loan))
    return ProjectFiled(
        project_id=project_id(asked.pool_id, data.loan.lender, data.loan.contract_number),
        filing=(project.filing if project else 0) + 1,
        filed_by=asked.officer,
        loan=data.loan,
        borrower_name=data.borrower.name,
        borrower_uscc=data.borrower.uscc,
        documents=data.documents,
        terms=project.terms if project else pinned_terms(rules),
        borrower=data.borrower,
        rights=data.rights,
        other_collateral_fen=data.other_collateral_fen,
        largest_other_collateral_fen=data.largest_other_collateral_fen,
        filed_on=project.filed_on if project else today,
        filing_deadline=drawdowns[0].filing_deadline,
        filing_deadline_provisional=drawdowns[0].filing_deadline_provisional,
        drawdowns=drawdowns,
        late_because=data.late_because if any(drawdown.late for drawdown in drawdowns) else None,
        message_sha256=asked.sha256,
        received_on=today,
    )


def judged_anew(
    asked: Asked[FileProject | CorrectProject | FileDrawdown],
    drawdown: Drawdown,
    known: tuple[FiledDrawdown, ...],
    rules: Rules,
) -> FiledDrawdown:
    """The drawdown with its clock, in view of its number's earlier versions among ``known``."""
    before = [each for each in known if each.number == drawdown.number]
    return drawdown_judged_anew(drawdown, before, asked.today, rules.filing_window_days, asked.known.working_days)


def not_covered(asked: Asked[FileProject | CorrectProject], rules: Rules) -> tuple[Refusal, ...]:
    """Why the pool can't cover the project, whatever documents come."""
    pool, data, today = asked.pool, asked.data, asked.today
    uscc = data.borrower.uscc
    wrong_code = borrower_code_is_valid(data.borrower)
    wrong_largest = largest_support_is_part_of_the_other_collateral(data)
    return every(
        lender_is_registered(pool, data.loan.lender),
        guarantor_is_registered(pool, data.loan.guarantor),
        # A code that is none tells of no owner: it is one fault, and said as one.
        borrower_owns_a_right(data.rights, uscc) if wrong_code is None else None,
        rights_are_listed_once(data.rights),
        other_collateral_is_allowed(rules, data.other_collateral_fen),
        wrong_largest,
        # A largest support that can't be so is one fault too.
        intellectual_property_is_main_collateral(data.rights, uscc, largest_support_fen(data))
        if wrong_code is None and wrong_largest is None
        else None,
        borrower_is_of_the_district(pool, data.borrower),
        project_was_promoted(data),
        borrower_is_no_affiliate(data),
        borrower_is_not_registered_as_affiliate(pool, data.borrower),
        wrong_code,
        findings_are_met(data.borrower),
        findings_were_made(data.borrower, today),
        rights_were_valued_before_disbursement(data.rights, data.loan.disbursed_on),
        pledges_are_registered(data.rights, today),
        loan_days_are_in_order(data.loan),
        drawdowns_are_in_order(data.loan),
        drawdowns_follow_the_contract(data.loan),
        drawdowns_are_within_principal(data.loan),
        loan_is_within_term(pool, data.loan),
    )


def what_is_missing(rules: Rules, data: FilingData) -> tuple[Refusal, ...]:
    """What the filing lacks and can still bring: documents, and what its analysis says of the rights."""
    return every(
        materials_are_complete(data.documents, data.loan.guarantor),
        analysis_is_enclosed(rules, data.documents),
        core_rights_are_chosen(data.rights),
        core_choices_are_explained(data.rights),
        findings_are_of_the_disbursement(data.borrower, data.loan.disbursed_on),
    )


def _incomplete(filed: ProjectFiled, missing: tuple[Refusal, ...], today: date) -> FilingFoundIncomplete:
    """What a filing becomes that lacks something; its first drawdown's window is the one that closes first."""
    assert filed.filing_deadline is not None, "the registry always says it"
    return FilingFoundIncomplete(
        project_id=filed.project_id,
        loan=filed.loan,
        borrower_name=filed.borrower_name,
        borrower_uscc=filed.borrower_uscc,
        items=missing,
        found_on=today,
        filing_deadline=filed.filing_deadline,
        filing_deadline_provisional=filed.filing_deadline_provisional,
        drawdowns=filed.drawdowns,
        filed_by=filed.filed_by,
    )


def _is_known(filing: Project | Draft | None, incomplete: FilingFoundIncomplete) -> bool:
    """Whether this was found and told before: the same is missing, and a draft has the same loan and clocks.

    A day of payout that was corrected, or working days that were published since, make another clock.
    """
    if not isinstance(filing, Draft):
        return filing is not None and filing.items == incomplete.items
    told = ("items", "loan", "borrower_name", "borrower_uscc", "filing_deadline", "filing_deadline_provisional")
    return all(getattr(filing, name) == getattr(incomplete, name) for name in told) and (
        [drawdown.filing_deadline for drawdown in filing.drawdowns]
        == [drawdown.filing_deadline for drawdown in incomplete.drawdowns]
    )


def files_the_same(project: Project | Correction, data: FilingData) -> bool:
    """Whether the filing that waits holds exactly this; what it must affirm it has affirmed.

    Why it is late is kept only of one that is late, or was when it was admitted.
    """
    return (
        (project.loan, project.borrower, project.rights) == (data.loan, data.borrower, data.rights)
        and (project.other_collateral_fen, project.documents) == (data.other_collateral_fen, data.documents)
        and project.largest_other_collateral_fen == data.largest_other_collateral_fen
        and project.late_because in (None, data.late_because)
        and data.promoted_by_cooperating
        and not data.borrower_is_affiliate
    )
