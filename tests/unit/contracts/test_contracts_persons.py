"""Who somebody is: one hash for one document, in whatever writing, and none for what is no number."""

from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.contracts.persons import IdentityDocument, document_number, person_hash

POOL = UUID("00000000-0000-4000-8000-000000000001")
CARD, PASSPORT = IdentityDocument
# The example of GB 11643.
NUMBER = "11010519491231002X"
VECTOR = "e95a61617c1e710056b14a2e5ed00fb635641631b74791fec586cf70fb36028e"
READMES = ("README.md", "README.zh-CN.md")

pytestmark = pytest.mark.clause("4.1")

digits = st.text("0123456789", min_size=17, max_size=17)


def test_the_hash_is_the_published_one() -> None:
    """Whoever computes it otherwise finds the same, by the contract's test vector."""
    assert person_hash(POOL, CARD, NUMBER) == VECTOR
    for readme in READMES:
        text = (Path("docs/contracts") / readme).read_text(encoding="utf-8")
        for part in (VECTOR, NUMBER, str(POOL), "N = 131072, r = 8, p = 1"):
            assert part in text


def test_a_person_has_one_hash_in_a_pool_and_another_elsewhere() -> None:
    """Also a passport of the same number is another document."""
    other = UUID("00000000-0000-4000-8000-000000000002")
    assert (
        len({person_hash(POOL, CARD, NUMBER), person_hash(other, CARD, NUMBER), person_hash(POOL, PASSPORT, NUMBER)})
        == 3
    )


@pytest.mark.parametrize(
    "written",
    ["11010519491231002x", " 110105 19491231 002X ", "110105-19491231-002X", "１１０１０５１９４９１２３１００２Ｘ"],
)
def test_however_it_is_written_it_is_one_number(written: str) -> None:
    """Width, case, spaces and hyphens tell nobody apart."""
    assert document_number(CARD, written) == NUMBER


@pytest.mark.parametrize(
    ("document", "number", "said"),
    [
        (CARD, "110105194912310021", "check character"),
        (CARD, "11010519491331002X", "day of birth"),
        (CARD, "110105491231002", "17 digits"),
        (CARD, "", "17 digits"),
        (PASSPORT, "E12", "5 to 20"),
        (PASSPORT, "护照12345", "5 to 20"),
    ],
)
def test_what_is_no_number_is_refused_and_not_repeated(document: IdentityDocument, number: str, said: str) -> None:
    """The error is shown and logged; the number must not be."""
    with pytest.raises(ValueError, match=said) as error:
        document_number(document, number)
    assert not number or number not in str(error.value)


@given(digits)
def test_one_check_character_fits(number: str) -> None:
    """A single mistyped digit is found: of eleven possible last characters at most one is right."""
    fitting = []
    for last in "0123456789X":
        try:
            fitting.append(document_number(CARD, number + last))
        except ValueError:
            continue
    assert len(fitting) <= 1


@given(st.integers(0, 16), st.integers(1, 9))
def test_a_mistyped_digit_is_another_number_or_none(place: int, by: int) -> None:
    """ISO 7064, MOD 11-2 finds every single wrong digit."""
    wrong = NUMBER[:place] + str((int(NUMBER[place]) + by) % 10) + NUMBER[place + 1 :]
    with pytest.raises(ValueError, match="correct"):
        document_number(CARD, wrong)


@given(st.text("0123456789ABCDEFGHXYZ", min_size=5, max_size=20))
def test_a_passport_is_known_by_its_letters_and_digits(number: str) -> None:
    """Written with spaces and in small letters it is the same."""
    assert document_number(PASSPORT, " ".join(number.lower())) == number
