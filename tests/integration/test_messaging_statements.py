"""A batch is one transaction, and the number of its statements does not grow with it."""

import re
from collections.abc import AsyncIterator, Callable
from dataclasses import replace

import pytest
import pytest_asyncio

from devstack.stack import Stack
from shared.messaging.message import Record
from shared.messaging.relay import MARK_PUBLISHED
from tests.integration.conftest import undone
from tests.integration.messaging_toy import Toy, new_toy
from tests.unit.messaging.messaging_factories import (
    ASK_TOPIC,
    BANK,
    Party,
    as_bytes,
    ask_content,
    ask_record,
    event_record,
    record,
    signed_record,
)

pytestmark = pytest.mark.asyncio

STRANGER = Party("bank-x")
LARGE = 200


class Offsets:
    """Gives each record an offset of its own."""

    def __init__(self) -> None:
        self.next = 0

    def on(self, records: list[Record]) -> list[Record]:
        placed = [replace(each, offset=self.next + at) for at, each in enumerate(records)]
        self.next += len(records)
        return placed


@pytest_asyncio.fixture(scope="module")
async def made(infrastructure: Stack, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Toy]:
    async with new_toy(infrastructure, tmp_path_factory.mktemp("toy")) as toy:
        yield toy


@pytest_asyncio.fixture
async def toy(made: Toy) -> Toy:
    await made.start_over()
    await made.register(BANK)
    return made


def fresh(name: str, count: int) -> list[Record]:
    """Commands that are new."""
    return [ask_record(message_id=f"{name}-{number}") for number in range(count)]


def events(name: str, count: int) -> list[Record]:
    """Events of another service, on two streams."""
    return [event_record(number // 2 + 1, f"{name}-{number % 2}") for number in range(count)]


def after_gap(name: str, count: int) -> list[Record]:
    """Events whose streams have not begun."""
    return [event_record(number + 2, f"{name}-gap") for number in range(count)]


def malformed(name: str, count: int) -> list[Record]:
    """Half of them signed, and so answered."""
    values = [f'{{"id":"{name}-{number}","amount":1e3}}'.encode() for number in range(count)]
    return [signed_record(BANK, value) if at % 2 else record(value) for at, value in enumerate(values)]


def unknown(name: str, count: int) -> list[Record]:
    """Signed with a key that nobody has registered."""
    return [ask_record(STRANGER, f"{name}-{number}") for number in range(count)]


def reused(_name: str, count: int) -> list[Record]:
    """Ids that were used before, with other bytes."""
    return [signed_record(BANK, as_bytes(ask_content(message_id=f"before-{number}")) + b" ") for number in range(count)]


def repeats(_name: str, count: int) -> list[Record]:
    """What was sent before, byte for byte."""
    return fresh("before", count)


def mixed(name: str, count: int) -> list[Record]:
    """As many of each kind."""
    return [each for kind in KINDS for each in kind(name, count)]


KINDS = (fresh, events, after_gap, malformed, unknown, reused, repeats)


@pytest.mark.parametrize("kind", [*KINDS, mixed])
async def test_a_large_batch_takes_as_many_statements_as_a_small_one(
    toy: Toy, kind: Callable[[str, int], list[Record]]
) -> None:
    """Two records or two hundred: the same statements, in one transaction."""
    offsets = Offsets()
    large = LARGE if kind is not mixed else 40
    await toy.transaction.process(offsets.on([*fresh("before", LARGE), *mixed("warm-up", 2)]))

    async def statements_of(batch: list[Record]) -> list[str]:
        toy.statements.clear()
        await toy.transaction.process(offsets.on(batch))
        return list(toy.statements)

    small = await statements_of(kind("small", 2))
    # The keys are read while the transaction begins: which of the two comes first is no matter.
    assert sorted(await statements_of(kind("large", large))) == sorted(small)
    assert [sum(each.startswith(word) for each in small) for word in ("BEGIN", "COMMIT", "ROLLBACK")] == [1, 1, 0]
    assert len(small) <= 20


async def test_batches_are_worked_on_whole(toy: Toy) -> None:
    """Few statements are worth nothing if they leave something out."""
    await toy.transaction.process(Offsets().on([*fresh("a", LARGE), *events("e", LARGE), *malformed("m", LARGE)]))
    assert len(toy.processed) == 2 * LARGE
    assert len(await toy.rows("inbox", "message_id")) == LARGE
    assert len(await toy.receipts()) == LARGE + LARGE // 2
    assert len(await toy.rows("outbox")) == LARGE + LARGE // 2 + 2 * LARGE
    assert len(await toy.rows("quarantine")) == LARGE
    assert {row["value"] for row in await toy.rows("inbox", "message_id")} == {each.value for each in fresh("a", LARGE)}
    assert {row["topic"] for row in await toy.rows("inbox", "message_id")} == {ASK_TOPIC}


async def test_no_statement_reads_a_whole_table_for_the_rows_of_a_batch(toy: Toy) -> None:
    """Nor will one later: a plan made for a table that has hardly a row is kept while the table grows."""
    toy.statements.clear()
    await toy.transaction.process(Offsets().on(mixed("a", 4)))
    said = [each for each in toy.statements if each.startswith(("SELECT", "INSERT", "UPDATE", "WITH"))]
    # The driver asks for the types that it does not know.
    statements = {each for each in said if "pg_type" not in each}
    assert any("inbox" in each for each in statements)
    async with toy.pool.acquire() as connection, undone(connection):
        await connection.execute("SET LOCAL plan_cache_mode = force_generic_plan")
        for number, statement in enumerate(sorted({*statements, MARK_PUBLISHED})):
            await connection.execute(f"PREPARE kept_{number} AS {statement}")
            parameters = max((int(each) for each in re.findall(r"\$([0-9]+)", statement)), default=0)
            given = f"({', '.join(['NULL'] * parameters)})" if parameters else ""
            plan = "\n".join(row[0] for row in await connection.fetch(f"EXPLAIN EXECUTE kept_{number}{given}"))
            assert "Seq Scan" not in plan, f"{statement}\n{plan}"
            assert not re.search("Hash Join|Merge Join", plan), f"{statement}\n{plan}"


async def test_waiting_for_nothing_costs_one_statement(toy: Toy) -> None:
    """What waits is looked for several times a second."""
    toy.statements.clear()
    assert await toy.transaction.retry_held() == 0
    assert len([each for each in toy.statements if "FROM held" in each]) == 1
    assert not [each for each in toy.statements if each.startswith("BEGIN")]
