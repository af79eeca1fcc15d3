"""A broker's settings hold any path, although Java reads the file as Latin-1."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devstack.kafka import property_value


def as_java_reads(value: str) -> str:
    """java.util.Properties: white space before the value is nothing, a backslash escapes what follows."""
    value = value.lstrip(" \t\f")
    units = re.sub(r"\\(?:u([0-9a-f]{4})|(.))", lambda found: chr(int(found[1], 16)) if found[1] else found[2], value)
    return units.encode("utf-16-le", "surrogatepass").decode("utf-16-le")


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("/tmp/pool data/kafka", "/tmp/pool data/kafka"),
        ("/tmp/资金池", r"/tmp/\u8d44\u91d1\u6c60"),
        ("/tmp/é", r"/tmp/\u00e9"),
        ("/tmp/𠮷", r"/tmp/\ud842\udfb7"),
        ("C:\\pool", r"C:\u005cpool"),
        (" x", r"\ x"),
        ("a\nb", r"a\u000ab"),
    ],
)
def test_a_value_is_escaped_as_java_reads_it(text: str, written: str) -> None:
    """Plain ASCII stays as it is; everything else is its code units."""
    assert property_value(text) == written


@given(st.text())
def test_java_reads_what_was_meant(text: str) -> None:
    """Whatever stands in a path, on one line of ASCII."""
    written = property_value(text)
    assert written.isascii()
    assert "\n" not in written
    assert as_java_reads(written) == text
