"""An operator decides about held and quarantined records from the command line."""

import asyncio
import json
import sys
from typing import Any

import asyncpg
import pytest

from devstack.fallback import REPOSITORY
from devstack.stack import Stack
from shared.contracts.topics import CLAIMS_COMMANDS, REGISTRY_EVENTS
from shared.messaging.cluster import read_cluster
from tests.integration.messaging_toy import listening

pytestmark = pytest.mark.asyncio

BY = "wang"


async def riskpool(*arguments: str) -> tuple[int, str, str]:
    """Run the command line as an operator would."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "riskpool", *arguments,
        cwd=REPOSITORY, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    said, wrong = await process.communicate()
    return process.returncode or 0, said.decode(), wrong.decode()


async def test_from_the_command_line(claims_database: Any, infrastructure: Stack) -> None:
    """List, show, give back and drop, each with the next step where something is in its way."""
    url, bootstrap = claims_database.app_url, infrastructure.kafka_bootstrap
    place = ("--database-url", url)
    assert await riskpool("records", "list", *place) == (0, "nothing waits\n", "")
    secret = b'{"name": "people\'s data"}'
    connection: asyncpg.Connection[asyncpg.Record]
    async with claims_database.pool.acquire() as connection:
        for offset, topic in enumerate((CLAIMS_COMMANDS, CLAIMS_COMMANDS, REGISTRY_EVENTS)):
            await connection.execute(
                """
                INSERT INTO quarantine (code, why, sha256, epoch, topic, partition, record_offset, key, value, headers,
                                        timestamp_ms, quarantined_at)
                VALUES ('malformed', 'why not', 'x', 1, $1, 0, $2, 'k', $3, '[["h", null]]', 0, now())
                """,
                topic,
                offset,
                secret,
            )
    code, said, _ = await riskpool("records", "list", *place)
    assert code == 0
    assert "quarantine/1" in said
    assert "people" not in said
    code, said, _ = await riskpool("records", "list", *place, "--json", "--kind", "quarantine", "--limit", "2")
    assert [(row["service"], row["id"]) for row in json.loads(said)] == [("claims", 1), ("claims", 2)]
    code, said, _ = await riskpool("records", "show", "quarantine/1", *place)
    assert code == 0
    assert "people's data" in said

    code, _, wrong = await riskpool("records", "resubmit", "quarantine/1", *place, "--bootstrap", bootstrap)
    assert code == 1
    assert "not the one with which the service works" in wrong
    cluster_id = (await read_cluster(bootstrap)).cluster_id
    await claims_database.pool.execute("INSERT INTO broker_epochs VALUES (1, $1, now())", cluster_id)
    code, said, wrong = await riskpool(
        "records", "resubmit", "quarantine/1", *place, "--bootstrap", bootstrap, "--by", BY
    )
    assert (code, said) == (0, "quarantine/1 of claims was sent to its topic again\n"), wrong
    async with listening(infrastructure, CLAIMS_COMMANDS, 4) as listener:
        while secret not in [each.value for each in listener.records]:
            await listener.read()
    [sent] = [each for each in listener.records if each.value == secret]
    assert (sent.partition, sent.key, sent.headers) == (0, b"k", (("h", None),))

    code, _, wrong = await riskpool("records", "resubmit", "quarantine/3", *place, "--bootstrap", bootstrap)
    assert (code, wrong.count("\n")) == (1, 1)
    assert "drop it" in wrong
    for reason in ((), ("--reason", " ")):
        code, _, wrong = await riskpool("records", "drop", "quarantine/2", *place, *reason)
        assert code != 0
        assert "reason" in wrong.lower()
    code, said, _ = await riskpool("records", "drop", "quarantine/2", *place, "--reason", "a test", "--by", BY)
    assert (code, said) == (0, "quarantine/2 of claims was dropped by wang\n")
    code, said, _ = await riskpool("records", "show", "quarantine/2", *place, "--json")
    shown = json.loads(said)
    assert (shown["is_over"], shown["value_json"]) == (True, {"name": "people's data"})
    assert [(each["decision"], each["by"], each["reason"]) for each in shown["decisions"]] == [
        ("dropped", BY, "a test")
    ]
    code, said, _ = await riskpool("records", "drop", "quarantine/3", *place, "--reason", "junk", "--by", BY, "--json")
    assert json.loads(said) == {"service": "claims", "record": "quarantine/3", "decision": "dropped", "by": BY}
    code, _, wrong = await riskpool("records", "drop", "quarantine/2", *place, "--reason", "a test")
    assert code == 1
    assert "was dropped by wang" in wrong
    rows = await claims_database.pool.fetch("SELECT record_id, decision, decided_by FROM record_decisions ORDER BY id")
    assert [tuple(row) for row in rows] == [(1, "resubmitted", BY), (2, "dropped", BY), (3, "dropped", BY)]
