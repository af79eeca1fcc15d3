"""What is wrong with a version of the rules in itself, whatever pool it is for."""

from services.registry.domain.article_04_institutional_roles import refuse_if_rules_join_roles_kept_apart
from services.registry.domain.article_05_bounds import refuse_unless_figures_are_within_bounds
from services.registry.domain.article_05_rules import (
    refuse_unless_ballot_rules_are_fractions,
    refuse_unless_ballot_times_leave_room,
    refuse_unless_exclusive_duties_are_pairs,
)
from services.registry.domain.article_10_share_rate import refuse_unless_loss_ratio_has_weight
from services.registry.domain.district_profile import DistrictProfile
from services.registry.domain.rules_figures import figures_of
from shared.contracts.refusals import Refusal
from shared.contracts.registry.rules import Rules
from shared.decisions.checks import all_faults
from shared.decisions.duties_exercised import ROLE_OF_DUTY


def faults_of_rules(rules: Rules, profile: DistrictProfile | None) -> tuple[Refusal, ...]:
    """What is wrong with a version in itself, whatever pool it is for; a missing profile is refused elsewhere."""
    return all_faults(
        refuse_unless_ballot_rules_are_fractions(rules.ballot),
        refuse_unless_ballot_times_leave_room(rules.ballot),
        refuse_unless_exclusive_duties_are_pairs(rules.exclusive_duties, ROLE_OF_DUTY),
        refuse_unless_loss_ratio_has_weight(rules.loss_ratio),
        refuse_unless_figures_are_within_bounds(profile, figures_of(rules)) if profile else None,
        refuse_if_rules_join_roles_kept_apart(rules.roles_together),
    )
