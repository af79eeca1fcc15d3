"""Intake: from bytes to a message that can be trusted to be what it says, or to a reason why not.

Order matters: size and strictness, then the signature, then sender and audience, then the schema. What fails is
quarantined with its bytes; where the signature tells who sent it, the sender gets an answer.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import ConfigDict, TypeAdapter, ValidationError

from shared.contracts.documents import SignedMessage
from shared.contracts.envelope import SIGNATURE_HEADER, Command, CommandEnvelope, EventEnvelope
from shared.contracts.ids import causing_id
from shared.contracts.received import Acting, Received
from shared.contracts.words import Identity
from shared.messaging.batches import is_text
from shared.messaging.encoding import sha256_hex
from shared.messaging.fault_messages import MEND_READER, Bilingual, fields_message, with_next_step
from shared.messaging.keyring import Keys, SigningKey
from shared.messaging.message import Incoming, Record
from shared.messaging.signatures import SignatureInvalid, named_key, verify
from shared.messaging.strict import Malformed, decode

_POOL_ID: TypeAdapter[UUID] = TypeAdapter(Identity, config=ConfigDict(strict=True))

CommandModels = Mapping[str, type[CommandEnvelope]]
EventModels = Mapping[str, type[EventEnvelope]]


@dataclass(frozen=True, slots=True)
class Quarantined:
    """A record that failed intake. ``sender`` is set where the signature vouches for it; that sender is answered."""

    record: Record
    code: str
    why: str
    why_zh: str
    sha256: str
    sender: str | None = None
    pool_id: UUID | None = None
    message_id: str | None = None
    type: str | None = None


@dataclass(frozen=True, slots=True)
class KeyUnknown:
    """A record signed with a key that this service does not know in that pool, or not yet.

    ``elsewhere`` is the same key as another pool knows it, where its signature holds: then its sender can be answered.
    """

    record: Record
    key_id: str
    elsewhere: SigningKey | None = None


@dataclass(frozen=True, slots=True)
class Opened:
    """A record from outside as far as it can be read without a key.

    ``may_wait`` for its key, unless it is too long: what waits is read again and again.
    """

    record: Record
    sha256: str
    signature: str | None
    key_id: str | None
    pool_id: UUID | None
    fault: Quarantined | None
    content: dict[str, Any] | None
    may_wait: bool


def open_record(record: Record, value_bytes_max: int) -> Opened:
    """A record from outside, read without its key: none of what it says is believed yet."""
    sha256 = sha256_hex(record.value or b"")
    signature, key_id, signature_fault = _signature_of(record)
    content: dict[str, Any] | None = None
    fault: Quarantined | None = None
    try:
        content = decode(record.value, value_bytes_max)
    except Malformed as error:
        fault = Quarantined(
            record, "malformed", *with_next_step(Bilingual(error.why, f"消息格式错误：{error.why_zh}")), sha256
        )
    if fault is None and not all(is_text(name) for name, _ in record.headers):
        why = "the name of a header is not UTF-8; send the message again without that header"
        fault = Quarantined(record, "malformed", why, "消息头名称不是 UTF-8 编码，请去除该消息头后重新发送", sha256)
    if signature_fault is not None:
        # Nobody can be answered; it is kept for the operator.
        fault = Quarantined(
            record,
            "signature_missing",
            f"{signature_fault}; sign the exact bytes of the value and send the message again",
            "签名缺失或不可读；请对消息的原始字节签名后重新发送",
            sha256,
        )
    pool_id = None
    if content is not None:
        try:
            pool_id = _POOL_ID.validate_python(content.get("poolid"))
        except ValidationError:
            fault = fault or Quarantined(
                record,
                "schema",
                "poolid: must be the UUID of a pool, in lower case; correct it and send it again under a new id",
                "poolid：必须是资金池的 UUID（小写）；请更正消息后以新的编号重新发送",
                sha256,
            )
    may_wait = len(record.value or b"") <= value_bytes_max
    return Opened(record, sha256, signature, key_id, pool_id, fault, content, may_wait)


def read_command(
    opened: Opened, keys: Keys, models: CommandModels, received_at: datetime
) -> Incoming | Quarantined | KeyUnknown:
    """The message in a record from outside, once its key has been looked up."""
    record = opened.record
    key = _key_of(opened, keys)
    elsewhere = _vouching_elsewhere(opened, keys) if key is None else None
    if key is None and opened.key_id is not None and opened.may_wait:
        # One with a fault as well: its sender is to be told of it, and only the key tells who that is.
        return KeyUnknown(record, opened.key_id, elsewhere)
    if key is not None and opened.signature is not None:
        try:
            verify(record.value or b"", opened.signature, key.public_key)
        except SignatureInvalid as error:
            return Quarantined(
                record,
                "signature_wrong",
                f"{error}; sign the exact bytes of the value and send the message again",
                "签名与消息内容或密钥不符；请对消息的原始字节签名后重新发送",
                opened.sha256,
            )
    if opened.fault is not None:
        return _vouched(opened.fault, key or elsewhere, opened.content)
    assert key is not None, "a record without a fault and without its key waits"
    return _read_content(opened, key, models, received_at)


def never_registered(opened: Opened, elsewhere: SigningKey | None, waited_seconds: int) -> Quarantined:
    """The quarantined record whose key was not registered in its pool within ``waited_seconds``.

    Whoever signed it is answered if another pool knows the key: nobody else can have made that signature.
    """
    if opened.fault is not None:
        return _vouched(opened.fault, elsewhere, opened.content)
    if elsewhere is None:
        why = f"the key {opened.key_id} was not registered within {waited_seconds} s; register it and send again"
        return Quarantined(opened.record, "key_unknown", why, "签名密钥未登记；请登记密钥后重新发送", opened.sha256)
    fault = Quarantined(
        opened.record,
        "key_of_another_pool",
        f"the signing key is not registered in the pool {opened.pool_id}, only in another one; check poolid, or "
        "register the key in this pool, and send the message again under a new id",
        f"签名密钥未在资金池 {opened.pool_id} 登记，仅在其他资金池登记；请核对 poolid，或先在本资金池登记密钥，"
        "再以新的编号重新发送",
        opened.sha256,
    )
    return _vouched(fault, elsewhere, opened.content)


def read_original(signed: SignedMessage, keys: Keys, models: CommandModels, at: datetime) -> Received[Command] | None:
    """The message that a signed original holds, or None if it would not pass intake.

    For whoever doesn't take another service's word for what was signed. Only for the time of its intake that word is
    taken, and never for one after ``at``: a key that was rotated since has signed it all the same.
    """
    try:
        value = signed.value
    except ValueError:
        return None
    record = Record(signed.topic, 0, 0, None, value, ((SIGNATURE_HEADER, signed.signature.encode()),), 0)
    incoming = read_command(open_record(record, len(value)), keys, models, min(signed.received_at, at))
    return incoming.received if isinstance(incoming, Incoming) else None  # type: ignore[return-value]


def key_of_original(signed: SignedMessage) -> str | None:
    """The id of the key that a signed original says it was signed with; None if it names none."""
    try:
        return named_key(signed.signature)
    except SignatureInvalid:
        return None


def read_event(
    record: Record, models: EventModels, received_at: datetime | None, bytes_max: int
) -> Incoming | Quarantined:
    """The message in a record that a service published; its sender is vouched for by the broker.

    Without ``received_at`` the event counts as taken in at its own time, which is that of its cause's intake.
    """
    sha256 = sha256_hex(record.value or b"")
    try:
        content = decode(record.value, bytes_max)
        model = models.get(str(content.get("type")))
        if model is None:
            # A type of a later version: kept in order by its sequence number, and ignored.
            envelope: EventEnvelope = EventEnvelope.model_validate_json(record.value or b"")
        else:
            envelope = model.model_validate_json(record.value or b"")
    except (Malformed, ValidationError) as error:
        if isinstance(error, ValidationError):
            unreadable = fields_message(error, MEND_READER)
        else:
            unreadable = with_next_step(Bilingual(error.why, error.why_zh), MEND_READER)
        return Quarantined(record, "event_unreadable", unreadable.text, "服务事件无法读取", sha256)
    if record.key != envelope.subject.encode():
        # The stream would be another one than its producer numbered.
        return Quarantined(
            record, "event_unreadable", "the record's key is not its subject", "服务事件无法读取", sha256
        )
    received: Received[Any] = Received(
        data=getattr(envelope, "data", None),
        message_id=str(envelope.id),
        sender=envelope.source,
        pool_id=envelope.poolid or UUID(int=0),
        content_sha256=sha256,
        received_at=received_at or envelope.time,
        seq=envelope.seq,
        said_at=envelope.time,
    )
    return Incoming(
        record=record,
        received=received,
        cause=causing_id(envelope.source, str(envelope.id)),
        type=envelope.type,
        stream_key=envelope.subject,
    )


def id_reused(message: Incoming) -> Quarantined:
    """An id used again for other bytes: an alarm, no effect, both are kept, and the sender is answered."""
    received = message.received
    return Quarantined(
        message.record,
        "message_id_reused",
        "this id was used before for another message; that one stands; send the new one under a new id",
        "该消息编号已用于内容不同的另一条消息，原消息有效；请使用新的编号重新发送",
        received.content_sha256,
        sender=received.sender,
        pool_id=received.pool_id,
        message_id=received.message_id,
        type=message.type,
    )


def _signature_of(record: Record) -> tuple[str | None, str | None, str | None]:
    """The one signature, the key it names, and what is wrong with it."""
    values = record.header_values(SIGNATURE_HEADER)
    if len(values) != 1 or values[0] is None:
        return None, None, f"expected exactly one header {SIGNATURE_HEADER!r}, found {len(values)}"
    try:
        signature = values[0].decode("ascii")
        return signature, named_key(signature), None
    except (UnicodeDecodeError, SignatureInvalid) as error:
        return None, None, str(error) if isinstance(error, SignatureInvalid) else "the signature is not ASCII"


def _key_of(opened: Opened, keys: Keys) -> SigningKey | None:
    """The key that is to vouch for the record; where the pool can't be read, any key with that id tells the sender."""
    if opened.key_id is None:
        return None
    if opened.pool_id is not None:
        return keys.get((opened.pool_id, opened.key_id))
    return next((key for (_, key_id), key in keys.items() if key_id == opened.key_id), None)


def _vouching_elsewhere(opened: Opened, keys: Keys) -> SigningKey | None:
    """The key as another pool knows it, if it has signed these bytes; of several that of the institution named."""
    if opened.pool_id is None or opened.signature is None:
        return None
    found = [key for (_, key_id), key in sorted(keys.items()) if key_id == opened.key_id]
    if not found:
        return None
    try:
        verify(opened.record.value or b"", opened.signature, found[0].public_key)
    except SignatureInvalid:
        return None
    source = (opened.content or {}).get("source")
    return next((key for key in found if key.institution == source), found[0])


def _vouched(fault: Quarantined, key: SigningKey | None, content: dict[str, Any] | None) -> Quarantined:
    """The fault, with the sender that the signature vouches for and as much of the envelope as could be read."""
    content = content or {}
    message_id, message_type = content.get("id"), content.get("type")
    return replace(
        fault,
        sender=None if key is None else key.institution,
        pool_id=None if key is None else key.pool_id,
        message_id=message_id[:64] if isinstance(message_id, str) else None,
        type=message_type[:100] if isinstance(message_type, str) else None,
    )


def _read_content(
    opened: Opened, key: SigningKey, models: CommandModels, received_at: datetime
) -> Incoming | Quarantined:
    """Sender, audience and schema of a message whose signature holds."""
    record, content = opened.record, opened.content
    assert content is not None

    def fault(code: str, why: str, why_zh: str) -> Quarantined:
        return _vouched(Quarantined(record, code, why, why_zh, opened.sha256), key, content)

    if not key.is_valid_at(received_at):
        return fault(
            "key_not_valid",
            "the key is not valid at this time: another one has taken its place, or its own time begins later; sign "
            "with the key that is valid now",
            "密钥在收到消息时无效：已被替换，或尚未生效；请使用现行有效的密钥签名",
        )
    if content.get("source") != key.institution or content.get("officer") != key.officer:
        return fault(
            "sender_mismatch",
            "source and officer must be those for whom the signing key is registered; name them, or sign with their "
            "key, and send the message again under a new id",
            "source 与 officer 必须与签名密钥的登记一致；请更正或改用其本人的密钥签名，并以新的编号重新发送",
        )
    if content.get("audience") != record.topic:
        return fault(
            "audience_mismatch",
            f"audience must name the topic {record.topic}, to which the message came; name it, or send the message to "
            "the topic that it is meant for, under a new id",
            f"audience 必须是消息所发往的主题 {record.topic}；请更正 audience 或改发至正确的主题，并使用新的编号",
        )
    model = models.get(str(content.get("type")))
    if model is None:
        return fault(
            "type_unknown",
            f"no message of this type is accepted on {record.topic}; take type and topic from the published contracts "
            "(docs/contracts) and send it again under a new id",
            f"主题 {record.topic} 不接受此类消息；请按公布的接口约定（docs/contracts）核对 type 与主题，"
            "并以新的编号重新发送",
        )
    try:
        envelope = model.model_validate_json(record.value or b"")
    except ValidationError as error:
        return fault("schema", *fields_message(error))
    assert opened.signature is not None
    received: Received[Any] = Received(
        data=envelope.data,  # type: ignore[attr-defined]  # every model of the catalogue has data
        message_id=envelope.id,
        sender=envelope.source,
        pool_id=envelope.poolid,
        content_sha256=opened.sha256,
        received_at=received_at,
        acting=Acting(key.institution, key.officer, key.system_use, key.key_id),
        original=SignedMessage.of(record.topic, record.value or b"", opened.signature, received_at),
    )
    return Incoming(
        record=record, received=received, cause=causing_id(envelope.source, envelope.id), type=envelope.type
    )
