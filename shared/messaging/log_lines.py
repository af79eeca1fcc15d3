"""One line in the log for each message and what became of it: found by claim, message, or trace.

The lines of a batch are put together once it is committed, and written at once: through structlog, line by line, they
would cost as much as the batch itself. They look the same. Ids and codes only, nothing that a person wrote.
"""

import logging
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from opentelemetry.trace import SpanContext
from pydantic_core import to_json

from shared.messaging.message import Record

LINES = logging.getLogger("riskpool.lines")

# What outsiders call an id or a type is said only where it is shaped like one; else anything could get into a log.
ID_SHAPE = re.compile(r"[A-Za-z0-9._:-]{1,100}")


@dataclass(frozen=True, slots=True)
class Recorded:
    """A record that a recording service has stored, with what its bytes say it is about; nobody vouches for that."""

    record: Record
    message_id: str | None = None
    type: str | None = None
    sender: str | None = None
    pool_id: UUID | None = None
    project_id: UUID | None = None


def are_wanted() -> bool:
    """Whether lines are written at all; where nothing is configured nobody reads them."""
    return LINES.isEnabledFor(logging.INFO)


def of_claim(project_id: UUID | str | None) -> dict[str, Any]:
    """The ids of a case: it has its project's, and people look for it under either name."""
    return {} if project_id is None else {"claim_id": str(project_id), "project_id": str(project_id)}


def of_trace(context: SpanContext | None) -> dict[str, Any]:
    """The ids under which the spans of the same work are found."""
    if context is None or not context.is_valid:
        return {}
    return {"trace_id": f"{context.trace_id:032x}", "span_id": f"{context.span_id:016x}"}


def of_own_trace(traceparent: str | None) -> dict[str, str]:
    """The same, from a traceparent that this service has written: nothing is left to be looked at in it."""
    if traceparent is None:
        return {}
    _, trace_id, span_id, _ = traceparent.split("-")
    return {"trace_id": trace_id, "span_id": span_id}


def of_place(record: Record) -> dict[str, Any]:
    """The record's place on the broker."""
    return {"topic": record.topic, "partition": record.partition, "offset": record.offset}


def id_or_none(text: str | None) -> str | None:
    """The text, if it is shaped like an id."""
    return text if text is not None and ID_SHAPE.fullmatch(text) else None


def write(service: str, lines: Iterable[dict[str, Any]]) -> None:
    """Write the lines at once, each with the same time; what is None is left out of them.

    A line that is an alarm says its level itself.
    """
    frame = {"service": service, "timestamp": datetime.now(UTC).isoformat().replace("+00:00", "Z")}
    framed = ({**line, "level": line.get("level") or "info", **frame} for line in lines)
    text = "\n".join(written({name: value for name, value in line.items() if value is not None}) for line in framed)
    if text:
        LINES.info(text)


def written(line: Mapping[str, Any], **_: Any) -> str:
    """The line as JSON, by the writer that writes messages too: the standard library's takes four times as long."""
    return to_json(line, fallback=repr).decode()
