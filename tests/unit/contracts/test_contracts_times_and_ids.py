"""Days, moments and identities: one way to write each, so that every reader reads the same."""

import json
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any
from uuid import UUID

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import ConfigDict, TypeAdapter, ValidationError

from shared.contracts.words import Day, Identity, Moment

STRICT = ConfigDict(strict=True)
DAY: TypeAdapter[date] = TypeAdapter(Day, config=STRICT)
MOMENT: TypeAdapter[datetime] = TypeAdapter(Moment, config=STRICT)
IDENTITY: TypeAdapter[UUID] = TypeAdapter(Identity, config=STRICT)
AN_ID = "5b1c1f9e-3f65-4a53-9d0a-0d1a4b2f7e11"

offsets = st.integers(-23 * 60 - 59, 23 * 60 + 59).map(lambda minutes: timezone(timedelta(minutes=minutes)))


def _reads(kind: TypeAdapter[Any], value: Any) -> bool:
    """Whether the JSON form of the value is accepted."""
    try:
        kind.validate_json(json.dumps(value))
    except ValidationError:
        return False
    return True


@given(st.dates(date(1949, 1, 1), date(2200, 12, 31)))
def test_a_day_is_read_as_it_is_written(day: date) -> None:
    """Every day of our time, in the one form, and back."""
    assert DAY.validate_json(f'"{day.isoformat()}"') == day == DAY.validate_python(day)
    assert DAY.dump_json(day).decode() == f'"{day.isoformat()}"'


@given(st.dates(max_value=date(1948, 12, 31)) | st.dates(min_value=date(2201, 1, 1)))
@example(date.min)
@example(date.max)
def test_a_day_lies_in_our_time(day: date) -> None:
    """Nothing that is counted from a day, on or back, runs out of the calendar; also not of one that is no text."""
    assert not _reads(DAY, day.isoformat())
    with pytest.raises(ValidationError, match="1949 and 2200"):
        DAY.validate_python(day)


@given(st.datetimes(datetime(2000, 1, 2), datetime(2200, 12, 30), timezones=offsets))  # noqa: DTZ001  # bounds of naive ones
def test_a_moment_is_read_as_it_is_written(moment: datetime) -> None:
    """Every moment of our time with its offset, with and without a fraction, also as this system writes it itself."""
    assert MOMENT.validate_json(f'"{moment.isoformat()}"') == moment
    assert MOMENT.validate_json(MOMENT.dump_json(moment)) == moment
    assert MOMENT.validate_python(moment) == moment


@given(st.uuids())
def test_an_identity_is_read_as_it_is_written(identity: UUID) -> None:
    """Every UUID in its canonical form, and in no other of the forms that Python would read."""
    text = str(identity)
    assert IDENTITY.validate_json(f'"{text}"') == identity == IDENTITY.validate_python(identity)
    assert not any(_reads(IDENTITY, other) for other in (identity.urn, f"{{{text}}}", identity.hex, f" {text}"))
    assert _reads(IDENTITY, text.upper()) == (text.upper() == text)


@given(st.text(max_size=40) | st.integers(-(10**18), 10**18).map(str) | st.floats().map(str))
def test_no_number_is_a_time_or_an_id(text: str) -> None:
    """A text that is accepted is nothing but the form of what it was read as; a number of seconds is none."""
    if _reads(DAY, text):
        assert DAY.validate_python(text).isoformat() == text
    if _reads(IDENTITY, text):
        assert str(IDENTITY.validate_python(text)) == text
    assert not _reads(MOMENT, text)


@pytest.mark.parametrize(
    "text",
    [
        *("0", "-86400", "1764028800", "+1764028800", "20261125", "2026-11-25T00:00:00Z", " 2026-11-25", "2026-11-25 "),
        *("2026-11-25\n", "2026-02-30", "2026-13-01", "0000-01-01", "26-11-25", "2026-1-5", "2026-W48-3", "2026-330"),
        *("２０２６-11-25", "٢٠٢٦-11-25", "", 0, 1764028800, None, True, ["2026-11-25"]),
    ],
)
def test_a_day_is_written_in_one_way(text: Any) -> None:
    """No number of seconds, no time, no other notation of the standard, no digits of another script."""
    assert not _reads(DAY, text)


@pytest.mark.parametrize(
    "text",
    [
        *("1764028800", "1764028800.5", "1764028800000", "2026-11-25 10:00:00Z", "2026-11-25_10:00:00Z"),
        *("2026-11-25T10:00Z", "2026-11-25T10:00:00", "2026-11-25T10:00:00+0800", "2026-11-25T10:00:00+08"),
        *("20261125T100000Z", "2026-11-25T24:00:00Z", "2026-11-25T23:59:60Z", "2026-11-25T10:00:00,5Z", "2026-11-25"),
        *("2026-02-30T10:00:00Z", "2026-11-25T10:00:00+24:00", "2026-11-25T10:00:00+08:60", "2026-11-25T10:00:00.Z"),
        *("2026-11-25T10:00:00Z ", "2026-11-25T10:00:00Z\n", "1999-12-31T10:00:00Z", "2201-01-01T10:00:00Z"),
        *("２０２６-11-25T10:00:00Z", 1764028800, None),
    ],
)
def test_a_moment_is_written_as_rfc_3339_says(text: Any) -> None:
    """With seconds and an offset with its colon; nothing that other readers would understand differently."""
    assert not _reads(MOMENT, text)


def test_what_rfc_3339_allows_is_accepted() -> None:
    """Lower case, fractions finer than ours, which are cut off, and the offset that says that none is known."""
    noon = datetime(2026, 11, 25, 12, tzinfo=UTC)
    for text in (
        "2026-11-25T12:00:00Z",
        "2026-11-25t12:00:00z",
        "2026-11-25T12:00:00-00:00",
        "2026-11-25T20:00:00+08:00",
    ):
        assert MOMENT.validate_json(f'"{text}"') == noon
    assert MOMENT.validate_json('"2026-11-25T12:00:00.123456789Z"') == noon + timedelta(microseconds=123_456)


@pytest.mark.parametrize("text", ["", AN_ID[:-1], f"{AN_ID}0", f"{AN_ID}\n", AN_ID.replace("5", "５"), 7, None])
def test_an_identity_is_whole(text: Any) -> None:
    """No digit too few or too many, none of another script."""
    assert not _reads(IDENTITY, text)


def test_the_json_schemas_say_the_same() -> None:
    """An outsider's validator knows days, moments and identities by the formats' own names."""
    assert [kind.json_schema()["format"] for kind in (DAY, MOMENT, IDENTITY)] == ["date", "date-time", "uuid"]
