"""What the settings make of what the environment says: each has a name, a default, bounds, and what it refuses."""

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from pydantic import SecretStr, ValidationError

from services.audit.settings import Settings as AuditSettings
from services.claims.app import SERVICE
from services.registry.settings import Settings as RegistrySettings
from shared.messaging.business_time import BusinessTime, Environment
from shared.messaging.service import main
from shared.messaging.settings import MessagingSettings, RootKey
from simulator.simulator import DISTRICTS
from tests.unit.public_key_examples import PROVES_NOTHING

NEEDED = {
    "RISKPOOL_DATABASE_URL": "postgresql://u:p@db/riskpool_claims",
    "RISKPOOL_KAFKA_BOOTSTRAP": "kafka:9092",
    "RISKPOOL_DATA_DIR": "/data",
}
DEVELOPMENT = {"RISKPOOL_ENVIRONMENT": "development"}
ROOT_KEY = {
    "pool_id": "0e0a1c5e-8f53-4a51-9c0c-2ac7d0f5a001",
    "institution": "managing-demo",
    "officer": "zhang",
    "public_key": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
}


@dataclass(frozen=True)
class Given:
    """A setting's default, a text that the environment may hold and what it is read as, and texts that are refused."""

    default: Any
    text: str
    read: Any
    refused: tuple[str, ...]


def whole(default: int, first: int, last: int) -> Given:
    """A whole number between bounds, both of which are good."""
    return Given(default, str(last), last, (str(first - 1), str(last + 1), "1.5", "", "many"))


def seconds(default: float) -> Given:
    """Seconds above none, up to an hour."""
    return Given(default, "0.25", 0.25, ("0", "-1", "3601", "nan", "inf", "", "soon"))


MILLISECONDS = (1, 3_600_000)
COUNT = (1, 100_000)
SETTINGS = {
    "database_url": Given(None, "postgresql://x", SecretStr("postgresql://x"), ()),
    "kafka_bootstrap": Given(
        None,
        "one:9092, 127.0.0.1:1,[::1]:65535",
        "one:9092, 127.0.0.1:1,[::1]:65535",
        ("", "one", "one:", ":9092", "one:0", "one:65536", "one:9092,", "http://one:9092"),
    ),
    "kafka_idempotent": Given(True, "false", False, ("", "perhaps")),
    "data_dir": Given(None, "/elsewhere", Path("/elsewhere"), ()),
    "ready_file": Given(None, "/run/ready", Path("/run/ready"), ()),
    "root_keys": Given(
        (),
        json.dumps([ROOT_KEY]),
        (RootKey(**{**ROOT_KEY, "pool_id": UUID(ROOT_KEY["pool_id"])}),),
        (
            json.dumps([{**ROOT_KEY, "public_key": "short"}]),
            *(json.dumps([{**ROOT_KEY, "public_key": key}]) for key in PROVES_NOTHING),
            json.dumps([{**ROOT_KEY, "more": 1}]),
            json.dumps([{**ROOT_KEY, "pool_id": "1"}]),
        ),
    ),
    "signing_key_file": Given(None, "/run/key.pem", Path("/run/key.pem"), ()),
    "replica": Given("0", "claims-1.a_B", "claims-1.a_B", ("", "a b", "a/b", "x" * 65)),
    "epoch": Given(1, "7", 7, ("0", "-1", "1.5", "")),
    "health_port": Given(None, "0", 0, ("-1", "65536", "http")),
    "environment": Given(Environment.PRODUCTION, "development", Environment.DEVELOPMENT, ("", "test", "PRODUCTION")),
    "business_time": Given(BusinessTime.CLOCK, "messages", BusinessTime.MESSAGES, ("", "yesterday")),
    "failpoint_file": Given(None, "/run/failpoint", Path("/run/failpoint"), ()),
    "value_bytes_max": whole(64 * 1024, 1024, 1024 * 1024),
    "event_bytes_max": whole(1024 * 1024, 1_000_000, 10 * 1024 * 1024),
    "batch_records_max": whole(500, *COUNT),
    "poll_wait_ms": whole(500, *MILLISECONDS),
    "gather_ms": whole(0, 0, 10_000),
    "offsets_lag_ms": whole(10, 0, 10_000),
    "key_wait_seconds_max": whole(30, 1, 3_600),
    "held_poll_seconds": seconds(0.2),
    "held_records_max": whole(500, *COUNT),
    "identity_poll_seconds": seconds(2.0),
    "watchdog_seconds": seconds(60.0),
    "relay_batch_rows_max": whole(500, *COUNT),
    "relay_poll_seconds": seconds(1.0),
    "relay_fresh_seconds": whole(60, 1, 3_600),
    "topic_retry_seconds": seconds(2.0),
    "transient_retries_max": whole(8, *COUNT),
    "transient_backoff_seconds": seconds(0.1),
    "graceful_seconds": whole(20, 1, 3_600),
    "pool_connections": whole(4, 2, 1_000),
    "statement_timeout_ms": Given(15_000, "19999", 19_999, ("0", "-1", "3600001", "20000", "")),
    "lock_timeout_ms": whole(5_000, *MILLISECONDS),
    "idle_transaction_timeout_ms": whole(15_000, *MILLISECONDS),
    "session_timeout_ms": whole(10_000, *MILLISECONDS),
    "max_poll_interval_ms": whole(300_000, *MILLISECONDS),
}


@pytest.fixture(autouse=True)
def only_what_is_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of the machine's own environment is read."""
    for name in [name for name in os.environ if name.startswith("RISKPOOL_")]:
        monkeypatch.delenv(name)
    for name, value in NEEDED.items():
        monkeypatch.setenv(name, value)


def test_every_setting_is_in_this_table() -> None:
    """A new one comes with its default, its bounds and what it refuses."""
    assert set(SETTINGS) == set(MessagingSettings.model_fields)


@pytest.mark.parametrize("name", [name for name in SETTINGS if f"RISKPOOL_{name.upper()}" not in NEEDED])
def test_what_is_not_given_has_its_default(name: str) -> None:
    """Whoever sets nothing but addresses runs in production, with what is safe."""
    assert getattr(MessagingSettings(), name) == SETTINGS[name].default


@pytest.mark.parametrize("name", list(SETTINGS))
def test_a_setting_is_read_from_the_environment_under_its_name(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """And so is it from a file of the secrets' folder, elsewhere."""
    for other, value in DEVELOPMENT.items():
        monkeypatch.setenv(other, value)
    monkeypatch.setenv(f"RISKPOOL_{name.upper()}", SETTINGS[name].text)
    assert getattr(MessagingSettings(), name) == SETTINGS[name].read


@pytest.mark.parametrize(("name", "text"), [(name, text) for name, given in SETTINGS.items() for text in given.refused])
def test_what_is_out_of_bounds_is_refused(name: str, text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """By name, at the start; nothing is rounded, cut or taken for "without a limit"."""
    monkeypatch.setenv(f"RISKPOOL_{name.upper()}", text)
    with pytest.raises(ValidationError) as refused:
        MessagingSettings()
    said = str(refused.value)
    assert name in said or f"RISKPOOL_{name.upper()}" in said


def test_a_service_with_a_default_of_its_own_keeps_the_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    """Audit's default of one setting is another; what is refused is the same."""
    monkeypatch.setenv("RISKPOOL_GATHER_MS", "10001")
    with pytest.raises(ValidationError, match="gather_ms"):
        AuditSettings()


@pytest.mark.parametrize("name", NEEDED)
def test_what_has_no_default_has_to_be_given(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Addresses and secrets are nobody's guess."""
    monkeypatch.delenv(name)
    with pytest.raises(ValidationError, match=f"{name.removeprefix('RISKPOOL_').lower()}\\n.*required"):
        MessagingSettings()


@pytest.mark.parametrize(
    ("name", "text"), [("RISKPOOL_FAILPOINT_FILE", "/run/failpoint"), ("RISKPOOL_BUSINESS_TIME", "messages")]
)
@pytest.mark.parametrize("environment", [None, "production"])
def test_what_only_serves_trying_out_is_refused_in_production(
    name: str, text: str, environment: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where nobody has said that it is production; the refusal says what it needs."""
    if environment is not None:
        monkeypatch.setenv("RISKPOOL_ENVIRONMENT", environment)
    monkeypatch.setenv(name, text)
    with pytest.raises(ValidationError, match="RISKPOOL_ENVIRONMENT=development"):
        MessagingSettings()


def test_a_stop_waits_longer_than_a_statement_may_take(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else a stop could end the process in the middle of a transaction."""
    monkeypatch.setenv("RISKPOOL_GRACEFUL_SECONDS", "15")
    with pytest.raises(ValidationError, match="RISKPOOL_GRACEFUL_SECONDS has to be longer"):
        MessagingSettings()


def test_a_service_with_wrong_settings_ends_at_once_and_names_each(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """With status 2, before it has touched anything, and without showing what a secret was set to."""
    monkeypatch.setenv("RISKPOOL_EPOCH", "0")
    monkeypatch.setenv("RISKPOOL_ROOT_KEYS", json.dumps([{**ROOT_KEY, "public_key": "not-for-the-log"}]))
    monkeypatch.delenv("RISKPOOL_DATABASE_URL")
    with pytest.raises(SystemExit) as ended:
        main(SERVICE)
    said = capsys.readouterr().err
    assert ended.value.code == 2
    for name in ("EPOCH", "ROOT_KEYS", "DATABASE_URL"):
        assert f"claims: setting RISKPOOL_{name}: " in said
    assert "not-for-the-log" not in said
    assert "docs/settings.md" in said


def test_audit_has_the_same_settings_as_all_services() -> None:
    """Audit's records are gathered for a moment, since nobody waits for them; nothing else differs."""
    expected = {name: getattr(MessagingSettings(), name) for name in SETTINGS} | {"gather_ms": 100}
    assert {name: getattr(AuditSettings(), name) for name in AuditSettings.model_fields} == expected


def test_the_registry_has_the_folder_of_its_districts_beside_them(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is required, and has to hold profiles; nothing else differs."""
    with pytest.raises(ValidationError, match="districts_dir"):
        RegistrySettings()
    monkeypatch.setenv("RISKPOOL_DISTRICTS_DIR", str(DISTRICTS))
    expected = {name: getattr(MessagingSettings(), name) for name in SETTINGS} | {"districts_dir": DISTRICTS}
    assert {name: getattr(RegistrySettings(), name) for name in RegistrySettings.model_fields} == expected


@pytest.mark.parametrize("given", ["one:9092,two:9092,three:9092", "one:9092, two:9092, three:9092"])
def test_several_brokers_are_several_addresses(given: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A cluster is found as long as one of its brokers lives: each is an address of its own."""
    monkeypatch.setenv("RISKPOOL_KAFKA_BOOTSTRAP", given)
    assert MessagingSettings().kafka_addresses == ["one:9092", "two:9092", "three:9092"]
