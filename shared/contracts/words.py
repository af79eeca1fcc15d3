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


def _clean(text: str) -> str:
    if unicodedata.normalize("NFC", text) != text:
        raise ValueError("must be in Unicode normal form C")
    for character in text:
        if character in _BIDI or unicodedata.category(character) in {"Cc", "Cs", "Co", "Cn"}:
            raise ValueError(f"must not contain the character U+{ord(character):04X}")
    if text.strip() != text:
        raise ValueError("must not begin or end with a space")
    return text


def _with_offset(moment: datetime) -> datetime:
    if moment.year < 2000 or moment.year > 2200:
        raise ValueError("must lie between the years 2000 and 2200")
    return moment


_CLEAN = "in Unicode normal form C, without control or bidirectional characters, no space at either end"

Name = Annotated[str, Field(min_length=1, max_length=NAME_LENGTH_MAX, description=_CLEAN), AfterValidator(_clean)]
Text = Annotated[str, Field(min_length=1, max_length=TEXT_LENGTH_MAX, description=_CLEAN), AfterValidator(_clean)]
InstitutionId = Annotated[
    str, Field(pattern=r"^[a-z][a-z0-9-]{1,39}$", description="chosen once; part of the name of its outcomes topic")
]
OfficerId = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{1,39}$", description="unique within its institution")]
MessageId = Annotated[str, Field(pattern=r"^[A-Za-z0-9._:-]{1,64}$", description="unique per sender, for ever")]
Reference = Annotated[str, Field(min_length=1, max_length=100, description=_CLEAN), AfterValidator(_clean)]
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
