"""A rotated key in every service's store: what it signed stays good, and it signs nothing more."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
import pytest_asyncio

from devstack.stack import Stack
from services.claims.execute import execute as execute_claims
from services.registry.execute import execute as execute_registry
from services.treasury.execute import execute as execute_treasury
from shared.contracts.ids import causing_id, key_id
from shared.contracts.receipts import Outcome
from shared.contracts.registry.people import KeyRegistered, KeyRetired, RotateKey
from shared.contracts.treasury import PaymentRefused, PaymentReserved
from shared.messaging.keyring import KeyRetirement, load_keys, retire_keys
from shared.messaging.message import Incoming, Record
from tests.integration.conftest import TestDatabase
from tests.integration.messaging_toy import Toy, new_toy
from tests.integration.test_registry_execute import REFERENCE_DATA
from tests.integration.test_treasury_execute import Keys, from_service, pair, registry_tells, said, take
from tests.unit.messaging.messaging_factories import BANK, NOON, POOL, ask_record
from tests.unit.registry import registry_examples as examples
from tests.unit.registry.registry_examples import ADMINISTRATOR, COOPERATING, MANAGING, POOL_ID, founding, public_key
from tests.unit.treasury.treasury_factories import DUTIES, NOW, payout

pytestmark = [pytest.mark.asyncio, pytest.mark.clause("4.1")]

NEW = public_key("the second key")
OLD_ID = key_id(public_key(f"{COOPERATING}/{ADMINISTRATOR}"))


@pytest_asyncio.fixture(scope="module")
async def toy(infrastructure: Stack, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Toy]:
    async with new_toy(infrastructure, tmp_path_factory.mktemp("toy")) as made:
        await made.register(BANK)
        yield made


def command(data: Any, where: str) -> Incoming:
    received = examples.received(data, where)
    received = replace(received, message_id=data.message_type)
    record = Record(data.topic, 0, 0, None, b"{}", (), 0)
    return Incoming(record, received, causing_id(where, received.message_id), data.message_type)


async def test_the_registry_keeps_both_keys_and_the_old_ones_end(registry_database: TestDatabase) -> None:
    """In one batch: the rotation is stored, and what the old key signs after it is refused."""
    batch = [
        command(founding(), MANAGING),
        command(RotateKey(public_key=NEW), COOPERATING),
        command(examples.officer("somebody", examples.Duty.FILING), COOPERATING),
    ]
    async with registry_database.pool.acquire() as connection, connection.transaction():
        decided = await execute_registry(connection, batch, reference_data=REFERENCE_DATA)
    assert [each.answer.outcome for each in decided if each.answer] == [
        Outcome.ACCEPTED,
        Outcome.ACCEPTED,
        Outcome.REFUSED,
    ]
    keys = await load_keys(registry_database.pool, [OLD_ID, key_id(NEW)])
    at = examples.NOON
    assert not keys[POOL_ID, OLD_ID].is_valid_at(at)
    assert keys[POOL_ID, OLD_ID].is_valid_at(at - timedelta(microseconds=1)) is False, (
        "it was registered at that moment"
    )
    assert keys[POOL_ID, key_id(NEW)].is_valid_at(at)


@pytest.mark.parametrize("service", ["claims", "treasury"])
async def test_the_copies_of_claims_and_treasury_follow(service: str, new_database: Any) -> None:
    """Both observe the new key and the old one's end, in one batch or one after the other, in either order."""
    database = await new_database(service)
    execute = {"claims": execute_claims, "treasury": execute_treasury}[service]
    old = public_key("old")
    registered = KeyRegistered(
        key_id=key_id(old),
        public_key=old,
        institution=COOPERATING,
        officer="filer",
        valid_from=NOW,
        registered_with=OLD_ID,
    )
    until = NOW + timedelta(days=1)
    retired = KeyRetired(key_id=key_id(old), institution=COOPERATING, valid_until=until)
    async with database.pool.acquire() as connection:
        async with connection.transaction():
            await execute(connection, [from_service(retired)])
            assert await load_keys(connection, [key_id(old)]) == {}
        for event in (registered, retired, retired.model_copy(update={"valid_until": until + timedelta(days=1)})):
            async with connection.transaction():
                await execute(connection, [from_service(event)])
        (key,) = (await load_keys(connection, [key_id(old)])).values()
    assert (key.valid_from, key.valid_until) == (NOW, until), "an end that is set stays"


async def test_what_the_old_key_signed_still_pays(treasury_database: TestDatabase) -> None:
    """A plan that was confirmed before its confirmer's rotation is paid after it, by the recorded time of intake."""
    keys = Keys()
    signed_payout = payout(signing=keys.sign)
    retired_at = NOW + timedelta(hours=1)
    later = retired_at + timedelta(hours=1)
    await take(treasury_database, [*registry_tells(keys), *pair()])
    retirements = [
        KeyRetired(key_id=keys.signers[who].key_id, institution=who[0], valid_until=retired_at) for who in DUTIES
    ]
    await take(treasury_database, map(from_service, retirements))
    signed = {name: getattr(signed_payout, name).original for name in ("notice", "plan", "confirmation", "release")}

    def released(taken_in: dict[str, datetime]) -> Incoming:
        originals = {
            name: original.model_copy(update={"received_at": taken_in.get(name, NOW)})
            for name, original in signed.items()
        }
        incoming = from_service(signed_payout.released().model_copy(update=originals))
        return replace(incoming, received=replace(incoming.received, received_at=later))

    for moment in (retired_at, later + timedelta(hours=1)):
        decided = await take(treasury_database, [released({"confirmation": moment})])
        (refused,) = said(decided, PaymentRefused)
        assert (refused.code, refused.clause) == ("original_not_genuine", "4.1")
    decided = await take(treasury_database, [released({})])
    assert len(said(decided, PaymentReserved)) == 1


async def test_a_message_that_comes_again_after_the_rotation_is_a_repeat(toy: Toy) -> None:
    """Redelivered it has no effect, sent again it is answered as before; anything new under the old key is refused."""
    await toy.transaction.process([replace(ask_record(), offset=0)])
    accepted, _ = await toy.rows("outbox")
    # As by a rotation: the key's time ends when the message that ends it was taken in.
    await retire_keys(toy.pool, [KeyRetirement(POOL, BANK.signer.key_id, NOON)])
    toy.now = NOON + timedelta(hours=1)

    await toy.transaction.process([replace(ask_record(), offset=0)])
    assert (await toy.rows("quarantine"), len(await toy.rows("outbox"))) == ([], 2)

    await toy.mark_published()
    await toy.transaction.process([replace(ask_record(), offset=1)])
    assert (await toy.rows("quarantine"), len(await toy.rows("outbox"))) == ([], 2)
    (again,) = [row for row in await toy.rows("outbox") if row["published_at"] is None]
    assert again["event_id"] == accepted["event_id"]

    changed = ask_record(data={"project_id": str(POOL), "amount_fen": 2})
    await toy.transaction.process([replace(changed, offset=2), replace(ask_record(message_id="m-2"), offset=3)])
    assert [row["code"] for row in await toy.rows("quarantine")] == ["key_not_valid", "key_not_valid"]
    refusals = [json.loads(row["value"])["data"] for row in await toy.receipts()][1:]
    assert [each["outcome"] for each in refusals] == ["refused", "refused"]
    assert toy.processed == ["m-1"]
