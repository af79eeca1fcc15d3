"""One running pool for all fault tests: they play case after case in it."""

from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio

from tests.faults.arena import Arena, running_arena


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All of these take long; `make faults` runs them."""
    for item in items:
        if "tests/faults/" in item.path.as_posix():
            item.add_marker(pytest.mark.long)


@pytest.fixture(autouse=True, scope="session")
def nothing_given() -> Iterator[None]:
    """A server that the machine's environment offers isn't ours to break."""
    with pytest.MonkeyPatch.context() as environment:
        for name in ("DATABASE_URL", "KAFKA_BOOTSTRAP_SERVERS", "RISKPOOL_BROKER", "RISKPOOL_POSTGRES"):
            environment.delenv(name, raising=False)
        yield


@pytest_asyncio.fixture(scope="session")
async def arena(nothing_given: None) -> AsyncIterator[Arena]:
    """A running pool in which a first case was played in peace."""
    async with running_arena() as running:
        yield running
