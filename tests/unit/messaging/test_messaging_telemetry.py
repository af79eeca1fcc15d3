"""Telemetry: what a log must not say, and how trace contexts are read."""

import io
import json
import logging
from collections.abc import Iterator
from datetime import datetime, timedelta

import asyncpg
import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor

from shared.messaging.log_lines import LINES, of_own_trace
from shared.messaging.span_lines import SpanLines
from shared.messaging.telemetry import Telemetry, configure_logging, context_of, logger, span_context, traceparent_of
from tests.unit.messaging.messaging_factories import record

TRACEPARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
SECRET = "110105199001011234"


@pytest.fixture
def logging_configured() -> Iterator[None]:
    """A service's logging, taken back after the test."""
    root = logging.getLogger()
    handlers, level, line_handlers = root.handlers, root.level, LINES.handlers
    structlog.reset_defaults()
    yield
    root.handlers, LINES.handlers = handlers, line_handlers
    root.setLevel(level)
    structlog.contextvars.clear_contextvars()
    structlog.reset_defaults()


@pytest.mark.usefixtures("logging_configured")
def test_row_values_stay_out_of_the_log(capsys: pytest.CaptureFixture[str]) -> None:
    """PostgreSQL repeats the row in DETAIL: not in the message, the error, the traceback, nor a library's line."""
    configure_logging("toy")
    first = asyncpg.UniqueViolationError("duplicate key value violates unique constraint")
    first.detail = f"Key (uscc)=({SECRET})\n\nalready exists."
    try:
        try:
            raise first
        except asyncpg.PostgresError:
            second = asyncpg.CheckViolationError("new row violates check constraint")
            second.detail = f"Failing row contains ({SECRET})."
            raise second from first
    except asyncpg.PostgresError as error:
        logger().error("held", error=str(error), exc_info=True)
        logging.getLogger("library").exception("failed: %s", error)  # noqa: TRY401  # libraries do so
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 2
    for line in lines:
        assert SECRET not in line
        assert "DETAIL" not in line
        content = json.loads(line)
        assert "new row violates check constraint" in content["exception"]
        assert "duplicate key value" in content["exception"]
        assert "test_messaging_telemetry" in content["exception"]


def test_a_record_carries_at_most_one_trace_context() -> None:
    """None, several, or one that can't be read, mean none: a new trace is begun."""
    assert context_of(record(b"", headers=[("traceparent", TRACEPARENT.encode())]))
    for headers in (
        [],
        [("traceparent", None)],
        [("traceparent", b"\xff")],
        [("traceparent", b"00-0-0-01")],
        [("traceparent", TRACEPARENT.encode())] * 2,
    ):
        assert not context_of(record(b"", headers=headers))


@given(st.text(max_size=60) | st.text("0123456789abcdef-", max_size=60))
def test_a_trace_context_is_read_or_not(text: str) -> None:
    """Whatever a header says, nothing is raised."""
    span_context(text)
    context_of(record(b"", headers=[("traceparent", text.encode("utf-8", "surrogatepass"))]))


def test_a_trace_context_round_trip() -> None:
    """The ids are those of the header."""
    context = span_context(TRACEPARENT)
    assert context is not None
    assert f"{context.trace_id:032x}" == "0af7651916cd43dd8448eb211c80319c"
    assert f"{context.span_id:016x}" == "b7ad6b7169203331"
    assert context.is_remote


def test_a_span_is_one_line_with_its_ids_its_parent_and_its_links() -> None:
    """What follows a claim reads these fields: ids in hexadecimal with 0x, times, attributes, links, resource."""
    written, resource = io.StringIO(), Resource.create({"service.name": "toy"})
    tracers = TracerProvider(resource=resource)
    tracers.add_span_processor(SimpleSpanProcessor(SpanLines(written, resource)))
    telemetry = Telemetry("toy", tracers, MeterProvider())
    carried = record(b"", headers=[("traceparent", TRACEPARENT.encode())], offset=7)
    span = telemetry.start("toy ask", carried, {"message_id": "m-1"})
    before = span_context(TRACEPARENT)
    assert before is not None
    span.add_link(before, {"riskpool.link": "stage_before"})
    span.end()
    telemetry.start_delayed("toy publish delayed", TRACEPARENT).end()
    first, delayed = map(json.loads, written.getvalue().splitlines())
    _, trace_id, span_id, _ = traceparent_of(span).split("-")
    assert first["context"] == {"trace_id": f"0x{trace_id}", "span_id": f"0x{span_id}"}
    assert trace_id == TRACEPARENT[3:35]
    assert first["parent_id"] == f"0x{TRACEPARENT[36:52]}"
    assert (first["name"], first["kind"], first["status"]) == ("toy ask", "SpanKind.CONSUMER", {"status_code": "UNSET"})
    assert (first["attributes"]["message_id"], first["attributes"]["messaging.kafka.offset"]) == ("m-1", 7)
    link = {"trace_id": f"0x{TRACEPARENT[3:35]}", "span_id": f"0x{TRACEPARENT[36:52]}"}
    assert first["links"] == [{"context": link, "attributes": {"riskpool.link": "stage_before"}}]
    assert first["resource"]["attributes"]["service.name"] == "toy"
    assert datetime.fromisoformat(first["end_time"]) - datetime.fromisoformat(first["start_time"]) < timedelta(
        minutes=1
    )
    assert (delayed["parent_id"], delayed["links"][0]["context"]) == (None, link)


def test_the_text_of_an_own_trace_context_is_its_ids() -> None:
    """Published rows are told by the ids that the service wrote itself."""
    ids = {"trace_id": "0af7651916cd43dd8448eb211c80319c", "span_id": "b7ad6b7169203331"}
    assert of_own_trace(TRACEPARENT) == ids
    assert of_own_trace(None) == {}
