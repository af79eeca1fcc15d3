"""The founding of a pool, and its preparation before it."""

from datetime import date

from services.registry.domain.article_03_pool import (
    refuse_if_institution_id_is_anothers,
    refuse_unless_institution_code_is_valid,
)
from services.registry.domain.article_05_agreements import refuse_unless_agreement_is_recorded
from services.registry.domain.article_05_bounds import refuse_unless_figures_are_within_bounds
from services.registry.domain.article_05_rules import (
    refuse_unless_ballot_rules_are_fractions,
    refuse_unless_ballot_times_leave_room,
    refuse_unless_exclusive_duties_are_pairs,
)
from services.registry.domain.article_09_contributions import (
    refuse_unless_contributions_are_in_ratio,
    refuse_unless_contributions_make_up_the_size,
    refuse_unless_instalments_are_numbered_in_order,
)
from services.registry.domain.article_10_share_rate import refuse_unless_district_has_profile
from services.registry.domain.article_20_term import (
    refuse_if_pairs_are_due_after_the_term,
    refuse_unless_founding_day_is_near,
    term_ends_on,
)
from services.registry.domain.command_spec import CommandSpec
from services.registry.domain.context import CommandContext
from services.registry.domain.district_profile import DistrictProfile
from services.registry.domain.founding.article_03_founding import (
    refuse_if_pool_is_founded,
    refuse_if_pool_is_prepared,
    refuse_unless_founded_by_whoever_prepared,
    refuse_unless_founded_in_the_prepared_district,
    refuse_unless_founders_are_two,
)
from services.registry.domain.founding.article_04_founding import (
    refuse_if_founders_share_an_administrator,
    refuse_unless_founder_has_two_administrators,
    refuse_unless_founding_is_signed_with_root_key,
    refuse_unless_prepared_pool_is_founded_with_its_root_key,
)
from services.registry.domain.founding.article_05_founding import (
    refuse_unless_founded_by_managing_institution,
    refuse_unless_rules_are_in_force_at_founding,
    refuse_unless_rules_begin_with_version_one,
)
from services.registry.domain.founding.article_08_founding import (
    refuse_unless_agreed_period_is_within_the_term,
    refuse_unless_founded_under_the_selections_agreement,
    refuse_unless_founded_with_the_selected,
    refuse_unless_founding_follows_a_selection,
)
from services.registry.domain.pool import Pool, PreparedPool
from services.registry.domain.registration import (
    faults_of_administrators,
    faults_of_used_keys,
    is_registered,
    registration,
)
from services.registry.domain.rules_faults import faults_of_rules
from services.registry.domain.rules_figures import figures_of_preparation
from shared.contracts.refusals import Refusal
from shared.contracts.registry.performance import OperatingPeriodFixed
from shared.contracts.registry.pools import FoundPool, PoolFounded, PoolPrepared, PreparationParticulars, PreparePool
from shared.contracts.registry.selections import SelectionConcluded
from shared.contracts.registry.words import InstitutionData, Role
from shared.decisions.checks import all_faults, first_fault
from shared.decisions.decision import DUPLICATE, Decision, accepted, refused
from shared.decisions.duties_exercised import DUTIES_IN_SELECTIONS
from shared.decisions.permission import ANYBODY


def prepare_pool(ctx: CommandContext[PreparePool]) -> Decision:
    """Prepare the pool with its managing institution, so that the cooperating institution can be selected in it."""
    pool, prepared, command, acting = ctx.state.pool, ctx.state.prepared, ctx.command, ctx.acting
    not_allowed = first_fault(
        refuse_unless_founded_by_managing_institution(command, acting),
        refuse_unless_founding_is_signed_with_root_key(command.managing_institution, acting),
    )
    if not_allowed:
        return refused(not_allowed)
    if prepared is not None and _is_prepared_so(prepared, command):
        return DUPLICATE
    districts = ctx.reference_data.districts
    profile = districts.get(command.district)
    wrong = first_fault(refuse_if_pool_is_founded(pool), refuse_if_pool_is_prepared(prepared)) or all_faults(
        _institution(command.managing_institution),
        refuse_unless_ballot_rules_are_fractions(command.ballot),
        refuse_unless_ballot_times_leave_room(command.ballot),
        refuse_unless_district_has_profile(districts, command.district),
        refuse_unless_exclusive_duties_are_pairs(command.selection.exclusive_duties, DUTIES_IN_SELECTIONS),
        refuse_unless_figures_are_within_bounds(
            profile, figures_of_preparation(command.ballot, command.selection, command.confirmation_days_max)
        )
        if profile
        else None,
    )
    if wrong:
        return refused(wrong)
    return accepted(
        PoolPrepared(**{**dict(command), "managing_institution": command.managing_institution.institution}),
        *registration(None, command.managing_institution, Role.MANAGING, acting.key_id, ctx.at),
    )


def found_pool(ctx: CommandContext[FoundPool]) -> Decision:
    """Found the pool, with its rules, both institutions and the keys of their administrators."""
    pool, prepared, command, acting = ctx.state.pool, ctx.state.prepared, ctx.command, ctx.acting
    at, today, districts = ctx.at, ctx.today, ctx.reference_data.districts
    not_allowed = first_fault(
        refuse_unless_founded_by_managing_institution(command, acting),
        refuse_unless_founding_is_signed_with_root_key(command.managing_institution, acting),
        refuse_unless_prepared_pool_is_founded_with_its_root_key(prepared, acting, at),
    )
    if not_allowed:
        return refused(not_allowed)
    if pool is not None and _is_founded_so(pool, command):
        return DUPLICATE
    if fault := refuse_if_pool_is_founded(pool):
        return refused(fault)
    profile = districts.get(command.district)
    selected, concluded = (prepared.selected, prepared.concluded) if prepared else (None, None)
    wrong = all_faults(
        _institutions(command, prepared),
        refuse_unless_founding_follows_a_selection(selected, command.selection_record),
        refuse_unless_founded_with_the_selected(selected, command.cooperating_institution.uscc),
        refuse_unless_founded_under_the_selections_agreement(concluded, command.cooperation_agreement),
        _rules(command, profile),
        refuse_unless_district_has_profile(districts, command.district),
        refuse_unless_founded_in_the_prepared_district(prepared, command.district),
        refuse_unless_agreement_is_recorded(command.cooperation_agreement, today),
        refuse_unless_contributions_are_in_ratio(command.contributions, command.rules.contribution_ratio),
        refuse_unless_contributions_make_up_the_size(command.contributions, command.size_fen),
        refuse_unless_instalments_are_numbered_in_order(command.contributions),
        # A day far ahead has no term's end to compare with.
        refuse_unless_founding_day_is_near(command.founded_on, today)
        or all_faults(
            refuse_unless_agreed_period_is_within_the_term(concluded, _ends_on(command), today),
            refuse_if_pairs_are_due_after_the_term(command.contributions, _ends_on(command)),
        ),
    )
    if wrong:
        return refused(wrong)
    assert profile is not None
    founders = {
        "managing_institution": command.managing_institution.institution,
        "cooperating_institution": command.cooperating_institution.institution,
    }
    return accepted(
        PoolFounded(
            **{**dict(command), **founders},
            ends_on=_ends_on(command),
            share_rate_max_bp=profile.share_rate_max_bp,
            profile_sha256=profile.sha256,
        ),
        *(() if prepared else registration(None, command.managing_institution, Role.MANAGING, acting.key_id, at)),
        *registration(None, command.cooperating_institution, Role.COOPERATING, acting.key_id, at),
        *((_agreed_period(ctx, concluded),) if concluded else ()),
    )


def _ends_on(command: FoundPool) -> date:
    return term_ends_on(command.founded_on, command.rules.term_years)


def _agreed_period(ctx: CommandContext[FoundPool], concluded: SelectionConcluded) -> OperatingPeriodFixed:
    """The first operating period is the one that the selection's agreement has; none begins before the pool."""
    return OperatingPeriodFixed(
        operating_until=concluded.operates_until,
        operating_from=max(ctx.command.founded_on, concluded.operates_from),
        agreement=concluded.agreement,
        fixed_on=ctx.today,
        fixed_by=ctx.officer,
        rules_version=ctx.command.rules.version,
    )


def _institutions(command: FoundPool, prepared: PreparedPool | None) -> tuple[Refusal, ...]:
    managing, cooperating = command.managing_institution, command.cooperating_institution
    return all_faults(
        refuse_unless_founders_are_two(managing, cooperating),
        refuse_if_founders_share_an_administrator(managing, cooperating),
        refuse_unless_founded_by_whoever_prepared(prepared, is_the_same=_is_managing(prepared, managing)),
        _institution(managing) if prepared is None else (),
        _institution(cooperating),
        # One of the managing institution's officers may have the key by now.
        faults_of_used_keys(prepared, cooperating),
    )


def _institution(institution: InstitutionData) -> tuple[Refusal, ...]:
    return all_faults(
        refuse_if_institution_id_is_anothers(None, institution),
        refuse_unless_institution_code_is_valid(institution),
        faults_of_administrators(None, institution),
        refuse_unless_founder_has_two_administrators(institution),
    )


def _is_managing(prepared: PreparedPool | None, managing: InstitutionData) -> bool:
    return prepared is not None and is_registered(prepared, managing, Role.MANAGING)


def _is_prepared_so(prepared: PreparedPool, command: PreparePool) -> bool:
    fields = (*PreparationParticulars.model_fields, "ballot")
    same = all(getattr(prepared, field) == getattr(command, field) for field in fields)
    return same and _is_managing(prepared, command.managing_institution)


def _rules(command: FoundPool, profile: DistrictProfile | None) -> tuple[Refusal, ...]:
    return all_faults(
        refuse_unless_rules_begin_with_version_one(command.rules),
        refuse_unless_rules_are_in_force_at_founding(command.rules, command.founded_on),
        faults_of_rules(command.rules, profile),
    )


def _is_founded_so(pool: Pool, command: FoundPool) -> bool:
    """Whether the pool was founded with the same particulars throughout."""
    return (
        is_registered(pool, command.managing_institution, Role.MANAGING)
        and is_registered(pool, command.cooperating_institution, Role.COOPERATING)
        and (pool.name, pool.district, pool.founded_on, pool.size_fen)
        == (command.name, command.district, command.founded_on, command.size_fen)
        and (pool.cooperation_agreement, pool.contributions, pool.first_rules, pool.selection_record)
        == (command.cooperation_agreement, command.contributions, command.rules, command.selection_record)
    )


COMMANDS = (
    CommandSpec(PreparePool, prepare_pool, "3.1", ANYBODY, begins_pool=True),
    CommandSpec(FoundPool, found_pool, "3.1", ANYBODY, begins_pool=True),
)
