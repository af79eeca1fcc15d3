"""A topic that is missing: said with the command that makes it, and not again at every try."""

from pathlib import Path

import pytest
import structlog
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.trace import TracerProvider

from shared.messaging import relay as relay_module
from shared.messaging.relay import UNWRITABLE_ALARM_SECONDS, Relay
from shared.messaging.settings import MessagingSettings
from shared.messaging.telemetry import Telemetry


@pytest.fixture
def relay() -> Relay:
    """A relay that is connected to nothing."""
    settings = MessagingSettings(database_url="postgresql://nowhere", kafka_bootstrap="broker:9092", data_dir=Path())
    return Relay(settings, Telemetry("toy", TracerProvider(), MeterProvider()))


def test_the_command_names_the_institution(relay: Relay) -> None:
    """Whoever reads the log can type what it says."""
    command = "python -m local.topics --bootstrap broker:9092"
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
