"""Business time comes from the clock; from the messages only where nothing counts for real."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr, ValidationError

from shared.messaging.business_time import BusinessTime, Environment, named_business_time
from shared.messaging.intake import read_event
from shared.messaging.message import Incoming, Record
from shared.messaging.settings import MessagingSettings
from shared.messaging.start_log import code_version
from tests.unit.messaging.messaging_factories import EVENT_BYTES_MAX, EVENTS, NOON, event_record


def record(*times: bytes | None) -> Record:
    return Record("toy.commands", 0, 0, None, b"", tuple(("business-time", time) for time in times), 0)


def settings(**given: object) -> MessagingSettings:
    return MessagingSettings(
        database_url=SecretStr("postgresql://x/y"),
        kafka_bootstrap="x:1",
        data_dir=Path("data"),
        **given,  # type: ignore[arg-type]
    )


def test_a_record_names_its_business_time_in_one_header() -> None:
    """RFC 3339 with an offset; a day of the past or the future alike."""
    assert named_business_time(record(b"2026-02-24T23:59:00+08:00")) == datetime(2026, 2, 24, 15, 59, tzinfo=UTC)


def test_an_event_keeps_its_own_time_beside_that_of_its_intake() -> None:
    """What it counts by is when it was said, whenever it is read; a message from outside counts at its intake."""
    said_at = NOON - timedelta(days=3)
    incoming = read_event(event_record(3, time=said_at.isoformat()), EVENTS, NOON, EVENT_BYTES_MAX)
    assert isinstance(incoming, Incoming)
    assert (incoming.received.received_at, incoming.received.said_at) == (NOON, said_at)
    assert incoming.received.happened_at == said_at
    assert replace(incoming.received, said_at=None).happened_at == NOON


@pytest.mark.parametrize(
    "times",
    [
        (),
        (None,),
        (b"2026-02-24T23:59:00Z", b"2026-02-25T23:59:00Z"),
        (b"2026-02-24T23:59:00",),
        (b"\xff",),
        (b"1" * 400,),
    ],
)
def test_a_record_that_names_no_readable_time_is_taken_in_by_the_clock(times: tuple[bytes | None, ...]) -> None:
    """None, several, one without an offset, one that is no text: none of them is a time."""
    assert named_business_time(record(*times)) is None


def test_production_takes_its_time_from_the_clock_only() -> None:
    """Whoever sets nothing is in production, and production refuses business time from the messages."""
    assert (settings().environment, settings().business_time) == (Environment.PRODUCTION, BusinessTime.CLOCK)
    for environment in ({}, {"environment": "production"}, {"environment": "testing"}):
        with pytest.raises(ValidationError, match="business_time"):
            settings(business_time="messages", **environment)
    assert settings(environment="development", business_time="messages").business_time is BusinessTime.MESSAGES


def test_a_start_names_the_code_that_runs() -> None:
    """The version follows from the bytes of the service's own code and of what all share."""
    assert code_version("claims") == code_version("claims")
    assert code_version("claims") != code_version("registry")
