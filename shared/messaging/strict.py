"""Strict reading of JSON: what two readers could understand differently is not accepted at all."""

import json
from typing import Any, NoReturn

DEPTH_MAX = 16
# Wide enough for every amount, narrow enough that no reader's 64-bit integer overflows.
INTEGER_DIGITS_MAX = 18


class Malformed(ValueError):
    """The bytes are not what is accepted as JSON here; the message says why."""


def decode(value: bytes | None, bytes_max: int) -> dict[str, Any]:
    """The JSON object that the bytes hold.

    Raises Malformed for a tombstone, more than ``bytes_max`` bytes, anything but UTF-8 without a byte order mark,
    duplicate keys, fractions and exponents, NaN and infinities, NUL, lone surrogates, nesting deeper than
    ``DEPTH_MAX``, and any top level that is not an object.
    """
    if not value:
        raise Malformed("the record has no value")
    if len(value) > bytes_max:
        raise Malformed(f"the value has {len(value)} bytes, more than {bytes_max}")
    try:
        text = value.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Malformed(f"the value is not UTF-8: {error.reason} at byte {error.start}") from error
    try:
        found = json.loads(
            text,
            object_pairs_hook=_no_duplicates,
            parse_float=_no_fraction,
            parse_constant=_no_constant,
            parse_int=_integer,
        )
    except Malformed:
        raise
    except RecursionError as error:
        raise Malformed(f"the value is nested deeper than {DEPTH_MAX}") from error
    except ValueError as error:
        raise Malformed(f"the value is not JSON: {error}") from error
    if not isinstance(found, dict):
        raise Malformed("the value is not a JSON object")
    _check_values(found, 1)
    return found


def _no_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise Malformed(f"the name {twice[:60]!r} stands twice in one object")
    return found


def _no_fraction(text: str) -> NoReturn:
    raise Malformed(f"the number {text[:40]} is not a whole number; money is whole fen")


def _no_constant(text: str) -> NoReturn:
    raise Malformed(f"{text} is not a number")


def _integer(text: str) -> int:
    if len(text.lstrip("-")) > INTEGER_DIGITS_MAX:
        raise Malformed(f"the number {text[:40]} has more than {INTEGER_DIGITS_MAX} digits")
    return int(text)


def _check_values(value: Any, depth: int) -> None:
    if isinstance(value, str):
        _check_string(value)
        return
    if isinstance(value, dict | list):
        if depth > DEPTH_MAX:
            raise Malformed(f"the value is nested deeper than {DEPTH_MAX}")
        if isinstance(value, dict):
            for name in value:
                _check_string(name)
            value = list(value.values())
        for item in value:
            _check_values(item, depth + 1)


def _check_string(text: str) -> None:
    if "\x00" in text:
        raise Malformed("a text holds the character NUL")
    if not text.isascii() and any("\ud800" <= character <= "\udfff" for character in text):
        raise Malformed("a text holds half of a surrogate pair")
