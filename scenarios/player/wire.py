"""What the player speaks through: the real topics (``devstack.party_client``), or all in memory (``simulator``)."""

from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from simulator.party_messages import ObservedRecord


class Wire(Protocol):
    """Sends messages, and keeps what comes back in ``observed``, in order of arrival.

    Where nothing has to be waited for, seconds pass at once.
    """

    observed: list[ObservedRecord]

    async def send_bytes(
        self, topic: str, value: bytes | None, signature: str | None, *, at: datetime | None = None
    ) -> None:
        """Send exactly these bytes, with this signature or none; ``at`` is the business time."""

    async def find(
        self, wanted: Callable[[ObservedRecord], bool], *, since: int = 0, timeout_s: float
    ) -> ObservedRecord | None:
        """The first record, after ``since`` others, that is wanted; None if none comes in time."""

    async def news(self, since: int, timeout_s: float) -> bool:
        """Wait until more than ``since`` records have been observed; False if none came in time."""

    async def let_pass(self, seconds: float) -> None:
        """Give the services so much time for what nothing observed tells."""
