"""What the order's tests look at, read once."""

from collections.abc import Iterator

import pytest

from tests.mutation.rules import Rule, find_rules
from tests.mutation.run import Trial, trials_of
from tests.tidy.repository import ROOT, text_of, tree_of


@pytest.fixture(autouse=True, scope="package")
def nothing_kept() -> Iterator[None]:
    """Half a million nodes of trees would make every later collection of garbage slower."""
    yield
    tree_of.cache_clear()
    text_of.cache_clear()


@pytest.fixture(scope="package")
def rules() -> tuple[Rule, ...]:
    """All rules, in the order of their clauses."""
    return find_rules(ROOT)


@pytest.fixture(scope="package")
def trials(rules: tuple[Rule, ...]) -> tuple[Trial, ...]:
    """All mutants of the mutation run."""
    return trials_of(rules, ROOT)
