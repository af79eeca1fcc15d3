"""What is given, as a scenario's file says it: what has happened before the steps."""

from datetime import date
from typing import Annotated, Any, Literal, Self

from pydantic import model_validator

from scenarios.player.words import (
    Count,
    Day,
    Fen,
    Fraction,
    Instant,
    Listed,
    Percent,
    Ratio,
    Words,
    YesNo,
    pair_of_choices,
)
from shared.contracts.examples import CONTRIBUTION_FEN, PRINCIPAL_FEN
from shared.contracts.registry.rules import BallotRules, DutyPair, Rules
from shared.contracts.registry.words import Duty
from simulator.message_context import CONTRACT_NUMBER

_DEFAULT_RULES = Rules.model_fields
_DEFAULT_BALLOT = BallotRules()

DutyPairWord = Annotated[DutyPair, pair_of_choices(Duty)]


class GivenRules(Words):
    """The rules beside share rate and loss ratio."""

    quorum: Fraction = (_DEFAULT_BALLOT.quorum_numerator, _DEFAULT_BALLOT.quorum_denominator)
    majority_above: Fraction = (_DEFAULT_BALLOT.majority_numerator, _DEFAULT_BALLOT.majority_denominator)
    voters: Count = _DEFAULT_BALLOT.voters_min
    verifiers: Count = _DEFAULT_RULES["verifiers_min"].default
    filing_window_days: Count = _DEFAULT_RULES["filing_window_days"].default
    term_years: Count = _DEFAULT_RULES["term_years"].default
    exclusive_duties: Annotated[tuple[DutyPairWord, ...], Listed] = _DEFAULT_RULES["exclusive_duties"].default


class GivenBalances(Words):
    """What is on the two accounts when the steps begin."""

    fiscal: Fen = CONTRIBUTION_FEN
    social_capital: Fen = CONTRIBUTION_FEN


class GivenLoan(Words):
    """The loan of the project."""

    contract: str = CONTRACT_NUMBER
    lender: Literal["lender", "other lender", "supervising bank"] = "lender"
    principal: Fen = PRINCIPAL_FEN
    contracted: Day | None = None
    disbursed: Day = date(2026, 3, 2)
    due: Day | None = None
    guarantor: YesNo = True


class GivenParties(Words):
    """What the parties are called; the other lender takes part only if it has a name."""

    managing_institution: str | None = None
    cooperating_institution: str | None = None
    supervising_bank: str | None = None
    lender: str | None = None
    guarantor: str | None = None
    other_lender: str | None = None
    borrower: str | None = None


class Given(Words):
    """What has happened before the steps: a founded, funded pool and a project."""

    pool: Literal["founded", "none"] = "founded"
    founded: Day = date(2026, 1, 5)
    share_rate: Percent = 2_000
    loss_ratio: Ratio = (1, 1)
    rules: GivenRules = GivenRules.model_validate({})
    balances: GivenBalances = GivenBalances.model_validate({})
    later_contributions: Annotated[tuple[Fen, ...], Listed] = ()
    loan: GivenLoan = GivenLoan.model_validate({})
    filed: Instant | None = None
    approved: Instant | None = None
    project: Literal["none", "filed", "approved"] = "approved"
    parties: GivenParties = GivenParties.model_validate({})

    def rules_said(self) -> dict[str, Any]:
        """What it says of the rules, by the names of their fields."""
        rules = self.rules
        fiscal_weight, social_weight = self.loss_ratio
        quorum_numerator, quorum_denominator = rules.quorum
        majority_numerator, majority_denominator = rules.majority_above
        return {
            "share_rate_bp": self.share_rate,
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

    @model_validator(mode="after")
    def _a_project_needs_a_pool(self) -> Self:
        if self.pool == "none" and self.project != "none":
            raise ValueError("without a pool there is no project: write 'project: none'")
        return self
