"""Strict reading of JSON: what two readers could understand differently is not accepted at all."""

import json
from typing import Any, NoReturn

DEPTH_MAX = 16
# Wide enough for every amount, narrow enough that no reader's 64-bit integer overflows.
INTEGER_DIGITS_MAX = 18
_CONTAINERS = (dict, list)


class Malformed(ValueError):
    """The bytes are not what is accepted as JSON here; ``why`` and ``why_zh`` say what is wrong."""

    def __init__(self, why: str, why_zh: str) -> None:
        super().__init__(why)
        self.why = why
        self.why_zh = why_zh


def decode(value: bytes | None, bytes_max: int) -> dict[str, Any]:
    """The JSON object that the bytes hold.

    Raises Malformed for a tombstone, more than ``bytes_max`` bytes, anything but UTF-8 without a byte order mark,
    duplicate keys, fractions and exponents, NaN and infinities, NUL, lone surrogates, nesting deeper than
    ``DEPTH_MAX``, and any top level that is not an object.
    """
    if not value:
        raise Malformed("the record has no value", "消息没有内容")
    if len(value) > bytes_max:
        raise Malformed(
            f"the value has {len(value)} bytes, more than {bytes_max}",
            f"消息有 {len(value)} 字节，超过上限 {bytes_max} 字节",
        )
    try:
        text = value.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Malformed(
            f"the value is not UTF-8 at byte {error.start}", f"消息第 {error.start} 字节处不是 UTF-8 编码"
        ) from error
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
        raise _too_deep() from error
    except json.JSONDecodeError as error:
        place, place_zh = f"line {error.lineno}, column {error.colno}", f"第 {error.lineno} 行第 {error.colno} 列"
        raise Malformed(f"the value is not JSON at {place}", f"消息不是有效的 JSON：{place_zh}") from error
    except ValueError as error:
        raise Malformed("the value is not JSON", "消息不是有效的 JSON") from error
    if not isinstance(found, dict):
        raise Malformed("the value is not a JSON object", "消息不是 JSON 对象")
    _check_depth(found, 1)
    if "\\u" in text:
        # As a character of its own, NUL is no JSON and half of a pair no UTF-8: either can only hide in an escape.
        _check_texts(found)
    return found


def _too_deep() -> Malformed:
    return Malformed(f"the value is nested deeper than {DEPTH_MAX}", f"消息嵌套超过 {DEPTH_MAX} 层")


def _no_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise Malformed(
            f"the name {twice[:60]!r} stands twice in one object", f"同一对象中名称 {twice[:60]!r} 重复出现"
        )
    return found


def _no_fraction(text: str) -> NoReturn:
    raise Malformed(
        f"the number {text[:40]} is not a whole number, and money is whole fen",
        f"数字 {text[:40]} 不是整数，金额须以分为单位",
    )


def _no_constant(text: str) -> NoReturn:
    raise Malformed(f"{text} is not a number", f"{text} 不是数字")


def _integer(text: str) -> int:
    if len(text.lstrip("-")) > INTEGER_DIGITS_MAX:
        raise Malformed(
            f"the number {text[:40]} has more than {INTEGER_DIGITS_MAX} digits",
            f"数字 {text[:40]} 超过 {INTEGER_DIGITS_MAX} 位",
        )
    return int(text)


def _check_depth(container: dict[str, Any] | list[Any], depth: int) -> None:
    if depth > DEPTH_MAX:
        raise _too_deep()
    for item in container.values() if isinstance(container, dict) else container:
        if isinstance(item, _CONTAINERS):
            _check_depth(item, depth + 1)


def _check_texts(value: Any) -> None:
    if isinstance(value, str):
        _check_string(value)
    elif isinstance(value, dict):
        for name, item in value.items():
            _check_string(name)
            _check_texts(item)
    elif isinstance(value, list):
        for item in value:
            _check_texts(item)


def _check_string(text: str) -> None:
    if "\x00" in text:
        raise Malformed("a text holds the character NUL", "文本中含有空字符（NUL）")
    if not text.isascii() and any("\ud800" <= character <= "\udfff" for character in text):
        raise Malformed("a text holds half of a surrogate pair", "文本中含有不成对的代理字符")
