"""Which right a number names: it is read by the right's kind, whatever it is written with.

A right has several numbers on its papers, and one that names it. No library reads them: of China's numbers
python-stdnum knows those of enterprises and of people only.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from services.registry.domain.chinese_script import simplified
from shared.contracts.canonical_number import canonical_number, unreadable_characters
from shared.contracts.labels import LabelledEnum
from shared.contracts.registry.words import RightKind


class NumberSort(LabelledEnum):
    """Which of a right's numbers it is."""

    PATENT = "patent_number", "number of a patent", "专利号"
    PUBLICATION = "publication_number", "publication number of a patent", "专利公开号或公告号"
    TRADEMARK = "trademark_number", "registration number of a trademark", "商标注册号"
    SOFTWARE = "software_number", "registration number of a program", "软件著作权登记号"
    CERTIFICATE = "certificate_number", "certificate number of a program", "软件著作权登记证书号"
    WORK = "work_number", "registration number of a work", "作品登记号"
    WORK_SOMEWHERE = "work_number_without_office", "number of a work without its office", "缺登记机构的作品登记号"
    OTHER = "other_number", "number of another right", "其他知识产权编号"


# A patent is published as an application and again when it is granted; a program's certificate is issued anew; offices
# number works each by itself. From none of these numbers the one that names the right can be told.
NAMING_NO_RIGHT = frozenset({NumberSort.PUBLICATION, NumberSort.CERTIFICATE, NumberSort.WORK_SOMEWHERE})


@dataclass(frozen=True, slots=True)
class RightNumber:
    """A number as it was read. ``is_mistyped``: its check digit isn't that of its other digits."""

    sort: NumberSort
    form: str
    is_mistyped: bool = False


# What is said about a number of any kind, and about one of each kind; it is no part of it. 第 and 号 are signs already.
_OF_ANY = "证书?|登记|注册|申请|授权|公告|公开|编|码|国家知识产权局"
_OF_KIND = {
    RightKind.PATENT: "发明|实用新型|外观设计|专利权?|PATENT",
    RightKind.TRADEMARK: "商标(?:专用权|权)?|TRADEMARK",
    RightKind.COPYRIGHT: "计算机|软件|软著(?!登字|变补字)|作品|著作权|版权|COPYRIGHT",
    RightKind.OTHER: "其他(?:知识产权|权利)",
}
# These are words only where no other letter stands beside them.
_LATIN_WORDS = re.compile(r"(?<![A-Z0-9])(?:NO(?![A-Z])|OTHER RIGHT(?![A-Z]))", re.ASCII)
_WORDS = {kind: re.compile(f"{_OF_KIND[kind]}|{_OF_ANY}") for kind in RightKind}
# What is of a named kind wherever it stands, where signs have been left out.
_MARKS = {
    RightKind.PATENT: re.compile(r"专利|实用新型|外观设计|PATENT|ZL[0-9]{8}|(?<![A-Z])CN[0-9]{7}", re.ASCII),
    RightKind.COPYRIGHT: re.compile(r"著作权|版权|软著|作登字|COPYRIGHT|[0-9]{4}SR[0-9]", re.ASCII),
    RightKind.TRADEMARK: re.compile(r"商标|TRADEMARK", re.ASCII),
}

# ZC 0006-2003: the application's year (two digits until September 2003), kind and serial number, and the check digit.
_APPLICATION = re.compile(r"(?:CN|ZL|NO)*((?:8[5-9]|9[0-9]|0[0-3])[0-9]{6}|20(?:0[3-9]|[1-9][0-9])[0-9]{8})([0-9X]?)")
_WEIGHTS = (2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5)
# ZC 0007-2012: kind of patent, serial number (until 2007 of six digits), and a letter that says what was published.
_PUBLICATION = re.compile(r"(?:CN|ZL|NO)*(?:([1-3][0-9]{8})(?:[A-Z][0-9]?)?|([1-3][0-9]{6})[A-Z][0-9]?)")
_POINTED = re.compile(r"(?<![0-9-])20(?:-?[0-9]){10}-[0-9X](?![0-9A-Z-])")

# Up to nine digits, perhaps in groups; G before those of the Madrid system, a letter behind what was split off.
_TRADEMARK = re.compile(
    r"(G*)([0-9]{1,3}(?:-[0-9]{3})+|[0-9]{4}-[0-9]{4}|[0-9]{1,9})([A-Z]?)((?:(?<=[A-Z])[0-9]{1,2})?(?:-[0-9]{1,2})*)"
)
_DIGITS_OF_A_TRADEMARK_MAX = 9
_MADRID = re.compile("国际注册(?:商标)?")
_CLASSES = re.compile(r"(?:国际分类)?(?<![0-9])([0-9]{1,2}(?:-[0-9]{1,2})*)类|(?:CLASS|CL|类别)-?([0-9]{1,2})(?![0-9])")
_CLASS_MAX = 45

_SOFTWARE = re.compile(r"((?:19|20)[0-9]{2})SR([0-9]{1,9})")
_CERTIFICATE = re.compile(r"软著(?:登字|变补字)([0-9]{1,9})")
# The office is the national one (国) or a province's, before 2013 its code.
_WORK = re.compile(r"(?:([㐀-鿿]{1,2})作登字|(?:作登字)?([0-9]{2})-)?((?:19|20)[0-9]{2})([A-Z])([0-9]{1,9})")

# Layouts of integrated circuits, varieties of plants, and geographical indications of farm produce have codes.
_CODED = re.compile(r"(?<![A-Z])(?:BS|CNA|AGI)[0-9][0-9-]{3,}X?")

# A batch's numbers fit.
_NUMBERS_CACHED_MAX = 4_096


@lru_cache(maxsize=_NUMBERS_CACHED_MAX)
def number_of(kind: RightKind, written: str) -> RightNumber | None:
    """The number of a right of this kind, None if it is none; the same one in whatever writing.

    No two rights are told apart by what tells no two contracts apart (``canonical_number``), by traditional characters,
    words that say what a number is or of which kind (专利号, No.), a patent's letters CN and ZL and its check digit if
    that is left out, a trademark's classes, or leading zeros of serial numbers. What is left has to be a number of that
    kind and nothing else. Of other rights it is whatever can be read.
    """
    form = _form(written)
    match kind:
        case RightKind.PATENT:
            return _patent(_without_words(kind, form).replace("-", ""))
        case RightKind.TRADEMARK:
            return _trademark(form)
        case RightKind.COPYRIGHT:
            return _copyright(_without_words(kind, form))
        case RightKind.OTHER:
            return _other(_without_words(kind, form) or form)


def named_kind_of(written: str) -> RightKind | None:
    """The named kind of which something filed as another right seems to be, by its number or the words with it."""
    for kind in _MARKS:
        if number_of(kind, written):
            return kind
    form = _form(written)
    for kind, marks in _MARKS.items():
        if marks.search(form.replace("-", "")):
            return kind
    pointed = (_patent(found.replace("-", "")) for found in _POINTED.findall(form))
    return RightKind.PATENT if any(number and not number.is_mistyped for number in pointed) else None


def _form(written: str) -> str:
    """The canonical number in simplified characters, where a space ends a group of digits as a sign does."""
    capital = _LATIN_WORDS.sub("-", unicodedata.normalize("NFKC", written.replace("№", " ")).upper())
    return canonical_number(simplified("-".join(capital.split())))


def _without_words(kind: RightKind, form: str) -> str:
    without, words = _WORDS[kind].subn("-", form)
    return canonical_number(without) if words else form


def _patent(form: str) -> RightNumber | None:
    if found := _APPLICATION.fullmatch(form):
        digits, given = found.groups()
        check = "0123456789X"[sum(int(digit) * weight for digit, weight in zip(digits, _WEIGHTS, strict=False)) % 11]
        return RightNumber(NumberSort.PATENT, digits + (given or check), is_mistyped=given not in {"", check})
    if found := _PUBLICATION.fullmatch(form):
        return RightNumber(NumberSort.PUBLICATION, found[1] or found[2])
    return None


def _trademark(form: str) -> RightNumber | None:
    form = _MADRID.sub("G", form)
    classes = [each for found in _CLASSES.finditer(form) for each in (found[1] or found[2]).split("-")]
    found = _TRADEMARK.fullmatch(_without_words(RightKind.TRADEMARK, canonical_number(_CLASSES.sub("-", form))))
    if found is None:
        return None
    madrid, digits, letter, behind = found.groups()
    digits = digits.replace("-", "")
    classes += filter(None, behind.split("-"))
    if len(digits) > _DIGITS_OF_A_TRADEMARK_MAX or not all(1 <= int(each) <= _CLASS_MAX for each in classes):
        return None
    return RightNumber(NumberSort.TRADEMARK, f"{'G' if madrid else ''}{int(digits)}{letter}")


def _copyright(form: str) -> RightNumber | None:
    if found := _SOFTWARE.fullmatch(form):
        return RightNumber(NumberSort.SOFTWARE, f"{found[1]}SR{int(found[2])}")
    if found := _CERTIFICATE.fullmatch(form):
        return RightNumber(NumberSort.CERTIFICATE, f"软著登字第{int(found[1])}号")
    if found := _WORK.fullmatch(form):
        office, code, year, sort, serial = found.groups()
        form = f"{year}-{sort}-{int(serial)}"
        if office is None and code is None:
            return RightNumber(NumberSort.WORK_SOMEWHERE, form)
        return RightNumber(NumberSort.WORK, f"{office}作登字-{form}" if office else f"{code}-{form}")
    return None


def _other(form: str) -> RightNumber | None:
    if not form or unreadable_characters(form):
        return None
    coded = _CODED.search(form)
    return RightNumber(NumberSort.OTHER, coded[0].replace("-", "") if coded else form)
