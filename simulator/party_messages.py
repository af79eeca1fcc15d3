"""What the outside parties say and observe: signed messages as bytes, and the records that come back."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from shared.contracts.catalogue import COMMAND_MESSAGES
from shared.contracts.envelope import CONTENT_TYPE, SIGNATURE_HEADER, Command
from shared.contracts.topics import outcomes_topic
from shared.messaging.business_time import BUSINESS_TIME_HEADER
from shared.messaging.signatures import Signer

Message = Mapping[str, Any]


@dataclass(frozen=True)
class ObservedRecord:
    """A record that came back: its topic, its signature if it has one, and its content."""

    topic: str
    value: bytes
    signature: str | None
    content: Message


@dataclass(frozen=True)
class Sender:
    """Someone who signs: an officer of an institution, or (without officer) the institution's system."""

    pool_id: UUID
    institution: str
    officer: str | None
    signer: Signer


def write_message(
    sender: Sender, command: Command, message_id: str | None = None, at: datetime | None = None
) -> tuple[str, bytes]:
    """The message's id and the bytes that are to be signed and sent."""
    message_id = message_id or str(uuid4())
    model = COMMAND_MESSAGES[command.message_type]
    message = model.model_validate(
        {
            "specversion": "1.0",
            "id": message_id,
            "source": sender.institution,
            "type": command.message_type,
            "time": at or datetime.now(UTC),
            "audience": command.topic,
            "poolid": sender.pool_id,
            "officer": sender.officer,
            "data": command,
        }
    )
    return message_id, message.model_dump_json(exclude_none=True).encode()


def headers_to_send(signature: str | None, at: datetime | None) -> list[tuple[str, bytes]]:
    """The headers of a message from outside; ``at`` is heeded by services that take business time from the messages."""
    headers = [("content-type", CONTENT_TYPE.encode())]
    if signature is not None:
        headers.append((SIGNATURE_HEADER, signature.encode()))
    if at is not None:
        headers.append((BUSINESS_TIME_HEADER, at.isoformat().encode()))
    return headers


def receipt_of(institution: str, **data: str) -> Callable[[ObservedRecord], bool]:
    """Whether a record is a receipt on the institution's own topic whose data has these values."""
    topic = outcomes_topic(institution)

    def is_wanted(observed: ObservedRecord) -> bool:
        found = observed.content.get("data", {})
        return observed.topic == topic and all(found.get(name) == value for name, value in data.items())

    return is_wanted


def observed_record(
    topic: str, value: bytes | None, headers: Sequence[tuple[str, bytes | None]]
) -> ObservedRecord | None:
    """A record as the parties observe it; None if it is no JSON."""
    signature = dict(headers).get(SIGNATURE_HEADER)
    try:
        content = json.loads(value or b"")
    except ValueError:
        return None
    return ObservedRecord(topic, value or b"", signature.decode() if signature else None, content)
