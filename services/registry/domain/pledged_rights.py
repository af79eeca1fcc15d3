"""Which project each pledged right, and each registration of a pledge, secures.

Either can secure one live project only, in any pool of the deployment.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import lru_cache
from uuid import UUID

from services.registry.domain.project import Draft, Project, Stage
from shared.contracts.canonical_number import canonical_number
from shared.contracts.registry.projects import IpRight
from shared.contracts.registry.words import RightKind

# What is written before a number and is none of it; something of it is always left. Longer words stand before shorter.
_SAYING = (
    "实用新型|外观设计|计算机|著作权|专利权|商标权|证书|专利|发明|商标|软件|软著|登字|注册|登记|编号|号码|证|号|第|NO"
)
_WORDS = re.compile(f"^(?:{_SAYING})+(?=.)")
_WORDS_OF_A_PATENT = re.compile(f"^(?:{_SAYING}|CN|ZL)+(?=.)")
_CLOSING = re.compile("(?<=.)号+$")
# A Chinese patent since 2003: year, kind and serial number, to which the check digit belongs that is often left out.
_WITHOUT_CHECK_DIGIT = re.compile("[0-9]{12}", re.ASCII)
_WEIGHTS = (2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5)

# A filing's rights are asked for several times within its batch.
_KEYS_CACHED_MAX = 4_096


@lru_cache(maxsize=_KEYS_CACHED_MAX)
def key_of(kind: RightKind, registration_number: str) -> str:
    """The right by its kind and its number, however that was written.

    Full-width characters, spaces, points, dashes and the case of letters tell no two rights apart; neither do the words
    that say what a number is (专利号, 软著登字第…号, No.), nor in a patent's number the letters of a Chinese patent, as
    often as they come, and its check digit. A province's sign in a copyright's number stays: numbers are given out by
    it.
    """
    written = unicodedata.normalize("NFKC", registration_number).upper()
    number = "".join(character for character in written if character.isalnum())
    words = _WORDS_OF_A_PATENT if kind is RightKind.PATENT else _WORDS
    number = words.sub("", _CLOSING.sub("", number)) or written
    return f"{kind}/{_with_check_digit(number) if kind is RightKind.PATENT else number}"


def _with_check_digit(number: str) -> str:
    """A patent's number with its check digit: the weighted sum of the others modulo 11, X for ten."""
    if not _WITHOUT_CHECK_DIGIT.fullmatch(number):
        return number
    weighted = sum(int(digit) * weight for digit, weight in zip(number, _WEIGHTS, strict=True))
    return number + "0123456789X"[weighted % 11]


def keys_of(rights: Iterable[IpRight]) -> tuple[str, ...]:
    """The keys of these rights, each once, in order."""
    return tuple(sorted({key_of(right.kind, right.registration_number) for right in rights}))


def pledge_key_of(pledge_registration_number: str) -> str:
    """The registration of a pledge by its number, whatever that is written with."""
    return f"pledge/{canonical_number(pledge_registration_number)}"


def secured_by(rights: Iterable[IpRight]) -> tuple[str, ...]:
    """The keys of these rights and of the registrations of their pledges, each once, in order."""
    rights = tuple(rights)
    numbers = (right.pledge_registration_number for right in rights)
    return tuple(sorted({*keys_of(rights), *(pledge_key_of(number) for number in numbers if number is not None)}))


def words_of(key: str) -> tuple[str, str]:
    """What people call the right with this key, in English and in Chinese."""
    code, _, number = key.partition("/")
    kind = RightKind(code)
    return f"{kind.english} {number}", f"{kind.chinese} {number}"


def held_by(filing: Project | Draft | None) -> tuple[str, ...]:
    """The rights and registrations that secure this project: none before it was filed, none any more once it has ended.

    Those that a correction names are taken with it; those that it leaves out are free only once it is approved.
    """
    if not isinstance(filing, Project) or filing.stage in {Stage.REJECTED, Stage.ENDED}:
        return ()
    corrected = filing.correction.rights if filing.correction else ()
    return secured_by((*filing.rights, *corrected))


def holders_after(holders: Mapping[str, UUID], project_id: UUID, filing: Project | Draft | None) -> Mapping[str, UUID]:
    """Which project each right and registration secures, after this one has become ``filing``."""
    others = {key: holder for key, holder in holders.items() if holder != project_id}
    return {**others, **dict.fromkeys(held_by(filing), project_id)}
