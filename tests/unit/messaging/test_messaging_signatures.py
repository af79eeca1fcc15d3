"""Signatures: only a detached Ed25519 JWS by the named key over exactly these bytes vouches for them."""

import base64
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from hypothesis import given
from hypothesis import strategies as st

from shared.messaging.signatures import (
    SIGNATURE_LENGTH_MAX,
    SignatureInvalid,
    Signer,
    named_key,
    new_private_key,
    read_private_key,
    verify,
    write_private_key,
)
from tests.unit.public_key_examples import PROVES_NOTHING

# RFC 8032, section 7.1, test 1.
SIGNER = Signer(
    Ed25519PrivateKey.from_private_bytes(
        bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
    )
)
OTHER = Signer(
    Ed25519PrivateKey.from_private_bytes(
        bytes.fromhex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb")
    )
)
_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
VALUE = '{"amount_fen":20000000,"名":"测试"}'.encode()


def _part(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def _forged(header: Any, signer: Signer = SIGNER, value: bytes = VALUE) -> str:
    """A detached JWS whose protected header says whatever is given, and whose Ed25519 signature is right for it."""
    raw = header if isinstance(header, bytes) else json.dumps(header).encode()
    signature = signer.private.sign(f"{_part(raw)}.{_part(value)}".encode())
    return f"{_part(raw)}..{_part(signature)}"


def test_a_signature_is_the_same_for_ever() -> None:
    """Ed25519 is deterministic; an auditor with other software gets these characters from the key of RFC 8032."""
    assert SIGNER.public_key == "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"
    assert SIGNER.key_id == "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"
    assert SIGNER.sign(b"{}") == (
        "eyJhbGciOiJFZDI1NTE5Iiwia2lkIjoia1ByS19xbXhWV2FZVkE5d3dCRjZJdW8zdlZ6ejdUeEhDVHdYQnlnclM0ayJ9.."
        "cEz-GIEhDAUjjkDOfe6aaJNaJX9BbkYfjfHZY8sGjA3ihfgvJN1x27plUn1oIyAvEewr2EGcpsJByfN8iKe7DQ"
    )


def test_a_signature_vouches_for_its_bytes() -> None:
    """What was signed verifies, and the signature names its key."""
    signature = SIGNER.sign(VALUE)
    assert named_key(signature) == SIGNER.key_id
    verify(VALUE, signature, SIGNER.public_key)


def test_a_header_written_by_others_verifies() -> None:
    """Other software may order and space the protected header as it likes."""
    header = f'{{ "kid": "{SIGNER.key_id}", "alg": "Ed25519" }}'.encode()
    verify(VALUE, _forged(header), SIGNER.public_key)


@given(st.data())
def test_an_altered_byte_breaks_it(data: st.DataObject) -> None:
    """One bit of the value changed, one byte added or taken away, and the signature no longer holds."""
    place = data.draw(st.integers(0, len(VALUE) - 1))
    bit = data.draw(st.integers(0, 7))
    flipped = VALUE[:place] + bytes([VALUE[place] ^ (1 << bit)]) + VALUE[place + 1 :]
    signature = SIGNER.sign(VALUE)
    for altered in (flipped, VALUE[:place] + VALUE[place + 1 :], VALUE[:place] + b" " + VALUE[place:], b""):
        with pytest.raises(SignatureInvalid):
            verify(altered, signature, SIGNER.public_key)


@given(st.data())
def test_an_altered_signature_is_refused(data: st.DataObject) -> None:
    """No character of the signature can be changed, not even for one that means the same bits."""
    signature = SIGNER.sign(VALUE)
    place = data.draw(st.integers(0, len(signature) - 1))
    character = data.draw(st.sampled_from("ABCabc019_-.!=+/ \n").filter(lambda each: each != signature[place]))
    with pytest.raises(SignatureInvalid):
        verify(VALUE, signature[:place] + character + signature[place + 1 :], SIGNER.public_key)


@pytest.mark.parametrize("public_key", [*PROVES_NOTHING, SIGNER.public_key[:-1] + "p", ""])
def test_a_key_that_proves_nothing_vouches_for_nothing(public_key: str) -> None:
    """Whoever pays on a signature asks what the key is, whatever let it into the register."""
    with pytest.raises(SignatureInvalid, match="the key proves nothing"):
        verify(VALUE, SIGNER.sign(VALUE), public_key)


def test_another_key_does_not_vouch() -> None:
    """A signature holds with the key that made it only, whatever key id it claims."""
    with pytest.raises(SignatureInvalid):
        verify(VALUE, SIGNER.sign(VALUE), OTHER.public_key)
    with pytest.raises(SignatureInvalid):
        verify(VALUE, _forged({"alg": "Ed25519", "kid": SIGNER.key_id}, OTHER), SIGNER.public_key)


@pytest.mark.parametrize(
    "header",
    [
        {"alg": "none", "kid": SIGNER.key_id},
        {"alg": "None", "kid": SIGNER.key_id},
        {"alg": "EdDSA", "kid": SIGNER.key_id},
        {"alg": "ed25519", "kid": SIGNER.key_id},
        {"alg": "HS256", "kid": SIGNER.key_id},
        {"alg": ["Ed25519"], "kid": SIGNER.key_id},
        {"alg": None, "kid": SIGNER.key_id},
        {"kid": SIGNER.key_id},
        {"alg": "Ed25519"},
        {},
        {"alg": "Ed25519", "kid": SIGNER.key_id, "jwk": {"kty": "OKP", "crv": "Ed25519", "x": SIGNER.public_key}},
        {"alg": "Ed25519", "kid": SIGNER.key_id, "jku": "https://example.org/keys"},
        {"alg": "Ed25519", "kid": SIGNER.key_id, "x5c": []},
        {"alg": "Ed25519", "kid": SIGNER.key_id, "crit": ["exp"], "exp": 1},
        {"alg": "Ed25519", "kid": SIGNER.key_id, "crit": []},
        {"alg": "Ed25519", "kid": SIGNER.key_id, "b64": False},
        {"alg": "Ed25519", "kid": SIGNER.key_id, "typ": "JWT"},
        {"alg": "Ed25519", "kid": 7},
        {"alg": "Ed25519", "kid": None},
        {"alg": "Ed25519", "kid": ""},
        {"alg": "Ed25519", "kid": "bank-a"},
        {"alg": "Ed25519", "kid": SIGNER.key_id + "\n"},
        {"alg": "Ed25519", "kid": "\x00" * 43},
        {"alg": "Ed25519", "kid": "\ud800" * 43},
        {"alg": "Ed25519", "kid": "密" * 43},
        ["alg", "kid"],
        "alg kid",
        7,
        None,
        b"",
        b"\xff\xfe",
        b"{",
        b"[" * 760,
    ],
)
def test_only_one_kind_of_header_is_accepted(header: Any) -> None:
    """No other algorithm, no embedded key, no extension, no key id that is none, even if the signature is right."""
    signature = _forged(header)
    with pytest.raises(SignatureInvalid):
        named_key(signature)
    with pytest.raises(SignatureInvalid):
        verify(VALUE, signature, SIGNER.public_key)


# What Python's base64 reads as the same bytes as the text itself, though RFC 4648 has one text for them.
LENIENCIES: dict[str, Callable[[str], str]] = {
    "padding": lambda text: text + "=" * (-len(text) % 4),
    "more padding": lambda text: text + "===",
    "a space": lambda text: f"{text[:10]} {text[10:]}",
    "a space before": lambda text: f" {text}",
    "a line end": lambda text: f"{text}\n",
    "a line break": lambda text: f"{text[:10]}\r\n{text[10:]}",
    "a character of no alphabet": lambda text: f"{text[:10]}!{text[10:]}",
    "the other alphabet": lambda text: text.replace("-", "+").replace("_", "/"),
    "spare bits": lambda text: text[:-1] + _ALPHABET[_ALPHABET.index(text[-1]) + 1],
}


@pytest.mark.parametrize("leniency", LENIENCIES)
def test_a_signature_is_read_as_strictly_as_anywhere(leniency: str) -> None:
    """RFC 7515 has one text for a signature; what a stricter library would refuse is refused, since we pay on it."""
    header, _, signed = SIGNER.sign(VALUE).partition("..")
    altered = LENIENCIES[leniency](signed)
    assert altered != signed, "the signature shows what is refused"
    assert _lenient(altered) == _lenient(signed), "Python alone would read the same"
    with pytest.raises(SignatureInvalid):
        verify(VALUE, f"{header}..{altered}", SIGNER.public_key)


@pytest.mark.parametrize("leniency", LENIENCIES.keys() - {"the other alphabet"})
def test_a_header_is_read_as_strictly_as_anywhere(leniency: str) -> None:
    """The header's text is signed as it stands, so that a signature over another text of it holds."""
    header = _part(f'{{"alg":"Ed25519","kid":"{SIGNER.key_id}"}} '.encode())
    altered = LENIENCIES[leniency](header)
    assert altered != header, "the header shows what is refused"
    assert _lenient(altered) == _lenient(header), "Python alone would read the same"
    signed = SIGNER.private.sign(f"{altered}.{_part(VALUE)}".encode())
    with pytest.raises(SignatureInvalid):
        named_key(f"{altered}..{_part(signed)}")


@pytest.mark.parametrize(
    "header",
    [
        '{"alg":"none","alg":"Ed25519","kid":"KID"}',
        '{"alg":"Ed25519","alg":"Ed25519","kid":"KID"}',
        '{"alg":"Ed25519","kid":"bank-a","kid":"KID"}',
        '{"alg":"Ed25519","\\u006bid":"bank-a","kid":"KID"}',
        '\ufeff{"alg":"Ed25519","kid":"KID"}',
        '{"alg":"Ed25519","kid":"KID"}{}',
        '{"alg":"Ed25519","kid":"KID",}',
        "{'alg':'Ed25519','kid':'KID'}",
        '{"alg":"Ed25519","kid":"KID"}\x00',
    ],
)
def test_a_header_has_one_meaning(header: str) -> None:
    """A member twice, a byte order mark, or what only some readers take for JSON."""
    with pytest.raises(SignatureInvalid):
        named_key(_forged(header.replace("KID", SIGNER.key_id).encode()))


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-32"])
def test_a_header_is_utf_8(encoding: str) -> None:
    """Python's JSON guesses other encodings; RFC 7515 has UTF-8."""
    header = f'{{"alg":"Ed25519","kid":"{SIGNER.key_id}"}}'
    with pytest.raises(SignatureInvalid):
        named_key(_forged(header.encode(encoding)))


def test_a_signature_whose_point_is_neutral_is_refused() -> None:
    """libsodium and others refuse it before they compute anything, so it proves nothing to who checks with them."""
    header, _, signed = SIGNER.sign(VALUE).partition("..")
    altered = _part(b"\x01" + bytes(31) + _lenient(signed)[32:])
    with pytest.raises(SignatureInvalid, match="neutral"):
        verify(VALUE, f"{header}..{altered}", SIGNER.public_key)


def _lenient(text: str) -> bytes:
    """What many readers make of it: Python passes over what doesn't belong there, too much padding included."""
    return base64.urlsafe_b64decode(text + "==")


def test_deep_nesting_is_refused_however_deep_the_caller_is() -> None:
    """The header's few characters can hold more brackets than the interpreter has room for; that is no crash."""
    signature = _forged(b"[" * 760)

    def at_depth(depth: int) -> None:
        if depth:
            at_depth(depth - 1)
            return
        with pytest.raises(SignatureInvalid):
            named_key(signature)

    at_depth(400)


@pytest.mark.parametrize(
    "signature",
    [
        "",
        ".",
        "..",
        "...",
        "a.b.c",
        SIGNER.sign(VALUE).replace("..", f".{_part(VALUE)}."),
        SIGNER.sign(VALUE) + ".",
        SIGNER.sign(VALUE) + "A" * SIGNATURE_LENGTH_MAX,
        SIGNER.sign(VALUE).rsplit(".", 1)[0] + ".",
        SIGNER.sign(VALUE).replace("..", "．．"),
        "eyJ\x00..A",
    ],
)
def test_what_is_no_detached_signature_is_refused(signature: str) -> None:
    """A payload inside, an empty signature, another number of parts, or a length without end."""
    with pytest.raises(SignatureInvalid):
        verify(VALUE, signature, SIGNER.public_key)


@given(
    st.text(max_size=120)
    | st.binary(max_size=90).map(lambda raw: f"{_part(raw)}..{_part(raw)}")
    | st.builds(lambda kid: _forged({"alg": "Ed25519", "kid": kid}), st.text(max_size=60))
    | st.binary(max_size=80).map(lambda raw: SIGNER.sign(VALUE).split("..")[0] + ".." + _part(raw)),
    st.text(max_size=60) | st.sampled_from([SIGNER.public_key, "A" * 43, ""]),
    st.binary(max_size=20),
)
def test_garbage_raises_nothing_else(signature: str, public_key: str, value: bytes) -> None:
    """Whatever stands in the header or the key, the only error is SignatureInvalid."""
    with pytest.raises(SignatureInvalid):
        verify(value, signature, public_key)


def test_a_private_key_is_kept_in_a_file_for_its_owner_only(tmp_path: Path) -> None:
    """What is written is read again, nobody else can read it, and an existing file is never overwritten."""
    private, path = new_private_key(), tmp_path / "key.pem"
    write_private_key(private, path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert Signer(read_private_key(path)).public_key == Signer(private).public_key
    with pytest.raises(FileExistsError):
        write_private_key(new_private_key(), path)


def test_another_kind_of_key_is_refused(tmp_path: Path) -> None:
    """A service does not start with a key that can't sign."""
    path = tmp_path / "key.pem"
    path.write_bytes(X25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    with pytest.raises(SignatureInvalid, match="no Ed25519 key"):
        read_private_key(path)
