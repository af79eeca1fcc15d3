"""Which right or person is meant, in all the writings that histories have of it: as whoever invented it knows it.

The readers take two rights or persons for one by this alone, and by nothing that the registry makes of them.
"""

import hashlib
from collections.abc import Mapping

from shared.contracts.persons import IdentityDocument, document_number
from shared.contracts.registry.words import RightKind
from simulator.invented_numbers import patent_number
from tests.unit.registry.registry_examples import APPROVER, FILER

PATENT, TRADEMARK, COPYRIGHT, OTHER = RightKind

# A kind, and a number as it is written in a filing.
Written = tuple[RightKind, str]


def _wide(text: str) -> str:
    return "".join(chr(ord(character) + 0xFEE0) for character in text)


FIRST = patent_number(1)
_RIGHTS: Mapping[str, tuple[Written, ...]] = {
    "the first loan's patent": (
        (PATENT, FIRST),
        (PATENT, _wide(FIRST)),
        (PATENT, f"发明專利號：{FIRST.removeprefix('ZL')}"),
        (PATENT, f"{FIRST.partition('.')[0]}（专利权）"),
    ),
    "the second loan's patent": ((PATENT, patent_number(2)), (PATENT, f"CN {patent_number(2).removeprefix('ZL')}")),
    "the third loan's patent": ((PATENT, patent_number(3)),),
    "a trademark": ((TRADEMARK, "12345678"), (TRADEMARK, "第12345678号（第9类）"), (TRADEMARK, "12345678-35")),
    "a program": ((COPYRIGHT, "2023SR0123456"), (COPYRIGHT, "软件著作权登记号 2023-SR-123456")),
    "a layout": ((OTHER, "BS.205001234"), (OTHER, "集成电路布图设计 BS 205001234")),
}
WRITINGS: tuple[Written, ...] = tuple(written for writings in _RIGHTS.values() for written in writings)
# The same rights under a kind or a number that doesn't name them.
NAMING_NOTHING: tuple[Written, ...] = (
    (OTHER, FIRST),
    (OTHER, "商标 12345678"),
    (PATENT, "CN112345678B"),
    (PATENT, f"{FIRST.partition('.')[0]}.X"),
    (PATENT, f"{FIRST}（商标）"),
    (COPYRIGHT, "软著登字第0123456号"),
)
_RIGHT_MEANT = {written: right for right, writings in _RIGHTS.items() for written in writings}


def right_meant(kind: RightKind, number: str) -> str:
    """The right; whatever else was taken for one fails."""
    assert (kind, number) in _RIGHT_MEANT, f"2.1: {kind} {number} names no right"
    return _RIGHT_MEANT[kind, number]


def other_writing(kind: RightKind, number: str) -> Written:
    """The same right as somebody else would write it, if there is another way."""
    writings = _RIGHTS[right_meant(kind, number)]
    return writings[(writings.index((kind, number)) + 1) % len(writings)]


_CARDS = {FILER: "11010519491231002X", APPROVER: "110105199003070033"}
WAYS = ("plain", "small", "wide", "apart")


def person_of(who: str, way: str) -> str:
    """A hash of the person's card, whose number is written in this way: of no cost, since nobody guesses it here."""
    number = _CARDS[who]
    written = {"plain": number, "small": number.lower(), "wide": _wide(number), "apart": f"{number[:6]} {number[6:]}"}[
        way
    ]
    card = document_number(IdentityDocument.RESIDENT_IDENTITY_CARD, written)
    return hashlib.sha256(card.encode()).hexdigest()


_PERSON_MEANT = {person_of(who, way): who for who in _CARDS for way in WAYS}


def person_meant(person: str) -> str:
    """Who has this hash; whoever has no card here is known by the hash alone."""
    return _PERSON_MEANT.get(person, person)
