"""A toy service's words, the parties that write to it, and the records that they send."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar
from uuid import UUID, uuid5

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from shared.contracts.envelope import (
    SIGNATURE_HEADER,
    Command,
    CommandEnvelope,
    Event,
    EventEnvelope,
    message_model,
)
from shared.contracts.receipts import Receipt
from shared.contracts.words import Text
from shared.messaging.keyring import Keys, SigningKey
from shared.messaging.message import Record
from shared.messaging.signatures import Signer

POOL = UUID("5b1c1f9e-3f65-4a53-9d0a-0d1a4b2f7e11")
OTHER_POOL = UUID("c0ffee00-3f65-4a53-9d0a-0d1a4b2f7e11")
PROJECT = UUID("0f6f6a3e-8a52-5d1f-9c55-2f4b3e9d1a01")
NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
ASK_TOPIC = "toy.commands"
OBSERVED_TOPIC = "other.events"
VALUE_BYTES_MAX = 64 * 1024
EVENT_BYTES_MAX = 1024 * 1024


class Ask(Command, name="toy.question.ask.v1"):
    """Ask the toy service something; it accepts everything but poison."""

    topic: ClassVar[str] = ASK_TOPIC

    project_id: UUID
    amount_fen: int
    note: Text | None = None


class Happened(Event, name="other.thing.happened.v1"):
    """Something happened at another service."""

    topic: ClassVar[str] = OBSERVED_TOPIC

    note: str


class Answered(Event, name="toy.question.answered.v1"):
    """The toy service has processed a message."""

    topic: ClassVar[str] = "toy.events"

    about: str


class ToyReceipt(Receipt, name="toy.receipt.issued.v1"):
    """The toy service's one answer."""


COMMANDS: dict[str, type[CommandEnvelope]] = {Ask.message_type: message_model(Ask)}
EVENTS: dict[str, type[EventEnvelope]] = {
    data.message_type: message_model(data) for data in (Happened, Answered, ToyReceipt)
}


@dataclass(frozen=True)
class Party:
    """Someone outside: an officer of an institution, or its system (without officer)."""

    institution: str
    officer: str | None = "li-na"
    pool_id: UUID = POOL
    signer: Signer = field(default_factory=lambda: Signer(Ed25519PrivateKey.generate()))

    def key(self, valid_from: datetime = NOON - timedelta(days=1), valid_until: datetime | None = None) -> SigningKey:
        """The party's key as a service stores it."""
        return SigningKey(
            pool_id=self.pool_id,
            key_id=self.signer.key_id,
            public_key=self.signer.public_key,
            institution=self.institution,
            officer=self.officer,
            system_use="loss_notices" if self.officer is None else None,
            valid_from=valid_from,
            valid_until=valid_until,
        )


BANK = Party("bank-a")


def keys_of(*keys: SigningKey) -> Keys:
    """The keys as intake looks them up."""
    return {(key.pool_id, key.key_id): key for key in keys}


def ask_content(party: Party = BANK, message_id: str = "m-1", **changes: Any) -> dict[str, Any]:
    """The content of a question that is in order; ``changes`` replace fields of the envelope, and None removes one."""
    content = {
        "specversion": "1.0",
        "id": message_id,
        "source": party.institution,
        "type": Ask.message_type,
        "time": NOON.isoformat(),
        "audience": ASK_TOPIC,
        "poolid": str(party.pool_id),
        "officer": party.officer,
        "data": {"project_id": str(PROJECT), "amount_fen": 20_000_000},
    }
    return {name: value for name, value in {**content, **changes}.items() if value is not None}


def as_bytes(content: Any) -> bytes:
    """The content as JSON."""
    return json.dumps(content, ensure_ascii=False).encode("utf-8")


def record(
    value: bytes | None,
    *signatures: str | bytes | None,
    topic: str = ASK_TOPIC,
    offset: int = 0,
    key: bytes | None = None,
    headers: Sequence[tuple[str, bytes | None]] = (),
) -> Record:
    """A record with one signature header for each of ``signatures``."""
    signed = [(SIGNATURE_HEADER, each.encode() if isinstance(each, str) else each) for each in signatures]
    return Record(topic, 0, offset, key, value, (*headers, *signed), 1_795_176_000_000)


def signed_record(party: Party, value: bytes, **place: Any) -> Record:
    """A record that the party has signed."""
    return record(value, party.signer.sign(value), **place)


def ask_record(party: Party = BANK, message_id: str = "m-1", **changes: Any) -> Record:
    """A signed question."""
    return signed_record(party, as_bytes(ask_content(party, message_id, **changes)))


def event_content(seq: int, subject: str = str(PROJECT), /, source: str = "other", **changes: Any) -> dict[str, Any]:
    """The content of an event that another service published."""
    content = {
        "specversion": "1.0",
        "id": str(uuid5(POOL, f"{source}/{subject}/{seq}")),
        "source": source,
        "type": Happened.message_type,
        "subject": subject,
        "time": NOON.isoformat(),
        "poolid": str(POOL),
        "seq": seq,
        "causationid": "m-1",
        "data": {"note": f"number {seq}"},
    }
    return {name: value for name, value in {**content, **changes}.items() if value is not None}


def event_record(seq: int, subject: str = str(PROJECT), /, *, offset: int | None = None, **changes: Any) -> Record:
    """An event of another service as a record; without ``offset`` it is at that of its number."""
    return record(
        as_bytes(event_content(seq, subject, **changes)),
        topic=OBSERVED_TOPIC,
        offset=seq if offset is None else offset,
        key=subject.encode(),
    )
