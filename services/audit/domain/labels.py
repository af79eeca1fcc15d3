"""What a record says it is about: labels by which it is found again, read from its bytes without believing them.

Anybody may write any bytes, so a label proves nothing and its absence proves nothing; the bytes are the record. Reading
them never fails: what can't be read has no label.
"""

from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

from pydantic_core import from_json

from shared.contracts import ids
from shared.contracts.claims import NotifyLoss
from shared.contracts.registry.projects import FileProject
from shared.contracts.topics import COMMAND_TOPICS

# Twice what a service would ever accept as an event; a larger record is recorded, but not searched for labels.
READ_BYTES_MAX = 2 * 1024 * 1024
# Longer than any id, type or source that the contracts allow, and short enough for an index.
TEXT_LENGTH_MAX = 200
# The longest way to write a UUID that readers accept: urn:uuid:{…}.
_UUID_LENGTH_MAX = 47
UUIDS_CACHED_MAX = 4_096


class Labels(NamedTuple):
    """The labels of one record; each is absent where the bytes don't say it.

    ``instruction_id`` is on the bank's confirmations, which name the instruction and not the project.
    """

    project_id: UUID | None = None
    pool_id: UUID | None = None
    instruction_id: UUID | None = None
    message_id: str | None = None
    type: str | None = None
    source: str | None = None


NONE = Labels()


def labels_of(topic: str, value: bytes | None) -> Labels:
    """The labels of a record; never raises, whatever the bytes are."""
    envelope = read_object(value)
    if envelope is None:
        return NONE
    data = envelope.get("data")
    if not isinstance(data, dict):
        data = {}
    pool_id = _uuid(envelope.get("poolid"))
    message_type = _text(envelope.get("type"))
    return Labels(
        project_id=_project_id(topic, envelope, data, message_type, pool_id),
        pool_id=pool_id,
        instruction_id=_uuid(data.get("instruction_id")),
        message_id=_text(envelope.get("id")),
        type=message_type,
        source=_text(envelope.get("source")),
    )


def read_object(value: bytes | None) -> dict[str, Any] | None:
    """The JSON object in the bytes, read as leniently as possible; None if there is none."""
    if not value or len(value) > READ_BYTES_MAX:
        return None
    try:
        found = from_json(value, cache_strings="keys")
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def _project_id(
    topic: str, envelope: dict[str, Any], data: dict[str, Any], message_type: str | None, pool_id: UUID | None
) -> UUID | None:
    """The project that a message concerns: named, computed as its lender would compute it, or an event's subject."""
    named = _uuid(data.get("project_id"))
    if named is not None:
        return named
    if message_type == NotifyLoss.message_type:
        return _computed(pool_id, data.get("lender"), data.get("loan_contract_number"))
    if message_type == FileProject.message_type:
        loan = data.get("loan")
        return _computed(pool_id, loan.get("lender"), loan.get("contract_number")) if isinstance(loan, dict) else None
    if topic in COMMAND_TOPICS:
        return None
    subject = _uuid(envelope.get("subject"))
    return subject if pool_id is not None and subject != pool_id else None


def _computed(pool_id: UUID | None, lender: object, contract_number: object) -> UUID | None:
    lender, contract_number = _text(lender), _text(contract_number)
    if pool_id is None or lender is None or contract_number is None:
        return None
    return ids.project_id(pool_id, lender, contract_number)


def _text(value: object) -> str | None:
    """A short text that PostgreSQL can store; NUL it can't."""
    if not isinstance(value, str) or len(value) > TEXT_LENGTH_MAX or "\x00" in value:
        return None
    return value


def _uuid(value: object) -> UUID | None:
    if not isinstance(value, str) or len(value) > _UUID_LENGTH_MAX:
        return None
    return _parsed(value)


# A record's pool and project were mostly seen a moment ago; reading them again costs more than all else here.
@lru_cache(maxsize=UUIDS_CACHED_MAX)
def _parsed(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
