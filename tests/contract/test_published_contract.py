"""What is published about messages is what the models say, and what was once published can be read for ever."""

import copy
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from typing import Any

import pytest
from cloudevents.core.bindings.kafka import KafkaMessage, from_structured
from cloudevents.core.formats.json import JSONFormat
from jsonschema import Draft7Validator, FormatChecker
from pydantic import ValidationError

from riskpool.contracts import differences, example, examples, message_schema, schema_files
from scenarios.recorded import published_bytes
from shared.contracts.catalogue import COMMAND_MESSAGES, COMMANDS, EVENT_MESSAGES, EVENTS, command_messages
from shared.contracts.documents import SignedMessage
from shared.contracts.envelope import CONTENT_TYPE, SIGNATURE_HEADER
from shared.messaging.business_time import named_business_time
from shared.messaging.encoding import sha256_hex
from shared.messaging.intake import read_event, read_original
from shared.messaging.message import Incoming, Record
from tests.contract.example_contexts import example_keys, fresh, outside, signature_of

TYPES = sorted((*COMMANDS, *EVENTS))
EVENT_BYTES_MAX = 1024 * 1024
AT = datetime(2099, 12, 31, tzinfo=UTC)

Path = tuple[str | int, ...]


@cache
def published_schema(message_type: str) -> Draft7Validator:
    return Draft7Validator(message_schema(message_type), format_checker=FormatChecker())


def schema_takes(message_type: str, content: object) -> bool:
    return published_schema(message_type).is_valid(content)


def model_takes(message_type: str, content: object) -> bool:
    model = COMMAND_MESSAGES.get(message_type) or EVENT_MESSAGES[message_type]
    try:
        model.model_validate_json(published_bytes(content))
    except ValidationError:
        return False
    return True


def objects_in(content: Any, path: Path = ()) -> Iterator[Path]:
    """The paths of all objects in a message, the whole message first."""
    if isinstance(content, dict):
        yield path
        for name, part in content.items():
            yield from objects_in(part, (*path, name))
    elif isinstance(content, list):
        for index, part in enumerate(content):
            yield from objects_in(part, (*path, index))


def at(content: Any, path: Path) -> Any:
    for step in path:
        content = content[step]
    return content


def read_as_event(content: dict[str, Any]) -> object:
    record = Record("topic", 0, 0, content["subject"].encode(), published_bytes(content), (), 0)
    return read_event(record, EVENT_MESSAGES, AT, EVENT_BYTES_MAX)


def test_published_files_are_those_that_the_models_generate() -> None:
    """Schemas, AsyncAPI document and quoted programs are never behind the code."""
    assert differences() == [], "run make contracts"


def test_every_type_has_a_schema_and_an_example() -> None:
    """A new type comes with both; a scenario says it, and make contracts records it."""
    assert sorted(examples()) == TYPES
    files = {path.parent.name + "." + path.stem: json.loads(text) for path, text in schema_files().items()}
    assert sorted(files) == TYPES
    for message_type, schema in files.items():
        Draft7Validator.check_schema(schema)
        assert schema == {**message_schema(message_type), "examples": [example(message_type)]}


@pytest.mark.parametrize("message_type", TYPES)
def test_example_is_read_by_model_and_schema(message_type: str) -> None:
    """What was said is what model and schema describe, byte for byte."""
    recorded = example(message_type)
    assert recorded["type"] == message_type
    assert model_takes(message_type, recorded)
    published_schema(message_type).validate(recorded)


CONTEXTS = sorted({each.scenario for each in examples().values() if each.place is not None})


@pytest.mark.parametrize("scenario", CONTEXTS)
def test_every_command_that_is_shown_is_answered_as_is_shown(scenario: str) -> None:
    """Said in its place of what was said before it, with its own bytes and signature, it is accepted once more."""
    shown = {each.place: each for each in examples().values() if each.scenario == scenario and each.place is not None}
    simulator = fresh(scenario)
    for place, record in enumerate(outside(scenario)):
        each, before = shown.pop(place, None), len(simulator.observed)
        value = record.value if each is None else published_bytes(each.payload)
        signature = signature_of(record) if each is None else each.headers[SIGNATURE_HEADER]
        simulator.send(record.topic, value, signature, named_business_time(record))
        if each is not None:
            # A bank is told to pay on the same topic, by what it has said itself.
            outcomes = (
                observed.content for observed in simulator.observed[before:] if observed.topic.startswith("outcomes.")
            )
            answers = [content for content in outcomes if content["type"].endswith(".receipt.issued.v1")]
            (answer,) = (outcome["data"] for outcome in answers if outcome["causationid"] == each.payload["id"])
            assert each.topic == record.topic
            assert (answer, answer["outcome"]) == (each.answer, "accepted"), each.type
    assert shown == {}


@pytest.mark.parametrize("message_type", sorted(EVENTS))
def test_event_is_written_again_as_it_was(message_type: str) -> None:
    """Nothing that an event says is lost between reading and writing, and what is absent stays absent."""
    recorded = example(message_type)
    read = EVENT_MESSAGES[message_type].model_validate_json(published_bytes(recorded))
    again = json.loads(read.model_dump_json(exclude_none=True))
    assert lost(recorded, again) == []
    assert all(name in message_schema_optional(message_type) for name in set(again["data"]) - set(recorded["data"]))


def lost(recorded: Any, again: Any, path: Path = ()) -> list[Path]:
    """The paths of what was said and is no longer; an optional field may have been added since, in any part."""
    if isinstance(recorded, dict) and isinstance(again, dict):
        return [found for name in recorded for found in lost(recorded[name], again.get(name), (*path, name))]
    if isinstance(recorded, list) and isinstance(again, list) and len(recorded) == len(again):
        return [found for place, value in enumerate(recorded) for found in lost(value, again[place], (*path, place))]
    return [] if recorded == again else [path]


def message_schema_optional(message_type: str) -> set[str]:
    """The fields of the data of a type that may be absent."""
    fields = EVENTS[message_type].model_fields
    return {name for name, field in fields.items() if not field.is_required()}


@pytest.mark.parametrize("message_type", sorted(EVENTS))
def test_event_with_unknown_fields_is_read(message_type: str) -> None:
    """A reader of today reads an event of tomorrow, wherever in it the new field stands, by model and by schema."""
    recorded = example(message_type)
    for path in objects_in(recorded):
        newer = copy.deepcopy(recorded)
        at(newer, path)["added_later"] = {"by": ["a", "newer", "version"]}
        assert isinstance(read_as_event(newer), Incoming), path
        assert schema_takes(message_type, newer), path


@pytest.mark.parametrize("message_type", sorted(EVENTS))
def test_optional_fields_of_events_can_be_absent(message_type: str) -> None:
    """Events are written without nulls, so whatever may be null has to be readable when it is not there."""
    for model in (EVENTS[message_type], EVENT_MESSAGES[message_type]):
        for name, field in model.model_fields.items():
            can_be_null = type(None) in getattr(field.annotation, "__args__", ())
            assert not (can_be_null and field.is_required()), name


@pytest.mark.parametrize("message_type", sorted(COMMANDS))
def test_command_with_an_unknown_field_is_refused(message_type: str) -> None:
    """What the pool would not understand it does not take, wherever it stands, by model and by schema."""
    recorded = example(message_type)
    for path in objects_in(recorded):
        strange = copy.deepcopy(recorded)
        at(strange, path)["unknown"] = 1
        assert not model_takes(message_type, strange), path
        assert not schema_takes(message_type, strange), path


@pytest.mark.parametrize("message_type", sorted(COMMANDS))
def test_schema_and_model_agree_on_commands(message_type: str) -> None:
    """What the schema refuses the model refuses too; without a field, both say the same."""
    recorded = example(message_type)
    for path in objects_in(recorded):
        for name in at(recorded, path):
            without = copy.deepcopy(recorded)
            del at(without, path)[name]
            assert schema_takes(message_type, without) == model_takes(message_type, without), (path, name)
            for wrong in (None, 1.5, -1, "", "x" * 3_000, [], {}, 10**16):
                other = copy.deepcopy(recorded)
                at(other, path)[name] = wrong
                # The audience is part of the published schema; in the pool it is intake that compares it.
                if name != "audience" and not schema_takes(message_type, other):
                    assert not model_takes(message_type, other), (path, name, wrong)


@pytest.mark.parametrize("message_type", TYPES)
def test_schema_names_the_topic_and_forbids_fractions(message_type: str) -> None:
    """A sender finds the audience in the schema, and every amount is an integer there."""
    schema = message_schema(message_type)
    if message_type in COMMANDS:
        assert schema["properties"]["audience"]["const"] == COMMANDS[message_type].topic
    amounts = [
        (name, field)
        for part in schema.get("definitions", {}).values()
        for name, field in part.get("properties", {}).items()
        if name.endswith("_fen")
    ]
    # An optional amount of a command can be null too.
    kinds = [{kind["type"] for kind in field.get("anyOf", [field])} for _, field in amounts]
    assert all("integer" in kind <= {"integer", "null"} for kind in kinds)
    assert '"type": "number"' not in json.dumps(schema)


@pytest.mark.parametrize("message_type", TYPES)
def test_message_is_a_cloudevent_to_others(message_type: str) -> None:
    """The CloudEvents project's own library reads the record's value, and finds our attributes and data in it."""
    recorded = example(message_type)
    message = KafkaMessage(headers={"content-type": CONTENT_TYPE.encode()}, key=None, value=published_bytes(recorded))
    event = from_structured(message, JSONFormat())
    assert event.get_specversion() == "1.0"
    assert (event.get_id(), event.get_source(), event.get_type()) == (recorded["id"], recorded["source"], message_type)
    assert event.get_time() == datetime.fromisoformat(recorded["time"])
    assert event.get_data() == recorded["data"]
    for name in ("audience", "poolid", "officer", "seq", "causationid"):
        assert event.get_extension(name) == recorded.get(name)


@pytest.mark.parametrize("message_type", TYPES)
def test_signed_originals_in_examples_are_genuine(message_type: str) -> None:
    """Whoever doesn't take a service's word finds each signed message in an example readable and rightly signed."""
    recorded = example(message_type)
    for path in objects_in(recorded):
        part = at(recorded, path)
        if "value_base64" in part:
            original = SignedMessage.model_validate(part)
            assert (
                read_original(original, example_keys(message_type), command_messages(original.topic), AT) is not None
            ), path


def test_the_shown_approval_names_its_filing() -> None:
    """Without it nothing is approved (5.4)."""
    assert example("registry.project.approve.v1")["data"]["filing"] == 1


def test_story_binds_the_bytes_it_names() -> None:
    """The plan that is confirmed and released in the examples is the one whose bytes are there."""
    released = example("claims.payout.released.v1")["data"]
    plan = SignedMessage.model_validate(released["plan"])
    assert sha256_hex(plan.value) == released["plan_sha256"]
    assert sha256_hex(published_bytes(example("claims.plan.draw_up.v1"))) == released["plan_sha256"]
    notice = example("claims.loss.notify.v1")
    assert sha256_hex(published_bytes(notice)) == example("claims.receipt.issued.v1")["data"]["message_sha256"]
