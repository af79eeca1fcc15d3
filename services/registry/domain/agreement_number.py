"""Numbers of agreements, compared as a reader compares them and not byte for byte."""

from shared.contracts.canonical_number import canonical_number


def is_one_number(one: str, other: str) -> bool:
    """Whether two agreements' numbers are the same, whatever they are written with."""
    return canonical_number(one) == canonical_number(other)
