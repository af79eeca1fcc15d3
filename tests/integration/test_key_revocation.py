"""A revocation races with what the revoked key signs: whoever comes first in the database decides, and copies agree."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from services.claims.execute import execute as execute_claims
from services.registry.domain.keys.article_04_keys import faults_of_the_chain
from services.treasury.execute import execute as execute_treasury
from shared.contracts.ids import key_id
from shared.contracts.receipts import Outcome
from shared.contracts.registry.people import (
    EndOfficer,
    KeyRegistered,
    KeyRetired,
    KeyRevoked,
    OfficerEnded,
    OfficerRegistered,
    RegisterOfficer,
    RegisterOfficerKey,
    RevokeKey,
)
from shared.contracts.registry.registrations import ConfirmRegistration
from shared.contracts.registry.words import Duty
from shared.messaging.keyring import load_keys
from shared.messaging.message import Decided, Incoming
from tests.integration.conftest import TestDatabase
from tests.integration.test_registry_execute import incoming, process, registering, staffing
from tests.integration.test_treasury_execute import from_service
from tests.unit.registry.registry_examples import (
    ADMINISTRATOR,
    COOPERATING,
    MANAGING,
    NOON,
    POOL_ID,
    person,
    public_key,
)
from tests.unit.treasury.treasury_factories import NOW

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.clause("4.1")]

DEPUTY = "deputy"
DEPUTYS = public_key(f"{COOPERATING}/{DEPUTY}")
STOLEN = public_key("a thief's key")
ROOT = key_id(public_key(f"{MANAGING}/{ADMINISTRATOR}"))


def with_a_deputy() -> list[Incoming]:
    """The cooperating institution has two administrators."""
    deputy = RegisterOfficer(
        officer=DEPUTY, person=person(DEPUTY), name="副手", duties=(Duty.ADMINISTRATION,), public_key=DEPUTYS
    )
    return [*staffing(), *registering(deputy, COOPERATING)]


def revocation(of: str = DEPUTYS) -> Incoming:
    return incoming(RevokeKey(key_id=key_id(of), reason="遗失"), COOPERATING)


def registration_with_it() -> Incoming:
    """Whoever has the deputy's key registers an officer with a key of its own."""
    thief = RegisterOfficer(
        officer="thief", person=person("thief"), name="某人", duties=(Duty.FILING,), public_key=STOLEN
    )
    return incoming(thief, COOPERATING, DEPUTY)


def reasons(decided: Decided) -> list[str]:
    assert decided.answer is not None
    return [reason.code for reason in decided.answer.reasons]


def key_events(decided: list[Decided]) -> list[KeyRegistered | KeyRetired | KeyRevoked]:
    """What was said of keys, in order."""
    return [
        event.data
        for each in decided
        for event in each.events
        if isinstance(event.data, KeyRegistered | KeyRetired | KeyRevoked)
    ]


async def test_in_one_batch_what_comes_after_the_revocation_is_refused(registry_database: TestDatabase) -> None:
    """Intake knew the key as valid when it took both in; the decision looks again."""
    batch = [*with_a_deputy(), revocation(), registration_with_it()]
    decided, _ = await process(registry_database, batch)
    assert reasons(decided[-1]) == ["key_revoked"]
    keys = await load_keys(registry_database.pool, [key_id(DEPUTYS), key_id(STOLEN)])
    assert list(keys) == [(POOL_ID, key_id(DEPUTYS))]
    assert not keys[POOL_ID, key_id(DEPUTYS)].is_valid_at(NOON)
    assert faults_of_the_chain([ROOT], key_events(list(decided))) == ()


@pytest.mark.parametrize("round_of", range(4))
async def test_on_two_replicas_one_of_both_comes_first(registry_database: TestDatabase, round_of: int) -> None:
    """Either the registration waits, in doubt for ever, or it is refused."""
    first, _ = await process(registry_database, with_a_deputy())
    # The other message was taken in a moment before the revocation: clocks do not decide, the pool's row does.
    early = registration_with_it()
    early = replace(early, received=replace(early.received, received_at=NOON - timedelta(seconds=1)))
    racing = [[revocation()], [early]]
    if round_of % 2:
        racing.reverse()
    raced = await asyncio.gather(*(process(registry_database, batch) for batch in racing))
    answers = {type(each.incoming.data): each for decided, _ in raced for each in decided}
    revoked, registered = answers[RevokeKey], answers[RegisterOfficer]
    assert reasons(revoked) == []
    assert reasons(registered) in ([], ["key_revoked"])
    has_come_first = not reasons(registered)
    ordered = [registered, revoked] if has_come_first else [revoked, registered]
    assert faults_of_the_chain([ROOT], key_events([*first, *ordered])) == ()
    # Nor does a second person confirm it any more.
    confirmation = ConfirmRegistration(registration_sha256=registered.incoming.received.content_sha256)
    decided, _ = await process(registry_database, [incoming(confirmation, MANAGING)])
    assert reasons(decided[0]) == ["registration_in_doubt" if has_come_first else "no_registration_waits"]
    assert not await load_keys(registry_database.pool, [key_id(STOLEN)])


async def test_two_administrators_who_end_each_other_do_not_lock_out_their_institution(
    registry_database: TestDatabase,
) -> None:
    """Whoever comes second has no key any more, or would be the last one to go."""
    await process(registry_database, with_a_deputy())
    ends = [
        incoming(EndOfficer(officer=DEPUTY, reason="调离"), COOPERATING),
        incoming(EndOfficer(officer=ADMINISTRATOR, reason="调离"), COOPERATING, DEPUTY),
    ]
    raced = await asyncio.gather(*(process(registry_database, [message]) for message in ends))
    outcomes = sorted(each.answer.outcome for decided, _ in raced for each in decided if each.answer)
    assert outcomes == [Outcome.ACCEPTED, Outcome.REFUSED]


async def test_a_reserve_key_takes_over_in_the_registrys_store(registry_database: TestDatabase) -> None:
    """With its end, which the registration set and the revocation only brings nearer."""
    until = NOON + timedelta(days=30)
    reserve = RegisterOfficerKey(officer=DEPUTY, public_key=STOLEN, valid_until=until)
    decided, _ = await process(registry_database, [*with_a_deputy(), incoming(reserve, COOPERATING, DEPUTY)])
    assert reasons(decided[-1]) == []
    stored = await load_keys(registry_database.pool, [key_id(STOLEN)])
    assert stored[POOL_ID, key_id(STOLEN)].valid_until == until
    await process(registry_database, [revocation(STOLEN)])
    stored = await load_keys(registry_database.pool, [key_id(STOLEN)])
    assert stored[POOL_ID, key_id(STOLEN)].valid_until == NOON


@pytest.mark.parametrize("service", ["claims", "treasury"])
async def test_the_copies_of_claims_and_treasury_follow(service: str, new_database: Any) -> None:
    """An end that was set at the registration is brought nearer by the revocation, and by no later one moved away."""
    database = await new_database(service)
    execute = {"claims": execute_claims, "treasury": execute_treasury}[service]
    deputy = OfficerRegistered(
        institution=COOPERATING,
        officer=DEPUTY,
        name="副手",
        person=person(DEPUTY),
        duties=(Duty.ADMINISTRATION,),
        valid_from=NOW,
    )
    registered = KeyRegistered(
        key_id=key_id(DEPUTYS),
        public_key=DEPUTYS,
        institution=COOPERATING,
        officer=DEPUTY,
        valid_from=NOW,
        registered_with=ROOT,
        valid_until=NOW + timedelta(days=9),
    )
    revoked = KeyRevoked(
        key_id=key_id(DEPUTYS),
        institution=COOPERATING,
        valid_until=NOW + timedelta(days=1),
        reason="遗失",
        revoked_by_institution=MANAGING,
        revoked_by=ADMINISTRATOR,
    )
    ended = OfficerEnded(
        institution=COOPERATING, officer=DEPUTY, ended_at=NOW + timedelta(days=2), reason="调离", ended_by=ADMINISTRATOR
    )
    later = KeyRetired(key_id=key_id(DEPUTYS), institution=COOPERATING, valid_until=NOW + timedelta(days=2))
    async with database.pool.acquire() as connection:
        async with connection.transaction():
            await execute(connection, [from_service(deputy, seq=1)])
        for seq, (event, days) in enumerate(((registered, 9), (revoked, 1), (ended, 1), (later, 1)), start=2):
            async with connection.transaction():
                await execute(connection, [from_service(event, seq=seq)])
            (key,) = (await load_keys(connection, [key_id(DEPUTYS)])).values()
            assert key.valid_until == NOW + timedelta(days=days)
