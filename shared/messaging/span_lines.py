"""Spans as JSON lines in a file, where no collector is named; the fields are called as the SDK calls them.

The SDK's console exporter reads the process's resource anew for each span and writes span by span: it took as long as
the decision that the span tells of. Here a batch is written at once.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, TextIO

from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult
from opentelemetry.trace import SpanContext, Status
from pydantic_core import to_json

_SECOND_NS = 1_000_000_000


class SpanLines(SpanExporter):
    """Writes each batch of spans to the file; all of them are this process's and have its resource."""

    def __init__(self, file: TextIO, resource: Resource) -> None:
        self._file = file
        self._resource = {"attributes": dict(resource.attributes), "schema_url": resource.schema_url}

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        """Write the spans."""
        self._file.write("".join(to_json(_fields(span, self._resource)).decode() + "\n" for span in spans))
        self._file.flush()
        return SpanExportResult.SUCCESS


def _fields(span: ReadableSpan, resource: Mapping[str, Any]) -> dict[str, Any]:
    assert span.context is not None
    return {
        "name": span.name,
        "context": _context(span.context),
        "kind": str(span.kind),
        "parent_id": None if span.parent is None else f"0x{span.parent.span_id:016x}",
        "start_time": _moment(span.start_time),
        "end_time": _moment(span.end_time),
        "status": _status(span.status),
        "attributes": dict(span.attributes or {}),
        "events": [
            {"name": event.name, "timestamp": _moment(event.timestamp), "attributes": dict(event.attributes or {})}
            for event in span.events
        ],
        "links": [
            {"context": _context(link.context), "attributes": dict(link.attributes or {})} for link in span.links
        ],
        "resource": resource,
    }


def _status(status: Status) -> dict[str, str]:
    described = {} if status.description is None else {"description": status.description}
    return {"status_code": status.status_code.name, **described}


def _context(context: SpanContext) -> dict[str, str]:
    return {"trace_id": f"0x{context.trace_id:032x}", "span_id": f"0x{context.span_id:016x}"}


def _moment(at_ns: int | None) -> datetime | None:
    return None if at_ns is None else datetime.fromtimestamp(at_ns / _SECOND_NS, UTC)
