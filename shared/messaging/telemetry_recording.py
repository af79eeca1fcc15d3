"""Spans, metrics and log lines of a transaction, recorded once it is committed."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from opentelemetry import trace
from opentelemetry.trace import Span

from shared.messaging import log_lines
from shared.messaging.intake import KeyUnknown, Quarantined
from shared.messaging.message import Decided, Incoming
from shared.messaging.streams import Ordered
from shared.messaging.telemetry import Telemetry, context_of, span_context

# An operator is to see these at once: two messages under one id, and an event behind which its stream waits.
ALARMS = frozenset({"message_id_reused", "event_unreadable"})

# By the message's identity in memory; the message is kept with its span, so that no other can take its place there.
Spans = dict[int, tuple[Incoming, Span]]


@dataclass(frozen=True, slots=True)
class BatchResult:
    """A transaction's result: its decisions, its quarantined records, and the order in which its events were taken."""

    decided: Sequence[Decided]
    faults: Sequence[Quarantined]
    ordered: Ordered
    unknown_keys: Sequence[KeyUnknown] = ()


@dataclass(frozen=True, slots=True)
class MessageOutcome:
    """The outcome of one message, with its span, and the decision if one was taken now."""

    message: Incoming
    span: Span
    outcome: str
    decision: Decided | None


def record_outcomes(telemetry: Telemetry, result: BatchResult, spans: Spans) -> None:
    """Count the messages by outcome, say on each one's span and in the log what became of it."""
    outcomes = list(_outcomes_of(result, spans))
    for (message_type, outcome), number in Counter((each.message.type, each.outcome) for each in outcomes).items():
        telemetry.messages.add(number, {"service": telemetry.service, "type": message_type, "outcome": outcome})
    for each in outcomes:
        _count_decided(telemetry, each)
        _describe(each)
    for fault in result.faults:
        telemetry.quarantined.add(1, {"kind": "quarantine", "code": fault.code})
    if log_lines.are_wanted():
        lines = [
            *map(_line_of, outcomes),
            *map(_line_of_fault, result.faults),
            *map(_line_of_wait, result.unknown_keys),
        ]
        log_lines.write(telemetry.service, lines)


def _outcomes_of(result: BatchResult, spans: Spans) -> Iterator[MessageOutcome]:
    # By the record, since two messages of one batch can say that they are the same one.
    by_record = {id(decision.incoming.record): decision for decision in result.decided}
    waiting = {id(message) for message in result.ordered.after_gap}
    refused = {id(fault.record) for fault in result.faults}
    for message, span in spans.values():
        decision = by_record.get(id(message.record))
        if decision is not None:
            outcome = "done" if decision.answer is None else decision.answer.outcome.value
        elif id(message.record) in refused:
            outcome = "quarantined"
        else:
            outcome = "held" if id(message) in waiting else "repeat"
        yield MessageOutcome(message, span, outcome, decision)


def _count_decided(telemetry: Telemetry, each: MessageOutcome) -> None:
    service, decision = telemetry.service, each.decision
    if decision is None:
        return
    for reason in decision.answer.reasons if decision.answer is not None else ():
        telemetry.refusals.add(1, {"service": service, "clause": reason.clause, "code": reason.code})
    seconds = _stage_seconds(decision)
    if seconds is not None:
        telemetry.stage_seconds.record(seconds, {"service": service, "type": each.message.type})


def _stage_seconds(decision: Decided) -> float | None:
    """Seconds that the case was in the stage before; None where a message was taken in before what it came after."""
    if decision.stage_before_at is None or decision.stage_before_at > decision.incoming.received_at:
        return None
    return (decision.incoming.received_at - decision.stage_before_at).total_seconds()


def _describe(each: MessageOutcome) -> None:
    """Put the outcome and the case's ids on the span, and link it to the stage before."""
    decision, span = each.decision, each.span
    project_id = None if decision is None else decision.project_id
    span.set_attributes({"outcome": each.outcome, **log_lines.of_claim(project_id)})
    if decision is not None and decision.stage_before is not None:
        before = span_context(decision.stage_before)
        if before is not None:
            span.add_link(before, {"riskpool.link": "stage_before"})


def _line_of(each: MessageOutcome) -> dict[str, Any]:
    message, decision = each.message, each.decision
    received = message.received
    answer = None if decision is None else decision.answer
    # What is held or came again was not decided now; the command itself mostly names its project.
    project_id = getattr(message.data, "project_id", None) if decision is None else decision.project_id
    return {
        "event": "message",
        "type": message.type,
        "message_id": received.message_id,
        "sender": received.sender,
        "outcome": each.outcome,
        "codes": [reason.code for reason in answer.reasons] if answer is not None and answer.reasons else None,
        **log_lines.of_claim(project_id),
        "case_number": None if answer is None else answer.case_number,
        "pool_id": str(received.pool_id),
        **log_lines.of_trace(each.span.get_span_context()),
        "stage_seconds": None if decision is None else _stage_seconds(decision),
        "says": [event.data.message_type for event in decision.events] or None if decision is not None else None,
        **log_lines.of_place(message.record),
    }


def _line_of_fault(fault: Quarantined) -> dict[str, Any]:
    return {
        "event": "quarantined",
        "level": "error" if fault.code in ALARMS else None,
        "type": log_lines.id_or_none(fault.type),
        "message_id": log_lines.id_or_none(fault.message_id),
        "sender": fault.sender,
        "outcome": "quarantined",
        "codes": [fault.code],
        "pool_id": None if fault.pool_id is None else str(fault.pool_id),
        "sha256": fault.sha256,
        **log_lines.of_trace(trace.get_current_span(context_of(fault.record)).get_span_context()),
        **log_lines.of_place(fault.record),
    }


def _line_of_wait(unknown: KeyUnknown) -> dict[str, Any]:
    return {"event": "waits for its key", "key_id": unknown.key_id, **log_lines.of_place(unknown.record)}


def record_stored(telemetry: Telemetry, recorded: Sequence[log_lines.Recorded]) -> None:
    """Count what a recording service has stored, and say it in the log."""
    telemetry.messages.add(len(recorded), {"service": telemetry.service, "outcome": "recorded"})
    if log_lines.are_wanted():
        log_lines.write(telemetry.service, map(_line_of_recorded, recorded))


def _line_of_recorded(recorded: log_lines.Recorded) -> dict[str, Any]:
    return {
        "event": "recorded",
        "type": log_lines.id_or_none(recorded.type),
        "message_id": log_lines.id_or_none(recorded.message_id),
        "sender": log_lines.id_or_none(recorded.sender),
        "outcome": "recorded",
        **log_lines.of_claim(recorded.project_id),
        "pool_id": None if recorded.pool_id is None else str(recorded.pool_id),
        **log_lines.of_trace(trace.get_current_span(context_of(recorded.record)).get_span_context()),
        **log_lines.of_place(recorded.record),
    }
