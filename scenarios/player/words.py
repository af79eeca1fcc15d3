"""How a scenario writes amounts, shares, days and times, and what they are to the services.

Every scalar of the file comes as text, so that YAML never makes a float of an amount or minutes of a ratio.
"""

import difflib
import re
from collections.abc import Callable, Collection, Iterable
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, TypeAdapter, model_validator
from pydantic_core import PydanticCustomError

from shared.decisions.days import BEIJING

_AMOUNT = re.compile(r"(0|[1-9][0-9]{0,12}|[1-9][0-9]{0,2}(?:,[0-9]{3})+)\.([0-9]{2})")
_PERCENT = re.compile(r"([0-9]{1,3})(?:\.([0-9]{1,2}))? ?%")
_RATIO = re.compile(r"([0-9]{1,4}) ?: ?([0-9]{1,4})")
_FRACTION = re.compile(r"([1-9][0-9]{0,2}) ?/ ?([1-9][0-9]{0,2})")
# Python reads weeks, and days without dashes, too; a reader of the file may take them for something else.
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MOMENT = re.compile(_DAY.pattern + r"[ T][0-9]{2}:[0-9]{2}(?::[0-9]{2})?(?:Z|[+-][0-9]{2}:[0-9]{2})?")
_DURATION = re.compile(r"([1-9][0-9]{0,4}) (minute|hour|day)s?")
# What a Chinese keyboard writes; to YAML it is a letter like any other.
FULL_WIDTH_COLON = "："
WORDS_END = "a word ends with : and a space"
_UNITS = {"minute": timedelta(minutes=1), "hour": timedelta(hours=1), "day": timedelta(days=1)}

Value = TypeVar("Value")


def _read(name: str, example: str, reading: Callable[[str], Value]) -> BeforeValidator:
    """Reads text with ``reading``; what it can't read is refused with an example of how to write it."""

    def read(given: Any) -> Any:
        if not isinstance(given, str):
            raise PydanticCustomError(
                "unreadable", "{name} is written like {example}", {"name": name, "example": example}
            )
        try:
            return reading(given.strip())
        except ValueError:
            raise PydanticCustomError(
                "unreadable",
                "{given} can't be read; {name} is written like {example}",
                {"given": repr(given), "name": name, "example": example},
            ) from None

    return BeforeValidator(read)


def _matched(pattern: re.Pattern[str], text: str) -> re.Match[str]:
    found = pattern.fullmatch(text)
    if found is None:
        raise ValueError(text)
    return found


def fen_of(text: str) -> int:
    """An amount in yuan with two decimals, as whole fen; raises ValueError for anything else."""
    found = _matched(_AMOUNT, text)
    return int(found[1].replace(",", "")) * 100 + int(found[2])


def basis_points_of(text: str) -> int:
    """A percentage as basis points; raises ValueError for anything else."""
    found = _matched(_PERCENT, text)
    return int(found[1]) * 100 + int((found[2] or "").ljust(2, "0"))


def pair_of(text: str) -> tuple[int, int]:
    """A ratio as its two weights; raises ValueError for anything else."""
    found = _matched(_RATIO, text)
    return int(found[1]), int(found[2])


def fraction_of(text: str) -> tuple[int, int]:
    """A fraction as numerator and denominator; raises ValueError for anything else."""
    found = _matched(_FRACTION, text)
    return int(found[1]), int(found[2])


def day_of(text: str) -> date:
    """A day, written as contracts write it; raises ValueError for anything else."""
    return date.fromisoformat(_matched(_DAY, text)[0])


def moment_of(text: str) -> datetime:
    """A moment, in Beijing unless it has an offset; raises ValueError for a day alone, or a day in another form."""
    moment = datetime.fromisoformat(_matched(_MOMENT, text)[0])
    return (moment if moment.tzinfo else moment.replace(tzinfo=BEIJING)).astimezone(UTC)


def duration_of(text: str) -> timedelta:
    """Whole minutes, hours or days; raises ValueError for anything else."""
    found = _matched(_DURATION, text)
    return int(found[1]) * _UNITS[found[2]]


def yes_or_no(text: str) -> bool:
    """Yes or no; raises ValueError for anything else."""
    if text not in {"yes", "no"}:
        raise ValueError(text)
    return text == "yes"


def beijing_time(moment: datetime) -> str:
    """A moment as a scenario writes it."""
    return moment.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M")


def word_of(name: str) -> str:
    """A name in code as a scenario writes it."""
    return name.replace("_", " ")


def _one_of(kind: type[StrEnum], text: str) -> StrEnum:
    return kind(text.replace(" ", "_").replace("-", "_"))


def listed(given: str, allowed: Iterable[str]) -> str:
    """The words that can stand in the place of one that is not known, and first the one that was probably meant."""
    words = tuple(allowed)
    close = difflib.get_close_matches(given, words, 1)
    return (f"did you mean '{close[0]}'? " if close else "") + f"allowed: {', '.join(words) or 'nothing'}"


def no_such_word(given: Any, what: str, allowed: Iterable[str]) -> PydanticCustomError:
    """The fault that the word is ``what``, with those that could stand in its place."""
    context = {"given": repr(given), "what": what, "allowed": listed(str(given), allowed)}
    return PydanticCustomError("no_such_word", "{given} is {what}; {allowed}", context)


def one_of(allowed: Collection[str], what: str) -> BeforeValidator:
    """Reads one of the words that are allowed as ``what``."""

    def read(given: Any) -> Any:
        if not isinstance(given, str) or given not in allowed:
            raise no_such_word(given, f"no {what}", allowed)
        return given

    return BeforeValidator(read)


def choice(kind: type[StrEnum]) -> BeforeValidator:
    """Reads one of the values of ``kind``, written with spaces."""
    allowed = tuple(word_of(member.value) for member in kind)

    def read(given: Any) -> Any:
        try:
            return _one_of(kind, str(given))
        except ValueError:
            raise no_such_word(given, "not known here", allowed) from None

    return BeforeValidator(read)


def pair_of_choices(kind: type[StrEnum]) -> BeforeValidator:
    """Reads two of the values of ``kind``, such as ``plan and release``."""
    reading = TypeAdapter(tuple[Annotated[Any, choice(kind)], Annotated[Any, choice(kind)]])

    def read(given: Any) -> Any:
        first, joined, second = str(given).partition(" and ")
        if not joined:
            example = " and ".join(word_of(member.value) for member in list(kind)[:2])
            raise PydanticCustomError(
                "unreadable",
                "{given} can't be read; a pair is written like {example}",
                {"given": repr(given), "example": example},
            )
        return reading.validate_python((first.strip(), second.strip()))

    return BeforeValidator(read)


Fen = Annotated[int, _read("an amount", '"1000000.01" (yuan with two decimals)', fen_of)]
Percent = Annotated[int, _read("a percentage", "15 %", basis_points_of)]
Ratio = Annotated[tuple[int, int], _read("a ratio", "3:7 (fiscal : social)", pair_of)]
Fraction = Annotated[tuple[int, int], _read("a fraction", "2/3", fraction_of)]
Day = Annotated[date, _read("a day", "2026-06-01", day_of)]
Instant = Annotated[datetime, _read("a time", "2026-06-01 09:30 (Beijing)", moment_of)]
Duration = Annotated[timedelta, _read("a duration", "45 minutes, 2 hours or 3 days", duration_of)]
YesNo = Annotated[bool, _read("this", "yes or no", yes_or_no)]
Count = Annotated[int, _read("a number", "2", lambda text: int(_matched(re.compile("[0-9]{1,4}"), text)[0]))]
Listed = BeforeValidator(lambda given: [given] if isinstance(given, str) else given)


class Words(BaseModel):
    """A part of a scenario: its words are the fields' names with spaces, and no others."""

    model_config = ConfigDict(frozen=True, extra="forbid", alias_generator=word_of, populate_by_name=False)

    @model_validator(mode="before")
    @classmethod
    def _only_words_known_here(cls, given: Any) -> Any:
        if not isinstance(given, dict):
            colon = f"; {FULL_WIDTH_COLON} is none, {WORDS_END}" if FULL_WIDTH_COLON in str(given) else ""
            raise PydanticCustomError(
                "no_mapping",
                "here come words with values, such as: {allowed}{colon}",
                {"allowed": ", ".join(cls.allowed_words()) or "nothing", "colon": colon},
            )
        unknown = [word for word in given if word not in cls.allowed_words()]
        if unknown:
            raise PydanticCustomError(
                "unknown_word",
                "'{word}' is not known here; {allowed}",
                {"word": unknown[0], "allowed": listed(unknown[0], cls.allowed_words())},
            )
        return given

    @classmethod
    def allowed_words(cls) -> tuple[str, ...]:
        """The words that can stand here."""
        return tuple(field.alias or name for name, field in cls.model_fields.items())
