"""Deciding on further pairs of contributions, which count once both institutions have planned the same (5.1, 9.2)."""

from services.registry.domain.article_04_administrators import refuse_if_approved_by_the_same_person
from services.registry.domain.article_09_contributions import (
    refuse_unless_contributions_are_equal_pairs,
    refuse_unless_instalments_are_numbered_in_order,
)
from services.registry.domain.article_19_termination import refuse_unless_cooperation_goes_on
from services.registry.domain.command_spec import CommandSpec
from services.registry.domain.context import CommandContext
from services.registry.domain.contributions.article_09_further_pairs import (
    refuse_if_pairs_are_due_already,
    refuse_unless_plan_says_what_was_proposed,
)
from services.registry.domain.contributions.state import ContributionsPlan
from services.registry.domain.decision import is_repeat, said
from shared.contracts.registry.contributions import ContributionsPlanned, ContributionsProposed, PlanContributions
from shared.contracts.registry.words import Duty, Role
from shared.decisions.checks import all_faults
from shared.decisions.decision import DUPLICATE, Decision, accepted, refused


def plan_contributions(ctx: CommandContext[PlanContributions]) -> Decision:
    """Plan further pairs, or consent to what the other institution has planned by saying the same."""
    pool, command, proposed = ctx.pool, ctx.command, ctx.entry_as(ContributionsPlan)
    is_same = is_repeat(command, of=proposed)
    if proposed is not None and is_same and (proposed.counts or proposed.institution == ctx.acting.institution):
        return DUPLICATE
    if fault := refuse_unless_plan_says_what_was_proposed(proposed, is_same=is_same):
        return refused(fault)
    wrong = all_faults(
        refuse_unless_cooperation_goes_on(pool),
        refuse_unless_contributions_are_equal_pairs(command.instalments),
        refuse_unless_instalments_are_numbered_in_order(command.instalments, pool.contributions),
        refuse_if_pairs_are_due_already(command.instalments, ctx.today),
        refuse_if_approved_by_the_same_person(
            pool, (proposed.institution, proposed.proposed_by), (ctx.acting.institution, ctx.officer), "9.2"
        )
        if proposed
        else None,
    )
    if wrong:
        return refused(wrong)
    common = {"entry_id": ctx.entry_id, **said(command), "rules_version": ctx.rules.version}
    if proposed is None:
        word = {"institution": ctx.acting.institution, "proposed_on": ctx.today, "proposed_by": ctx.officer}
        return accepted(ContributionsProposed(**common, **word))
    size_fen = pool.size_fen + sum(pair.fiscal_fen + pair.social_fen for pair in command.instalments)
    planned = {"size_fen": size_fen, "planned_on": ctx.today, "planned_by": ctx.officer}
    return accepted(ContributionsPlanned(**common, **planned))


_BOTH = {Role.MANAGING: Duty.OVERSIGHT, Role.COOPERATING: Duty.ADMINISTRATION}
COMMANDS = (CommandSpec(PlanContributions, plan_contributions, "9.2", _BOTH, begins=ContributionsPlan),)
