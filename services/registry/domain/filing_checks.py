"""What every filing is asked, be it a first one, a correction, or a further drawdown."""

from services.registry.domain.article_02_main_collateral import (
    largest_support_fen,
    refuse_if_rights_are_listed_twice,
    refuse_unless_borrower_owns_a_right,
    refuse_unless_intellectual_property_is_main_collateral,
    refuse_unless_largest_support_is_part_of_the_other_collateral,
    refuse_unless_lender_is_registered,
    refuse_unless_other_collateral_is_allowed,
)
from services.registry.domain.article_04_institutional_roles import refuse_unless_guarantor_is_registered
from services.registry.domain.article_09_affiliates import refuse_if_borrower_is_registered_as_affiliate
from services.registry.domain.article_09_use_of_the_pool import (
    refuse_if_borrower_is_affiliate,
    refuse_unless_borrower_is_of_the_district,
    refuse_unless_project_was_promoted,
)
from services.registry.domain.article_11_borrower import (
    refuse_unless_borrower_code_is_valid,
    refuse_unless_findings_are_met,
    refuse_unless_findings_are_of_the_disbursement,
    refuse_unless_findings_were_made,
)
from services.registry.domain.article_12_ip_analysis import (
    refuse_unless_analysis_is_enclosed,
    refuse_unless_core_choices_are_explained,
    refuse_unless_core_rights_are_chosen,
    refuse_unless_rights_were_valued_before_disbursement,
)
from services.registry.domain.article_13_pledge_registration import refuse_unless_pledges_are_registered
from services.registry.domain.article_16_corrections import drawdown_judged_anew
from services.registry.domain.article_16_drawdowns import (
    refuse_unless_drawdowns_are_in_order,
    refuse_unless_drawdowns_are_within_principal,
    refuse_unless_drawdowns_follow_the_contract,
)
from services.registry.domain.article_16_filing import (
    refuse_unless_loan_days_are_in_order,
    refuse_unless_materials_are_complete,
)
from services.registry.domain.article_20_term import refuse_unless_loan_is_within_term
from services.registry.domain.context import CommandContext
from services.registry.domain.filed_version import Correction
from services.registry.domain.pledged_rights import keys_of
from services.registry.domain.project import Project
from shared.contracts.refusals import Refusal
from shared.contracts.registry.corrections import CorrectProject
from shared.contracts.registry.project_life import FileDrawdown
from shared.contracts.registry.projects import (
    Drawdown,
    FiledDrawdown,
    FileProject,
    FilingData,
)
from shared.contracts.registry.words import Rules
from shared.decisions.checks import all_faults


def judged_anew(
    ctx: CommandContext[FileProject | CorrectProject | FileDrawdown],
    drawdown: Drawdown,
    earlier: tuple[FiledDrawdown, ...],
    rules: Rules,
) -> FiledDrawdown:
    """The drawdown with its clock, in view of its number's earlier versions among ``earlier``."""
    before = [each for each in earlier if each.number == drawdown.number]
    return drawdown_judged_anew(drawdown, before, ctx.today, rules.filing_window_days, ctx.reference_data.working_days)


def not_covered(ctx: CommandContext[FileProject | CorrectProject], rules: Rules) -> tuple[Refusal, ...]:
    """Why the pool can't cover the project, whatever documents come."""
    pool, data, today = ctx.pool, ctx.data, ctx.today
    uscc = data.borrower.uscc
    wrong_code = refuse_unless_borrower_code_is_valid(data.borrower)
    wrong_largest = refuse_unless_largest_support_is_part_of_the_other_collateral(data)
    return all_faults(
        refuse_unless_lender_is_registered(pool, data.loan.lender),
        refuse_unless_guarantor_is_registered(pool, data.loan.guarantor),
        # A code that is none tells of no owner: it is one fault, and said as one.
        refuse_unless_borrower_owns_a_right(data.rights, uscc) if wrong_code is None else None,
        refuse_if_rights_are_listed_twice(data.rights),
        refuse_unless_other_collateral_is_allowed(rules, data.other_collateral_fen),
        wrong_largest,
        # A largest support that can't be so is one fault too.
        refuse_unless_intellectual_property_is_main_collateral(data.rights, uscc, largest_support_fen(data))
        if wrong_code is None and wrong_largest is None
        else None,
        refuse_unless_borrower_is_of_the_district(pool, data.borrower),
        refuse_unless_project_was_promoted(data),
        refuse_if_borrower_is_affiliate(data),
        refuse_if_borrower_is_registered_as_affiliate(pool, data.borrower),
        wrong_code,
        refuse_unless_findings_are_met(data.borrower),
        refuse_unless_findings_were_made(data.borrower, today),
        refuse_unless_rights_were_valued_before_disbursement(data.rights, data.loan.disbursed_on),
        refuse_unless_pledges_are_registered(data.rights, today),
        refuse_unless_loan_days_are_in_order(data.loan),
        refuse_unless_drawdowns_are_in_order(data.loan),
        refuse_unless_drawdowns_follow_the_contract(data.loan),
        refuse_unless_drawdowns_are_within_principal(data.loan),
        refuse_unless_loan_is_within_term(pool, data.loan),
    )


def what_is_missing(rules: Rules, data: FilingData) -> tuple[Refusal, ...]:
    """What the filing lacks and can still bring: documents, and what its analysis says of the rights."""
    return all_faults(
        refuse_unless_materials_are_complete(data.documents, data.loan.guarantor),
        refuse_unless_analysis_is_enclosed(rules, data.documents),
        refuse_unless_core_rights_are_chosen(data.rights),
        refuse_unless_core_choices_are_explained(data.rights),
        refuse_unless_findings_are_of_the_disbursement(data.borrower, data.loan.disbursed_on),
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


def right_keys(data: FilingData) -> tuple[str, ...]:
    """The keys of the rights that the filing would pledge."""
    return keys_of(data.rights)
