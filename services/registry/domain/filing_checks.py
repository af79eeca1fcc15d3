"""What every filing is asked, be it a first one, a correction, or a further drawdown."""

from typing import Any
from uuid import UUID

from services.registry.domain.article_02_main_collateral import (
    largest_support_fen,
    refuse_if_rights_are_listed_twice,
    refuse_unless_borrower_owns_a_right,
    refuse_unless_intellectual_property_is_main_collateral,
    refuse_unless_largest_support_is_part_of_the_other_collateral,
    refuse_unless_lender_is_registered,
    refuse_unless_other_collateral_is_allowed,
)
from services.registry.domain.article_02_pledged_once import refuse_if_rights_secure_something_else
from services.registry.domain.article_02_right_numbers import (
    refuse_if_check_digits_are_wrong,
    refuse_if_numbers_name_no_right,
    refuse_if_other_rights_are_of_a_named_kind,
    refuse_unless_rights_have_numbers_of_their_kind,
)
from services.registry.domain.article_04_institutional_roles import refuse_unless_guarantor_is_registered
from services.registry.domain.article_09_affiliates import refuse_if_borrower_is_registered_as_affiliate
from services.registry.domain.article_09_use_of_the_pool import (
    refuse_if_borrower_is_affiliate,
    refuse_unless_borrower_is_of_the_district,
    refuse_unless_project_was_promoted,
)
from services.registry.domain.article_11_borrower import (
    refuse_if_borrower_decides_or_vouches,
    refuse_if_findings_are_too_old,
    refuse_unless_borrower_code_is_valid,
    refuse_unless_borrower_is_an_enterprise,
    refuse_unless_findings_are_met,
    refuse_unless_findings_are_of_the_disbursement,
    refuse_unless_findings_are_there,
    refuse_unless_findings_were_made,
)
from services.registry.domain.article_12_ip_analysis import (
    refuse_if_valuations_are_too_old,
    refuse_unless_analysis_is_enclosed,
    refuse_unless_core_choices_are_explained,
    refuse_unless_core_rights_are_chosen,
    refuse_unless_rights_were_valued_before_disbursement,
)
from services.registry.domain.article_13_pledge_registration import (
    refuse_if_pledge_registrations_secure_something_else,
    refuse_if_pledges_are_too_old,
    refuse_unless_pledges_are_registered,
)
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
from services.registry.domain.loan_marks import marks_in, similar_loans
from services.registry.domain.pledged_rights import secured_by
from services.registry.domain.project import Project
from shared.contracts.ids import project_id
from shared.contracts.refusals import Refusal
from shared.contracts.registry.corrections import CorrectProject
from shared.contracts.registry.project_life import FileDrawdown
from shared.contracts.registry.projects import (
    Drawdown,
    FiledDrawdown,
    FileProject,
    FilingData,
    SimilarLoan,
)
from shared.contracts.registry.rules import Rules
from shared.decisions.checks import all_faults


def judged_anew(
    ctx: CommandContext[FileProject | CorrectProject | FileDrawdown],
    drawdown: Drawdown,
    earlier: tuple[FiledDrawdown, ...],
    rules: Rules,
) -> FiledDrawdown:
    """The drawdown with its clock, in view of its number's earlier versions among ``earlier``."""
    before = [each for each in earlier if each.number == drawdown.number]
    working_days = ctx.reference_data.working_days.moving(last_day_off_moves=rules.last_day_off_moves)
    return drawdown_judged_anew(drawdown, before, ctx.today, rules.filing_window_days, working_days)


def not_covered(ctx: CommandContext[FileProject | CorrectProject], rules: Rules) -> tuple[Refusal, ...]:
    """Why the pool can't cover the project, whatever documents come."""
    pool, command, today = ctx.pool, ctx.command, ctx.today
    uscc, disbursed_on, kinds = command.borrower.uscc, command.loan.disbursed_on, rules.borrower_findings
    wrong_code = refuse_unless_borrower_code_is_valid(command.borrower)
    wrong_largest = refuse_unless_largest_support_is_part_of_the_other_collateral(command)
    return all_faults(
        refuse_unless_lender_is_registered(pool, command.loan.lender),
        refuse_unless_guarantor_is_registered(pool, command.loan.guarantor),
        # A code that is none tells of no owner: it is one fault, and said as one.
        refuse_unless_borrower_owns_a_right(command.rights, uscc) if wrong_code is None else None,
        refuse_unless_rights_have_numbers_of_their_kind(command.rights),
        refuse_if_check_digits_are_wrong(command.rights),
        refuse_if_numbers_name_no_right(command.rights),
        refuse_if_other_rights_are_of_a_named_kind(command.rights),
        refuse_if_rights_are_listed_twice(command.rights),
        refuse_unless_other_collateral_is_allowed(rules, command.other_collateral_fen),
        wrong_largest,
        # A largest support that can't be so is one fault too.
        refuse_unless_intellectual_property_is_main_collateral(
            command.rights, uscc, largest_support_fen(command), rules.own_rights_to_largest_support_bp
        )
        if wrong_code is None and wrong_largest is None
        else None,
        refuse_unless_borrower_is_of_the_district(pool, command.borrower),
        refuse_unless_project_was_promoted(command),
        refuse_if_borrower_is_affiliate(command),
        refuse_if_borrower_is_registered_as_affiliate(pool, command.borrower),
        wrong_code,
        refuse_unless_borrower_is_an_enterprise(command.borrower),
        refuse_if_borrower_decides_or_vouches(pool, command.borrower, command.loan),
        refuse_unless_findings_are_met(command.borrower, kinds),
        refuse_unless_findings_were_made(command.borrower, today, kinds),
        refuse_if_findings_are_too_old(command.borrower, disbursed_on, rules.evidence.finding_age_days_max, kinds),
        refuse_unless_rights_were_valued_before_disbursement(command.rights, disbursed_on),
        refuse_if_valuations_are_too_old(command.rights, disbursed_on, rules.evidence.valuation_age_days_max),
        refuse_unless_pledges_are_registered(command.rights, today),
        refuse_if_pledges_are_too_old(command.rights, disbursed_on, rules.evidence.pledge_age_days_max),
        refuse_unless_loan_days_are_in_order(command.loan),
        refuse_unless_drawdowns_are_in_order(command.loan),
        refuse_unless_drawdowns_follow_the_contract(command.loan),
        refuse_unless_drawdowns_are_within_principal(command.loan),
        refuse_unless_loan_is_within_term(pool, command.loan),
    )


def what_is_missing(rules: Rules, command: FilingData) -> tuple[Refusal, ...]:
    """What the filing lacks and can still bring: documents, findings, and what its analysis says of the rights."""
    return all_faults(
        refuse_unless_materials_are_complete(rules, command.documents, command.loan.guarantor),
        refuse_unless_analysis_is_enclosed(rules, command.documents),
        refuse_unless_core_rights_are_chosen(command.rights),
        refuse_unless_core_choices_are_explained(command.rights),
        refuse_unless_findings_are_there(command.borrower, rules.borrower_findings),
        refuse_unless_findings_are_of_the_disbursement(
            command.borrower, command.loan.disbursed_on, rules.borrower_findings
        ),
    )


def said_of_version(
    ctx: CommandContext[FileProject | CorrectProject], drawdowns: tuple[FiledDrawdown, ...], late_because: str | None
) -> dict[str, Any]:
    """What is said of a version that was filed whole, be it a first one or a correction.

    Its first drawdown's window is the one that closes first.
    """
    return {
        **dict(ctx.command),
        "late_because": late_because,
        "filed_by": ctx.officer,
        "filing_deadline": drawdowns[0].filing_deadline,
        "filing_deadline_provisional": drawdowns[0].filing_deadline_provisional,
        "drawdowns": drawdowns,
        "similar_loans": _similar_loans(ctx),
        "message_sha256": ctx.sha256,
        "rules_version": ctx.rules.version,
    }


def _similar_loans(ctx: CommandContext[FileProject | CorrectProject]) -> tuple[SimilarLoan, ...]:
    """The other projects of the pool that the loan could be."""
    if not ctx.state.marked:
        return ()
    loan = ctx.command.loan
    own = project_id(ctx.pool_id, loan.lender, loan.contract_number)
    return similar_loans(marks_in(ctx.command), ctx.state.marked, ctx.state.loans, own)


def files_the_same(project: Project | Correction, command: FilingData) -> bool:
    """Whether the filing that waits holds exactly this; what it must affirm it has affirmed.

    Why it is late is kept only of one that is late, or was when it was admitted.
    """
    return (
        (project.loan, project.borrower, project.rights) == (command.loan, command.borrower, command.rights)
        and (project.other_collateral_fen, project.documents) == (command.other_collateral_fen, command.documents)
        and project.largest_other_collateral_fen == command.largest_other_collateral_fen
        and project.late_because in (None, command.late_because)
        and command.promoted_by_cooperating
        and not command.borrower_is_affiliate
    )


def right_keys(command: FilingData) -> tuple[str, ...]:
    """The keys of the rights that the filing would pledge, and of the registrations of their pledges."""
    return secured_by(command.rights)


def taken_already(ctx: CommandContext[FileProject | CorrectProject], own: UUID) -> tuple[Refusal, ...]:
    """What of the filing secures another loan."""
    rights, holders = ctx.command.rights, ctx.state.holders
    return all_faults(
        refuse_if_rights_secure_something_else(rights, holders, own),
        refuse_if_pledge_registrations_secure_something_else(rights, holders, own),
    )
