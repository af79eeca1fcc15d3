"""Signatures: a detached JWS (RFC 7515, appendix F) with Ed25519 (RFC 8037, RFC 9864) over a record's exact bytes."""

import re
from functools import lru_cache
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)
from joserfc import jws
from joserfc.jwk import OKPKey

from shared.contracts.base64_text import base64url_of, bytes_of_base64url
from shared.contracts.ids import key_id
from shared.contracts.public_keys import fault_of_public_key
from shared.messaging.strict import Malformed, decode

ALGORITHM = "Ed25519"
SIGNATURE_LENGTH_MAX = 1_024
# Importing a key costs as much as checking a signature; what is kept here are public keys.
KEYS_CACHED_MAX = 4_096
# A key's id is its thumbprint. Whoever writes something else there has no key, and must not choose what we look up.
KEY_ID = re.compile(r"[A-Za-z0-9_-]{43}")
_SIGNATURE_BYTES = 64
# The first half of a signature is a point that its maker chose. Careful libraries (libsodium, verify_strict of
# ed25519-dalek) refuse one of small order; under a key of the group, this is the only such one that could fit.
_NEUTRAL_POINT = b"\x01" + bytes(31)


class SignatureInvalid(ValueError):
    """The signature does not vouch for the bytes; the message says why."""


def new_private_key() -> Ed25519PrivateKey:
    """A new Ed25519 key."""
    return Ed25519PrivateKey.generate()


def public_key_text(private: Ed25519PrivateKey) -> str:
    """The public key as messages carry it: 32 bytes in unpadded base64url."""
    return base64url_of(private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw))


def write_private_key(private: Ed25519PrivateKey, path: Path) -> None:
    """Store the key as PEM (PKCS #8), readable by its owner only; the file must not exist yet."""
    pem = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path.touch(mode=0o600, exist_ok=False)
    path.write_bytes(pem)


def read_private_key(path: Path) -> Ed25519PrivateKey:
    """The key in the PEM file; raises SignatureInvalid if it holds another kind of key."""
    private = load_pem_private_key(path.read_bytes(), password=None)
    if not isinstance(private, Ed25519PrivateKey):
        raise SignatureInvalid(f"{path} holds no Ed25519 key")
    return private


class Signer:
    """Signs with one private key; what the key needs in joserfc's form is computed once."""

    def __init__(self, private: Ed25519PrivateKey) -> None:
        self.private = private
        self.public_key = public_key_text(private)
        self.key_id = key_id(self.public_key)
        raw = private.private_bytes(Encoding.Raw, PrivateFormat.Raw, NoEncryption())
        self._key = OKPKey.import_key({"kty": "OKP", "crv": "Ed25519", "x": self.public_key, "d": base64url_of(raw)})

    def sign(self, value: bytes) -> str:
        """The detached JWS over exactly these bytes."""
        whole = jws.serialize_compact({"alg": ALGORITHM, "kid": self.key_id}, value, self._key, algorithms=[ALGORITHM])
        header, _, signature = whole.split(".")
        return f"{header}..{signature}"


def named_key(signature: str) -> str:
    """The id of the key that the signature says it was made with.

    Raises SignatureInvalid for anything but a detached JWS whose protected header holds exactly ``alg`` Ed25519 and
    ``kid``: no other algorithm, no embedded key, no critical extension.
    """
    if len(signature) > SIGNATURE_LENGTH_MAX or not signature.isascii():
        raise SignatureInvalid("the signature is no detached JWS")
    parts = signature.split(".")
    if len(parts) != 3 or parts[1] != "":
        raise SignatureInvalid("the signature is no detached JWS: expected header..signature")
    return _key_in(parts[0])


# A key writes the same header each time, and it is looked at both before the key is looked up and with the signature.
@lru_cache(maxsize=KEYS_CACHED_MAX)
def _key_in(protected: str) -> str:
    try:
        raw = bytes_of_base64url(protected)
    except ValueError as error:
        raise SignatureInvalid("the signature's protected header is not canonical base64url without padding") from error
    try:
        header = decode(raw, SIGNATURE_LENGTH_MAX)
    except Malformed as error:
        raise SignatureInvalid(f"the signature's protected header can't be read: {error.why}") from error
    if set(header) != {"alg", "kid"}:
        raise SignatureInvalid("the signature's protected header must hold alg and kid, and nothing else")
    if header["alg"] != ALGORITHM:
        raise SignatureInvalid(f"the signature's algorithm must be {ALGORITHM}")
    kid = header["kid"]
    if not isinstance(kid, str) or not KEY_ID.fullmatch(kid):
        raise SignatureInvalid("the signature's kid must be the thumbprint of a key")
    return kid


def verify(value: bytes, signature: str, public_key: str) -> None:
    """Raise SignatureInvalid unless the signature was made over exactly these bytes with that key's private half."""
    named_key(signature)
    header, _, encoded = signature.partition("..")
    try:
        signed = bytes_of_base64url(encoded)
    except ValueError as error:
        raise SignatureInvalid("the signature is not canonical base64url without padding") from error
    if len(signed) != _SIGNATURE_BYTES:
        raise SignatureInvalid(f"the signature has {len(signed)} bytes instead of {_SIGNATURE_BYTES}")
    if signed.startswith(_NEUTRAL_POINT):
        raise SignatureInvalid("the signature's point is the neutral one, which stricter libraries refuse")
    key = _imported(public_key)
    try:
        # What is signed are the header and the value as a compact JWS would carry them (RFC 7515, section 5.1). The
        # header holds nothing that is left to be understood: no library has to read it once more.
        key.verify(signed, f"{header}.{base64url_of(value)}".encode("ascii"))
    except (InvalidSignature, ValueError) as error:
        raise SignatureInvalid("the signature was not made over these bytes with that key") from error


@lru_cache(maxsize=KEYS_CACHED_MAX)
def _imported(public_key: str) -> Ed25519PublicKey:
    # The registry refuses such a key too; but whoever pays on a signature takes nobody's word for what it proves.
    if fault := fault_of_public_key(public_key):
        raise SignatureInvalid(f"the key proves nothing: {fault.english}")
    return Ed25519PublicKey.from_public_bytes(bytes_of_base64url(public_key))
