"""The few shapes of text that messages are made of, each with its limit."""

import unicodedata
from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, AwareDatetime, Field

TEXT_LENGTH_MAX = 2_000
NAME_LENGTH_MAX = 200

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

# Planes 2 and 3 hold ideographs only. Those of extensions later than this Python's Unicode stand in people's names too.
_IDEOGRAPHIC = range(0x20000, 0x40000)
_PLANE_MASK, _NO_CHARACTERS = 0xFFFF, (0xFFFE, 0xFFFF)


def _clean(text: str) -> str:
    if unicodedata.normalize("NFC", text) != text:
        raise ValueError("must be in Unicode normal form C")
    for character in text:
        if character in _BIDI or unicodedata.category(character) in {"Cc", "Cs", "Co"} or _means_nothing(character):
            raise ValueError(f"must not contain the character U+{ord(character):04X}")
    if text.strip() != text:
        raise ValueError("must not begin or end with a space")
    return text


def _means_nothing(character: str) -> bool:
    point = ord(character)
    is_ideograph = point in _IDEOGRAPHIC and point & _PLANE_MASK not in _NO_CHARACTERS
    return unicodedata.category(character) == "Cn" and not is_ideograph


def _visible(text: str) -> str:
    for character in text:
        if character in _INVISIBLE or unicodedata.category(character) in {"Cf", "Zl", "Zp"}:
            raise ValueError(f"must not contain the invisible character U+{ord(character):04X}")
    return text


def _with_offset(moment: datetime) -> datetime:
    if moment.year < 2000 or moment.year > 2200:
        raise ValueError("must lie between the years 2000 and 2200")
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
Uscc = Annotated[str, Field(pattern=r"^[0-9A-Z]{18}$", description="unified social credit code")]
DistrictCode = Annotated[str, Field(pattern=r"^[0-9]{6}$", description="GB/T 2260 code of the district")]
KeyId = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{43}$", description="RFC 7638 thumbprint of the public key")]
PublicKey = Annotated[
    str, Field(pattern=r"^[A-Za-z0-9_-]{43}$", description="Ed25519 public key: the JWK's x, base64url unpadded")
]
Moment = Annotated[AwareDatetime, AfterValidator(_with_offset)]
Identity = UUID
