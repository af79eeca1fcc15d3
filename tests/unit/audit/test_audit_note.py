"""Checkpoints as signed notes: the known vectors, and that nothing but the signed text is ever accepted."""

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from services.audit.note import (
    Checkpoint,
    NoteInvalid,
    VerifierKey,
    checkpoint_text,
    read_checkpoint,
    read_verifier_key,
    signed_note,
    verified_text,
    verifier_key_of,
)
from tests.unit.public_key_examples import NO_POINTS, SECOND_ENCODINGS, SMALL_ORDER, WITH_A_SMALL_PART

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
WITNESS = Ed25519PrivateKey.from_private_bytes(bytes(range(32, 64)))
ORIGIN = "pool.example/audit"
CHECKPOINT = Checkpoint(ORIGIN, 20852163, bytes(range(32)))
VERIFIER = verifier_key_of(ORIGIN, KEY)
NOTE = signed_note(checkpoint_text(CHECKPOINT), ORIGIN, KEY)

# The example of the Go package from which C2SP's signed notes come.
GO_VERIFIER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
GO_TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
GO_NOTE = (
    f"{GO_TEXT}\n— PeterNeumann "
    "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)


def test_the_known_note_verifies() -> None:
    """Key hash, key text and signature are those that other implementations make."""
    verifier = read_verifier_key(GO_VERIFIER)
    assert str(verifier) == GO_VERIFIER
    assert verified_text(GO_NOTE, verifier) == GO_TEXT


def test_a_checkpoint_has_the_known_shape() -> None:
    """Origin, size, root, empty line, and a signature line of key hash and signature."""
    lines = NOTE.split("\n")
    assert lines[:4] == [ORIGIN, "20852163", base64.b64encode(CHECKPOINT.root).decode(), ""]
    dash, name, signature = lines[4].split(" ")
    assert (dash, name, lines[5:]) == ("—", ORIGIN, [""])
    assert base64.b64decode(signature)[:4] == VERIFIER.key_hash
    assert len(base64.b64decode(signature)) == 4 + 64
    assert read_checkpoint(verified_text(NOTE, VERIFIER)) == CHECKPOINT


def test_a_witness_can_countersign() -> None:
    """A line of a key that the reader doesn't know is passed over, and a reader who knows it can check it."""
    line = signed_note(checkpoint_text(CHECKPOINT), "witness.example/w1", WITNESS).rpartition("\n\n")[2]
    assert verified_text(NOTE + line, VERIFIER) == checkpoint_text(CHECKPOINT)
    assert verified_text(NOTE + line, verifier_key_of("witness.example/w1", WITNESS)) == checkpoint_text(CHECKPOINT)


def test_another_key_is_not_accepted() -> None:
    """A note signed by somebody else, under the same name too, is refused."""
    forged = signed_note(checkpoint_text(CHECKPOINT), ORIGIN, WITNESS)
    with pytest.raises(NoteInvalid, match="carries no signature"):
        verified_text(forged, VERIFIER)


@given(st.integers(0, len(NOTE) - 1), st.characters(codec="utf-8"))
def test_no_character_can_be_changed(place: int, character: str) -> None:
    """Any one character changed, and the note is refused, or says the same by the same signature."""
    changed = NOTE[:place] + character + NOTE[place + 1 :]
    try:
        text = verified_text(changed, VERIFIER)
    except NoteInvalid:
        return
    assert text == checkpoint_text(CHECKPOINT)
    assert changed == NOTE


@given(st.text(max_size=200))
def test_any_text_is_refused(text: str) -> None:
    """What nobody signed is refused with one kind of error, whatever it is."""
    for note in (text, f"{text}\n\n— {ORIGIN} {text}\n"):
        with pytest.raises(NoteInvalid):
            verified_text(note, VERIFIER)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "origin\n1\n",
        f"{ORIGIN}\n01\n{base64.b64encode(bytes(32)).decode()}\n",
        f"{ORIGIN}\n-1\n{base64.b64encode(bytes(32)).decode()}\n",
        f"{ORIGIN}\n١\n{base64.b64encode(bytes(32)).decode()}\n",
        f"{ORIGIN}\n1\n{base64.b64encode(bytes(31)).decode()}\n",
        f"{ORIGIN}\n1\n%%%\n",
        f"\n1\n{base64.b64encode(bytes(32)).decode()}\n",
        f"{ORIGIN}\n1\n{base64.b64encode(bytes(32)).decode()}",
    ],
)
def test_a_malformed_checkpoint_is_refused(text: str) -> None:
    """A text that is no checkpoint is refused, even if it was signed."""
    with pytest.raises(NoteInvalid):
        read_checkpoint(text)


@pytest.mark.parametrize("name", ["", "two words", "a+b", "line\nbreak"])
def test_an_illegal_name_signs_nothing(name: str) -> None:
    """A name that would be read as something else is refused before anything is signed."""
    with pytest.raises(ValueError, match="no key name"):
        signed_note(checkpoint_text(CHECKPOINT), name, KEY)


@pytest.mark.parametrize("text", [GO_VERIFIER.replace("c74f20a3", "c74f20a4"), "name", "a+b+c", "a+00000000+Ag=="])
def test_a_malformed_verifier_key_is_refused(text: str) -> None:
    """A verifier key whose hash doesn't fit, or of another kind, is refused."""
    with pytest.raises(NoteInvalid):
        read_verifier_key(text)


@pytest.mark.parametrize("key", SMALL_ORDER + SECOND_ENCODINGS + NO_POINTS + WITH_A_SMALL_PART)
def test_a_verifier_key_that_proves_nothing_is_refused(key: str) -> None:
    """Nobody pins a key whose checkpoints anybody could have signed, or its owner could deny."""
    with pytest.raises(NoteInvalid, match="proves nothing"):
        read_verifier_key(str(VerifierKey(ORIGIN, bytes.fromhex(key))))
