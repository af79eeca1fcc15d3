"""One case's journey from its filing to its reimbursement, read from the record; ``riskpool journey`` shows it.

A message from outside stands at the time at which it was taken in.
"""

from datetime import datetime, timedelta
from uuid import UUID

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
    """The moment without its offset, which is shown once above all of them."""
    return at.replace(tzinfo=None).isoformat(timespec="milliseconds")


def _duration(milliseconds: int | None) -> str:
    return "–" if milliseconds is None else str(timedelta(milliseconds=milliseconds)).removesuffix("000")
