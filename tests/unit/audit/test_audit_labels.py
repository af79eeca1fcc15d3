"""Labels: found where the bytes say them, absent where they don't, and never an error."""

import json
from typing import Any
from uuid import UUID

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from services.audit.domain.labels import NONE, READ_BYTES_MAX, TEXT_LENGTH_MAX, Labels, labels_of
from shared.contracts.ids import project_id
from shared.contracts.topics import CLAIMS_EVENTS, LOSS_NOTICES, REGISTRY_COMMANDS, REGISTRY_EVENTS, TREASURY_COMMANDS

POOL = UUID("11111111-2222-4333-8444-555555555555")
PROJECT = project_id(POOL, "bank-of-example", "LC-2026-001")
INSTRUCTION = UUID("99999999-2222-4333-8444-555555555555")


def _bytes(content: Any) -> bytes:
    return json.dumps(content).encode()


def test_a_loss_notice_is_labelled_with_the_project_it_computes() -> None:
    """A notice doesn't name its project; the label is what its lender would compute."""
    notice = {
        "id": "n-1",
        "source": "bank-of-example",
        "type": "claims.loss.notify.v1",
        "poolid": str(POOL),
        "data": {"lender": "bank-of-example", "loan_contract_number": "LC-2026-001"},
    }
    assert labels_of(LOSS_NOTICES, _bytes(notice)) == Labels(
        PROJECT, POOL, None, "n-1", "claims.loss.notify.v1", "bank-of-example"
    )


def test_a_filing_is_labelled_with_the_project_it_computes() -> None:
    """A filing names lender and contract inside its loan."""
    filing = {
        "type": "registry.project.file.v1",
        "poolid": str(POOL),
        "data": {"loan": {"lender": "bank-of-example", "contract_number": "LC-2026-001"}},
    }
    assert labels_of(REGISTRY_COMMANDS, _bytes(filing)).project_id == PROJECT


def test_a_command_is_labelled_with_the_project_it_names() -> None:
    """A command names its project in its data."""
    command = {"type": "claims.review.record.v1", "poolid": str(POOL), "data": {"project_id": str(PROJECT)}}
    assert labels_of("claims.commands", _bytes(command)).project_id == PROJECT


def test_a_bank_confirmation_is_labelled_with_its_instruction() -> None:
    """The bank names the instruction and no project."""
    command = {
        "type": "treasury.payment.confirm.v1",
        "poolid": str(POOL),
        "data": {"instruction_id": str(INSTRUCTION)},
    }
    labels = labels_of(TREASURY_COMMANDS, _bytes(command))
    assert (labels.project_id, labels.instruction_id) == (None, INSTRUCTION)


def test_an_event_is_labelled_with_its_subject() -> None:
    """An event's subject is its project, unless it is the pool."""
    event = {"type": "claims.something.new.v9", "poolid": str(POOL), "subject": str(PROJECT), "data": {}}
    assert labels_of(CLAIMS_EVENTS, _bytes(event)).project_id == PROJECT
    assert labels_of(REGISTRY_EVENTS, _bytes(event | {"subject": str(POOL)})).project_id is None


def test_an_outsider_cannot_choose_a_subject() -> None:
    """On a topic that outsiders write to, a subject is an unknown field and labels nothing."""
    forged = {"type": "x", "poolid": str(POOL), "subject": str(PROJECT), "data": {}}
    assert labels_of(TREASURY_COMMANDS, _bytes(forged)).project_id is None


@pytest.mark.parametrize(
    "value",
    [
        None,
        b"",
        b"null",
        b"[]",
        b'"text"',
        b"\xff\xfe",
        b'{"id": "\xff"}',
        b"{" * 100_000,
        b'{"a":' * 100_000,
        b"[" * 1_000_000,
        b'{"id": ' + b"9" * 100_000 + b"}",
        b'{"id": 1e999999}',
        b'{"id": NaN}',
        b'{"id": "\\ud800"}',
        b"x" * (READ_BYTES_MAX + 1),
    ],
)
def test_what_cannot_be_read_has_no_labels(value: bytes | None) -> None:
    """Tombstones, other bytes than JSON, deep nesting and huge numbers have no labels and stop nothing."""
    assert labels_of(LOSS_NOTICES, value) == NONE


def test_what_the_database_cannot_hold_is_no_label() -> None:
    """NUL, and a text too long for an index, are left out; the bytes are recorded all the same."""
    labels = labels_of(CLAIMS_EVENTS, _bytes({"id": "a\x00b", "type": "t" * (TEXT_LENGTH_MAX + 1), "source": "s"}))
    assert labels == Labels(source="s")


@pytest.mark.parametrize("written", [PROJECT.hex, str(PROJECT).upper(), f"urn:uuid:{PROJECT}", f"{{{PROJECT}}}"])
def test_a_project_is_found_however_its_id_is_written(written: str) -> None:
    """Whatever a reader of UUIDs accepts is found again."""
    assert labels_of("claims.commands", _bytes({"data": {"project_id": written}})).project_id == PROJECT


_names = st.sampled_from(
    ["id", "type", "source", "poolid", "subject", "data", "project_id", "lender", "loan", "loan_contract_number",
     "contract_number", "instruction_id"]
)  # fmt: skip
_words = st.sampled_from(["claims.loss.notify.v1", "registry.project.file.v1", str(POOL), str(PROJECT), "a\x00b"])
_values = st.recursive(
    st.none() | st.integers() | st.floats() | st.text(max_size=5) | _words,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_names, inner, max_size=6),
    max_leaves=8,
)
_topics = st.sampled_from([LOSS_NOTICES, REGISTRY_COMMANDS, CLAIMS_EVENTS, "outcomes.bank-of-example", "x"])


@given(_topics, st.none() | st.binary(max_size=300) | _values.map(_bytes))
@example(LOSS_NOTICES, b'{"poolid": "\xd9\xa1"}')
def test_labelling_never_fails(topic: str, value: bytes | None) -> None:
    """Whatever the bytes are, there are labels, and PostgreSQL can hold each of them."""
    labels = labels_of(topic, value)
    for identity in (labels.project_id, labels.pool_id, labels.instruction_id):
        assert identity is None or isinstance(identity, UUID)
    for text in (labels.message_id, labels.type, labels.source):
        assert text is None or (len(text) <= TEXT_LENGTH_MAX and "\x00" not in text and text.encode().decode() == text)
