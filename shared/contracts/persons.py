"""Who somebody is in a pool: a slow hash of an identity document's number, which itself is never sent (4.1)."""

import hashlib
import re
import unicodedata
from datetime import date
from enum import StrEnum
from uuid import UUID

# 128 MiB and some tenths of a second a guess: a number has little entropy, and the pool's id is no secret.
_COST, _BLOCK_SIZE, _PARALLELISM = 2**17, 8, 1
_MEMORY_BYTES_MAX = 2 * 128 * _COST * _BLOCK_SIZE
_HASH_BYTES = 32

# GB 11643: region, day of birth, sequence, and a check character by ISO 7064, MOD 11-2.
_CARD = re.compile(r"[1-9][0-9]{5}([0-9]{8})[0-9]{3}([0-9X])")
_CHECK_CHARACTERS = "10X98765432"
_OTHER = re.compile(r"[0-9A-Z]{5,20}")


class IdentityDocument(StrEnum):
    """By which document a person is known: the card, for whoever has one."""

    RESIDENT_IDENTITY_CARD = "resident-identity-card"
    PASSPORT = "passport"


def person_hash(pool: UUID, document: IdentityDocument, number: str) -> str:
    """The hash that stands for a person in this pool, in lower-case hexadecimal: the same in whichever institution.

    Raises ValueError for what is no number of such a document; the error does not repeat it.
    """
    canonical = document_number(document, number)
    return hashlib.scrypt(
        f"{document}/{canonical}".encode("ascii"),
        salt=pool.bytes,
        n=_COST,
        r=_BLOCK_SIZE,
        p=_PARALLELISM,
        maxmem=_MEMORY_BYTES_MAX,
        dklen=_HASH_BYTES,
    ).hex()


def document_number(document: IdentityDocument, number: str) -> str:
    """The one way to write a document's number: in normal form KC, capital letters, without spaces and hyphens.

    Raises ValueError for what is none; the error does not repeat it.
    """
    written = unicodedata.normalize("NFKC", number).upper()
    canonical = "".join(each for each in written if not each.isspace() and unicodedata.category(each) != "Pd")
    if document is IdentityDocument.RESIDENT_IDENTITY_CARD:
        _refuse_unless_card(canonical)
    elif not _OTHER.fullmatch(canonical):
        raise ValueError("a passport's number has 5 to 20 letters and digits; correct it")
    return canonical


def _refuse_unless_card(number: str) -> None:
    found = _CARD.fullmatch(number)
    if found is None:
        raise ValueError("a resident identity card's number has 17 digits and a digit or X; correct it")
    try:
        date.fromisoformat(f"{found[1][:4]}-{found[1][4:6]}-{found[1][6:]}")
    except ValueError:
        raise ValueError("the day of birth in the number is no day of the calendar; correct the number") from None
    weighted = sum(int(digit) * pow(2, 17 - place, 11) for place, digit in enumerate(number[:17]))
    if found[2] != _CHECK_CHARACTERS[weighted % 11]:
        raise ValueError("the number's check character does not fit its digits; correct the number")
