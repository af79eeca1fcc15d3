"""Every refusal of claims that these tests see is one that people can read and act on."""

from collections.abc import Iterator

import pytest

from tests.unit.claims.claims_builder import NAMES
from tests.unit.readable_refusals import refusals_are_looked_at


@pytest.fixture(scope="module", autouse=True)
def _refusals_are_for_people() -> Iterator[None]:
    """Look at each refusal as it is made, while these tests run."""
    with refusals_are_looked_at(NAMES):
        yield
