"""The few shapes of text that messages are made of, each with its limit."""

import re
import unicodedata
from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, AwareDatetime, BeforeValidator, Field
from pydantic_core import PydanticCustomError

from shared.contracts.examples import Called, FromContext, Now, Today, example

TEXT_LENGTH_MAX = 2_000
NAME_LENGTH_MAX = 200

# What pydantic alone would take besides: a number of seconds for a day or a moment, a space for the T, an offset
# without its colon, a UUID in braces, upper case or as a URN. Whoever checks a message years later, in another
# language, is to read the same day and the same id.
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MOMENT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt](?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]{1,9})?"
    r"(?:[Zz]|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9])"
)
_IDENTITY = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")

# Bidirectional controls can make a name read as another one; a payee's name is read by people before money moves.
_BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")

# What shows nothing and is no format character (category Cf): fillers, variation selectors, an empty Braille cell.
# Two names that differ in these alone are two for a program and one for whoever releases money by them.
_INVISIBLE = frozenset(
    chr(point)
    for points in (
        (0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x2800, 0x3164, 0xFFA0),
        range(0x180B, 0x1810),
        range(0xFE00, 0xFE10),
        range(0xE0100, 0xE01F0),
    )
    for point in points
)

# A day can be older than the system, such as an enterprise's; what is counted from it stays in the calendar.
_DAY_YEAR_MIN, _MOMENT_YEAR_MIN, _YEAR_MAX = 1949, 2000, 2200

# Planes 2 and 3 hold ideographs only. Those of extensions later than this Python's Unicode stand in people's names too.
_IDEOGRAPHIC = range(0x20000, 0x40000)
_PLANE_MASK, _NO_CHARACTERS = 0xFFFF, (0xFFFE, 0xFFFF)


def _clean(text: str) -> str:
    if not unicodedata.is_normalized("NFC", text):
        raise PydanticCustomError("text_normal_form", "must be in Unicode normal form C")
    # What Python prints is of none of these categories, and most texts are all of it.
    for character in "" if text.isprintable() else text:
        if character in _BIDI or unicodedata.category(character) in {"Cc", "Cs", "Co"} or _means_nothing(character):
            raise _forbidden(character)
    if text.strip() != text:
        raise PydanticCustomError("text_padded", "must not begin or end with a space")
    return text


def _forbidden(character: str) -> PydanticCustomError:
    # By its number, since it shows nothing or changes how the rest reads.
    point = {"point": f"U+{ord(character):04X}"}
    return PydanticCustomError("text_character", "must not contain the character {point}", point)


def _means_nothing(character: str) -> bool:
    point = ord(character)
    is_ideograph = point in _IDEOGRAPHIC and point & _PLANE_MASK not in _NO_CHARACTERS
    return unicodedata.category(character) == "Cn" and not is_ideograph


def _visible(text: str) -> str:
    for character in "" if text.isprintable() and _INVISIBLE.isdisjoint(text) else text:
        if character in _INVISIBLE or unicodedata.category(character) in {"Cf", "Zl", "Zp"}:
            raise _forbidden(character)
    return text


def _day(given: object) -> object:
    day = _read_day(given) if isinstance(given, str) else given
    if isinstance(day, date) and not _DAY_YEAR_MIN <= day.year <= _YEAR_MAX:
        raise PydanticCustomError("day_far", "must lie between the years 1949 and 2200")
    return day


def _read_day(text: str) -> date:
    try:
        if _DAY.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:
        pass  # it has the shape, and the calendar has no such day
    raise PydanticCustomError("day_unreadable", "must be a day of the calendar, written YYYY-MM-DD")


def _moment(given: object) -> object:
    if not isinstance(given, str):
        return given
    try:
        if _MOMENT.fullmatch(given):
            return datetime.fromisoformat(given.upper())
    except ValueError:
        pass  # it has the shape, and the calendar has no such day
    raise PydanticCustomError(
        "moment_unreadable", "must be a time as RFC 3339 writes it, with seconds and offset: YYYY-MM-DDThh:mm:ss+08:00"
    )


def _identity(given: object) -> object:
    if not isinstance(given, str):
        return given
    if _IDENTITY.fullmatch(given):
        return UUID(given)
    raise PydanticCustomError("identity_unreadable", "must be a UUID in its canonical form, in lower case")


def _of_our_time(moment: datetime) -> datetime:
    if not _MOMENT_YEAR_MIN <= moment.year <= _YEAR_MAX:
        raise PydanticCustomError("moment_far", "must lie between the years 2000 and 2200")
    return moment


_CLEAN = "in Unicode normal form C, without control or bidirectional characters, no space at either end"

_VISIBLE = f"{_CLEAN}, and without invisible characters"

Name = Annotated[
    str,
    Field(min_length=1, max_length=NAME_LENGTH_MAX, description=_VISIBLE),
    AfterValidator(_clean),
    AfterValidator(_visible),
]
Text = Annotated[str, Field(min_length=1, max_length=TEXT_LENGTH_MAX, description=_CLEAN), AfterValidator(_clean)]
InstitutionId = Annotated[
    str, Field(pattern=r"^[a-z][a-z0-9-]{1,39}$", description="chosen once; part of the name of its outcomes topic")
]
OfficerId = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{1,39}$", description="unique within its institution")]
MessageId = Annotated[str, Field(pattern=r"^[A-Za-z0-9._:-]{1,64}$", description="unique per sender, for ever")]
Reference = Annotated[
    str,
    Field(min_length=1, max_length=100, description=_VISIBLE),
    AfterValidator(_clean),
    AfterValidator(_visible),
]
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$", description="SHA-256 in lower-case hexadecimal")]
Clause = Annotated[
    str, Field(pattern=r"^[1-9][0-9]?\.[1-9][0-9]?$", description="article.part of the regulation, such as 10.3")
]
Uscc = Annotated[str, Field(pattern=r"^[0-9A-Z]{18}$", description="unified social credit code"), Called("code")]
DistrictCode = Annotated[str, Field(pattern=r"^[0-9]{6}$", description="GB/T 2260 code of the district")]
PersonHash = Annotated[
    str,
    Field(
        pattern=r"^[0-9a-f]{64}$",
        description="who somebody is in this pool: a slow hash of the identity document's number, never the number",
    ),
]
KeyId = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{43}$", description="RFC 7638 thumbprint of the public key")]
PublicKey = Annotated[
    str,
    Field(
        pattern=r"^[A-Za-z0-9_-]{43}$",
        description="Ed25519 public key: the JWK's x, base64url unpadded; a point of prime order",
    ),
]
Day = Annotated[date, BeforeValidator(_day), example(Today())]
Moment = Annotated[AwareDatetime, BeforeValidator(_moment), AfterValidator(_of_our_time), example(Now())]
Identity = Annotated[UUID, BeforeValidator(_identity)]
ProjectId = Annotated[Identity, example(FromContext.PROJECT)]
