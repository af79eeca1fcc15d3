"""What a service's own role, and its tables' owner, can't do to what was received and published."""

from collections.abc import Callable
from typing import Any

import asyncpg
import pytest

pytestmark = pytest.mark.asyncio

SERVICES = ("registry", "claims", "treasury", "audit")
SAID = "event_id = gen_random_uuid(), topic = 't', key = 'k', seq = 2, value = 'x', signature = 's', traceparent = 't'"
ROW = """
    INSERT INTO outbox (event_id, topic, key, seq, value, created_at)
    VALUES ('00000000-0000-4000-8000-000000000001', 'claims.events', 'k', 1, 'said', now())
"""


@pytest.mark.parametrize("service", SERVICES)
async def test_what_was_said_is_only_marked_as_published(service: str, shared_database: Callable[[str], Any]) -> None:
    """The relay marks rows, a repeated receipt unmarks one; no other column of the outbox is anybody's to write."""
    database = await shared_database(service)
    app, owner = await asyncpg.connect(database.app_url), await asyncpg.connect(database.owner_url)
    try:
        await app.execute(ROW)
        for published in ("now()", "NULL"):
            assert await app.execute(f"UPDATE outbox SET published_at = {published}") == "UPDATE 1"
        for change in (*SAID.split(", "), "created_at = now()"):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await app.execute(f"UPDATE outbox SET {change}")
            with pytest.raises(asyncpg.RestrictViolationError, match="kept as it was"):
                await owner.execute(f"UPDATE outbox SET {change}")
        assert bytes(await app.fetchval("SELECT value FROM outbox")) == b"said"
    finally:
        await app.close()
        await owner.close()


@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE inbox SET value = 'x'",
        "DELETE FROM inbox",
        "TRUNCATE inbox",
        "DELETE FROM outbox",
        "TRUNCATE outbox",
    ],
)
async def test_what_was_received_and_published_stays(
    service: str, statement: str, shared_database: Callable[[str], Any]
) -> None:
    """The service has no right to take anything away or change it, and the owner is refused by the table itself."""
    database = await shared_database(service)
    app, owner = await asyncpg.connect(database.app_url), await asyncpg.connect(database.owner_url)
    try:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await app.execute(statement)
        with pytest.raises(asyncpg.RestrictViolationError, match="kept as it was"):
            await owner.execute(statement)
    finally:
        await app.close()
        await owner.close()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE held SET value = 'x'",
        "UPDATE held SET topic = 'x'",
        "UPDATE signing_keys SET public_key = 'x'",
        "UPDATE signing_keys SET institution = 'x'",
        "UPDATE cursors SET source = 'x'",
        "UPDATE streams SET topic = 'x'",
    ],
)
async def test_rights_end_where_the_code_needs_no_more(statement: str, shared_database: Callable[[str], Any]) -> None:
    """Held bytes and registered keys can't be exchanged for others."""
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await (await shared_database("claims")).pool.execute(statement)
