"""Which public keys can prove anything: points of Ed25519's group, each in its one encoding (RFC 8032, section 5.1).

A point of small order fits signatures that nobody had to make, and a key that can be written in two ways is two keys to
whoever compares texts. What is signed under such a key can be denied by its owner, and some libraries don't verify it.
OpenSSL imports any 32 bytes as a key, so it is asked here what libsodium's crypto_core_ed25519_is_valid_point asks.
Nothing of this is secret, so that it need not take the same time for every key.
"""

from functools import lru_cache
from typing import TypeAlias

from shared.contracts.base64_text import bytes_of_base64url
from shared.contracts.labels import LabelledEnum

# One answer costs as much as ten checks of a signature, and a key is asked about again and again.
ANSWERS_CACHED_MAX = 65_536

KEY_BYTES = 32
# The curve is -x² + y² = 1 + D·x²·y² over the whole numbers below PRIME. The group has ORDER points, the curve 8 times
# as many.
PRIME = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
_D = -121665 * pow(121666, -1, PRIME) % PRIME
_ROOT_OF_MINUS_ONE = pow(2, (PRIME - 1) // 4, PRIME)

# X, Y, Z, T with x = X/Z, y = Y/Z and x·y = T/Z, so that adding takes no division.
_Point: TypeAlias = tuple[int, int, int, int]
_NEUTRAL: _Point = (0, 1, 1, 0)


class KeyFault(LabelledEnum):
    """Why a text is no public key that proves who signed."""

    SPELLING = (
        "spelling",
        "it is not 32 bytes in canonical base64url without padding",
        "不是 32 字节的规范 base64url 编码（不带填充）",
    )
    ENCODING = "encoding", "it does not encode its point in the one canonical way", "对曲线点的编码不是唯一的规范编码"
    NO_POINT = "no_point", "it is no point of the curve Ed25519", "不是 Ed25519 曲线上的点"
    WRONG_ORDER = (
        "wrong_order",
        "its point is of small order or has a part of small order, and no key pair has such a one",
        "该点为小阶点或含有小阶分量，任何正常生成的密钥对均不会如此",
    )


@lru_cache(maxsize=ANSWERS_CACHED_MAX)
def fault_of_public_key(public_key: str) -> KeyFault | None:
    """Why this text (a JWK's ``x``) proves nothing as an Ed25519 public key; None if it is a key in every respect."""
    try:
        encoded = bytes_of_base64url(public_key)
    except ValueError:
        return KeyFault.SPELLING
    return _fault_of_point(encoded) if len(encoded) == KEY_BYTES else KeyFault.SPELLING


def _fault_of_point(encoded: bytes) -> KeyFault | None:
    """RFC 8032, section 5.1.3, with what it leaves to the reader: the neutral point and the order."""
    number = int.from_bytes(encoded, "little")
    # The highest bit says which of the two roots x is; the others are y.
    sign, y = number >> 255, number & (2**255 - 1)
    if y >= PRIME:
        return KeyFault.ENCODING
    x = _root(y)
    if x is None:
        return KeyFault.NO_POINT
    if x == 0 and sign:
        return KeyFault.ENCODING
    if x & 1 != sign:
        x = PRIME - x
    # ORDER is prime: what it brings to the neutral point is of that order, or is the neutral point itself.
    if (x, y) == (0, 1) or not _is_neutral(_times(ORDER, (x, y, 1, x * y % PRIME))):
        return KeyFault.WRONG_ORDER
    return None


def _root(y: int) -> int | None:
    """A number x with which (x, y) is on the curve; None where there is none."""
    above, below = (y * y - 1) % PRIME, (_D * y * y + 1) % PRIME
    # The candidate of RFC 8032: PRIME leaves 5 when divided by 8, so a root needs one power and perhaps √-1.
    x = above * pow(below, 3, PRIME) * pow(above * pow(below, 7, PRIME), (PRIME - 5) // 8, PRIME) % PRIME
    if below * x * x % PRIME == -above % PRIME:
        x = x * _ROOT_OF_MINUS_ONE % PRIME
    return x if below * x * x % PRIME == above else None


def _times(factor: int, point: _Point) -> _Point:
    product = _NEUTRAL
    for digit in f"{factor:b}":
        product = _sum(product, product)
        if digit == "1":
            product = _sum(product, point)
    return product


def _sum(one: _Point, other: _Point) -> _Point:
    """RFC 8032, section 5.1.4; it holds for any two points, equal and neutral ones too."""
    a = (one[1] - one[0]) * (other[1] - other[0]) % PRIME
    b = (one[1] + one[0]) * (other[1] + other[0]) % PRIME
    c = 2 * _D * one[3] * other[3] % PRIME
    d = 2 * one[2] * other[2] % PRIME
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % PRIME, g * h % PRIME, f * g % PRIME, e * h % PRIME


def _is_neutral(point: _Point) -> bool:
    x, y, z, _ = point
    return x == 0 and y == z
