"""The managing institution's calendar: it tells the registry which day it is, in every pool whose key it has.

``python -m devstack.calendar`` runs it as a process of its own; ``riskpool calendar`` is the same by hand. It keeps
nothing: it says the day when it starts, and again at each midnight in Beijing. A day said twice is a duplicate.
"""

import asyncio
import contextlib
import os
import signal
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock_time
from pathlib import Path
from uuid import UUID

from aiokafka.errors import KafkaError

from devstack.key_folder import KeyFolder
from devstack.party_client import PartyClient
from devstack.supervisor import DevstackError
from shared.contracts.receipts import Outcome
from shared.contracts.registry.cycle import BeginDay
from shared.decisions.days import BEIJING
from shared.messaging.signatures import Signer
from shared.messaging.telemetry import configure_logging, logger
from simulator.parties import CALENDAR, MANAGING, SYSTEM
from simulator.party_messages import Sender

# The registry goes by its own clock; a moment's difference must not make it refuse the day as one to come.
AFTER_MIDNIGHT = timedelta(seconds=5)
# What is left to be announced is taken with the same day said again; so often at most, the rest comes the next day.
SAID_PER_DAY_MAX = 1_000
# How soon it is tried again where no answer came, or a refusal: twice as long after each try, up to an hour.
RETRY_SECONDS = 15.0
RETRY_SECONDS_MAX = 3_600.0

Clock = Callable[[], datetime]
Begin = Callable[[date], Awaitable[bool]]


class Calendar:
    """Says days to the registry, as the system of one institution, in the pools of ``senders``."""

    def __init__(self, bootstrap: str, senders: Sequence[Sender], *, idempotent: bool) -> None:
        self._bootstrap = bootstrap
        self._senders = tuple(senders)
        self._idempotent = idempotent

    async def begin(self, day: date) -> bool:
        """Say the day in every pool until nothing is left to be announced; True if it has begun in all of them.

        A connection for each day: nothing is held, and nothing grows, while the calendar waits for midnight.
        """
        begun = True
        try:
            async with PartyClient(
                self._bootstrap, idempotent=self._idempotent, only_outcomes_of=self._senders[0].institution
            ) as wire:
                for sender in self._senders:
                    begun &= await _begin_in(wire, sender, day)
        except (KafkaError, OSError, DevstackError) as error:
            logger().warning("the day could not be said", day=str(day), error=str(error))
            return False
        return begun


async def _begin_in(wire: PartyClient, sender: Sender, day: date) -> bool:
    """Say the day in one pool; an answer other than accepted or duplicate is in the log, with its reasons."""
    for _ in range(SAID_PER_DAY_MAX):
        try:
            receipt = await wire.ask(sender, BeginDay(day=day))
        except DevstackError as error:
            logger().warning("no answer", pool_id=str(sender.pool_id), day=str(day), error=str(error))
            return False
        if receipt["outcome"] == Outcome.DUPLICATE:
            return True
        if receipt["outcome"] != Outcome.ACCEPTED:
            logger().error("the day was not accepted", pool_id=str(sender.pool_id), reasons=receipt["reasons"])
            return False
        logger().info("the day began", pool_id=str(sender.pool_id), day=str(day))
    return True


def next_beginning(now: datetime) -> datetime:
    """When the day after that of ``now`` is to be said: just after midnight in Beijing."""
    tomorrow = now.astimezone(BEIJING).date() + timedelta(days=1)
    return datetime.combine(tomorrow, clock_time(), BEIJING) + AFTER_MIDNIGHT


async def follow(
    begin: Begin, clock: Clock, stopping: asyncio.Event, first_retry_seconds: float = RETRY_SECONDS
) -> None:
    """Begin today and then each day, until told to stop; a day that did not begin is tried again, ever more slowly."""
    retry_seconds = first_retry_seconds
    while not stopping.is_set():
        now = clock()
        if await begin(now.astimezone(BEIJING).date()):
            retry_seconds = first_retry_seconds
            pause_seconds = (next_beginning(now) - clock()).total_seconds()
        else:
            pause_seconds = retry_seconds
            retry_seconds = min(2 * retry_seconds, RETRY_SECONDS_MAX)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(max(pause_seconds, 0.0)):
                await stopping.wait()


async def run(calendar: Calendar, ready_file: Path | None = None) -> None:
    """Follow the days until SIGTERM or SIGINT."""
    stopping = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    if ready_file is not None:
        ready_file.write_text("ready\n", encoding="utf-8")
    await follow(calendar.begin, lambda: datetime.now(UTC), stopping)


def sender_of(pool_id: UUID, institution: str, signer: Signer) -> Sender:
    """The calendar as a sender: a system of the managing institution."""
    return Sender(pool_id, institution, None, signer)


def main() -> None:
    """Read the settings from the environment and run."""
    configure_logging("calendar")
    ready = os.environ.get("RISKPOOL_READY_FILE")
    cast = KeyFolder(Path(os.environ["RISKPOOL_KEYS_DIR"])).cast
    calendar = Calendar(
        os.environ["RISKPOOL_KAFKA_BOOTSTRAP"],
        [sender_of(cast.pool_id, MANAGING, cast.signer(CALENDAR, SYSTEM))],
        idempotent=os.environ.get("RISKPOOL_KAFKA_IDEMPOTENT", "true") == "true",
    )
    asyncio.run(run(calendar, Path(ready) if ready else None))


if __name__ == "__main__":
    main()
