"""Numbers of rights, pledges and enterprises that nobody has, each in the form in which such numbers are given out."""

import hashlib
from uuid import UUID

_CODE_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
# Year, kind of application (1 is an invention) and serial number, counted on as one.
_BEFORE_THE_FIRST_PATENT = 2003_1_0000000
_PATENTS = 20 * 10**8


def patent_number(place: int) -> str:
    """A patent's number with its check digit, another one for each place."""
    digits = str(_BEFORE_THE_FIRST_PATENT + place)
    assert len(digits) == 12, "year, kind and serial number have as many digits together"
    return f"ZL{digits}.{patent_check_digit(digits)}"


def patent_check_digit(digits: str) -> str:
    """The check digit of a patent's 12 digits, or of the 8 that it had until 2003 (ZC 0006-2003)."""
    return "0123456789X"[sum(int(digit) * (2 + at % 8) for at, digit in enumerate(digits)) % 11]


def right_number(pool_id: UUID, contract_number: str) -> str:
    """A patent number of the contract's own: a right secures one project only, in any pool of the deployment."""
    return patent_number(_of_hash(f"{pool_id}/{contract_number}") % _PATENTS)


def pledge_number(registration_number: str) -> str:
    """The number of a pledge registration of the right's own: one registration secures one loan only."""
    return f"Y2026{_of_hash(registration_number) % 10**9:09d}"


def enterprise_code(body: str) -> str:
    """A unified social credit code: its first 17 characters, and the one that checks them (GB 32100-2015)."""
    weighted = sum(_CODE_ALPHABET.index(character) * pow(3, place, 31) for place, character in enumerate(body))
    return body + _CODE_ALPHABET[-weighted % 31]


def numbered_enterprise(number: int) -> str:
    """The code of an enterprise of the district, another one for each number."""
    places = []
    for _ in range(9):
        number, place = divmod(number, 31)
        places.append(_CODE_ALPHABET[place])
    return enterprise_code("91110105" + "".join(reversed(places)))


def _of_hash(text: str) -> int:
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")
