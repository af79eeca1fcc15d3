"""What is absent of a message is filled in, and what is wrong with it is said before anything is sent."""

import json
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from riskpool.drafts import VALUE_BYTES_MAX, Draft, draft_of
from riskpool.message_file import read_messages
from shared.contracts.catalogue import COMMAND_MESSAGES
from shared.messaging.signatures import Signer
from simulator.party_messages import Sender

POOL = UUID("0a6f2c1e-6f0d-4b57-9d53-4b1f6a3c7e10")
PROJECT = "82fef07d-abba-5d53-bcf4-c14141eeb807"
NOW = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
SIGNER = Signer(Ed25519PrivateKey.from_private_bytes(bytes(32)))
OFFICER = Sender(POOL, "operator", "reviewer", SIGNER)
SYSTEM = Sender(POOL, "bank", None, SIGNER)
APPROVE = {"type": "registry.project.approve.v1", "data": {"project_id": PROJECT, "filing": 1}}


def draft(content: Any, sender: Sender = OFFICER) -> Draft:
    ((entry,), faults) = read_messages(json.dumps(content, indent=1, ensure_ascii=False))
    assert faults == []
    return draft_of(entry, sender, NOW)


def fields(found: Draft) -> list[tuple[str, int]]:
    return [(fault.field, fault.line) for fault in found.faults]


def test_type_and_data_are_enough() -> None:
    """The envelope is filled in from the sender and the type, and the result is what the pool accepts."""
    found = draft(APPROVE)
    assert found.faults == ()
    assert found.topic == "registry.commands"
    message = COMMAND_MESSAGES["registry.project.approve.v1"].model_validate_json(found.value)
    assert (message.id, message.source, message.officer) == (found.message_id, "operator", "reviewer")
    assert (message.audience, message.poolid, message.time) == ("registry.commands", POOL, NOW)


def test_each_draft_has_an_id_of_its_own() -> None:
    """Two messages without an id are two messages."""
    assert draft(APPROVE).message_id != draft(APPROVE).message_id


def test_a_system_signs_without_an_officer() -> None:
    """A system key's message names no officer, or it would be refused."""
    assert "officer" not in json.loads(draft(APPROVE, SYSTEM).value)


def test_what_is_given_is_kept() -> None:
    """Id and time of the file are the message's."""
    given = {**APPROVE, "id": "my-id", "time": "2026-01-01T00:00:00+08:00"}
    found = json.loads(draft(given).value)
    assert (found["id"], found["time"]) == ("my-id", "2026-01-01T00:00:00+08:00")


def test_a_whole_message_is_sent_byte_for_byte() -> None:
    """Publishing a kept message again is a repeat: its bytes must not change, not even a space."""
    whole = json.loads(draft(APPROVE).value)
    text = json.dumps(whole, indent=3)
    ((entry,), _) = read_messages(f"[\n{text}\n]")
    found = draft_of(entry, OFFICER, NOW)
    assert (found.value, found.faults) == (text.encode(), ())


def test_a_whole_message_of_a_system_gets_no_officer() -> None:
    """It would be another message, said by somebody who has not said it: that is refused, and what to do is told."""
    whole = json.loads(draft(APPROVE, Sender(POOL, "operator", None, SIGNER)).value)
    found = draft(whole)
    (fault,) = found.faults
    assert "officer" not in json.loads(found.value)
    assert fault.field == "officer"
    assert "--as operator" in fault.text
    assert "add reviewer" in fault.text
    assert draft({**whole, "officer": "reviewer"}).faults == ()


def test_a_whole_message_of_another_is_never_made_ones_own() -> None:
    """Whoever publishes what another officer has saved is told, and nothing of it is replaced."""
    whole = json.loads(draft(APPROVE, Sender(POOL, "operator", "verifier", SIGNER)).value)
    found = draft(whole)
    assert (json.loads(found.value), fields(found)) == (whole, [("officer", 1 + list(whole).index("officer") + 1)])


def test_every_fault_has_its_field_and_line() -> None:
    """All faults are named at once, in the file's order."""
    found = draft(
        {
            "type": "registry.project.return.v1",
            "source": "somebody-else",
            "data": {"project_id": "x", "reasons": " ", "more": 1, "filing": 1},
        }
    )
    assert fields(found) == [
        ("source", 3),
        ("data.project_id", 5),
        ("data.reasons", 6),
        ("data.more", 7),
    ]
    # In the words of the receipt that it would get, and not in those of a library.
    assert [fault.text for fault in found.faults if fault.field != "source"] == [
        "must be a UUID in its canonical form, in lower case",
        "must not begin or end with a space",
        "is no field of this message",
    ]


def test_a_missing_field_is_in_its_objects_line() -> None:
    """Where something lacks, the object that should have it is shown."""
    assert fields(draft({"type": "registry.project.approve.v1", "data": {"filing": 1}})) == [("data.project_id", 3)]


def test_a_missing_field_is_said_with_what_is_usual_in_it() -> None:
    """In a part too; what only the pool knows is named, and nothing is filled in for its sender."""
    notice = {"lender": "bank-demo", "loan": {}, "loss": {"principal_fen": 1}}
    texts = {fault.field: fault.text for fault in draft({"type": "claims.loss.notify.v1", "data": notice}).faults}
    assert texts["data.loan_contract_number"] == "is missing: the number of its loan contract"
    assert texts["data.maker"] == 'is missing, such as "loans-maker"'
    assert texts["data.loss.penalty_interest_fen"] == "is missing, such as 0"
    assert texts["data.loss.as_of"] == "is missing"
    assert draft({"type": "claims.loss.notify.v1"}).faults[0].text == "is missing"


@pytest.mark.parametrize(
    ("message_type", "hint"),
    [
        ("registry.project.aprove.v1", "registry.project.approve.v1"),
        ("registry.project.approved.v1", "is said by a service"),
        ("nonsense", "docs/contracts/schemas.lock"),
        (7, "every message says its type"),
    ],
)
def test_a_type_that_nobody_outside_sends_is_said(message_type: object, hint: str) -> None:
    """A slip of the pen gets the right name, an event is told apart from a command."""
    (fault,) = draft({**APPROVE, "type": message_type}).faults
    assert fault.field == "type"
    assert hint in fault.text


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"officer": "somebody-else"}, "officer"),
        ({"poolid": "11111111-1111-1111-1111-111111111111"}, "poolid"),
        ({"audience": "claims.commands"}, "audience"),
        ({"signature": "x"}, "signature"),
        ({"id": "not an id"}, "id"),
    ],
)
def test_an_envelope_that_would_be_refused_is_said(changed: dict[str, str], field: str) -> None:
    """Sender, pool and topic have to be those of the key and the type."""
    assert [fault.field for fault in draft({**APPROVE, **changed}).faults] == [field]


def test_an_officer_on_a_systems_message_is_said() -> None:
    """A system key can't sign for a person."""
    (fault,) = draft({**APPROVE, "officer": "reviewer"}, SYSTEM).faults
    assert (fault.field, "left out" in fault.text) == ("officer", True)


@pytest.mark.parametrize("content", [7, "text", None, [1]])
def test_what_is_no_object_is_no_message(content: object) -> None:
    """A value that is no object has no type and nowhere to go."""
    ((entry,), _) = read_messages(json.dumps([content]))
    found = draft_of(entry, OFFICER, NOW)
    assert (len(found.faults), found.topic) == (1, "")


def test_what_intake_refuses_unread_is_said_too() -> None:
    """More than 64 KiB are refused, whatever they say."""
    reasons = {"type": "registry.project.return.v1", "data": {"project_id": PROJECT, "filing": 1, "reasons": "x"}}
    text = json.dumps(json.loads(draft(reasons).value)).replace("{", "{" + " " * VALUE_BYTES_MAX, 1)
    ((entry,), _) = read_messages(text)
    (fault,) = draft_of(entry, OFFICER, NOW).faults
    assert "65536" in fault.text


def test_an_unknown_type_goes_where_its_audience_says() -> None:
    """To try a refusal it can be sent all the same, and only to a topic that outsiders write to."""
    unknown = {"type": "nonsense", "data": {}}
    assert draft(unknown).topic == ""
    assert draft({**unknown, "audience": "loss-notices"}).topic == "loss-notices"
    assert draft({**unknown, "audience": "claims.events"}).topic == ""
