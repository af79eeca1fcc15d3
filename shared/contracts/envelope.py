"""The envelope of every message: CloudEvents 1.0 in structured JSON.

A message model is plain data with its type's name; ``message_model`` puts the envelope around it. Commands come from
outside and forbid unknown fields; events come from the services and are read with unknown fields ignored, so that an
optional field can be added without breaking a reader.
"""

from typing import Annotated, Any, ClassVar, Literal, Self, Unpack

from pydantic import BaseModel, ConfigDict, Field, create_model

from shared.contracts.examples import Spoken
from shared.contracts.words import Identity, InstitutionId, MessageId, Moment, OfficerId

CONTENT_TYPE = "application/cloudevents+json; charset=utf-8"

# One header carries the detached JWS over the exact bytes of the value.
SIGNATURE_HEADER = "signature"

# A model is built when it is first needed: no process needs all of them, and each pays for what it builds at its start.
_COMMAND = ConfigDict(frozen=True, extra="forbid", strict=True, defer_build=True)
_EVENT = ConfigDict(frozen=True, extra="ignore", strict=True, defer_build=True)


class Part(BaseModel):
    """A part of a command: unknown fields are refused."""

    model_config = _COMMAND


class Message(BaseModel):
    """The data of a message. Its type is said where its class begins, ``name="claims.plan.confirm.v1"``.

    ``topic`` is where it is sent: on its service's, unless its class says another.
    """

    message_type: ClassVar[str]
    topic: ClassVar[str]

    def __init_subclass__(cls, name: str = "", **options: Unpack[ConfigDict]) -> None:
        """The type called ``name``, if it is one; a base class of several has none."""
        super().__init_subclass__(**options)
        if name:
            cls.message_type = name
            if not hasattr(cls, "topic"):
                kind = "commands" if issubclass(cls, Command) else "events"
                cls.topic = f"{name.partition('.')[0]}.{kind}"


class Command(Message):
    """The data of a message from outside; imperative. ``spoken`` is its everyday name."""

    model_config = _COMMAND
    spoken: ClassVar[Spoken]


class EventPart(BaseModel):
    """A part of an event: unknown fields are ignored."""

    model_config = _EVENT


class Event(Message):
    """The data of a message that a service publishes; past tense. What is said to one only has no topic."""

    model_config = _EVENT


class CommandEnvelope(BaseModel):
    """What surrounds a command. ``source`` is the acting institution, ``audience`` the topic it is meant for."""

    model_config = _COMMAND

    specversion: Literal["1.0"]
    id: MessageId
    source: Annotated[InstitutionId, Field(description="the acting institution")]
    type: str
    time: Annotated[Moment, Field(description="the sender's clock; what counts is the time of intake")]
    datacontenttype: Literal["application/json"] = "application/json"
    audience: Annotated[str, Field(description="the topic that the message is sent to")]
    poolid: Annotated[Identity, Field(description="the pool in which the institution acts")]
    officer: Annotated[
        OfficerId | None, Field(description="the acting officer; absent on what an institution's system key signs")
    ] = None


class EventEnvelope(BaseModel):
    """What surrounds an event. ``source`` is the service, ``subject`` the project or pool, ``seq`` gapless per stream.

    A stream is all that one service says on one topic under one key. ``causationid`` is the id of the message that
    brought the event about.
    """

    model_config = _EVENT

    specversion: Literal["1.0"]
    id: Identity
    source: Annotated[str, Field(description="the service")]
    type: str
    subject: Annotated[str, Field(description="the project or the pool; the record's key")]
    time: Annotated[Moment, Field(description="when the message that brought it about was taken in")]
    datacontenttype: Literal["application/json"] = "application/json"
    poolid: Annotated[Identity | None, Field(description="absent on what concerns no single pool")] = None
    seq: Annotated[int, Field(strict=True, ge=1, description="without gaps per service, topic and key")]
    causationid: Annotated[str, Field(description="id of the message that brought it about")]

    @classmethod
    def model_validate_json(cls, json_data: str | bytes | bytearray, **options: Any) -> Self:
        """Read an event; unknown fields are ignored in its parts too, even in those that a command shares with it."""
        return super().model_validate_json(json_data, **{"extra": "ignore", **options})


def message_model(data: type[Command] | type[Event]) -> type[CommandEnvelope] | type[EventEnvelope]:
    """The model of a whole message whose ``data`` is of the type given."""
    envelope = CommandEnvelope if issubclass(data, Command) else EventEnvelope
    return create_model(
        f"{data.__name__}Message",
        __base__=envelope,
        __doc__=data.__doc__,
        type=(Literal[data.message_type], ...),  # type: ignore[arg-type]  # mypy knows no literal made at run time
        data=(data, ...),
    )
