"""Deciding on evaluations, and on what rests on them: the term and the cooperation (5.1, 5.7, 19.3, 21.1, 22.1)."""

from datetime import timedelta
from uuid import UUID

from services.registry.domain.article_05_agreements import (
    refuse_unless_agreement_is_recorded,
    refuse_unless_further_period_has_a_new_agreement,
)
from services.registry.domain.article_05_operating_period import (
    refuse_unless_going_on_is_decided,
    refuse_unless_operating_period_is_ahead,
)
from services.registry.domain.article_19_termination import refuse_unless_cooperation_goes_on
from services.registry.domain.article_20_term import refuse_if_new_term_is_longer_than_the_first
from services.registry.domain.article_22_stop import refuse_if_pool_has_stopped
from services.registry.domain.command_spec import CommandSpec
from services.registry.domain.context import CommandContext
from services.registry.domain.decision import is_repeat
from services.registry.domain.evaluations.state import Evaluation
from services.registry.domain.term.article_05_agreements import refuse_unless_agreement_is_as_it_was_recorded
from services.registry.domain.term.article_05_evaluation import refuse_unless_going_on_after_a_failure_has_reasons
from services.registry.domain.term.article_21_continuation import (
    refuse_if_term_is_decided,
    refuse_if_term_is_over,
    refuse_unless_evaluation_covers_the_term,
    refuse_unless_evaluation_is_of_the_present_term,
    refuse_unless_new_term_has_a_new_agreement,
    refuse_unless_new_term_is_ahead,
)
from shared.contracts.registry.performance import (
    ContinuePool,
    FixOperatingPeriod,
    OperatingPeriodFixed,
    PoolContinued,
    PoolStopped,
    StopPool,
)
from shared.contracts.registry.words import Duty
from shared.decisions.checks import all_faults, first_fault
from shared.decisions.decision import DUPLICATE, Decision, accepted, refused
from shared.decisions.minutes import refuse_unless_decision_has_minutes
from shared.decisions.permission import managing


def fix_operating_period(ctx: CommandContext[FixOperatingPeriod]) -> Decision:
    """Fix the first operating period, or go on with the cooperating institution for another one."""
    pool, command, today = ctx.pool, ctx.command, ctx.today
    if is_repeat(command, of=pool.cycle.fixed):
        return DUPLICATE
    if wrong := first_fault(refuse_unless_cooperation_goes_on(pool), refuse_if_pool_has_stopped(pool)):
        return refused(wrong)
    all_wrong = all_faults(
        refuse_unless_operating_period_is_ahead(pool, command.operating_until, today),
        refuse_unless_agreement_is_recorded(command.agreement, today),
        first_fault(
            refuse_unless_agreement_is_as_it_was_recorded(pool, command.agreement),
            refuse_unless_further_period_has_a_new_agreement(pool, command.agreement),
        ),
        refuse_unless_going_on_is_decided(pool, command.decision),
        refuse_unless_going_on_after_a_failure_has_reasons(pool, None, command.reasons, "5.7"),
    )
    if all_wrong:
        return refused(all_wrong)
    before = pool.cycle.operating_until
    # It follows the period before it; the first one begins with its agreement.
    operating_from = before + timedelta(days=1) if before else max(pool.founded_on, command.agreement.signed_on)
    return accepted(
        OperatingPeriodFixed(
            **dict(command),
            operating_until_before=before,
            operating_from=operating_from,
            fixed_on=today,
            fixed_by=ctx.officer,
            rules_version=ctx.rules.version,
        )
    )


def continue_pool(ctx: CommandContext[ContinuePool]) -> Decision:
    """Go on for a new term, under a new agreement."""
    pool, command, today = ctx.pool, ctx.command, ctx.today
    evaluation = ctx.entry_as(Evaluation)
    if is_repeat(command, of=pool.cycle.continuation):
        return DUPLICATE
    if not_now := first_fault(refuse_if_term_is_decided(pool), refuse_if_term_is_over(pool, today)):
        return refused(not_now)
    wrong = all_faults(
        first_fault(
            refuse_unless_evaluation_is_of_the_present_term(pool, evaluation, command.evaluation),
            refuse_unless_evaluation_covers_the_term(pool, ctx.rules.evaluation, evaluation),
        ),
        refuse_unless_going_on_after_a_failure_has_reasons(pool, evaluation, command.reasons, "21.1"),
        refuse_unless_decision_has_minutes(command.decision, "21.1"),
        refuse_unless_new_term_is_ahead(pool, command, today),
        refuse_if_new_term_is_longer_than_the_first(pool, command.ends_on),
        refuse_unless_agreement_is_recorded(command.agreement, today),
        first_fault(
            refuse_unless_new_term_has_a_new_agreement(pool, evaluation, command.agreement),
            refuse_unless_agreement_is_as_it_was_recorded(pool, command.agreement),
        ),
    )
    if wrong:
        return refused(wrong)
    return accepted(
        PoolContinued(
            ends_on_before=pool.ends_on,
            **dict(command),
            decided_on=today,
            decided_by=ctx.officer,
            rules_version=ctx.rules.version,
        )
    )


def stop_pool(ctx: CommandContext[StopPool]) -> Decision:
    """Stop: existing projects go on, and no new one comes in."""
    pool, command, today = ctx.pool, ctx.command, ctx.today
    evaluation = ctx.entry_as(Evaluation)
    if is_repeat(command, of=pool.cycle.stop):
        return DUPLICATE
    if fault := refuse_if_term_is_decided(pool):
        return refused(fault)
    wrong = all_faults(
        refuse_unless_evaluation_is_of_the_present_term(pool, evaluation, command.evaluation),
        refuse_unless_decision_has_minutes(command.decision, "21.1"),
    )
    if wrong:
        return refused(wrong)
    return accepted(
        PoolStopped(**dict(command), stopped_on=today, decided_by=ctx.officer, rules_version=ctx.rules.version)
    )


def _shown_evaluation(pool_id: UUID, command: ContinuePool | StopPool) -> UUID:
    return Evaluation.id_of(pool_id, command.evaluation)


COMMANDS = (
    CommandSpec(FixOperatingPeriod, fix_operating_period, "5.1", managing(Duty.OVERSIGHT)),
    CommandSpec(ContinuePool, continue_pool, "21.1", managing(Duty.OVERSIGHT), rests_on=_shown_evaluation),
    CommandSpec(StopPool, stop_pool, "21.1", managing(Duty.OVERSIGHT), rests_on=_shown_evaluation),
)
