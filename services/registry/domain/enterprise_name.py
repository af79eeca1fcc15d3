"""Names of enterprises, compared as a reader compares them and not byte for byte."""

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

from services.registry.domain.chinese_script import simplified

# What the Company Law (2023, article 7) lets a company write in its name for one and the same legal form.
_LEGAL_FORMS = (("有限责任公司", "有限公司"), ("股份公司", "股份有限公司"))
# A branch's name is its company's with more after it, such as 北京分公司. The company's ends with the first legal form,
# or where none is written, with the first word for an enterprise or a bank.
_BRANCH_WORDS = (
    "分公司",
    "支公司",
    "分行",
    "支行",
    "分理处",
    "营业部",
    "营业所",
    "储蓄所",
    "分社",
    "分店",
    "分厂",
    "办事处",
    "代表处",
)
_BRANCHES = tuple(
    re.compile(rf"(.+?{end}).*(?:{'|'.join(_BRANCH_WORDS)})\)?")
    for end in ("有限公司", "公司", "(?:银行|信用社|合作社|联社)")
)
# What Unicode's compatibility forms leave apart: brackets, dots and dashes that look and mean the same in a name.
_ALIKE = str.maketrans(
    {
        **dict.fromkeys("〔［【〖《〈「『{[", "("),
        **dict.fromkeys("〕］】〗》〉」』}]", ")"),
        **dict.fromkeys("•‧∙⋅・･．。.", "·"),
        **dict.fromkeys("‐‑‒–—―−﹘", "-"),
        **dict.fromkeys("‘’‛`´", "'"),
    }
)
# Letters and marks that are drawn as nothing: fillers, joiners, and the selectors of a character's variant.
_UNSEEN = frozenset("\u034f\u115f\u1160\u3164\uffa0")
_VARIANT_SELECTORS = ((0xFE00, 0xFE0F), (0xE0100, 0xE01EF), (0x180B, 0x180F))
_PRINTED_UNSEEN = _UNSEEN.union(" ", *(map(chr, range(first, last + 1)) for first, last in _VARIANT_SELECTORS))


# The names that borrowers are compared with are few and always the same; a batch's borrowers fit beside them.
_NAMES_CACHED_MAX = 4_096


class Enterprise(NamedTuple):
    """An enterprise by its unified social credit code and its name, however that is written."""

    uscc: str
    name: str

    def is_also(self, other: "Enterprise") -> bool:
        """Whether both are one legal person: by code, or by name."""
        return self.uscc == other.uscc or is_one_legal_person(self.name, other.name)


@lru_cache(maxsize=_NAMES_CACHED_MAX)
def comparable_name(name: str) -> str:
    """The one form of a name under which all ways to write it meet; idempotent, and not meant for reading.

    Full and half width, compatibility characters, case, spaces, characters that nobody sees, the shapes of brackets,
    dots and dashes, traditional and simplified characters, and the two ways to write a legal form are all one. Nothing
    else is: 甲（北京）科技 and 甲北京科技 are two names.
    """
    before = ""
    while name != before:
        before = name
        name = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
        # Of what Python prints, only few characters are unseen, and most names have none of them.
        if not name.isprintable() or not _PRINTED_UNSEEN.isdisjoint(name):
            name = "".join(character for character in name if not _is_unseen(character))
        name = simplified(name.translate(_ALIKE))
        for written, meant in _LEGAL_FORMS:
            name = name.replace(written, meant)
    return name


def is_one_legal_person(one: str, other: str) -> bool:
    """Whether both names are of one legal person: ways to write one name, or a branch's and its company's.

    A branch has a code of its own, and its company answers for what it owes (Company Law, 2023, article 13).
    """
    return legal_person(one) == legal_person(other)


@lru_cache(maxsize=_NAMES_CACHED_MAX)
def legal_person(name: str) -> str:
    """The comparable form of the name, without what makes it a branch's if it is one."""
    name = comparable_name(name)
    if not name.removesuffix(")").endswith(_BRANCH_WORDS):
        return name
    found = next((found for pattern in _BRANCHES if (found := pattern.fullmatch(name))), None)
    return found[1] if found else name


def _is_unseen(character: str) -> bool:
    if character in _UNSEEN or unicodedata.category(character) in {"Zs", "Zl", "Zp", "Cf", "Cc"}:
        return True
    return any(first <= ord(character) <= last for first, last in _VARIANT_SELECTORS)
