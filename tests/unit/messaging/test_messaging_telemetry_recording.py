"""What is told of a transaction: one line in the log for each message, with the ids by which it is followed."""

import json
import logging
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.trace import TracerProvider

from shared.contracts.receipts import Outcome
from shared.contracts.refusals import refusal
from shared.messaging.intake import KeyUnknown, Quarantined, open_record, read_command
from shared.messaging.log_lines import LINES, Recorded
from shared.messaging.message import Answer, Decided, Incoming, Outgoing
from shared.messaging.streams import Ordered, order
from shared.messaging.telemetry import GaugeValue, Telemetry
from shared.messaging.telemetry_recording import BatchResult, Spans, record_outcomes, record_stored
from tests.unit.messaging.messaging_factories import (
    BANK,
    COMMANDS,
    NOON,
    POOL,
    PROJECT,
    VALUE_BYTES_MAX,
    Answered,
    ask_record,
    keys_of,
    record,
)

TRACE_ID, SPAN_ID = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
TRACEPARENT = ("traceparent", f"00-{TRACE_ID}-{SPAN_ID}-01".encode())
NOTHING_ORDERED: Ordered = order((), (), {})


class Lines(logging.Handler):
    """The lines that were written, read back; ``writes`` counts how often something was written."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[dict[str, Any]] = []
        self.writes = 0

    def emit(self, record: logging.LogRecord) -> None:
        """Read what was written."""
        self.writes += 1
        self.found.extend(json.loads(line) for line in record.getMessage().splitlines())


@pytest.fixture
def lines() -> Iterator[Lines]:
    """The lines of the log, as a service writes them."""
    handler, handlers, level = Lines(), LINES.handlers, LINES.level
    LINES.handlers = [handler]
    LINES.setLevel(logging.INFO)
    yield handler
    LINES.handlers = handlers
    LINES.setLevel(level)


@pytest.fixture
def reader() -> InMemoryMetricReader:
    """Reads the figures."""
    return InMemoryMetricReader()


@pytest.fixture
def telemetry(reader: InMemoryMetricReader) -> Telemetry:
    """A toy service's telemetry, in memory."""
    return Telemetry("toy", TracerProvider(), MeterProvider(metric_readers=[reader]))


def asked(message_id: str, offset: int = 0, **changes: Any) -> Incoming:
    """A question that has passed intake."""
    message = read_command(
        open_record(ask_record(BANK, message_id, **changes), VALUE_BYTES_MAX), keys_of(BANK.key()), COMMANDS, NOON
    )
    assert isinstance(message, Incoming)
    return replace(message, record=replace(message.record, offset=offset))


def spans_of(telemetry: Telemetry, messages: Sequence[Incoming]) -> Spans:
    """A span for each message."""
    return {id(message): (message, telemetry.start("toy", message.record, {})) for message in messages}


def points(reader: InMemoryMetricReader, name: str) -> list[Any]:
    """The data points of a metric."""
    data = reader.get_metrics_data()
    assert data is not None
    return [
        point
        for resource in data.resource_metrics
        for scope in resource.scope_metrics
        for metric in scope.metrics
        if metric.name == name
        for point in metric.data.data_points
    ]


def test_a_decided_message_is_one_line(telemetry: Telemetry, lines: Lines, reader: InMemoryMetricReader) -> None:
    """Who said what, what became of it under which codes, the case's ids, the span, and how long its stage was."""
    message = asked("m-1", offset=7)
    spans = spans_of(telemetry, [message])
    reasons = (refusal("cap_exceeded", "10.3", "too much; claim less", "超过上限；请降低金额"),)
    decision = Decided(
        replace(message, traceparent="00-a-b-01"),
        events=(Outgoing(Answered(about="m-1"), POOL, str(PROJECT)),),
        answer=Answer(Outcome.REFUSED, reasons, PROJECT, "2026-0001"),
        project_id=PROJECT,
        stage_before_at=NOON - timedelta(hours=1),
    )
    record_outcomes(telemetry, BatchResult([decision], (), NOTHING_ORDERED), spans)
    (line,) = lines.found
    context = spans[id(message)][1].get_span_context()
    assert line.pop("timestamp").endswith("Z")
    assert line == {
        "event": "message",
        "type": "toy.question.ask.v1",
        "message_id": "m-1",
        "sender": "bank-a",
        "outcome": "refused",
        "codes": ["cap_exceeded"],
        "claim_id": str(PROJECT),
        "project_id": str(PROJECT),
        "case_number": "2026-0001",
        "pool_id": str(POOL),
        "trace_id": f"{context.trace_id:032x}",
        "span_id": f"{context.span_id:016x}",
        "stage_seconds": 3600.0,
        "says": ["toy.question.answered.v1"],
        "topic": "toy.commands",
        "partition": 0,
        "offset": 7,
        "service": "toy",
        "level": "info",
    }
    (stage,) = points(reader, "riskpool.stage.duration")
    assert (stage.sum, dict(stage.attributes)) == (3600.0, {"service": "toy", "type": "toy.question.ask.v1"})


def test_a_batch_is_written_at_once(telemetry: Telemetry, lines: Lines) -> None:
    """A line for every message of the batch, and one write for all of them."""
    messages = [asked(f"m-{index}", offset=index) for index in range(200)]
    decided = [Decided(message, answer=Answer(Outcome.ACCEPTED), project_id=PROJECT) for message in messages]
    record_outcomes(telemetry, BatchResult(decided, (), NOTHING_ORDERED), spans_of(telemetry, messages))
    assert [line["message_id"] for line in lines.found] == [f"m-{index}" for index in range(200)]
    assert lines.writes == 1


def test_two_messages_under_one_id_are_told_apart(telemetry: Telemetry, lines: Lines) -> None:
    """In one batch: the first is decided, its repeat is a repeat, and the one with other bytes is quarantined."""
    first, repeat = asked("m-1", 1), asked("m-1", 2)
    other = asked("m-1", 3, data={"project_id": str(PROJECT), "amount_fen": 1})
    decided = [Decided(replace(first, traceparent="00-a-b-01"), answer=Answer(Outcome.ACCEPTED), project_id=PROJECT)]
    fault = Quarantined(
        other.record, "message_id_reused", "why", "为何", other.received.content_sha256, "bank-a", POOL, "m-1"
    )
    record_outcomes(
        telemetry, BatchResult(decided, [fault], NOTHING_ORDERED), spans_of(telemetry, [first, repeat, other])
    )
    message_lines = {line["offset"]: line for line in lines.found if line["event"] == "message"}
    assert {offset: line["outcome"] for offset, line in message_lines.items()} == {
        1: "accepted",
        2: "repeat",
        3: "quarantined",
    }
    assert {line["claim_id"] for line in message_lines.values()} == {str(PROJECT)}
    (aside,) = [line for line in lines.found if line["event"] == "quarantined"]
    assert (aside["codes"], aside["offset"], aside["sender"]) == (["message_id_reused"], 3, "bank-a")
    # It is an alarm; what else is quarantined is its sender's to mend, and is told by its age.
    assert (aside["level"], {line["level"] for line in message_lines.values()}) == ("error", {"info"})


def test_what_is_quarantined_or_waits_says_where_it_is(telemetry: Telemetry, lines: Lines) -> None:
    """Place, code and trace; and of what a stranger calls an id, only what is shaped like one."""
    bad = record(b"{", headers=[TRACEPARENT], offset=4)
    fault = Quarantined(bad, "malformed", "why", "为何", "0" * 64, message_id="张三 110105199001011234", type="a.b.v1")
    waits = KeyUnknown(record(b"{}", offset=5), "k" * 43)
    record_outcomes(telemetry, BatchResult((), [fault], NOTHING_ORDERED, [waits]), {})
    aside, waiting = lines.found
    assert (aside["trace_id"], aside["span_id"], aside["offset"]) == (TRACE_ID, SPAN_ID, 4)
    assert aside["type"] == "a.b.v1"
    assert aside["level"] == "info"
    assert "message_id" not in aside
    assert "sender" not in aside
    assert (waiting["event"], waiting["key_id"], waiting["offset"]) == ("waits for its key", "k" * 43, 5)


def test_what_is_recorded_is_found_by_claim_and_trace(telemetry: Telemetry, lines: Lines) -> None:
    """A recording service says of each record what its bytes say, under the trace that has published it."""
    found = record(b"{}", headers=[TRACEPARENT], offset=9)
    record_stored(telemetry, [Recorded(found, "m-1", "a.b.v1", "bank-a\n", POOL, PROJECT)])
    (line,) = lines.found
    assert (line["event"], line["claim_id"], line["trace_id"]) == ("recorded", str(PROJECT), TRACE_ID)
    assert "sender" not in line, "what has a line break is no institution's id"


def test_nothing_is_written_where_nobody_reads(telemetry: Telemetry, lines: Lines) -> None:
    """With the level above, no line is even put together."""
    LINES.setLevel(logging.WARNING)
    record_stored(telemetry, [Recorded(record(b"{}"))])
    assert lines.writes == 0


def test_a_stage_does_not_end_before_it_began(telemetry: Telemetry, reader: InMemoryMetricReader) -> None:
    """Clocks of replicas differ; no time below zero is counted."""
    message = asked("m-1")
    decision = Decided(message, project_id=UUID(int=1), stage_before_at=NOON + timedelta(seconds=1))
    record_outcomes(telemetry, BatchResult([decision], (), NOTHING_ORDERED), spans_of(telemetry, [message]))
    assert points(reader, "riskpool.stage.duration") == []


def test_a_service_shows_figures_of_its_own(telemetry: Telemetry, reader: InMemoryMetricReader) -> None:
    """The last value counts, for each of what it is about."""
    telemetry.show([GaugeValue("toy.balance", "fen", {"account": name}, 1) for name in ("a", "b")])
    telemetry.show([GaugeValue("toy.balance", "fen", {"account": "a"}, 5)])
    assert {point.attributes["account"]: point.value for point in points(reader, "toy.balance")} == {"a": 5, "b": 1}
