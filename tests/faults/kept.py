"""What is kept of a failing run, whole: every database, every record, every log, and what was broken when.

Each part is kept by itself, so that a store that can't be read any more costs only its own part.
"""

import asyncio
import json
import platform
import shutil
import subprocess
import tempfile
import traceback
from collections.abc import Awaitable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import asyncpg

from devstack.databases import with_database
from devstack.fallback import REPOSITORY
from devstack.stack import Stack
from tests.faults.stores import PublishedRecord, read_records

PART_TIMEOUT_S = 120.0
# The running server's own folder is no copy, and a socket no file; Kafka makes its indexes anew, and they are large.
NOT_COPIED = shutil.ignore_patterns("cluster", "socket", "*.index", "*.timeindex")
ALL_DATABASES = "SELECT datname FROM pg_database WHERE NOT datistemplate AND datallowconn ORDER BY datname"
ALL_TABLES = """
    SELECT schemaname, tablename FROM pg_tables
    WHERE schemaname NOT IN ('pg_catalog', 'information_schema') ORDER BY schemaname, tablename
"""


def keep_failing_run(
    error: BaseException,
    stack: Stack,
    test: str,
    *,
    parameters: Mapping[str, Any] | None = None,
    planned: Sequence[str] = (),
    happened: Sequence[str] = (),
) -> Path:
    """Keep everything in a new folder, which the error names from now on.

    `test` is the failing test's id, `parameters` are its own, the seed among them. `planned` are the faults that it was
    to bring about, `happened` tells when they came.
    """
    folder = Path(tempfile.mkdtemp(prefix="riskpool-fault-"))
    error.add_note(f"stores, logs and faults of this run are kept in {folder}")
    run = {
        "test": test,
        "parameters": dict(parameters or {}),
        "again": f".venv/bin/python -m pytest -m long '{test}'",
        "commit": _git("rev-parse", "HEAD").strip(),
        "kept_at": datetime.now(UTC).isoformat(),
        "machine": f"{platform.platform()}, Python {platform.python_version()}",
        "planned": list(planned),
        "happened": list(happened),
        "children": [f"{name} {child.how_it_ended()}" for name, child in stack.supervisor.children.items()],
        "error": "".join(traceback.format_exception(error)),
    }
    (folder / "run.json").write_text(json.dumps(run, indent=2, ensure_ascii=False, default=str) + "\n", "utf-8")
    (folder / "uncommitted.patch").write_text(_git("diff", "HEAD"), "utf-8")
    for line in asyncio.run(_keep_stores(stack, folder)):
        error.add_note(line)
    return folder


async def _keep_stores(stack: Stack, folder: Path) -> list[str]:
    """Returns what could not be kept, as sentences."""
    parts: dict[str, Awaitable[None]] = {
        "the databases": _keep_databases(stack.server.admin_url, folder / "databases"),
        "the records": _keep_records(stack.kafka_bootstrap, folder / "records.jsonl"),
        "the data folder": asyncio.to_thread(
            shutil.copytree, stack.data_dir, folder / "data", ignore=NOT_COPIED, symlinks=True
        ),
    }
    lost = []
    for name, part in parts.items():
        try:
            await asyncio.wait_for(part, PART_TIMEOUT_S)
        except Exception as error:  # noqa: BLE001  # the failure that is kept matters more than this one
            lost.append(f"{name} could not be kept whole: {type(error).__name__}: {error}")
    return lost


async def _keep_databases(admin_url: str, folder: Path) -> None:
    """Each table of each database as CSV, all tables of one database as of the same moment.

    The migrations of the run's commit and these files make the database again.
    """
    connection = await asyncpg.connect(admin_url)
    try:
        names = [row["datname"] for row in await connection.fetch(ALL_DATABASES)]
    finally:
        await connection.close()
    for name in names:
        (folder / name).mkdir(parents=True)
        connection = await asyncpg.connect(with_database(admin_url, name))
        try:
            async with connection.transaction(isolation="repeatable_read", readonly=True):
                for schema, table in await connection.fetch(ALL_TABLES):
                    file = folder / name / (f"{table}.csv" if schema == "public" else f"{schema}.{table}.csv")
                    await connection.copy_from_table(table, schema_name=schema, output=file, format="csv", header=True)
        finally:
            await connection.close()


async def _keep_records(bootstrap: str, file: Path) -> None:
    """Every record of every topic but Kafka's own, a line each, partition by partition in the order of its offsets."""
    records = await read_records(bootstrap, of_all=True)
    with file.open("w", encoding="utf-8") as out:
        for record in records:
            out.write(json.dumps(_as_json(record), ensure_ascii=False) + "\n")


def _as_json(record: PublishedRecord) -> dict[str, Any]:
    return {
        "topic": record.topic,
        "partition": record.partition,
        "offset": record.offset,
        "timestamp_ms": record.timestamp_ms,
        "key": _text(record.key),
        "headers": {name: _text(value) for name, value in record.headers},
        "value": _text(record.value),
    }


def _text(value: bytes | None) -> str | dict[str, str] | None:
    """As text where it is text, so that it can be read and searched; else as hexadecimal digits."""
    if value is None:
        return None
    try:
        return value.decode()
    except UnicodeDecodeError:
        return {"hex": value.hex()}


def _git(*arguments: str) -> str:
    try:
        done = subprocess.run(["git", *arguments], cwd=REPOSITORY, capture_output=True, text=True, check=False)
    except OSError as error:
        return f"{error}\n"
    return done.stdout or done.stderr
