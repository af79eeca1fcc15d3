"""The rules of a scenario's pool, as its prelude and its steps have them."""

from datetime import date

from scenarios.player.prelude import Prelude
from shared.contracts.registry import words


def prelude_rules(
    prelude: Prelude,
    *,
    effective_on: date,
    version: int = 1,
    share_rate_bp: int | None = None,
    loss_ratio: tuple[int, int] | None = None,
    filing_window_days: int | None = None,
    verifiers_min: int | None = None,
    term_years: int | None = None,
) -> words.Rules:
    """The prelude's rules with what is given in the place of what it says."""
    rules = prelude.rules
    fiscal_weight, social_weight = loss_ratio or prelude.loss_ratio
    return words.Rules(
        version=version,
        effective_on=effective_on,
        share_rate_bp=prelude.share_rate if share_rate_bp is None else share_rate_bp,
        loss_ratio=words.LossRatio(fiscal_weight=fiscal_weight, social_weight=social_weight),
        filing_window_days=rules.filing_window_days if filing_window_days is None else filing_window_days,
        term_years=rules.term_years if term_years is None else term_years,
        verifiers_min=rules.verifiers if verifiers_min is None else verifiers_min,
        ballot=words.BallotRules(
            quorum_numerator=rules.quorum[0],
            quorum_denominator=rules.quorum[1],
            voters_min=rules.voters,
            majority_numerator=rules.majority_above[0],
            majority_denominator=rules.majority_above[1],
        ),
        exclusive_duties=rules.exclusive_duties,
    )
