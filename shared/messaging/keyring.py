"""The keys that may sign: each service's own copy, filled from what the registry says."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Protocol
from uuid import UUID

from shared.contracts.ids import key_id
from shared.messaging.database import Connection, Pool, arrays_of
from shared.messaging.message import Incoming
from shared.messaging.settings import RootKey


class RegisteredKey(Protocol):
    """A key as the registry's event of its registration has it."""

    @property
    def key_id(self) -> str: ...  # noqa: D102  # the names say it
    @property
    def public_key(self) -> str: ...  # noqa: D102
    @property
    def institution(self) -> str: ...  # noqa: D102
    @property
    def officer(self) -> str | None: ...  # noqa: D102
    @property
    def use(self) -> StrEnum | None: ...  # noqa: D102
    @property
    def valid_from(self) -> datetime: ...  # noqa: D102
    @property
    def valid_until(self) -> datetime | None: ...  # noqa: D102


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A key of an officer, or of an institution's system for one use; exactly one of the two is set."""

    pool_id: UUID
    key_id: str
    public_key: str
    institution: str
    officer: str | None
    system_use: str | None
    valid_from: datetime
    valid_until: datetime | None = None

    @classmethod
    def of(cls, pool_id: UUID, said: RegisteredKey) -> "SigningKey":
        """The key as a service's own copy has it."""
        return cls(
            pool_id=pool_id,
            key_id=said.key_id,
            public_key=said.public_key,
            institution=said.institution,
            officer=said.officer,
            system_use=None if said.use is None else said.use.value,
            valid_from=said.valid_from,
            valid_until=said.valid_until,
        )

    def is_valid_at(self, moment: datetime) -> bool:
        """Whether a message taken in at ``moment`` may be signed with this key."""
        return self.valid_from <= moment and (self.valid_until is None or moment < self.valid_until)


@dataclass(frozen=True, slots=True)
class KeyRetirement:
    """From ``valid_until`` on, the key signs nothing any more."""

    pool_id: UUID
    key_id: str
    valid_until: datetime


Keys = dict[tuple[UUID, str], SigningKey]

# In the order of the fields of SigningKey.
_COLUMNS = "pool_id, key_id, public_key, institution, officer, system_use, valid_from, valid_until"


def keys_in(messages: Iterable[Incoming], registered: type[RegisteredKey]) -> Iterator[SigningKey]:
    """The keys that are registered by the events of the type ``registered`` among these messages."""
    for message in messages:
        if isinstance(message.data, registered):
            yield SigningKey.of(message.received.pool_id, message.data)


def retirements_in(messages: Iterable[Incoming], ended: tuple[type[Any], ...]) -> Iterator[KeyRetirement]:
    """The keys that are at an end by the events of the types ``ended`` among these messages."""
    for message in messages:
        if isinstance(message.data, ended):
            yield KeyRetirement(message.received.pool_id, message.data.key_id, message.data.valid_until)


def root_signing_keys(roots: Sequence[RootKey]) -> Keys:
    """The keys from which each pool's chain of registrations begins; they are settings, and valid from ever."""
    always = datetime.min.replace(tzinfo=UTC)
    keys = [
        SigningKey(root.pool_id, key_id(root.public_key), root.public_key, root.institution, root.officer, None, always)
        for root in roots
    ]
    return {(key.pool_id, key.key_id): key for key in keys}


async def store_keys(connection: Connection, keys: Sequence[SigningKey]) -> None:
    """Insert the keys; one that is there stays as it is."""
    if not keys:
        return
    await connection.execute(
        f"""
        INSERT INTO signing_keys ({_COLUMNS})
        SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[],
                             $7::timestamptz[], $8::timestamptz[])
        ON CONFLICT (pool_id, key_id) DO NOTHING
        """,  # noqa: S608  # a constant
        *arrays_of(_COLUMNS, keys),
    )


async def retire_keys(connection: Connection, retirements: Sequence[KeyRetirement]) -> None:
    """Set the end of these keys' time; one that ends earlier keeps its end."""
    if not retirements:
        return
    await connection.execute(
        """
        UPDATE signing_keys SET valid_until = retired.valid_until
        FROM unnest($1::uuid[], $2::text[], $3::timestamptz[]) AS retired (pool_id, key_id, valid_until)
        WHERE signing_keys.pool_id = retired.pool_id AND signing_keys.key_id = retired.key_id
          AND (signing_keys.valid_until IS NULL OR retired.valid_until < signing_keys.valid_until)
        """,
        *arrays_of("pool_id, key_id, valid_until", retirements),
    )


async def load_keys(connection: Connection | Pool, key_ids: Collection[str]) -> Keys:
    """The keys with these ids, in whatever pools they are registered; those not known are missing from the answer."""
    if not key_ids:
        return {}
    rows = await connection.fetch(
        f"SELECT {_COLUMNS} FROM signing_keys WHERE key_id = ANY($1::text[])",  # noqa: S608  # a constant
        list(key_ids),
    )
    return {(row["pool_id"], row["key_id"]): SigningKey(*row) for row in rows}
