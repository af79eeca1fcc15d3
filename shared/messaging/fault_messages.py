"""Fault messages for the sender of a message that fails intake: what is wrong in which field, and the next step.

In our own words and in both languages, never with a value that was sent: that is people's data, and may be anybody's.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

from pydantic import ValidationError

# So many faults of one message are named in its answer; more would help nobody.
FAULTS_NAMED_MAX = 5
# A field's name is the sender's own word where there is no such field.
NAME_LENGTH_MAX = 60
TEXT_LENGTH_MAX = 1_500


class Bilingual(NamedTuple):
    """A sentence, or a part of one, in both languages."""

    text: str
    text_zh: str


SEND_CORRECTED = Bilingual(
    "correct the message and send it again under a new id",
    "请更正消息后以新的编号重新发送",
)
# An event's sender is a service, and the reader of this an operator.
MEND_READER = Bilingual(
    "install the version that can read it and resubmit it, or drop it",
    "请安装能读取该事件的版本后重新提交，或将其丢弃",
)

_DAY = Bilingual("must be a day of the calendar, written YYYY-MM-DD", "必须是写作 YYYY-MM-DD 的有效日期")
_MOMENT = Bilingual(
    "must be a time as RFC 3339 writes it, with seconds and offset, such as 2026-11-25T10:00:00+08:00",
    "必须是 RFC 3339 格式的时间，写明秒和时区，例如 2026-11-25T10:00:00+08:00",
)
_IDENTITY = Bilingual("must be a UUID in its canonical form, in lower case", "必须是规范的小写 UUID")
_WHOLE_NUMBER = Bilingual("must be a whole number, without quotation marks", "必须是整数，且不加引号")
_LIST = Bilingual("must be a list", "必须是列表")
_OBJECT = Bilingual("must be an object", "必须是对象")
_NO_FIELD = Bilingual("is no field of this message", "不是本消息的字段")

# By pydantic's type of error; what stands in braces is from the schema, never from the message.
FIELD_FAULTS: Mapping[str, Bilingual] = MappingProxyType(
    {
        "missing": Bilingual("is missing", "缺少该字段"),
        "extra_forbidden": _NO_FIELD,
        "int_type": _WHOLE_NUMBER,
        "int_parsing": _WHOLE_NUMBER,
        "int_parsing_size": _WHOLE_NUMBER,
        "int_from_float": _WHOLE_NUMBER,
        "bool_type": Bilingual("must be true or false", "必须是 true 或 false"),
        "bool_parsing": Bilingual("must be true or false", "必须是 true 或 false"),
        "string_type": Bilingual("must be a text", "必须是文本"),
        "string_too_short": Bilingual("must have at least {min_length} characters", "至少须有 {min_length} 个字符"),
        "string_too_long": Bilingual("must have at most {max_length} characters", "不得超过 {max_length} 个字符"),
        "string_pattern_mismatch": Bilingual("must be of the form {pattern}", "必须符合格式 {pattern}"),
        "string_unicode": Bilingual("must be a text in UTF-8", "必须是 UTF-8 文本"),
        "greater_than": Bilingual("must be above {gt}", "必须大于 {gt}"),
        "greater_than_equal": Bilingual("must be at least {ge}", "不得小于 {ge}"),
        "less_than": Bilingual("must be below {lt}", "必须小于 {lt}"),
        "less_than_equal": Bilingual("must be at most {le}", "不得大于 {le}"),
        "enum": Bilingual("must be one of: {expected}", "必须是下列之一：{expected}"),
        "literal_error": Bilingual("must be one of: {expected}", "必须是下列之一：{expected}"),
        "too_short": Bilingual("must have at least {min_length} items", "至少须有 {min_length} 项"),
        "too_long": Bilingual("must have at most {max_length} items", "不得超过 {max_length} 项"),
        "tuple_type": _LIST,
        "list_type": _LIST,
        "frozen_set_type": _LIST,
        "set_type": _LIST,
        "dict_type": _OBJECT,
        "model_type": _OBJECT,
        "none_required": Bilingual("must be left out", "不得填写"),
        "date_type": _DAY,
        "date_parsing": _DAY,
        "date_from_datetime_parsing": _DAY,
        "day_unreadable": _DAY,
        "datetime_type": _MOMENT,
        "datetime_parsing": _MOMENT,
        "datetime_from_date_parsing": _MOMENT,
        "timezone_aware": _MOMENT,
        "moment_unreadable": _MOMENT,
        "day_far": Bilingual("must lie between the years 1949 and 2200", "必须在 1949 年至 2200 年之间"),
        "moment_far": Bilingual("must lie between the years 2000 and 2200", "必须在 2000 年至 2200 年之间"),
        "uuid_type": _IDENTITY,
        "uuid_parsing": _IDENTITY,
        "is_instance_of": _IDENTITY,
        "identity_unreadable": _IDENTITY,
        "text_normal_form": Bilingual("must be in Unicode normal form C", "必须采用 Unicode 规范形式 C"),
        "text_character": Bilingual("must not contain the character {point}", "不得含有字符 {point}"),
        "text_padded": Bilingual("must not begin or end with a space", "首尾不得有空格"),
    }
)
# A type of error that nobody has thought of yet; the schema says the rest.
ANY_FAULT = Bilingual("is not as the message's schema says", "不符合该消息的 JSON Schema")


def fields_message(error: ValidationError, then: Bilingual = SEND_CORRECTED) -> Bilingual:
    """Which fields are wrong, in what, and the next step: a corrected message needs a new id."""
    faults: Sequence[Any] = error.errors(include_url=False, include_input=False, include_context=True)
    named = [_field_message(fault) for fault in faults[:FAULTS_NAMED_MAX]]
    more = len(faults) - FAULTS_NAMED_MAX
    if more > 0:
        named.append(Bilingual(f"and {more} more", f"另有 {more} 处"))
    english = ", ".join(each.text for each in named)[:TEXT_LENGTH_MAX]
    chinese = "，".join(each.text_zh for each in named)[:TEXT_LENGTH_MAX]
    return with_next_step(Bilingual(english, f"消息字段有误：{chinese}"), then)


def with_next_step(what: Bilingual, then: Bilingual = SEND_CORRECTED) -> Bilingual:
    """The fault, and the next step after it."""
    return Bilingual(f"{what.text}; {then.text}", f"{what.text_zh}；{then.text_zh}")


def _field_message(fault: Any) -> Bilingual:
    where = ".".join(str(part)[:NAME_LENGTH_MAX] for part in fault["loc"])
    found = fault_message(fault)
    return Bilingual(f"{where}: {found.text}", f"{where}：{found.text_zh}")


def fault_message(fault: Any) -> Bilingual:
    """A field's fault without the field's name; ``fault`` is one of pydantic's, with its context."""
    found = FIELD_FAULTS.get(fault["type"], ANY_FAULT)
    context = fault.get("ctx", {})
    english = {name: str(value).replace(" or ", ", ") for name, value in context.items()}
    chinese = {name: str(value).replace(" or ", "、").replace(", ", "、") for name, value in context.items()}
    return Bilingual(found.text.format_map(english), found.text_zh.format_map(chinese))
