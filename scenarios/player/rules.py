"""The rules of a scenario's pool, as its prelude has them."""

from typing import Any

from scenarios.player.prelude import Prelude


def prelude_rules(prelude: Prelude) -> dict[str, Any]:
    """What the prelude says of the rules."""
    rules = prelude.rules
    fiscal_weight, social_weight = prelude.loss_ratio
    quorum_numerator, quorum_denominator = rules.quorum
    majority_numerator, majority_denominator = rules.majority_above
    return {
        "share_rate_bp": prelude.share_rate,
        "loss_ratio": {"fiscal_weight": fiscal_weight, "social_weight": social_weight},
        "filing_window_days": rules.filing_window_days,
        "term_years": rules.term_years,
        "verifiers_min": rules.verifiers,
        "ballot": {
            "quorum_numerator": quorum_numerator,
            "quorum_denominator": quorum_denominator,
            "voters_min": rules.voters,
            "majority_numerator": majority_numerator,
            "majority_denominator": majority_denominator,
        },
        "exclusive_duties": rules.exclusive_duties,
    }
