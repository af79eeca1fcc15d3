"""How a decision puts its checks together."""

from shared.contracts.refusals import refusal
from shared.decisions.checks import all_faults, first_fault

ONE = refusal("one", "4.1", "one", "一")
TWO = refusal("two", "4.1", "two", "二")
THREE = refusal("three", "4.1", "three", "三")


def test_the_first_fault_stands_alone() -> None:
    """Who may not do a thing at all is told only that."""
    assert first_fault(None, TWO, ONE, None) == TWO
    assert first_fault(None, None) is None
    assert first_fault() is None


def test_all_faults_are_told_in_the_order_of_the_checks() -> None:
    """A check that finds several is told whole, in its place."""
    assert all_faults(THREE, None, (TWO, ONE), ()) == (THREE, TWO, ONE)
    assert all_faults(None, (), None) == ()
    assert all_faults() == ()
