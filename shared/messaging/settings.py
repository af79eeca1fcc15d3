"""The settings that every service has. Each limit has a name, a unit and a safe default; secrets have none."""

import os
import re
from pathlib import Path
from typing import Annotated, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationInfo, field_validator, model_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SecretsSettingsSource, SettingsConfigDict

from shared.contracts.public_keys import fault_of_public_key
from shared.contracts.words import InstitutionId, OfficerId, PublicKey
from shared.messaging.business_time import BusinessTime, Environment

SECRETS_DIR_SETTING = "RISKPOOL_SECRETS_DIR"

# A number that PostgreSQL or the broker would take for "without a limit" is refused, and so is one that nobody means.
Count = Annotated[int, Field(ge=1, le=100_000)]
Milliseconds = Annotated[int, Field(ge=1, le=3_600_000)]
Delay = Annotated[int, Field(ge=0, le=10_000)]
Seconds = Annotated[float, Field(gt=0, le=3_600)]
WholeSeconds = Annotated[int, Field(ge=1, le=3_600)]
# In names of clients and members of groups.
ReplicaName = Annotated[str, Field(pattern=r"^[A-Za-z0-9._-]{1,64}$")]
ADDRESS = re.compile(r"(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\]):([0-9]{1,5})")
PORT_MAX = 65_535


class RootKey(BaseModel):
    """The managing institution's root key in one pool: every other key is registered in a chain from it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    pool_id: UUID
    institution: InstitutionId
    officer: OfficerId
    public_key: PublicKey

    @field_validator("public_key")
    @classmethod
    def _proves_who_signs(cls, public_key: str) -> str:
        if fault := fault_of_public_key(public_key):
            raise ValueError(f"{public_key} proves nothing: {fault.english}")
        return public_key


class MessagingSettings(BaseSettings):
    """Read from the environment, each with the prefix ``RISKPOOL_``.

    What the environment lacks is read from a file in the folder that ``RISKPOOL_SECRETS_DIR`` names, if it names one.
    The file is called like the variable in lower case, such as ``riskpool_database_url``.
    """

    model_config = SettingsConfigDict(env_prefix="RISKPOOL_", frozen=True, extra="ignore")

    database_url: SecretStr
    kafka_bootstrap: str
    # Only the stand-in broker for machines without Java can't do it; then a retry can repeat a record: harmless.
    kafka_idempotent: bool = True
    data_dir: Path
    ready_file: Path | None = None
    root_keys: tuple[RootKey, ...] = ()
    signing_key_file: Path | None = None
    replica: ReplicaName = "0"
    # Counts how often the broker was lost and built anew; it is part of the group's name.
    epoch: Annotated[int, Field(ge=1)] = 1
    # Where the service says over HTTP on loopback how it is; 0 takes a free port, and without a number there is none.
    health_port: Annotated[int, Field(ge=0, le=PORT_MAX)] | None = None
    # Whoever sets nothing runs in production, where business time is the clock's.
    environment: Environment = Environment.PRODUCTION
    business_time: BusinessTime = BusinessTime.CLOCK
    failpoint_file: Path | None = None

    value_bytes_max: Annotated[int, Field(ge=1024, le=1024 * 1024)] = 64 * 1024
    # Other services say events of up to a million bytes (``outbox.EVENT_BYTES_MAX``).
    event_bytes_max: Annotated[int, Field(ge=1_000_000, le=10 * 1024 * 1024)] = 1024 * 1024
    batch_records_max: Count = 500
    poll_wait_ms: Milliseconds = 500
    # So long the broker gathers records before it hands them over; where nobody waits, larger batches cost less.
    gather_ms: Delay = 0
    # The offsets go after what is published at that moment, which somebody waits for.
    offsets_lag_ms: Delay = 10
    # A key registered a moment ago may still be on its way to this service's copy.
    key_wait_seconds_max: WholeSeconds = 30
    held_poll_seconds: Seconds = 0.2
    # So many held records are retried at a time; what is left has its turn in the next round.
    held_records_max: Count = 500
    identity_poll_seconds: Seconds = 2.0
    # Work that is there and not done for so long means that something is stuck: the supervisor starts the service anew.
    watchdog_seconds: Seconds = 60.0
    relay_batch_rows_max: Count = 500
    relay_poll_seconds: Seconds = 1.0
    # A record published later than this after it was decided gets a span of its own, linked to the decision's.
    relay_fresh_seconds: WholeSeconds = 60
    topic_retry_seconds: Seconds = 2.0
    transient_retries_max: Count = 8
    transient_backoff_seconds: Seconds = 0.1
    graceful_seconds: WholeSeconds = 20
    # A transaction begins on one while what it needs is read on another.
    pool_connections: Annotated[int, Field(ge=2, le=1_000)] = 4
    statement_timeout_ms: Milliseconds = 15_000
    lock_timeout_ms: Milliseconds = 5_000
    idle_transaction_timeout_ms: Milliseconds = 15_000
    session_timeout_ms: Milliseconds = 10_000
    max_poll_interval_ms: Milliseconds = 300_000

    @property
    def kafka_addresses(self) -> list[str]:
        """The brokers' addresses, one by one: FastStream takes a text for a single address."""
        return [address.strip() for address in self.kafka_bootstrap.split(",")]

    @field_validator("kafka_bootstrap")
    @classmethod
    def _addresses_of_brokers(cls, value: str) -> str:
        for address in value.split(","):
            found = ADDRESS.fullmatch(address.strip())
            if found is None or not 1 <= int(found[1]) <= PORT_MAX:
                raise ValueError("addresses of brokers are wanted: host:port[,host:port]")
        return value

    @model_validator(mode="after")
    def _a_stop_waits_for_a_statement(self) -> Self:
        if self.graceful_seconds * 1000 <= self.statement_timeout_ms:
            raise ValueError("RISKPOOL_GRACEFUL_SECONDS has to be longer than RISKPOOL_STATEMENT_TIMEOUT_MS")
        return self

    @field_validator("failpoint_file")
    @classmethod
    def _no_failpoints_in_production(cls, value: Path | None, info: ValidationInfo) -> Path | None:
        if value is not None and info.data.get("environment") is not Environment.DEVELOPMENT:
            raise ValueError("failpoints can be enabled with RISKPOOL_ENVIRONMENT=development only")
        return value

    @field_validator("business_time")
    @classmethod
    def _only_the_clock_in_production(cls, value: BusinessTime, info: ValidationInfo) -> BusinessTime:
        if value is BusinessTime.MESSAGES and info.data.get("environment") is not Environment.DEVELOPMENT:
            raise ValueError("'messages' needs RISKPOOL_ENVIRONMENT=development; in production it is the clock's")
        return value

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The environment first, then the folder of secrets, which is looked up when the settings are read."""
        del dotenv_settings, file_secret_settings
        secrets = SecretsSettingsSource(settings_cls, secrets_dir=os.environ.get(SECRETS_DIR_SETTING))
        return init_settings, env_settings, secrets
