"""Traces, metrics and logs: a claim can be followed by trace and by id through all services.

Each message is processed in one span whose parent is the span that published it; where the case's stage before this one
belongs to another trace (people take days), the span is linked to it. Spans carry ids, never personal data.
"""

import logging
import os
import re
import sys
from collections.abc import Mapping, MutableMapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

import structlog
from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.metrics import _Gauge as Gauge
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import ConsoleMetricExporter, MetricExporter, PeriodicExportingMetricReader
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter
from opentelemetry.trace import Link, Span, SpanContext, SpanKind, TraceFlags
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from shared.messaging.encoding import REPLAY_HEADER
from shared.messaging.log_lines import LINES, written
from shared.messaging.message import Record
from shared.messaging.span_lines import SpanLines

TRACEPARENT = "traceparent"
METRICS_EVERY_MS = 10_000
SPANS_EVERY_MS = 500
ENDPOINT_SETTING = "OTEL_EXPORTER_OTLP_ENDPOINT"
# Up to the next error of a chain, since a value may have line breaks of its own.
DETAIL = re.compile(r"\s*DETAIL:.*?(?=\n\nDuring handling of|\n\nThe above exception was|\Z)", re.DOTALL)

_propagator = TraceContextTextMapPropagator()


def configure(service: str, data_dir: Path, replica: str) -> "Telemetry":
    """Logs to standard output as JSON; spans and metrics to a collector if one is named, else to JSON-lines files."""
    configure_logging(service)
    resource = Resource.create({"service.name": service, "service.instance.id": f"{service}-{replica}"})
    data_dir.mkdir(parents=True, exist_ok=True)
    span_exporter: SpanExporter
    metric_exporter: MetricExporter
    files: list[TextIO] = []
    if os.environ.get(ENDPOINT_SETTING):
        span_exporter, metric_exporter = OTLPSpanExporter(), OTLPMetricExporter()
    else:
        spans = (data_dir / "spans.jsonl").open("a", encoding="utf-8")
        figures = (data_dir / "metrics.jsonl").open("a", buffering=1, encoding="utf-8")
        files = [spans, figures]
        span_exporter = SpanLines(spans, resource)
        metric_exporter = ConsoleMetricExporter(out=figures, formatter=lambda data: data.to_json(indent=None) + "\n")
    tracers = TracerProvider(resource=resource)
    tracers.add_span_processor(BatchSpanProcessor(span_exporter, schedule_delay_millis=SPANS_EVERY_MS))
    meters = MeterProvider(
        resource=resource,
        metric_readers=[PeriodicExportingMetricReader(metric_exporter, export_interval_millis=METRICS_EVERY_MS)],
    )
    return Telemetry(service, tracers, meters, files)


@dataclass(frozen=True, slots=True)
class GaugeValue:
    """A figure that a service shows of its own: the gauge's name and unit, its attributes, and its value."""

    name: str
    unit: str
    attributes: Mapping[str, str]
    value: int


class Telemetry:
    """The one place where spans begin and figures are counted."""

    def __init__(
        self, service: str, tracers: TracerProvider, meters: MeterProvider, files: Sequence[TextIO] = ()
    ) -> None:
        self.service = service
        self._tracers = tracers
        self._meters = meters
        self._files = files
        self._tracer = tracers.get_tracer("riskpool")
        self.meter = meters.get_meter("riskpool")
        self._gauges: dict[str, Gauge] = {}
        self.messages = self.meter.create_counter("riskpool.messages", unit="1", description="messages by outcome")
        self.refusals = self.meter.create_counter("riskpool.refusals", unit="1", description="refusals by clause")
        self.published = self.meter.create_counter("riskpool.published", unit="1", description="records published")
        self.stage_seconds = self.meter.create_histogram(
            "riskpool.stage.duration", unit="s", description="how long a case was in the stage before, by what ended it"
        )
        self.batch_seconds = self.meter.create_histogram("riskpool.batch.duration", unit="s")
        self.outbox_age_seconds = self.meter.create_gauge("riskpool.outbox.age", unit="s")
        self.waiting = self.meter.create_gauge("riskpool.waiting", unit="1", description="records held or quarantined")
        self.waiting_age_seconds = self.meter.create_gauge("riskpool.waiting.age", unit="s")
        self.quarantined = self.meter.create_counter(
            "riskpool.quarantined", unit="1", description="records quarantined, or held as failed"
        )

    def show(self, values: Sequence[GaugeValue]) -> None:
        """Set gauges that only the service knows."""
        for each in values:
            gauge = self._gauges.get(each.name)
            if gauge is None:
                gauge = self._gauges[each.name] = self.meter.create_gauge(each.name, unit=each.unit)
            gauge.set(each.value, dict(each.attributes))

    def start(self, name: str, record: Record, attributes: Mapping[str, str]) -> Span:
        """A span for the work on one record: child of the span that published it, or linked to it by a replayed one."""
        context, links = context_of(record), list[Link]()
        if record.header_values(REPLAY_HEADER):
            before = trace.get_current_span(context).get_span_context()
            context, links = Context(), [Link(before, {"riskpool.link": "replayed"})] if before.is_valid else []
        return self._tracer.start_span(
            name,
            context=context,
            links=links,
            kind=SpanKind.CONSUMER,
            attributes={
                "messaging.system": "kafka",
                "messaging.destination.name": record.topic,
                "messaging.destination.partition.id": str(record.partition),
                "messaging.kafka.offset": record.offset,
                **attributes,
            },
        )

    def start_delayed(self, name: str, traceparent: str) -> Span:
        """A span of its own for what is published late, linked to the work that had decided it."""
        context = span_context(traceparent)
        links = [Link(context)] if context is not None else []
        return self._tracer.start_span(name, context=Context(), kind=SpanKind.PRODUCER, links=links)

    def close(self) -> None:
        """Write out what has not been written yet."""
        self._tracers.shutdown()
        self._meters.shutdown()
        for file in self._files:
            file.close()


def context_of(record: Record) -> Context:
    """The trace context that a record carries; an empty one if it carries none that can be read."""
    values = record.header_values(TRACEPARENT)
    if len(values) != 1 or values[0] is None:
        return Context()
    return _propagator.extract({TRACEPARENT: values[0].decode("ascii", "replace")}, context=Context())


def traceparent_of(span: Span) -> str:
    """The span as a W3C traceparent."""
    context = span.get_span_context()
    return f"00-{context.trace_id:032x}-{context.span_id:016x}-{int(context.trace_flags):02x}"


def span_context(traceparent: str) -> SpanContext | None:
    """The span context in a W3C traceparent, or None if it is none."""
    context = trace.get_current_span(
        _propagator.extract({TRACEPARENT: traceparent}, context=Context())
    ).get_span_context()
    if not context.is_valid:
        return None
    return SpanContext(context.trace_id, context.span_id, is_remote=True, trace_flags=TraceFlags(context.trace_flags))


def configure_logging(service: str) -> None:
    """JSON lines on standard output; the libraries' own loggers at WARNING, through the same door."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                _without_row_values,
                structlog.processors.JSONRenderer(serializer=written),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger("riskpool").setLevel(logging.INFO)
    lines = logging.StreamHandler(sys.stdout)  # whose lines are JSON already
    LINES.handlers, LINES.propagate = [lines], False
    # A cold broker answers the first group requests with "coordinator not available"; the library logs each as error.
    logging.getLogger("aiokafka.consumer.group_coordinator").setLevel(logging.CRITICAL)
    # A topic that is missing is said by the relay, with the command that makes it; the library says it at every look.
    logging.getLogger("aiokafka.cluster").setLevel(logging.CRITICAL)
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    structlog.contextvars.bind_contextvars(service=service)


def _without_row_values(_logger: object, _method: str, entry: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """PostgreSQL's errors repeat the row's values in DETAIL: people's data does not belong into a log."""
    for name, value in entry.items():
        if isinstance(value, str) and "DETAIL:" in value:
            entry[name] = DETAIL.sub("", value)
    return entry


def logger() -> structlog.stdlib.BoundLogger:
    """The service's logger."""
    found: structlog.stdlib.BoundLogger = structlog.get_logger("riskpool")
    return found
