"""How a scenario speaks and listens: the wire, seen through one pool."""

from collections import Counter
from collections.abc import Callable
from datetime import datetime
from time import monotonic
from uuid import uuid5

from scenarios.player.step_context import Said
from scenarios.player.view import PoolView
from scenarios.player.wire import Wire
from shared.contracts.envelope import Command
from shared.decisions.days import BEIJING
from shared.messaging.encoding import sha256_hex
from simulator.party_messages import Message, Sender, receipt_of, write_message

ANSWER_TIMEOUT_S = 20.0
# An answer that is not to come is waited for this long.
SILENCE_S = 1.0
QUIET_TIMEOUT_S = 15.0
# What follows from one message comes on several topics, a moment apart.
QUIET_S = 0.06


class CannotGoOn(Exception):
    """What has to be so before the rest can be played is not; the message says what."""


class Exchange:
    """Sends a scenario's messages at their business times, and listens to its pool."""

    def __init__(self, wire: Wire, pool: PoolView) -> None:
        self._wire = wire
        self.pool = pool
        # No record of the pool is older than the pool, and none is looked at twice.
        self._position = len(wire.observed)
        # How often each kind of message was said.
        self._said: Counter[str] = Counter()

    async def say(self, word: str, sender: Sender, command: Command, at: datetime) -> tuple[Said, int]:
        """Sign and send; returns what was said, and how much had been observed before.

        Ids follow from the pool's: what is played again in the same pool is said again byte for byte.
        """
        self._said[word] += 1
        own_id = str(uuid5(self.pool.pool_id, f"{word}/{self._said[word]}"))
        message_id, value = write_message(sender, command, own_id, at)
        said = Said(word, message_id, command.message_type, sha256_hex(value), command.topic, value, sender, at)
        return said, await self.say_again(said, at)

    async def say_again(self, said: Said, at: datetime) -> int:
        """Send the same bytes; returns how much had been observed before."""
        before = len(self._wire.observed)
        await self._wire.send_bytes(said.topic, said.value, said.sender.signer.sign(said.value), at=at)
        return before

    async def answer(self, said: Said, before: int, *, expects_silence: bool = False) -> Message | None:
        """The receipt, or None if none comes; what it was said of must follow if it was accepted or held."""
        wanted = receipt_of(said.sender.institution, message_id=said.message_id)
        timeout_s = SILENCE_S if expects_silence else ANSWER_TIMEOUT_S
        found = await self._wire.find(wanted, since=before, timeout_s=timeout_s)
        if found is None:
            return None
        receipt: Message = found.content["data"]
        if receipt["outcome"] in {"accepted", "held"}:
            self.pool.expect_event_of(said.message_id)
        return receipt

    async def ask(self, word: str, sender: Sender, command: Command, at: datetime) -> tuple[Said, Message]:
        """Say something that has to be accepted; raises CannotGoOn if it is not."""
        said, before = await self.say(word, sender, command, at)
        receipt = await self.answer(said, before)
        if receipt is None or receipt["outcome"] != "accepted":
            reasons = "no answer" if receipt is None else "; ".join(reason["text"] for reason in receipt["reasons"])
            raise CannotGoOn(f"{word} at {at.astimezone(BEIJING):%Y-%m-%d %H:%M} was not accepted: {reasons}")
        return said, receipt

    async def quiet(self) -> list[str]:
        """Wait until all that follows from what was said has been observed; returns what has not come in time."""
        now = monotonic()
        deadline, quiet_since = now + QUIET_TIMEOUT_S, now
        while True:
            if self._catch_up():
                quiet_since = monotonic()
            awaited = self.pool.still_awaited()
            until = deadline if awaited else min(deadline, quiet_since + QUIET_S)
            if not await self._wire.news(self._position, max(0.0, until - monotonic())):
                return awaited

    async def until(self, holds: Callable[[], bool], timeout_s: float) -> bool:
        """Wait until something observed makes it hold; False if that does not come in time."""
        deadline = monotonic() + timeout_s
        self._catch_up()
        while not holds():
            if not await self._wire.news(self._position, max(0.0, deadline - monotonic())):
                return False
            self._catch_up()
        return True

    def _catch_up(self) -> bool:
        """Take in what was observed; whether any of it was this pool's."""
        observed = self._wire.observed[self._position :]
        self._position += len(observed)
        return self.pool.take_in(observed)
