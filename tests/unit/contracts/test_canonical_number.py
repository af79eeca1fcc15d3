"""A number's canonical form: all ways to write it meet in it, and two numbers never do."""

import json
import re
import unicodedata
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.contracts.canonical_number import LOOK_ALIKES, ORDINALS, canonical_number, unreadable_characters
from shared.contracts.ids import project_id

EXAMPLES = Path(__file__).parents[3] / "docs" / "contracts" / "examples"
PUBLISHED = json.loads((EXAMPLES / "contract-numbers.json").read_text(encoding="utf-8"))
SIGNS = "-–—_/.·()（）〔〕[]【】#、" + ORDINALS
DIGITS = "0123456789"

# A number's parts, letters and digits by turns or digits beside digits, which only a sign keeps apart.
LETTERS = st.text("ABCHIKMNOPTXYZ朝借字年〇", min_size=1, max_size=4)
PARTS = st.lists(st.one_of(LETTERS, st.text(DIGITS, min_size=1, max_size=4)), min_size=1, max_size=6)


def needs_a_sign(one: str, next_one: str) -> bool:
    """Whether two parts of a number can't be told apart without a sign between them."""
    return one[-1] in DIGITS and next_one[0] in DIGITS


def runs_of(parts: list[str]) -> list[str]:
    """The runs of digits and of letters in order: a model of what makes a number another one."""
    return re.findall("[0-9]+|[^0-9-]+", re.sub("(?<=[^0-9])-(?=[^0-9])", "", "-".join(parts)))


@st.composite
def writings(draw: st.DrawFn, parts: list[str]) -> str:
    """Some way to write the number of these parts."""
    written = draw(st.text(SIGNS, max_size=2))
    for index, part in enumerate(parts):
        for character in part:
            alike = [character, *(other for other, latin in LOOK_ALIKES.items() if latin == character)]
            # A capital whose small letter looks like another one is no look-alike in lower case.
            chosen = draw(st.sampled_from(alike))
            small = chosen.lower() if chosen.isascii() or chosen.lower() in LOOK_ALIKES else chosen
            wide = chr(ord(character) + 0xFEE0) if character.isascii() else character
            written += draw(st.sampled_from((chosen, small, wide)))
        following = parts[index + 1] if index + 1 < len(parts) else ""
        least = 1 if following and needs_a_sign(part, following) else 0
        written += draw(st.text(SIGNS, min_size=least, max_size=2)) + draw(st.sampled_from(("", " ", "　")))
    return written


@pytest.mark.clause("10.3")
@given(st.data(), PARTS)
def test_any_way_to_write_a_number_comes_to_one_form(data: st.DataObject, parts: list[str]) -> None:
    """Width, case, spaces, dashes, brackets, other signs, 第 and 号, letters that look alike: one form, one project."""
    one, other = data.draw(writings(parts)), data.draw(writings(parts))
    assert canonical_number(one) == canonical_number(other)
    assert project_id(UUID(int=1), "bank-a", one) == project_id(UUID(int=1), "bank-a", other)
    assert unreadable_characters(one) == ""


@pytest.mark.clause("10.3")
@given(PARTS, PARTS)
def test_two_numbers_stay_two(one: list[str], other: list[str]) -> None:
    """What differs in a letter, a digit, or in where one number ends and the next begins is another number."""
    forms = [canonical_number("-".join(each)) for each in (one, other)]
    assert (forms[0] == forms[1]) == (runs_of(one) == runs_of(other))


@given(st.text(max_size=40))
def test_a_form_is_its_own_form(text: str) -> None:
    """Whatever is written, the form's form is itself, and nothing that shows nothing is left."""
    form = canonical_number(text)
    assert canonical_number(form) == form == unicodedata.normalize("NFKD", form)
    assert canonical_number(f" {text}　") == form
    assert not any(character.isspace() for character in form)


def test_a_look_alike_is_one_letter_in_either_case() -> None:
    """Else a number in capitals would be another one than in small letters, to whoever reads it."""
    for letter, latin in LOOK_ALIKES.items():
        for other in (letter.upper(), letter.lower()):
            assert LOOK_ALIKES.get(other, latin) == latin


def test_the_published_table_and_numbers_are_the_ones_in_use() -> None:
    """Lenders compute ids by them, in whatever language; what is published stays as it is."""
    assert PUBLISHED["version"] == 1
    assert PUBLISHED["look_alikes"] == LOOK_ALIKES
    assert PUBLISHED["signs_besides_punctuation_and_symbols"] == ORDINALS
    for number in PUBLISHED["numbers"]:
        assert canonical_number(number["written"]) == number["canonical"]
        computed = project_id(UUID(PUBLISHED["pool"]), PUBLISHED["lender"], number["written"])
        assert (str(computed), unreadable_characters(number["written"])) == (number["project_id"], "")
    for number in PUBLISHED["refused"]:
        form = canonical_number(number["written"])
        assert form == number["canonical"]
        assert unreadable_characters(number["written"]) or not form
