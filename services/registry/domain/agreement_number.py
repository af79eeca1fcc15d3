"""Numbers of agreements, compared as a reader compares them and not byte for byte."""

from shared.contracts.ids import contract_number_form


def is_one_number(one: str, other: str) -> bool:
    """Whether two agreements' numbers are the same, whatever their spaces, width and case."""
    return contract_number_form(one).casefold() == contract_number_form(other).casefold()
