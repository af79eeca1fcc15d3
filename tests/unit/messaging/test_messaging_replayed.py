"""What tells a replayed record apart: its mark, and the trace it is linked to."""

from dataclasses import replace

from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from shared.messaging.encoding import REPLAY_HEADER
from shared.messaging.replay import BATCH_BYTES_MAX, marked
from shared.messaging.telemetry import TRACEPARENT, Telemetry
from tests.unit.messaging.messaging_factories import event_record

TRACE, SPAN = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"


def test_work_on_a_replayed_record_is_linked_to_what_had_published_it() -> None:
    """A fresh record's work is part of the publisher's trace; months later it is a trace of its own, linked."""
    spans = InMemorySpanExporter()
    tracers = TracerProvider()
    tracers.add_span_processor(SimpleSpanProcessor(spans))
    telemetry = Telemetry("toy", tracers, MeterProvider())
    fresh = replace(event_record(1), headers=((TRACEPARENT, f"00-{TRACE}-{SPAN}-01".encode()),))
    telemetry.start("fresh", fresh, {}).end()
    telemetry.start("replayed", replace(fresh, headers=(*fresh.headers, (REPLAY_HEADER, b"2"))), {}).end()
    telemetry.start("replayed, without a trace", replace(fresh, headers=((REPLAY_HEADER, b"2"),)), {}).end()
    attached, linked, alone = spans.get_finished_spans()
    assert attached.parent is not None
    assert f"{attached.parent.trace_id:032x}" == TRACE
    assert list(attached.links) == []
    assert linked.parent is None
    assert [f"{link.context.trace_id:032x}/{link.context.span_id:016x}" for link in linked.links] == [f"{TRACE}/{SPAN}"]
    assert alone.parent is None
    assert list(alone.links) == []


def test_a_replayed_record_has_one_mark() -> None:
    """Headers stay as they were, duplicates and nulls included; an older mark gives way to the new one."""
    headers = (("x", None), ("x", b"\xff"), (REPLAY_HEADER, b"2"))
    assert marked(headers, 3, b"value") == [("x", None), ("x", b"\xff"), (REPLAY_HEADER, b"3")]


def test_the_mark_never_makes_a_record_too_large() -> None:
    """What the broker took once it takes again: a record at its limit goes without the mark."""
    assert marked([("x", b"1")], 2, b"v" * BATCH_BYTES_MAX) == [("x", b"1")]
