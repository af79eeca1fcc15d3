"""Spans and figures of what a transaction came to, told once it is committed."""

from collections.abc import Sequence
from dataclasses import dataclass

from opentelemetry.trace import Span

from shared.messaging.intake import SetAside
from shared.messaging.message import Decided, Incoming
from shared.messaging.streams import Ordered
from shared.messaging.telemetry import Telemetry, span_context

# By the message's identity in memory; the message is kept with its span, so that no other can take its place there.
Spans = dict[int, tuple[Incoming, Span]]


@dataclass(frozen=True, slots=True)
class Work:
    """What a transaction came to: its decisions, what it set aside, and in what order its events were taken."""

    decided: Sequence[Decided]
    faults: Sequence[SetAside]
    ordered: Ordered


def count(telemetry: Telemetry, work: Work, spans: Spans) -> None:
    """Count the messages by outcome, and say on each one's span what became of it."""
    by_cause = {decision.incoming.cause: decision for decision in work.decided}
    waiting = {id(message) for message in work.ordered.after_gap}
    service = telemetry.service
    for message, span in spans.values():
        decision = by_cause.get(message.cause)
        outcome = "done" if decision is not None else "held" if id(message) in waiting else "repeat"
        if decision is not None and decision.answer is not None:
            outcome = decision.answer.outcome.value
            for reason in decision.answer.reasons:
                telemetry.refusals.add(1, {"service": service, "clause": reason.clause, "code": reason.code})
        telemetry.messages.add(1, {"service": service, "type": message.type, "outcome": outcome})
        span.set_attribute("outcome", outcome)
        if decision is not None:
            _describe(span, decision)
    for fault in work.faults:
        telemetry.set_aside.add(1, {"kind": "quarantine", "code": fault.code})


def _describe(span: Span, decision: Decided) -> None:
    """Put the case's ids on the span, and link it to the stage before."""
    if decision.project_id is not None:
        span.set_attributes({"project_id": str(decision.project_id), "claim_id": str(decision.project_id)})
    if decision.stage_before is not None:
        before = span_context(decision.stage_before)
        if before is not None:
            span.add_link(before, {"riskpool.link": "stage_before"})
