"""The outside parties' client of Kafka, where it needs no broker."""

import asyncio

import pytest

from devstack.party_client import PartyClient


@pytest.mark.asyncio
async def test_a_fetch_that_has_timed_out_lets_the_client_stop(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its connections are closed all the same, and whoever leaves the client is not cancelled by it."""
    client = PartyClient("127.0.0.1:1", idempotent=False)
    stop, close = client._consumer.stop, client._consumer._client.close
    closed = []

    async def stopped_by_its_own_fetch() -> None:
        monkeypatch.undo()
        await stop()
        monkeypatch.setattr(client._consumer._client, "close", closing)
        raise asyncio.CancelledError

    async def closing() -> None:
        closed.append(True)
        await close()

    monkeypatch.setattr(client._consumer, "stop", stopped_by_its_own_fetch)
    await client.__aexit__()
    assert closed == [True]
