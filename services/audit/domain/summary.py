"""A message in one line: its amounts in yuan, and the few words that matter."""

from typing import Any

from shared.decisions.amounts import yuan

# Amounts that stand one level down; balances are left out, since they tell of the pool and not of the case.
_PARTS = ("loss", "basis", "loan")
_WORDS = (
    "case_number",
    "compensation",
    "leg",
    "instalment",
    "payee",
    "bank",
    "origin",
    "vote",
    "member",
    "outcome",
    "code",
    "clause",
    "reason",
    "why",
)
WORD_LENGTH_MAX = 120
TEXT_LENGTH_MAX = 600


def summary(data: dict[str, Any]) -> str:
    """The data of a message in one line; never raises, whatever they hold."""
    parts = [*_amounts(data), *_words(data), *_refusals(data)]
    return "; ".join(parts)[:TEXT_LENGTH_MAX]


def _amounts(data: dict[str, Any]) -> list[str]:
    found: list[str] = []
    for name, value in data.items():
        if name.endswith("_fen") and type(value) is int:
            found.append(f"{_named(name.removesuffix('_fen'))} {yuan(value)}")
        elif name in _PARTS and isinstance(value, dict):
            found.extend(
                f"{_named(inner.removesuffix('_fen'))} {yuan(amount)}"
                for inner, amount in value.items()
                if isinstance(inner, str) and inner.endswith("_fen") and type(amount) is int and amount != 0
            )
    return found


def _words(data: dict[str, Any]) -> list[str]:
    return [
        f"{_named(name)} {str(data[name])[:WORD_LENGTH_MAX]}"
        for name in _WORDS
        if isinstance(data.get(name), str | int) and data[name] != ""
    ]


def _refusals(data: dict[str, Any]) -> list[str]:
    """The codes and clauses of a receipt's reasons."""
    reasons = data.get("reasons")
    if not isinstance(reasons, list):
        return []
    return [
        f"{str(reason.get('code'))[:WORD_LENGTH_MAX]} ({str(reason.get('clause'))[:WORD_LENGTH_MAX]})"
        for reason in reasons
        if isinstance(reason, dict)
    ]


def _named(name: str) -> str:
    return name[:WORD_LENGTH_MAX].replace("_", " ")
