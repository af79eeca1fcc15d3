"""Names of enterprises, compared as a reader compares them and not byte for byte."""

import unicodedata
from functools import lru_cache

# What the Company Law (2023, article 7) lets a company write in its name for one and the same legal form.
_LEGAL_FORMS = (("有限责任公司", "有限公司"), ("股份公司", "股份有限公司"))
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


@lru_cache(maxsize=_NAMES_CACHED_MAX)
def comparable_name(name: str) -> str:
    """The one form of a name under which all ways to write it meet; idempotent, and not meant for reading.

    Full and half width, compatibility characters, case, spaces, characters that nobody sees, the shapes of brackets,
    dots and dashes, and the two ways to write a legal form are all one. Nothing else is: 甲（北京）科技 and 甲北京科技
    are two names, and simplified and traditional characters stay apart, since the register of enterprises is in
    simplified ones.
    """
    before = ""
    while name != before:
        before = name
        name = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
        # Of what Python prints, only few characters are unseen, and most names have none of them.
        if not name.isprintable() or not _PRINTED_UNSEEN.isdisjoint(name):
            name = "".join(character for character in name if not _is_unseen(character))
        name = name.translate(_ALIKE)
    for written, meant in _LEGAL_FORMS:
        name = name.replace(written, meant)
    return name


def is_one_name(one: str, other: str) -> bool:
    """Whether both are ways to write one enterprise's name."""
    return comparable_name(one) == comparable_name(other)


def _is_unseen(character: str) -> bool:
    if character in _UNSEEN or unicodedata.category(character) in {"Zs", "Zl", "Zp", "Cf", "Cc"}:
        return True
    return any(first <= ord(character) <= last for first, last in _VARIANT_SELECTORS)
