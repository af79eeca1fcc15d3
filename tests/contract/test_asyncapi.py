"""The AsyncAPI document is valid, complete, and true in its examples and figures."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import yaml
from jsonschema import Draft7Validator

from riskpool.contracts import ASYNCAPI, CONTRACTS, OUTCOMES, schema_files
from scenarios.recorded import example_party_keys, published_bytes
from shared.contracts.catalogue import COMMANDS, EVENT_MESSAGES, EVENTS, command_messages
from shared.contracts.envelope import CONTENT_TYPE, SIGNATURE_HEADER
from shared.contracts.ids import case_number, project_id
from shared.contracts.receipts import Outcome
from shared.contracts.topics import COMMAND_TOPICS, OUTCOMES_PARTITIONS, TOPICS, outcomes_topic
from shared.messaging.intake import open_record, read_command
from shared.messaging.message import Incoming, Record
from shared.messaging.settings import MessagingSettings
from shared.messaging.signatures import Signer, verify
from shared.messaging.strict import DEPTH_MAX, INTEGER_DIGITS_MAX
from simulator.parties import LENDER, SYSTEM
from tests.contract.example_contexts import example_keys

OFFICIAL_SCHEMA = Path(__file__).with_name("asyncapi") / "3.0.0.json"
AT = datetime(2099, 12, 31, tzinfo=UTC)
# The pool of the worked ids in the description.
POOL = UUID("0a6f2c1e-6f0d-4b57-9d53-4b1f6a3c7e10")
# RFC 8037, appendix A.3.
RFC_8037_THUMBPRINT = "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"

# Where no signature tells who sent it, and for what a service sent, there is no receipt.
UNANSWERED = {"signature_missing", "signature_wrong", "key_unknown", "event_unreadable"}

Content = dict[str, Any]


@cache
def document() -> Content:
    found: Content = yaml.safe_load(ASYNCAPI.read_text(encoding="utf-8"))
    return found


@cache
def schemas() -> dict[Path, Any]:
    return {path: json.loads(text) for path, text in schema_files().items()}


def prose() -> str:
    return " ".join(document()["info"]["description"].split())


def references(content: Any) -> Iterator[str]:
    """Every reference in the document; what stands in an example is data."""
    if isinstance(content, dict):
        if isinstance(content.get("$ref"), str):
            yield content["$ref"]
        for name, part in content.items():
            if name != "examples":
                yield from references(part)
    elif isinstance(content, list):
        for part in content:
            yield from references(part)


def resolved(reference: str) -> Any:
    """What a reference points to: a place in the document, or a file beside it."""
    if not reference.startswith("#/"):
        return schemas()[CONTRACTS / reference]
    found: Any = document()
    for step in reference.removeprefix("#/").split("/"):
        found = found[step]
    return found


def whole(content: Any) -> Any:
    """The content with its references followed."""
    if isinstance(content, dict):
        return whole(resolved(content["$ref"])) if "$ref" in content else {k: whole(v) for k, v in content.items()}
    return content


def channel_types(channel: str) -> list[str]:
    return sorted(document()["channels"][channel]["messages"])


def messages_with_examples() -> list[str]:
    return [name for name, message in document()["components"]["messages"].items() if "examples" in message]


def test_document_is_valid_asyncapi() -> None:
    """The official JSON Schema of AsyncAPI 3.0.0 has nothing to object."""
    official = Draft7Validator(json.loads(OFFICIAL_SCHEMA.read_text(encoding="utf-8")))
    errors = [f"{'/'.join(map(str, error.path))}: {error.message[:200]}" for error in official.iter_errors(document())]
    assert errors == []


def test_channels_are_the_topics() -> None:
    """Every topic is a channel under its own name and with its partition count, and there is no other channel."""
    found = {
        name: (channel["address"], channel["bindings"]["kafka"]["partitions"])
        for name, channel in document()["channels"].items()
    }
    wanted = {topic.name: (topic.name, topic.partitions) for topic in TOPICS}
    assert found == {**wanted, OUTCOMES: (outcomes_topic("{institution}"), OUTCOMES_PARTITIONS)}


def test_every_type_travels_on_its_topic_and_on_no_other() -> None:
    """A type is a message of the channel of its topic; what has no topic comes on outcomes."""
    for channel in document()["channels"]:
        topic = "" if channel == OUTCOMES else channel
        wanted = sorted(name for name, data in (*COMMANDS.items(), *EVENTS.items()) if data.topic == topic)
        assert channel_types(channel) == wanted
    assert sorted(document()["components"]["messages"]) == sorted((*COMMANDS, *EVENTS))


def test_every_reference_resolves() -> None:
    """Nothing points to a place or a file that is not there; a payload is the schema of the message's own type."""
    for reference in references(document()):
        assert resolved(reference) is not None, reference
    for name, message in document()["components"]["messages"].items():
        assert resolved(message["payload"]["$ref"])["properties"]["type"]["const"] == name


def test_every_channel_has_one_operation_as_an_outsider_sees_it() -> None:
    """An outside party sends to the command topics, where a receipt is its reply, and receives from all others."""
    actions = {}
    for operation in document()["operations"].values():
        channel = operation["channel"]["$ref"].removeprefix("#/channels/")
        assert channel not in actions
        actions[channel] = operation["action"]
        if operation["action"] == "send":
            assert operation["reply"]["channel"]["$ref"] == f"#/channels/{OUTCOMES}"
            receipts = [message["$ref"].rsplit("/", 1)[1] for message in operation["reply"]["messages"]]
            service = channel.split(".", maxsplit=1)[0].replace("loss-notices", "claims")
            assert receipts == [f"{service}.receipt.issued.v1"]
    assert actions == {
        channel: "send" if channel in COMMAND_TOPICS else "receive" for channel in document()["channels"]
    }


@pytest.mark.parametrize("name", messages_with_examples())
def test_examples_keep_to_their_schemas(name: str) -> None:
    """The example's headers and payload are what the document says they are."""
    message = document()["components"]["messages"][name]
    trait = whole(message["traits"][0])
    for given in message["examples"]:
        Draft7Validator(trait["headers"]).validate(given["headers"])
        Draft7Validator(resolved(message["payload"]["$ref"])).validate(given["payload"])
        assert given["headers"]["content-type"] == CONTENT_TYPE


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_signed_example_passes_intake(name: str) -> None:
    """A service takes the example's bytes with the example's signature: nothing in it is made up."""
    for given in document()["components"]["messages"][name]["examples"]:
        topic = COMMANDS[name].topic
        headers = tuple((header, value.encode()) for header, value in given["headers"].items())
        record = Record(topic, 0, 0, None, published_bytes(given["payload"]), headers, 0)
        opened = open_record(record, 64 * 1024)
        assert isinstance(read_command(opened, example_keys(name), command_messages(topic), AT), Incoming)


def test_outcome_examples_are_read_by_the_models() -> None:
    """Receipts and payment instructions are as the services write them; an instruction is signed by the treasury."""
    for name in channel_types(OUTCOMES):
        for given in document()["components"]["messages"][name]["examples"]:
            EVENT_MESSAGES[name].model_validate_json(published_bytes(given["payload"]))
            if SIGNATURE_HEADER in given["headers"]:
                key = Signer(example_party_keys().private_key("treasury", SYSTEM)).public_key
                verify(published_bytes(given["payload"]), given["headers"][SIGNATURE_HEADER], key)
    assert (
        SIGNATURE_HEADER
        in document()["components"]["messages"]["treasury.payment.instruction.v1"]["examples"][0]["headers"]
    )


def test_loss_notice_is_signed_with_the_published_test_key() -> None:
    """An integrator can make the example's signature with the key of RFC 8037, whose thumbprint the RFC states."""
    signer = Signer(example_party_keys().private_key(LENDER, SYSTEM))
    assert signer.key_id == RFC_8037_THUMBPRINT
    (given,) = document()["components"]["messages"]["claims.loss.notify.v1"]["examples"]
    assert given["headers"][SIGNATURE_HEADER] == signer.sign(published_bytes(given["payload"]))


def test_prose_states_the_figures_that_hold() -> None:
    """Limits, outcomes, reason codes and worked ids in the description are those of the code."""
    settings = MessagingSettings.model_fields
    assert settings["value_bytes_max"].default == 65_536
    assert "64 KiB** (65,536 bytes)" in prose()
    assert f"up to {settings['key_wait_seconds_max'].default} seconds" in prose()
    assert f"at most {INTEGER_DIGITS_MAX} digits" in prose()
    assert f"at most {DEPTH_MAX} deep" in prose()
    for outcome in Outcome:
        assert f"| `{outcome.value}` |" in prose()
    project = project_id(POOL, "example-bank", "LC-2026-0007")
    assert f"`{project}`" in prose()
    assert f"`{case_number(project, 2026)}`" in prose()


def test_prose_names_every_reason_code_of_intake() -> None:
    """The description lists the codes with which intake answers a known sender, all of them and no other."""
    messaging = Path(__file__).parents[2] / "shared" / "messaging"
    text = "".join((messaging / name).read_text(encoding="utf-8") for name in ("intake.py", "transaction.py"))
    raised = set(re.findall(r'(?:\bfault\(|\bQuarantined\(\s*[a-z.]*record,)\s*"([a-z_]+)"', text))
    listed = prose().split("before any rule is asked")[1].split("**")[0]
    assert raised - UNANSWERED == set(re.findall(r"`([a-z_]+)`", listed))
    assert raised >= UNANSWERED
