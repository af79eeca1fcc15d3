"""Article 23: the managing institution interprets the regulation; what it says is recorded and passes no gate."""

from services.registry.domain.interpretations.state import Interpretation
from shared.contracts.clauses import citation
from shared.contracts.refusals import Refusal, refusal


def refuse_unless_interpreted_clause_exists(clause: str) -> Refusal | None:
    """Article 23.1. What is interpreted is a clause of the regulation, so that whoever reads it can look it up."""
    try:
        citation(clause)
    except ValueError:
        return refusal(
            "no_such_clause",
            "23.1",
            f"the regulation has no clause {clause}; name the clause that is interpreted as article.part, as "
            "docs/articles.md lists them.",
            f"本办法没有条款 {clause}；请按“条.款”写明所解释的条款，条款编号见 docs/articles.md。",
        )
    return None


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
    if recorded is None:
        return None
    return refusal(
        "interpretation_number_taken",
        "23.1",
        f"interpretation {recorded.number} was recorded by {recorded.recorded_by} and says something else; record the "
        "new one under its own number.",
        f"编号 {recorded.number} 的解释已由 {recorded.recorded_by} 登记，内容不同；请以新的编号登记。",
    )
