"""What is wrong with a version of the rules in itself, whatever pool it is for."""

from services.registry.domain.article_05_rules import (
    refuse_unless_ballot_rules_are_fractions,
    refuse_unless_ballot_times_leave_room,
)
from services.registry.domain.article_10_share_rate import (
    refuse_unless_loss_ratio_has_weight,
    refuse_unless_share_rate_is_within_ceiling,
)
from services.registry.domain.reference_data import DistrictProfile
from shared.contracts.refusals import Refusal
from shared.contracts.registry.words import Rules
from shared.decisions.checks import all_faults


def faults_of_rules(rules: Rules, profile: DistrictProfile | None) -> tuple[Refusal, ...]:
    """What is wrong with a version in itself, whatever pool it is for; a missing profile is refused elsewhere."""
    return all_faults(
        refuse_unless_ballot_rules_are_fractions(rules.ballot),
        refuse_unless_ballot_times_leave_room(rules.ballot),
        refuse_unless_share_rate_is_within_ceiling(profile, rules.share_rate_bp) if profile else None,
        refuse_unless_loss_ratio_has_weight(rules.loss_ratio),
    )
