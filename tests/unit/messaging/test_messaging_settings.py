"""What the settings make of what the environment says."""

from pathlib import Path

import pytest
from pydantic import SecretStr

from shared.messaging.settings import MessagingSettings


@pytest.mark.parametrize("given", ["one:9092,two:9092,three:9092", "one:9092, two:9092, three:9092"])
def test_several_brokers_are_several_addresses(tmp_path: Path, given: str) -> None:
    """A cluster is found as long as one of its brokers lives: each is an address of its own."""
    settings = MessagingSettings(
        database_url=SecretStr("postgresql://nowhere"), kafka_bootstrap=given, data_dir=tmp_path
    )
    assert settings.kafka_addresses == ["one:9092", "two:9092", "three:9092"]
