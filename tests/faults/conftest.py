"""One running pool for all fault tests: they play case after case in it. What fails is kept whole."""

from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
import pytest_asyncio

from devstack.stack import Stack
from tests.faults.arena import Arena, running_arena
from tests.faults.kept import keep_failing_run


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All of these take long; `make faults` runs them."""
    for item in items:
        if "tests/faults/" in item.path.as_posix():
            item.add_marker(pytest.mark.long)


@pytest.hookimpl(wrapper=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> Iterator[None]:
    """While everything still runs, keep the stores of a test that fails; its fixtures lead to the stack."""
    arenas = {id(each): each for each in map(_arena_of, pyfuncitem.funcargs.values()) if each is not None}
    for arena in arenas.values():
        arena.forget_faults()
    try:
        yield
    except (Exception, pytest.fail.Exception) as error:
        stacks = [getattr(each, "stack", None) for each in pyfuncitem.funcargs.values()]
        for stack in {id(each): each for each in stacks if isinstance(each, Stack)}.values():
            arena = next((each for each in arenas.values() if each.stack is stack), None)
            planned, happened = ([], []) if arena is None else (arena.planned, arena.happened)
            parameters = pyfuncitem.callspec.params if hasattr(pyfuncitem, "callspec") else {}
            # In a thread: the tests' own loop stands still here, and is not ours to run.
            with ThreadPoolExecutor(1) as thread:
                kept = thread.submit(
                    keep_failing_run, error, stack, pyfuncitem.nodeid,
                    parameters=parameters, planned=planned, happened=happened,
                )  # fmt: skip
                kept.result()
        raise


def _arena_of(value: object) -> Arena | None:
    found = getattr(value, "arena", value)
    return found if isinstance(found, Arena) else None


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
