"""``python -m services.audit.journey PROJECT_ID``: one case from its filing to its reimbursement, from recorded bytes.

A message from outside stands at the time at which it was taken in. Exit status 1 if nothing is recorded of the project.
"""

import argparse
import asyncio
import os
import sys
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

import asyncpg

from services.audit.domain.journey import Journey, Step, journey_of, messages_of, related, sought
from services.audit.repository import load_project_records, load_related_records
from shared.messaging.database import Connection

RECORDS_MAX = 10_000
# A bank's confirmation is found by its instruction, and its receipt by the confirmation: two looks find everything.
LOOKS_MAX = 2


async def journey(connection: Connection, project_id: UUID) -> Journey:
    """The journey of a case; without steps if nothing is recorded of it. At most three statements."""
    messages = messages_of(await load_project_records(connection, project_id, RECORDS_MAX))
    for _ in range(LOOKS_MAX):
        message_ids, instruction_ids = sought(messages)
        others = messages_of(await load_related_records(connection, message_ids, instruction_ids, RECORDS_MAX))
        messages += related(messages, others)
    return journey_of(project_id, messages)


def as_text(found: Journey) -> str:
    """The journey as people read it: every step with its time, then the time spent in each stage."""
    lines = [
        f"project {found.project_id}, case {found.case_number or '(no number)'}, {len(found.steps)} messages",
        "all times are Beijing's (UTC+08:00)",
        "",
    ]
    for step in found.steps:
        lines.extend(_step_lines(step))
    if found.passages:
        lines += ["", "stage           reached at                after"]
    for passage in found.passages:
        lines.append(f"{passage.stage:<15} {_moment(passage.reached_at):<25} {_duration(passage.took_ms)}")
    lines.append(f"{'altogether':<15} {'':<25} {_duration(found.lasted_ms)}")
    return "\n".join(lines) + "\n"


def _step_lines(step: Step) -> list[str]:
    at = _moment(step.at) if step.at is not None else "(no time)"
    place = f"{step.topic}[{step.partition}] offset {step.offset}"
    repeated = f", recorded {step.times_recorded} times" if step.times_recorded > 1 else ""
    answer = f" → {step.answer}" if step.answer is not None else ""
    stage = f"  [{step.stage}]" if step.stage is not None else ""
    lines = [
        f"{step.number:>3}  {at}  +{_duration(step.since_before_ms)}  {step.who}  {step.type}{answer}{stage}",
        f"     {place}, leaf {step.leaf_index}, kafka {_moment(step.kafka_at)}{repeated}",
        f"     id {step.message_id}, trace {step.trace_id or '(none)'}",
    ]
    return [*lines, f"     {step.what}"] if step.what else lines


def _moment(at: datetime) -> str:
    """The moment without its offset, which is said once above all of them."""
    return at.replace(tzinfo=None).isoformat(timespec="milliseconds")


def _duration(milliseconds: int | None) -> str:
    return "–" if milliseconds is None else str(timedelta(milliseconds=milliseconds)).removesuffix("000")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns its exit status."""
    parser = argparse.ArgumentParser(prog="python -m services.audit.journey", description="Show one case's journey.")
    parser.add_argument("project_id", type=UUID, help="the project, which is the case too")
    parser.add_argument("--database-url", default=os.environ.get("RISKPOOL_DATABASE_URL"), help="audit's database")
    parser.add_argument("--json", action="store_true", help="print the journey as JSON")
    given = parser.parse_args(arguments)
    if not given.database_url:
        parser.error("give --database-url, or set RISKPOOL_DATABASE_URL")
    found = asyncio.run(_read(given.database_url, given.project_id))
    sys.stdout.write(found.model_dump_json(indent=2) + "\n" if given.json else as_text(found))
    return 0 if found.steps else 1


async def _read(database_url: str, project_id: UUID) -> Journey:
    connection = await asyncpg.connect(database_url)
    try:
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            return await journey(connection, project_id)
    finally:
        await connection.close()


if __name__ == "__main__":
    sys.exit(main())
