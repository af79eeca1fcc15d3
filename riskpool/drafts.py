"""From a file's entry to the message that is signed: what is absent is filled in, and what is wrong is said."""

import difflib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from pydantic import BaseModel, ValidationError

from riskpool.message_file import Entry, Fault
from shared.contracts.catalogue import COMMAND_MESSAGES, COMMANDS, EVENTS
from shared.contracts.examples import FromContext
from shared.contracts.topics import COMMAND_TOPICS
from shared.messaging.fault_messages import FIELD_FAULTS, fault_message
from shared.messaging.strict import Malformed, decode
from simulator.party_messages import Sender
from simulator.samples import example_of, hints_of, part_of

VALUE_BYTES_MAX = 64 * 1024
_ATTRIBUTES = frozenset(
    {"specversion", "id", "source", "type", "time", "datacontenttype", "audience", "poolid", "officer", "data"}
)


@dataclass(frozen=True)
class Draft:
    """A message as it will be signed. ``topic`` is empty where nothing says where it could be sent to."""

    line: int
    message_id: str
    message_type: str
    topic: str
    value: bytes
    faults: Sequence[Fault] = ()


def draft_of(entry: Entry, sender: Sender, now: datetime | None = None) -> Draft:
    """The message that the entry becomes when ``sender`` publishes it, with everything that is wrong with it."""
    content = entry.content
    if not isinstance(content, dict):
        fault = Fault(entry.line, "", "a message is a JSON object with type and data")
        return Draft(entry.line, "", "", "", entry.text.encode("utf-8", "surrogatepass"), (fault,))
    message_type = content.get("type")
    command = COMMANDS.get(message_type) if isinstance(message_type, str) else None
    whole = _filled_in(content, sender, "" if command is None else command.topic, now or datetime.now(UTC))
    faults = [*_faults_of_type(entry, content), *_faults_of_sender(entry, whole, sender)]
    # A message that is whole is sent as it stands, byte for byte: sent again, it is a repeat and not another message.
    text = entry.text if whole == content else json.dumps(whole, ensure_ascii=False, separators=(",", ":"))
    value = text.encode("utf-8", "surrogatepass")
    if command is not None:
        faults += _faults_of_fields(entry, value, command.message_type, command.topic, whole)
    if not faults:
        faults += _faults_of_text(entry, value)
    return Draft(
        line=entry.line,
        message_id=str(whole["id"]),
        message_type=str(message_type),
        topic=_topic(whole, "" if command is None else command.topic),
        value=value,
        faults=tuple(sorted(faults, key=lambda fault: fault.line)),
    )


def _filled_in(content: dict[str, Any], sender: Sender, topic: str, now: datetime) -> dict[str, Any]:
    """The content with each attribute of the envelope that it lacks."""
    defaults: dict[str, Any] = {
        "specversion": "1.0",
        "id": str(uuid4()),
        "source": sender.institution,
        "type": content.get("type"),
        "time": now.isoformat(timespec="milliseconds"),
        "audience": topic,
        "poolid": str(sender.pool_id),
        "officer": sender.officer,
    }
    filled = {name: value for name, value in defaults.items() if value is not None and name not in content}
    # Whoever writes all but the officer has written a system key's message: with an officer it would be another one.
    if filled.keys() == {"officer"}:
        return content
    # Data last, as people read a message; a whole one keeps its own order.
    return {**filled, **content} if filled else content


def _topic(whole: dict[str, Any], topic: str) -> str:
    """Where the message goes: to its type's topic, or where its audience says if the type is unknown."""
    audience = whole.get("audience")
    return topic or (audience if isinstance(audience, str) and audience in COMMAND_TOPICS else "")


def _faults_of_type(entry: Entry, content: dict[str, Any]) -> list[Fault]:
    """Whether the type is one that outsiders send."""
    line, found = entry.line_of(("type",)), content.get("type")
    if not isinstance(found, str):
        return [Fault(line, "type", "every message says its type, such as claims.loss.notify.v1")]
    if found in COMMANDS:
        return []
    if found in EVENTS:
        return [Fault(line, "type", f"{found} is said by a service, and nobody else can say it")]
    close = difflib.get_close_matches(found, COMMANDS, 1)
    hint = f"did you mean {close[0]}?" if close else "docs/contracts/schemas.lock has all types"
    return [Fault(line, "type", f"there is no type {found}; {hint}")]


def _faults_of_sender(entry: Entry, whole: dict[str, Any], sender: Sender) -> list[Fault]:
    """Whether the envelope names the one who signs; another one's name would be refused."""
    expected = {"source": sender.institution, "officer": sender.officer, "poolid": str(sender.pool_id)}
    return [
        Fault(entry.line_of((name,)), name, _wrong_sender(name, value, whole, sender))
        for name, value in expected.items()
        if whole.get(name) != value
    ]


def _wrong_sender(name: str, wanted: str | None, whole: dict[str, Any], sender: Sender) -> str:
    if name not in whole:
        return (
            "a message with all but an officer is a system key's: "
            f"publish it --as {sender.institution}, or add {wanted}, who signs"
        )
    if wanted is None:
        return f"must be left out, since a system key signs (it is {whole[name]!r})"
    which = "the pool of the key" if name == "poolid" else "who signs"
    return f"must be {wanted}, {which} (it is {whole[name]!r})"


def _faults_of_fields(entry: Entry, value: bytes, message_type: str, topic: str, whole: dict[str, Any]) -> list[Fault]:
    """What the type's model says, each fault in its line."""
    faults = []
    if whole.get("audience") != topic:
        faults.append(Fault(entry.line_of(("audience",)), "audience", f"must be {topic}, the topic of the type"))
    try:
        COMMAND_MESSAGES[message_type].model_validate_json(value)
    except ValidationError as error:
        for found in error.errors(include_url=False, include_input=False, include_context=True):
            path = tuple(found["loc"])
            # The words of the receipt that the message would get.
            said = fault_message(found).text if found["type"] in FIELD_FAULTS else found["msg"]
            if found["type"] == "missing" and path[0] == "data":
                said += _example(COMMANDS[message_type], path[1:])
            faults.append(Fault(entry.line_of(path), ".".join(str(part) for part in path), said))
    named = {fault.field for fault in faults}
    unknown = [name for name in whole if name not in _ATTRIBUTES and name not in named]
    faults += [Fault(entry.line_of((name,)), name, "there is no such attribute") for name in unknown]
    return faults


def _example(model: type[BaseModel], path: Sequence[str | int]) -> str:
    """What is usually said in a field that is missing; it is not filled in, since only its sender knows it."""
    names = [name for name in path if isinstance(name, str)]
    for name in names[:-1]:
        part, _ = part_of(hints_of(model)[name])
        assert part is not None, "a field is missing in a part of the message"
        model = part
    value = example_of(model, names[-1]) if names else None
    match value:
        case FromContext():
            return f": {value.value}"
        case str() | int():
            return f", such as {json.dumps(value, ensure_ascii=False)}"
    return ""


def _faults_of_text(entry: Entry, value: bytes) -> list[Fault]:
    """What intake refuses before it looks at any field: size, fractions, depth."""
    try:
        decode(value, VALUE_BYTES_MAX)
    except Malformed as error:
        return [Fault(entry.line, "", str(error))]
    return []
