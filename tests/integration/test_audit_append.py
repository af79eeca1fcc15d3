"""The audit's append on a real PostgreSQL: every record once, byte for byte, in a tree that only grows."""

import asyncio
import base64
import hashlib
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import asyncpg
import pytest
import pytest_asyncio

from services.audit import repository
from services.audit.domain.leaf import headers_from_bytes
from services.audit.domain.merkle import (
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    proves_consistency,
    proves_inclusion,
)
from services.audit.execute import RecordAltered, checkpoint, execute
from services.audit.journey import journey
from services.audit.note import read_checkpoint, verified_text, verifier_key_of
from shared.contracts.audit import CheckpointPublished
from shared.contracts.ids import causing_id, event_id, project_id, quarantined_id
from shared.messaging.message import Outgoing, Record
from shared.messaging.signatures import Signer, new_private_key
from tests.integration.conftest import NewDatabase, TestDatabase

pytestmark = pytest.mark.asyncio

AT = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
POOL = UUID("11111111-2222-4333-8444-555555555555")
PROJECT = project_id(POOL, "bank-a", "LC-1")
NASTY: tuple[bytes | None, ...] = (None, b"", b"\x00", b"\xff\xfe", b"{" * 9_000, b"x" * 70_000, b'{"id": "a\\u0000"}')
HEADERS: tuple[tuple[str, bytes | None], ...] = (("h", b"1"), ("h", b"1"), ("h", None), ("", b""), ("名", b"\xff\x00"))


def _records(count: int, *, first: int = 0, topic: str = "loss-notices", partition: int = 0) -> list[Record]:
    return [
        Record(
            topic, partition, offset, NASTY[offset % 7], NASTY[(offset + 1) % 7], HEADERS[: offset % 6], 1_000 + offset
        )
        for offset in range(first, first + count)
    ]


async def _append(pool: Any, records: Sequence[Record], epoch: int = 1) -> None:
    async with pool.acquire() as connection, connection.transaction():
        await execute(connection, records, epoch, AT)


async def _checkpoint(pool: Any, signer: Signer) -> Sequence[Outgoing]:
    async with pool.acquire() as connection, connection.transaction():
        return await checkpoint(connection, AT, signer, "pool.example/audit")


async def _stored(pool: Any) -> list[Any]:
    async with pool.acquire() as connection:
        return await repository.load_page(connection, 0, 10_000)


async def test_every_byte_is_recorded(audit_database: Any) -> None:
    """Nulls, empty and broken values, and headers with duplicates and nulls come back as they were."""
    records = _records(42)
    await _append(audit_database.pool, records)
    stored = await _stored(audit_database.pool)
    assert [each.leaf_index for each in stored] == list(range(42))
    assert [
        Record(
            each.leaf.topic,
            each.leaf.partition,
            each.leaf.offset,
            each.leaf.key,
            each.leaf.value,
            headers_from_bytes(each.leaf.headers),
            each.leaf.timestamp_ms,
        )
        for each in stored
    ] == records


async def test_a_leaf_can_be_made_again_from_the_columns(audit_database: Any) -> None:
    """An auditor who has only the table and the description gets the stored hash."""
    await _append(audit_database.pool, [Record("loss-notices", 2, 7, b"k", None, (("n", b"v"),), 99)], epoch=3)
    async with audit_database.pool.acquire() as connection:
        row = await connection.fetchrow("SELECT * FROM records")

    def integer(value: int) -> bytes:
        return value.to_bytes(8, "big", signed=True)

    def string(value: bytes | None) -> bytes:
        return integer(-1) if value is None else integer(len(value)) + value

    headers = integer(1) + string(b"n") + string(b"v")
    made = integer(1) + integer(3) + string(b"loss-notices") + integer(2) + integer(7) + integer(99)
    assert row["leaf_hash"] == leaf_hash(made + string(b"k") + string(None) + headers)


async def test_a_redelivery_is_recorded_once(audit_database: Any) -> None:
    """Whatever was recorded, in this batch or before, is recognised; the indices stay gapless."""
    pool = audit_database.pool
    await _append(pool, _records(5))
    await _append(pool, [*_records(5, first=3), *_records(5, first=3)])
    await _append(pool, _records(8))
    await _append(pool, [*_records(8), *_records(2, partition=1), *_records(1, topic="claims.events")])
    stored = await _stored(pool)
    assert [each.leaf_index for each in stored] == list(range(11))
    assert len({each.leaf.position for each in stored}) == 11
    await _append(pool, _records(8), epoch=2)
    assert len(await _stored(pool)) == 19


@pytest.mark.clause("19.2")
@pytest.mark.parametrize("within_batch", [True, False])
async def test_other_bytes_at_a_recorded_position_stop_the_append(audit_database: Any, within_batch: bool) -> None:
    """The same position with other bytes is an error, and nothing of that batch is appended."""
    pool = audit_database.pool
    record = _records(1)[0]
    altered = Record(record.topic, record.partition, record.offset, record.key, b"altered", record.headers, 1_000)
    if not within_batch:
        await _append(pool, [record])
    batch = [*_records(2, first=1), *([record] if within_batch else []), altered]
    with pytest.raises(RecordAltered, match=r"loss-notices\[0\] offset 0"):
        await _append(pool, batch)
    assert len(await _stored(pool)) == (0 if within_batch else 1)


async def test_two_writers_make_one_tree(audit_database: Any) -> None:
    """Two replicas that append the same and other records at once leave every record once, without a gap."""
    pool = audit_database.pool
    await asyncio.gather(
        *(_append(pool, _records(20, first=first, partition=partition)) for first in (0, 10) for partition in (0, 1, 1))
    )
    stored = await _stored(pool)
    assert [each.leaf_index for each in stored] == list(range(60))
    async with pool.acquire() as connection:
        frontier = await repository.load_frontier(connection)
        hashes = await repository.load_leaf_hashes(connection, 60)
    assert frontier.size == 60
    assert proves_inclusion(hashes[17], 17, 60, inclusion_proof(hashes, 17), frontier.root)


async def test_the_number_of_statements_does_not_grow(audit_database: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A batch of one and one of many take the same statements."""
    seen: list[str] = []
    copy = asyncpg.Connection.copy_records_to_table

    async def logged_copy(self: Any, table: str, **given: Any) -> str:
        # asyncpg's logger of queries doesn't see COPY.
        seen.append(f"COPY {table}")
        return await copy(self, table, **given)

    monkeypatch.setattr(asyncpg.Connection, "copy_records_to_table", logged_copy)
    counts = []
    async with audit_database.pool.acquire() as connection:
        # The first batch teaches the connection its types and isn't counted.
        for count, first in ((1, 0), (1, 1), (300, 2)):
            seen.clear()
            with connection.query_logger(lambda logged: seen.append(logged.query)):
                async with connection.transaction():
                    await execute(connection, _records(count, first=first), 1, AT)
            counts.append(len([query for query in seen if not query.startswith(("BEGIN", "COMMIT"))]))
    assert counts[1:] == [5, 5]


async def test_checkpoints(audit_database: Any) -> None:
    """A checkpoint is made once for each growth, verifies, and is consistent with the one before."""
    pool, signer = audit_database.pool, Signer(new_private_key())
    assert await _checkpoint(pool, signer) == ()
    await _append(pool, _records(3))
    (first,) = await _checkpoint(pool, signer)
    assert await _checkpoint(pool, signer) == ()
    await _append(pool, _records(4, first=3))
    (second,) = await _checkpoint(pool, signer)
    verifier = verifier_key_of("pool.example/audit", signer.private)
    assert isinstance(first.data, CheckpointPublished)
    assert isinstance(second.data, CheckpointPublished)
    before = read_checkpoint(verified_text(first.data.note, verifier))
    after = read_checkpoint(verified_text(second.data.note, verifier))
    assert (before.size, after.size) == (3, 7)
    assert base64.b64encode(after.root).decode() == second.data.root_base64
    async with pool.acquire() as connection:
        hashes = await repository.load_leaf_hashes(connection, after.size)
        assert [stored.note for stored in await repository.load_checkpoints(connection)] == [
            first.data.note,
            second.data.note,
        ]
    assert proves_consistency(3, 7, before.root, after.root, consistency_proof(hashes, 3))


@pytest_asyncio.fixture(scope="module")
async def recorded(shared_database: NewDatabase) -> TestDatabase:
    """One record under one checkpoint, in a database that all share who are only refused by it."""
    database = await shared_database("audit")
    await _append(database.pool, _records(1))
    await _checkpoint(database.pool, Signer(new_private_key()))
    return database


@pytest.mark.clause("19.2")
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE records SET value = ''",
        "DELETE FROM records",
        "TRUNCATE records",
        "UPDATE checkpoints SET note = ''",
        "DELETE FROM checkpoints",
        "TRUNCATE checkpoints",
        "DELETE FROM frontier",
        "TRUNCATE frontier",
        "UPDATE frontier SET size = 0, nodes = '{}'",
        "INSERT INTO frontier (only_row, size, nodes) VALUES (false, 0, '{}')",
    ],
)
async def test_nothing_can_be_altered_or_removed(recorded: TestDatabase, statement: str) -> None:
    """PostgreSQL itself refuses, to the service and to the tables' owner."""
    for url in (recorded.app_url, recorded.owner_url):
        connection = await asyncpg.connect(url)
        try:
            with pytest.raises(
                (asyncpg.RestrictViolationError, asyncpg.InsufficientPrivilegeError, asyncpg.CheckViolationError)
            ):
                await connection.execute(statement)
        finally:
            await connection.close()
    assert len(await _stored(recorded.pool)) == 1


async def test_a_case_is_found_again(audit_database: Any) -> None:
    """A notice, its receipt, and the bank's confirmation, which doesn't name the project, are found as one journey."""
    instruction = "99999999-2222-4333-8444-555555555555"
    settled, receipt = (str(event_id(causing_id("bank-s", "p-1"), index)) for index in (1, 0))
    poolid = {"poolid": str(POOL)}
    notice = {"lender": "bank-a", "loan_contract_number": "LC-1"}
    confirmation = {"id": "p-1", "source": "bank-s", "type": "treasury.payment.confirm.v1"} | {
        "data": {"instruction_id": instruction}
    }
    refused: dict[str, Any] = {"id": "n-2", "source": "bank-a", "type": "claims.loss.notify.v1", "data": notice}
    # The answer to what intake refused is known by the refused record's place, which is the last but one below.
    refusal = str(event_id(quarantined_id(1, "loss-notices", 0, 6), 0))

    def sha256(content: dict[str, Any]) -> str:
        return hashlib.sha256(json.dumps(content | poolid).encode()).hexdigest()

    rejected = {"outcome": "refused", "reasons": [{"code": "schema"}], "message_sha256": sha256(refused)}
    said: list[tuple[str, dict[str, Any]]] = [
        ("loss-notices", {"id": "n-1", "source": "bank-a", "type": "claims.loss.notify.v1", "data": notice}),
        (
            "treasury.events",
            {"id": "e-1", "source": "treasury", "type": "treasury.payment.instructed.v1", "subject": str(PROJECT)}
            | {"seq": 1, "causationid": "x", "data": {"instruction_id": instruction, "leg": "payout"}},
        ),
        ("treasury.commands", confirmation),
        (
            "outcomes.bank-s",
            {"id": receipt, "source": "treasury", "type": "treasury.receipt.issued.v1", "subject": str(POOL)}
            | {"seq": 1, "causationid": "p-1", "data": {"outcome": "accepted", "message_sha256": sha256(confirmation)}},
        ),
        (
            "treasury.events",
            {"id": settled, "source": "treasury", "type": "treasury.payment.settled.v1", "subject": str(PROJECT)}
            | {"seq": 2, "causationid": "p-1", "data": {"amount_fen": 5, "leg": "payout"}},
        ),
        ("treasury.commands", {"id": "p-1", "source": "bank-z", "type": "treasury.payment.confirm.v1", "data": {}}),
        ("loss-notices", refused),
        (
            "outcomes.bank-a",
            {"id": refusal, "source": "claims", "type": "claims.receipt.issued.v1", "subject": str(POOL), "seq": 1}
            | {"causationid": "n-2", "data": rejected},
        ),
    ]
    records = [
        Record(topic, 0, offset, b"key", json.dumps(content | poolid).encode(), (), 1_000 + offset)
        for offset, (topic, content) in enumerate(said)
    ]
    await _append(audit_database.pool, records)
    async with audit_database.pool.acquire() as connection:
        found = await journey(connection, PROJECT)
        assert (await journey(connection, POOL)).steps == ()
    assert {(step.topic, step.message_id) for step in found.steps} == {
        ("loss-notices", "n-1"),
        ("treasury.events", "e-1"),
        ("treasury.commands", "p-1"),
        ("outcomes.bank-s", receipt),
        ("treasury.events", settled),
        ("loss-notices", "n-2"),
        ("outcomes.bank-a", refusal),
    }
    assert {step.who for step in found.steps} == {"bank-a", "treasury", "bank-s", "claims"}
    assert {step.message_id: step.answer for step in found.steps if step.answer is not None} == {
        "n-1": "not vouched for",
        "n-2": "refused: schema",
        "p-1": "accepted",
    }
    assert [passage.stage for passage in found.passages] == ["instructed", "settled"]
