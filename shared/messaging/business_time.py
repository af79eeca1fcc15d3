"""Where business time comes from: the clock, or, when a past or future day is played on purpose, the messages.

Business time is the time of intake that the domain gets. How long something waits (a key, a held record, a row of the
outbox) is always measured by the clock.
"""

from datetime import datetime
from enum import StrEnum

from pydantic import TypeAdapter, ValidationError

from shared.contracts.words import Moment
from shared.messaging.message import Record

# One header of a command says, in RFC 3339 with an offset, when it is to count as taken in.
BUSINESS_TIME_HEADER = "business-time"

_MOMENT: TypeAdapter[datetime] = TypeAdapter(Moment)


class Environment(StrEnum):
    """The purpose of a deployment."""

    PRODUCTION = "production"
    DEVELOPMENT = "development"


class BusinessTime(StrEnum):
    """The source of the time of intake."""

    CLOCK = "clock"
    MESSAGES = "messages"  # a command's header, an event's own time; never in production


def named_business_time(record: Record) -> datetime | None:
    """The moment that a record from outside names; None if it names none, several, or one that can't be read."""
    values = record.header_values(BUSINESS_TIME_HEADER)
    if len(values) != 1 or values[0] is None:
        return None
    try:
        return _MOMENT.validate_python(values[0].decode("ascii"))
    except (UnicodeDecodeError, ValidationError):
        return None
