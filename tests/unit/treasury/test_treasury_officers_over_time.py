"""What an officer signed is verified by the duties that it had when it was taken in."""

from datetime import timedelta

import pytest

from services.treasury.domain.pool import Pool, evolve_pool
from shared.contracts.registry.people import OfficerEnded, OfficerRegistered
from shared.contracts.registry.words import Duty
from simulator.message_context import person_of
from tests.unit.treasury.treasury_factories import COOPERATING, MANAGING, NOW, registered_pool

pytestmark = pytest.mark.clause("4.1")

HOUR = timedelta(hours=1)
LEFT = OfficerEnded(institution=MANAGING, officer="confirmer", ended_at=NOW, reason="调离", ended_by="administrator")


def registered(*duties: Duty, hours: int) -> OfficerRegistered:
    return OfficerRegistered(
        institution=COOPERATING,
        officer="planner",
        name="某人",
        person=person_of(COOPERATING, "planner"),
        duties=duties,
        valid_from=NOW + hours * HOUR,
    )


def test_duties_count_from_their_own_time_on() -> None:
    """Each change has a beginning; before it the duties before it count, and the last ones for ever."""
    pool = evolve_pool(registered_pool(), registered(Duty.RELEASE, hours=1))
    pool = evolve_pool(pool, registered(Duty.APPLICATION, hours=2))
    had = {
        duty: [pool.has_duty(COOPERATING, "planner", duty, NOW + minutes * HOUR / 60) for minutes in (0, 60, 119, 120)]
        for duty in (Duty.PLAN, Duty.RELEASE, Duty.APPLICATION)
    }
    assert had == {
        Duty.PLAN: [True, False, False, False],
        Duty.RELEASE: [False, True, True, False],
        Duty.APPLICATION: [False, False, False, True],
    }
    assert Pool.model_validate_json(pool.model_dump_json()) == pool


def test_who_has_left_had_its_duties_before() -> None:
    """From the end on there are none; what was signed before stays good, and the officer stays known."""
    pool = evolve_pool(registered_pool(), LEFT)
    assert pool.has_duty(MANAGING, "confirmer", Duty.CONFIRMATION, NOW - timedelta(microseconds=1))
    assert not pool.has_duty(MANAGING, "confirmer", Duty.CONFIRMATION, NOW)
    assert pool.knows_officer(MANAGING, "confirmer")
    assert not pool.has_duty(MANAGING, None, Duty.CONFIRMATION, NOW)
