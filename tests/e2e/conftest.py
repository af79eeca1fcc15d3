"""The whole pool, running: Kafka, PostgreSQL, the four services and the bank's stand-in as processes of their own."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest_asyncio

from devstack.case import Outcome, Play
from devstack.party_client import PartyClient
from devstack.pool import RunningPool, running_pool


@dataclass(frozen=True)
class PlayedCase:
    """A running pool in which one case has been played to its reimbursement."""

    pool: RunningPool
    wire: PartyClient
    play: Play
    outcome: Outcome


@pytest_asyncio.fixture(scope="session")
async def played_case() -> AsyncIterator[PlayedCase]:
    """Start everything once and play the case; all tests look at, and add to, the same pool."""
    async with (
        running_pool(None, lambda _: None) as pool,
        PartyClient(pool.stack.kafka_bootstrap, idempotent=pool.stack.broker.idempotent) as wire,
    ):
        play = Play(wire, pool.cast, lambda _: None)
        outcome = await play.whole_case()
        yield PlayedCase(pool, wire, play, outcome)
