"""What the example messages are recorded with: who signs in them, and how each message follows from the one before.

All keys here are made from public words. They sign examples and nothing else.
"""

import hashlib
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from shared.contracts.catalogue import COMMAND_MESSAGES, EVENT_MESSAGES
from shared.contracts.documents import SignedMessage
from shared.contracts.envelope import Command, CommandEnvelope, Event, EventEnvelope
from shared.contracts.ids import causing_id, event_id
from shared.messaging.keyring import SigningKey
from shared.messaging.signatures import Signer

POOL = UUID("0a6f2c1e-6f0d-4b57-9d53-4b1f6a3c7e10")

MANAGING, COOPERATING, CUSTODIAN = "district-administration", "pool-operator", "custodian-bank"
LENDER, GUARANTOR, TREASURY = "example-bank", "example-guarantee", "treasury"

# Whose key signs in the examples: (institution, officer), or the use of an institution's system key.
OFFICERS: tuple[tuple[str, str], ...] = (
    *((MANAGING, officer) for officer in ("administrator", "approver", "confirmer", "secretary", "overseer")),
    *((MANAGING, f"member-{number}") for number in (1, 2, 3, 4, 5)),
    *(
        (COOPERATING, officer)
        for officer in ("administrator", "filer", "reviewer", "verifier-1", "planner", "releaser")
    ),
    (COOPERATING, "applicant"),
    (COOPERATING, "reporting-officer"),
    (COOPERATING, "reporter"),
    (CUSTODIAN, "administrator"),
    *((LENDER, officer) for officer in ("administrator", "cashier", "controller")),
)
SYSTEMS: tuple[tuple[str, str], ...] = (
    (LENDER, "loss_notices"),
    (CUSTODIAN, "bank_confirmations"),
    (TREASURY, "payment_instructions"),
    (MANAGING, "calendar"),
)

# RFC 8037, appendix A: everybody's test key signs the lender's notices, so that anyone can make the same signature.
RFC_8037_SEED = bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")

KEYS_VALID_FROM = datetime(2026, 1, 15, tzinfo=UTC)
HANDLING = timedelta(milliseconds=41)


@cache
def example_signer(institution: str, actor: str) -> Signer:
    """The signer of an officer, or of an institution's system by its use."""
    if (institution, actor) == (LENDER, "loss_notices"):
        return Signer(Ed25519PrivateKey.from_private_bytes(RFC_8037_SEED))
    seed = hashlib.sha256(f"example key of {institution}/{actor}, worthless".encode()).digest()
    return Signer(Ed25519PrivateKey.from_private_bytes(seed))


def example_keys() -> dict[tuple[UUID, str], SigningKey]:
    """Every key that signs in the examples, as a service would know it."""
    found = {}
    for institution, actor in (*OFFICERS, *SYSTEMS):
        is_system = (institution, actor) in SYSTEMS
        signer = example_signer(institution, actor)
        found[POOL, signer.key_id] = SigningKey(
            pool_id=POOL,
            key_id=signer.key_id,
            public_key=signer.public_key,
            institution=institution,
            officer=None if is_system else actor,
            system_use=actor if is_system else None,
            valid_from=KEYS_VALID_FROM,
        )
    return found


def system_of(institution: str) -> str:
    """The use of the institution's system key in the examples."""
    return dict(SYSTEMS)[institution]


def published_bytes(content: object) -> bytes:
    """The bytes of a message: JSON without spaces, in the order given, UTF-8."""
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode("utf-8")


def sha256_of_title(title: str) -> str:
    """A hash that stands for the bytes of an example document."""
    return hashlib.sha256(title.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Sent:
    """A command of the story, signed."""

    envelope: CommandEnvelope
    value: bytes
    signed: SignedMessage

    @property
    def sha256(self) -> str:
        """What a confirmation or a vote binds."""
        return hashlib.sha256(self.value).hexdigest()


@dataclass
class Story:
    """Messages in the order in which they were said; of each type the first one is kept as its example."""

    messages: dict[str, bytes] = field(default_factory=dict)
    _seqs: dict[tuple[str, str, str], int] = field(default_factory=dict)
    _cause: UUID = POOL
    _causation_id: str = ""
    _at: datetime = KEYS_VALID_FROM
    _index: int = 0

    def says(self, institution: str, officer: str | None, message_id: str, at: datetime, data: Command) -> Sent:
        """An institution sends a command; what is recorded next follows from it."""
        envelope = COMMAND_MESSAGES[data.message_type].model_validate(
            {
                "specversion": "1.0",
                "id": message_id,
                "source": institution,
                "type": data.message_type,
                "time": at,
                "audience": data.topic,
                "poolid": POOL,
                "officer": officer,
                "data": data,
            }
        )
        value = envelope.model_dump_json(exclude_none=True).encode()
        signature = example_signer(institution, officer or system_of(institution)).sign(value)
        self.messages.setdefault(data.message_type, value)
        received_at = at.astimezone(UTC) + HANDLING
        self._follow(causing_id(institution, message_id), message_id, received_at)
        return Sent(envelope, value, SignedMessage.of(data.topic, value, signature, received_at))

    def hears(self, event: EventEnvelope) -> None:
        """A service hears an event; what is recorded next follows from it."""
        self._follow(causing_id(event.source, str(event.id)), str(event.id), event.time + HANDLING)

    def publishes(self, service: str, subject: UUID | str, data: Event, topic: str = "") -> EventEnvelope:
        """A service publishes an event; a receipt is its cause's event 0, all others are counted from 1."""
        is_receipt = data.message_type.endswith(".receipt.issued.v1")
        index = 0 if is_receipt else self._index + 1
        self._index = max(index, self._index)
        stream = (service, topic or data.topic, str(subject))
        self._seqs[stream] = self._seqs.get(stream, 0) + 1
        envelope = EVENT_MESSAGES[data.message_type].model_validate(
            {
                "specversion": "1.0",
                "id": event_id(self._cause, index),
                "source": service,
                "type": data.message_type,
                "subject": str(subject),
                "time": self._at,
                "poolid": None if service == "audit" else POOL,
                "seq": self._seqs[stream],
                "causationid": self._causation_id,
                "data": data,
            }
        )
        self.messages.setdefault(data.message_type, envelope.model_dump_json(exclude_none=True).encode())
        return envelope

    def _follow(self, cause: UUID, causation_id: str, at: datetime) -> None:
        self._cause, self._causation_id, self._at, self._index = cause, causation_id, at, 0
