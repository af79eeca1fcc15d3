"""Base64: bytes have one text, and every other text that a lenient reader takes for them is none."""

import base64
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.contracts.base64_text import base64_of, base64url_of, bytes_of_base64, bytes_of_base64url

FORMS = pytest.mark.parametrize(("write", "read"), [(base64_of, bytes_of_base64), (base64url_of, bytes_of_base64url)])


@FORMS
@given(value=st.binary(max_size=40))
def test_bytes_come_back(write: Callable[[bytes], str], read: Callable[[str], bytes], value: bytes) -> None:
    """What was written is read."""
    assert read(write(value)) == value


@FORMS
@given(
    text=st.text(max_size=20)
    | st.text(alphabet="ABCDwxyz0189+/-_= \n", max_size=24)
    | st.binary(max_size=20).map(lambda value: base64.b64encode(value).decode())
)
def test_any_other_text_is_refused(write: Callable[[bytes], str], read: Callable[[str], bytes], text: str) -> None:
    """Two texts are never the same bytes, and nothing but ValueError is raised."""
    try:
        value = read(text)
    except ValueError:
        return
    assert write(value) == text


@pytest.mark.parametrize("text", ["YQ=", "YQ", "YQ==\n", "Y Q==", "YR==", "YWI=YWI=", "YQ===", "-_==", "密=="])
def test_base64_that_only_some_read_is_refused(text: str) -> None:
    """Padding that lacks or is too much, spaces, spare bits, something after the end, the other alphabet."""
    with pytest.raises(ValueError, match=r".*"):
        bytes_of_base64(text)


@pytest.mark.parametrize("text", ["YQ==", "YQ=", "YQ\n", "Y Q", "YR", "+/", "Y", "密"])
def test_base64url_that_only_some_read_is_refused(text: str) -> None:
    """Padding, spaces, spare bits, the other alphabet, half a byte."""
    with pytest.raises(ValueError, match=r".*"):
        bytes_of_base64url(text)
