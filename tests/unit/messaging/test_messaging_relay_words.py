"""What the relay says: what it has published, and which topic is missing with the command that makes it."""

from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest
import structlog
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.trace import TracerProvider

from shared.messaging import relay as relay_module
from shared.messaging.relay import UNWRITABLE_ALARM_SECONDS, Relay, Row, _line_of
from shared.messaging.settings import MessagingSettings
from shared.messaging.telemetry import Telemetry

NO_TRACE = (None, None, datetime(2026, 11, 20, tzinfo=UTC), UUID(int=9))


@pytest.fixture
def relay() -> Relay:
    """A relay that is connected to nothing."""
    settings = MessagingSettings(database_url="postgresql://nowhere", kafka_bootstrap="broker:9092", data_dir=Path())
    return Relay(settings, Telemetry("toy", TracerProvider(), MeterProvider()))


def test_the_command_names_the_institution(relay: Relay) -> None:
    """Whoever reads the log can type what it says."""
    command = "python -m devstack.topics --bootstrap broker:9092"
    assert relay._command_for("outcomes.bank-new") == f"{command} --institution bank-new"
    assert relay._command_for("claims.events") == command


def test_it_is_said_once_a_minute_for_each_topic(relay: Relay, monkeypatch: pytest.MonkeyPatch) -> None:
    """The topic is tried every few seconds; an operator is told again only after a while."""
    now = 1_000.0
    monkeypatch.setattr(relay_module.time, "monotonic", lambda: now)
    with structlog.testing.capture_logs() as said:
        for _ in range(10):
            relay._leave_out("outcomes.a", "why")
            relay._leave_out("outcomes.b", "why")
            now += 2.0
        assert [line["topic"] for line in said] == ["outcomes.a", "outcomes.b"]
        now += UNWRITABLE_ALARM_SECONDS
        relay._leave_out("outcomes.a", "why")
    assert [line["topic"] for line in said] == ["outcomes.a", "outcomes.b", "outcomes.a"]


def test_what_is_published_is_said_with_the_ids_in_its_bytes() -> None:
    """The first of each kind: the envelope's type and pool, and the event's own project, whatever it quotes."""
    value = (
        b'{"id":"x","source":"toy","type":"toy.a.v1","poolid":"%s","data":{"project_id":"%s","of":{"project_id":"%s"}}}'
    )
    pool, project, other = UUID(int=1), UUID(int=2), UUID(int=3)
    row = Row(1, "toy.events", "k", value % tuple(str(each).encode() for each in (pool, project, other)), *NO_TRACE)
    line = _line_of(row)
    assert (line["type"], line["pool_id"], line["claim_id"]) == ("toy.a.v1", str(pool), str(project))
    bare = _line_of(Row(1, "toy.events", "k", b"{}", *NO_TRACE))
    assert bare["type"] is None
    assert "claim_id" not in bare
