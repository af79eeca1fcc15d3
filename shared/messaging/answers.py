"""Decisions as events to be published: one receipt first, also for the sender of a quarantined record."""

from datetime import datetime

from shared.contracts.clauses import citation
from shared.contracts.ids import quarantined_id
from shared.contracts.receipts import Outcome, Receipt
from shared.contracts.refusals import Refusal
from shared.contracts.topics import outcomes_topic
from shared.messaging.intake import Quarantined
from shared.messaging.message import Answer, Decided, Incoming, Outgoing
from shared.messaging.outbox import RECEIPT_INDEX, Draft

# Intake serves the clause that keeps the roles apart: a message counts only if it is certain who acts in it.
INTAKE_CLAUSE = "4.1"


def drafts_of(decision: Decided, receipt: type[Receipt], now: datetime) -> list[Draft]:
    """The drafts of a decision: its receipt, of the service's own kind, and then its events in order.

    ``now`` is the clock's, by which the relay tells whether they were delayed.
    """
    message = decision.incoming
    outgoing: list[tuple[int, Outgoing]] = []
    if decision.answer is not None:
        outgoing.append((RECEIPT_INDEX, _receipt(receipt, message, decision.answer)))
    outgoing.extend(enumerate(decision.events, start=RECEIPT_INDEX + 1))
    return [
        Draft(event, message.cause, index, message.received.message_id, message.received_at, message.traceparent, now)
        for index, event in outgoing
    ]


def draft_of_fault(fault: Quarantined, receipt: type[Receipt], now: datetime, epoch: int) -> Draft:
    """The answer to a record that was quarantined and whose signature tells who sent it."""
    assert fault.sender is not None
    assert fault.pool_id is not None
    issued = receipt(
        message_id=fault.message_id,
        message_type_received=fault.type,
        message_sha256=fault.sha256,
        outcome=Outcome.REFUSED,
        reasons=(_reason(fault),),
    )
    outgoing = Outgoing(issued, fault.pool_id, str(fault.pool_id), topic=outcomes_topic(fault.sender))
    record = fault.record
    cause = quarantined_id(epoch, record.topic, record.partition, record.offset)
    return Draft(outgoing, cause, RECEIPT_INDEX, fault.message_id or fault.sha256, now, None)


def _receipt(receipt: type[Receipt], message: Incoming, answer: Answer) -> Outgoing:
    received = message.received
    issued = receipt(
        message_id=received.message_id,
        message_type_received=message.type,
        message_sha256=received.content_sha256,
        outcome=answer.outcome,
        reasons=answer.reasons,
        project_id=answer.project_id,
        case_number=answer.case_number,
    )
    subject = str(answer.project_id or received.pool_id)
    return Outgoing(issued, received.pool_id, subject, topic=outcomes_topic(received.sender))


def _reason(fault: Quarantined) -> Refusal:
    return Refusal(
        code=fault.code,
        clause=INTAKE_CLAUSE,
        citation=citation(INTAKE_CLAUSE),
        text=fault.why,
        text_zh=fault.why_zh,
    )
