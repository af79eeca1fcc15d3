"""Article 23: what is said of a clause is said of one that the regulation has."""

from shared.contracts.clauses import citation
from shared.contracts.refusals import Refusal, refusal


def refuse_unless_clause_exists(named: str, clause: str) -> Refusal | None:
    """Article 23.1. A clause that is named can be looked up; ``clause`` is the one under which it is."""
    try:
        citation(named)
    except ValueError:
        return refusal(
            "no_such_clause",
            clause,
            f"the regulation has no clause {named}; name one as docs/articles.md lists them, such as 10.3.",
            f"本办法没有条款 {named}；请按“条.款”写明条款，条款编号见 docs/articles.md。",
        )
    return None
