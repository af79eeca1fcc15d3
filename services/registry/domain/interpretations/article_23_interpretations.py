"""Article 23: the managing institution interprets the regulation; what it says is recorded and passes no gate."""

from services.registry.domain.article_04_register import refuse_unless_number_is_free
from services.registry.domain.article_23_clauses import refuse_unless_clause_exists
from services.registry.domain.interpretations.state import Interpretation
from shared.contracts.refusals import Refusal, refusal


def refuse_unless_interpreted_clause_exists(clause: str) -> Refusal | None:
    """Article 23.1. What is interpreted is a clause of the regulation, so that whoever reads it can look it up."""
    return refuse_unless_clause_exists(clause, "23.1")


def refuse_unless_interpretation_is_recorded(recorded: Interpretation | None, number: str) -> Refusal | None:
    """Article 23.1. A decision refers to an interpretation that was recorded in its pool, or else to none."""
    if recorded is not None:
        return None
    return refusal(
        "interpretation_not_recorded",
        "23.1",
        f"no interpretation {number} is recorded in this pool; correct the number, leave it out, or record the "
        "interpretation first (registry.interpretation.record).",
        f"本资金池没有编号为 {number} 的解释；请更正编号或不予引用，"
        "或先行登记该解释（registry.interpretation.record）。",
    )


def refuse_unless_interpretation_number_is_free(recorded: Interpretation | None) -> Refusal | None:
    """Article 23.1. What decisions may have referred to stays as it is; another interpretation has its own number."""
    return refuse_unless_number_is_free("interpretation", "解释", recorded.number if recorded else None, "23.1")
