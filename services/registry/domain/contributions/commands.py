"""Deciding on further pairs of contributions, which count once both institutions have planned the same (5.1, 9.2)."""

from services.registry.domain.article_04_administrators import refuse_if_approved_by_the_same_person
from services.registry.domain.article_09_contributions import (
    refuse_unless_contributions_are_in_ratio,
    refuse_unless_instalments_are_numbered_in_order,
)
from services.registry.domain.article_19_termination import refuse_unless_cooperation_goes_on
from services.registry.domain.article_20_term import refuse_if_pairs_are_due_after_the_term
from services.registry.domain.article_22_stop import refuse_if_pool_has_stopped
from services.registry.domain.command_spec import CommandSpec
from services.registry.domain.context import CommandContext
from services.registry.domain.contributions.article_05_size import refuse_unless_size_can_be_booked
from services.registry.domain.contributions.article_09_further_pairs import (
    refuse_if_pairs_are_due_already,
    refuse_if_plan_was_withdrawn,
    refuse_if_too_many_plans_wait,
    refuse_unless_plan_is_known,
    refuse_unless_plan_is_withdrawn_by_proposer,
    refuse_unless_plan_says_what_was_proposed,
    refuse_unless_plan_waits,
)
from services.registry.domain.contributions.state import ContributionsPlan, PlanStage
from services.registry.domain.decision import is_repeat
from shared.contracts.registry.contributions import (
    ContributionsPlanned,
    ContributionsProposed,
    ContributionsWithdrawn,
    PlanContributions,
    WithdrawContributions,
)
from shared.contracts.registry.words import Duty, Role
from shared.decisions.checks import all_faults, first_fault
from shared.decisions.decision import DUPLICATE, Decision, accepted, refused


def plan_contributions(ctx: CommandContext[PlanContributions]) -> Decision:
    """Plan further pairs, or consent to what the other institution has planned by saying the same."""
    pool, command, acting, proposed = ctx.pool, ctx.command, ctx.acting, ctx.entry_as(ContributionsPlan)
    is_same = is_repeat(command, of=proposed)
    not_possible = first_fault(
        refuse_if_plan_was_withdrawn(proposed), refuse_unless_plan_says_what_was_proposed(proposed, is_same=is_same)
    )
    if not_possible:
        return refused(not_possible)
    if proposed is not None and (proposed.stage is PlanStage.PLANNED or proposed.institution == acting.institution):
        return DUPLICATE
    size_fen = pool.size_fen + sum(pair.fiscal_fen + pair.social_fen for pair in command.instalments)
    waiting = sum(proposer == acting.institution for proposer in pool.waiting_plans.values())
    wrong = all_faults(
        first_fault(refuse_unless_cooperation_goes_on(pool), refuse_if_pool_has_stopped(pool)),
        refuse_unless_size_can_be_booked(size_fen),
        refuse_unless_contributions_are_in_ratio(command.instalments, ctx.rules.contribution_ratio),
        refuse_unless_instalments_are_numbered_in_order(command.instalments, pool.contributions),
        refuse_if_pairs_are_due_already(command.instalments, ctx.today),
        refuse_if_pairs_are_due_after_the_term(command.instalments, pool.ends_on),
        None if proposed else refuse_if_too_many_plans_wait(waiting),
        refuse_if_approved_by_the_same_person(
            pool, (proposed.institution, proposed.proposed_by), (acting.institution, ctx.officer), "9.2"
        )
        if proposed
        else None,
    )
    if wrong:
        return refused(wrong)
    common = {"entry_id": ctx.entry_id, **dict(command), "rules_version": ctx.rules.version}
    if proposed is None:
        word = {"institution": acting.institution, "proposed_on": ctx.today, "proposed_by": ctx.officer}
        return accepted(ContributionsProposed(**common, **word))
    planned = {"size_fen": size_fen, "planned_on": ctx.today, "planned_by": ctx.officer}
    return accepted(ContributionsPlanned(**common, **planned))


def withdraw_contributions(ctx: CommandContext[WithdrawContributions]) -> Decision:
    """Take back a plan that waits, with reasons; also when nothing new begins any more."""
    command, plan, acting = ctx.command, ctx.entry_as(ContributionsPlan), ctx.acting
    if fault := refuse_unless_plan_is_known(plan, command.number):
        return refused(fault)
    assert plan is not None
    if fault := refuse_unless_plan_is_withdrawn_by_proposer(ctx.pool, plan, acting):
        return refused(fault)
    if (plan.stage, plan.ended_because) == (PlanStage.WITHDRAWN, command.reasons):
        return DUPLICATE
    if fault := refuse_unless_plan_waits(plan):
        return refused(fault)
    return accepted(
        ContributionsWithdrawn(
            entry_id=plan.entry_id,
            **dict(command),
            institution=acting.institution,
            withdrawn_by=ctx.officer,
            rules_version=ctx.rules.version,
        )
    )


_BOTH = {Role.MANAGING: Duty.OVERSIGHT, Role.COOPERATING: Duty.ADMINISTRATION}
COMMANDS = (
    CommandSpec(PlanContributions, plan_contributions, "9.2", _BOTH, begins=ContributionsPlan),
    CommandSpec(WithdrawContributions, withdraw_contributions, "9.2", _BOTH, continues=ContributionsPlan),
)
