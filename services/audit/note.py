"""Checkpoints as text: C2SP signed notes with Ed25519 (c2sp.org/signed-note, c2sp.org/tlog-checkpoint).

A note is a text that ends in a newline, an empty line, and one line for each signature: em dash, space, the key's name,
space, base64(key hash ‖ signature). A checkpoint's text is three lines: origin, size, base64(root). Signatures of keys
that a reader doesn't know are passed over, so a witness adds its countersignature as one more line.
"""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from services.audit.domain.merkle import HASH_BYTES
from shared.contracts.base64_text import base64_of, base64url_of, bytes_of_base64
from shared.contracts.public_keys import fault_of_public_key

ED25519 = b"\x01"
KEY_HASH_BYTES = 4
SIGNATURES_MAX = 100
NOTE_BYTES_MAX = 1024 * 1024

_SIGNATURE_LINE = re.compile(r"— (\S+) (\S+)")
_NAME = re.compile(r"[^\s+]+")
_SIZE = re.compile(r"0|[1-9][0-9]{0,18}")


class NoteInvalid(ValueError):
    """The note is malformed, or not signed with the key that is trusted; the message says which."""


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """The name and the public key of a signer. As text, for C2SP's tools: name+hash+base64(0x01 ‖ public key)."""

    name: str
    public_key: bytes

    @property
    def key_hash(self) -> bytes:
        """What tells the signer's lines from others: SHA-256(name ‖ newline ‖ 0x01 ‖ public key), its first 4 bytes."""
        return hashlib.sha256(self.name.encode() + b"\n" + ED25519 + self.public_key).digest()[:KEY_HASH_BYTES]

    def __str__(self) -> str:
        """The text form."""
        return f"{self.name}+{self.key_hash.hex()}+{base64_of(ED25519 + self.public_key)}"


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A checkpoint: the log's name, the number of leaves in its tree, and the tree's root."""

    origin: str
    size: int
    root: bytes


def verifier_key_of(name: str, key: Ed25519PrivateKey) -> VerifierKey:
    """The key with which others verify what ``key`` signs under this name; raises ValueError for an illegal name."""
    if not _NAME.fullmatch(name):
        raise ValueError(f"{name!r} is no key name: it must have no space and no plus sign")
    return VerifierKey(name, key.public_key().public_bytes_raw())


def read_verifier_key(text: str) -> VerifierKey:
    """The key with this text form; raises ValueError if it is none, or no Ed25519 key."""
    name, _, rest = text.partition("+")
    key_hash, _, encoded = rest.partition("+")
    decoded = _decoded(encoded)
    if not _NAME.fullmatch(name) or decoded[:1] != ED25519 or len(decoded) != len(ED25519) + 32:
        raise NoteInvalid("a verifier key reads name+hash+base64, and its key is Ed25519")
    key = VerifierKey(name, decoded[1:])
    if fault := fault_of_public_key(base64url_of(key.public_key)):
        raise NoteInvalid(f"the verifier key proves nothing: {fault.english}")
    if key.key_hash.hex() != key_hash:
        raise NoteInvalid("the verifier key's hash is not that of its name and key")
    return key


def checkpoint_text(checkpoint: Checkpoint) -> str:
    """The text of the checkpoint's note."""
    return f"{checkpoint.origin}\n{checkpoint.size}\n{base64_of(checkpoint.root)}\n"


def read_checkpoint(text: str) -> Checkpoint:
    """The checkpoint in the text of a verified note, extension lines passed over; raises NoteInvalid without one."""
    lines = text.split("\n")
    if len(lines) < 4 or lines.pop() or not all(lines) or not _SIZE.fullmatch(lines[1]):
        raise NoteInvalid("a checkpoint has three lines: origin, size, root")
    root = _decoded(lines[2])
    if len(root) != HASH_BYTES:
        raise NoteInvalid(f"the root has {len(root)} bytes instead of {HASH_BYTES}")
    return Checkpoint(lines[0], int(lines[1]), root)


def signed_note(text: str, name: str, key: Ed25519PrivateKey) -> str:
    """The note of this text with one signature; raises ValueError for a text that is none, or an illegal name."""
    verifier = verifier_key_of(name, key)
    if not text.endswith("\n") or any(character < " " and character != "\n" for character in text):
        raise ValueError("a note's text ends in a newline and has no other control characters")
    signature = base64_of(verifier.key_hash + key.sign(text.encode()))
    return f"{text}\n— {name} {signature}\n"


def verified_text(note: str, verifier: VerifierKey) -> str:
    """The text of the note, once the signature of ``verifier`` on it has been checked.

    Raises NoteInvalid if the note is malformed, carries no signature of this key, or one that does not verify.
    """
    if len(note.encode("utf-8", "surrogatepass")) > NOTE_BYTES_MAX:
        raise NoteInvalid(f"the note has more than {NOTE_BYTES_MAX} bytes")
    if any(character < " " and character != "\n" for character in note):
        raise NoteInvalid("the note has control characters")
    text, separator, signatures = note.rpartition("\n\n")
    if not separator or not signatures.endswith("\n"):
        raise NoteInvalid("the note has no signatures after an empty line")
    text += "\n"
    public_key = Ed25519PublicKey.from_public_bytes(verifier.public_key)
    found = False
    for name, signature in _signatures(signatures):
        if name != verifier.name or signature[:KEY_HASH_BYTES] != verifier.key_hash:
            continue
        try:
            public_key.verify(signature[KEY_HASH_BYTES:], text.encode())
        except (InvalidSignature, UnicodeEncodeError) as error:
            raise NoteInvalid(f"the signature of {verifier.name} does not verify") from error
        found = True
    if not found:
        raise NoteInvalid(f"the note carries no signature of {verifier}")
    return text


def _signatures(lines: str) -> Iterator[tuple[str, bytes]]:
    """Name and decoded signature (key hash first) of each signature line."""
    each = lines.removesuffix("\n").split("\n")
    if len(each) > SIGNATURES_MAX:
        raise NoteInvalid(f"the note has more than {SIGNATURES_MAX} signatures")
    for line in each:
        found = _SIGNATURE_LINE.fullmatch(line)
        if not found or not _NAME.fullmatch(found[1]):
            raise NoteInvalid("a signature line reads: em dash, name, base64")
        signature = _decoded(found[2])
        if len(signature) <= KEY_HASH_BYTES:
            raise NoteInvalid("a signature is too short")
        yield found[1], signature


def _decoded(encoded: str) -> bytes:
    try:
        return bytes_of_base64(encoded)
    except ValueError as error:
        raise NoteInvalid("not base64 in its one form") from error
