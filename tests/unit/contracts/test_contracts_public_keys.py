"""Public keys: only a point of Ed25519's group, in its one encoding and spelling, proves who signed."""

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import example, given, settings
from hypothesis import strategies as st

from shared.contracts.public_keys import KEY_BYTES, ORDER, PRIME, KeyFault, fault_of_public_key
from tests.unit.public_key_examples import (
    NO_POINTS,
    SECOND_ENCODINGS,
    SMALL_ORDER,
    SPELLINGS,
    WITH_A_SMALL_PART,
    text_of,
)

pytestmark = pytest.mark.clause("4.1")

D = -121665 * pow(121666, -1, PRIME) % PRIME


@pytest.mark.parametrize(
    ("public_key", "fault"),
    [
        *((text_of(each), KeyFault.WRONG_ORDER) for each in (*SMALL_ORDER, *WITH_A_SMALL_PART)),
        *((text_of(each), KeyFault.ENCODING) for each in SECOND_ENCODINGS),
        *((text_of(each), KeyFault.NO_POINT) for each in NO_POINTS),
        *((each, KeyFault.SPELLING) for each in SPELLINGS),
    ],
)
def test_what_proves_nothing_is_told_apart(public_key: str, fault: KeyFault) -> None:
    """Small order, a second encoding, no point and a second spelling, each with its own words for people."""
    assert fault_of_public_key(public_key) is fault


@given(st.binary(min_size=KEY_BYTES, max_size=KEY_BYTES))
def test_every_key_that_is_made_is_one(secret: bytes) -> None:
    """OpenSSL makes no key that is refused here."""
    made = Ed25519PrivateKey.from_private_bytes(secret).public_key().public_bytes_raw()
    assert fault_of_public_key(text_of(made.hex())) is None


# The plainest way divides hundreds of times, which a busy machine does not do within the usual deadline.
@settings(deadline=None)
@given(st.binary(min_size=KEY_BYTES, max_size=KEY_BYTES))
@example(bytes.fromhex("58" + "66" * 31))
def test_any_32_bytes_are_judged_as_the_definition_says(encoded: bytes) -> None:
    """The answer is that of the curve's equation and of adding by its definition, division and all."""
    assert (fault_of_public_key(text_of(encoded.hex())) is None) == is_key_by_definition(encoded)


@given(st.text(max_size=60))
def test_no_text_stops_the_judgement(text: str) -> None:
    """Whatever is asked about gets an answer."""
    assert fault_of_public_key(text) in {None, *KeyFault}


def is_key_by_definition(encoded: bytes) -> bool:
    """Whether the bytes are the one encoding of a point of order ORDER, computed in the plainest way."""
    number = int.from_bytes(encoded, "little")
    sign, y = divmod(number, 2**255)
    square = (y * y - 1) * pow(D * y * y + 1, -1, PRIME) % PRIME
    root = pow(square, (PRIME + 3) // 8, PRIME)
    roots = {x for each in (root, root * pow(2, (PRIME - 1) // 4, PRIME)) for x in (each % PRIME, -each % PRIME)}
    point = next(((x, y) for x in roots if x * x % PRIME == square and x % 2 == sign), None)
    if y >= PRIME or point in {None, (0, 1)}:
        return False
    total, doubled = (0, 1), point
    for place in range(ORDER.bit_length()):
        if ORDER >> place & 1:
            total = added(total, doubled)
        doubled = added(doubled, doubled)
    return total == (0, 1)


def added(one: tuple[int, int], other: tuple[int, int]) -> tuple[int, int]:
    """The sum of two points of the curve by the law that defines it."""
    (x1, y1), (x2, y2) = one, other
    both = D * x1 * x2 * y1 * y2
    return (
        (x1 * y2 + x2 * y1) * pow(1 + both, -1, PRIME) % PRIME,
        (y1 * y2 + x1 * x2) * pow(1 - both, -1, PRIME) % PRIME,
    )
