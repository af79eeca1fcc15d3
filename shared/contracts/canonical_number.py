"""The one form of a contract's number, whatever it is written with; anyone can compute it, in any language.

It is published in docs/contracts/README.md, with vectors in docs/contracts/examples/contract-numbers.json. Ids are made
of it, so that what stands here is version 1 for ever.
"""

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache

# Greek and Cyrillic letters that look like a Latin one in either case, after Unicode's confusables.txt (UTS 39). A
# small letter that looks like another one than its capital (η, μ, ν, υ) is left out: it would be two letters at once.
# No library: those that have the whole table fold 0 to O and 1 to l too, which are two numbers, follow Unicode's yearly
# changes, by which ids would change, and can't be had in a lender's own language. Letters of all other scripts need no
# table, since a number with them isn't read at all (``unreadable_characters``).
LOOK_ALIKES: Mapping[str, str] = {
    chr(point): latin
    for latin, points in {
        "A": (0x0391, 0x03B1, 0x0410, 0x0430),
        "B": (0x0392, 0x03B2, 0x0412, 0x0432, 0x042C, 0x044C),
        "C": (0x0421, 0x0441),
        "D": (0x0500, 0x0501),
        "E": (0x0395, 0x03B5, 0x0415, 0x0435),
        "G": (0x050C, 0x050D),
        "H": (0x0397, 0x041D, 0x043D, 0x04BA, 0x04BB),
        "I": (0x0399, 0x03B9, 0x0406, 0x0456, 0x04C0, 0x04CF),
        "J": (0x037F, 0x03F3, 0x0408, 0x0458),
        "K": (0x039A, 0x03BA, 0x041A, 0x043A),
        "M": (0x039C, 0x041C, 0x043C),
        "N": (0x039D,),
        "O": (0x039F, 0x03BF, 0x041E, 0x043E),
        "P": (0x03A1, 0x03C1, 0x0420, 0x0440),
        "Q": (0x051A, 0x051B),
        "S": (0x0405, 0x0455),
        "T": (0x03A4, 0x03C4, 0x0422, 0x0442),
        "V": (0x0474, 0x0475),
        "W": (0x0460, 0x0461, 0x051C, 0x051D),
        "X": (0x03A7, 0x03C7, 0x0425, 0x0445),
        "Y": (0x03A5, 0x0423, 0x0443, 0x04AE, 0x04AF),
        "Z": (0x0396, 0x03B6),
        "3": (0x0417, 0x0437),
    }.items()
    for point in points
}
# They stand around a number as brackets do: 字第1号 is 字1.
ORDINALS = "第号號"

_LETTERS = str.maketrans({**LOOK_ALIKES, **{chr(point): chr(point).upper() for point in range(ord("a"), ord("z") + 1)}})
_SIGN = "-"
_SIGNS = re.compile(f"{_SIGN}+")
# Between two digits a sign says where one number ends and the next begins: 1-11 is another one than 11-1.
_SIGN_BESIDE_A_LETTER = re.compile(f"(?<![0-9]){_SIGN}|{_SIGN}(?![0-9])")
# Latin capitals, digits, ideographs. Planes 2 and 3 hold ideographs only, also those that Unicode will have.
_UNREADABLE = re.compile("[^A-Z0-9〇㐀-䶿一-鿿\U00020000-\U0003ffff-]")

# A batch's numbers fit.
_NUMBERS_CACHED_MAX = 4_096


@lru_cache(maxsize=_NUMBERS_CACHED_MAX)
def canonical_number(number: str) -> str:
    """The form under which all ways to write a number meet; idempotent, and not meant for reading.

    1. Unicode normal form KD; marks, spaces, control and format characters are dropped.
    2. Greek and Cyrillic look-alikes become Latin letters; a to z become A to Z.
    3. Punctuation, symbols and 第, 号, 號 are signs. Signs between two digits become one hyphen, all others go.

    What else there is stays, leading zeros among it.
    """
    if number.isascii():
        kept = number.translate(_KEPT_OF_ASCII)
    else:
        kept = "".join(map(_kept, unicodedata.normalize("NFKD", number).translate(_LETTERS)))
    return _SIGN_BESIDE_A_LETTER.sub("", _SIGNS.sub(_SIGN, kept)) if _SIGN in kept else kept


def unreadable_characters(number: str) -> str:
    """The characters of a number that is none, each once: what is neither a digit, a Latin letter nor an ideograph.

    They are shown as they stand in its canonical form.
    """
    return "".join(dict.fromkeys(_UNREADABLE.findall(canonical_number(number))))


def _kept(character: str) -> str:
    if character.isascii() and character.isalnum():
        return character
    category = unicodedata.category(character)
    # An ideograph later than this Python's Unicode is of category Cn, and stays.
    if category[0] in "MZ" or category in {"Cc", "Cf", "Cs"}:
        return ""
    return _SIGN if category[0] in "PS" or character in ORDINALS else character


# Nearly all numbers are written so, and each filing has some: what becomes of these characters is asked once.
_KEPT_OF_ASCII = {point: _kept(chr(point).upper()) for point in range(128)}
