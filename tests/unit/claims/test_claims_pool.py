"""What claims knows of a pool."""

from datetime import UTC, datetime

from services.claims.domain.pool import Pool, evolve_pool
from shared.contracts.registry.people import OfficerEnded, OfficerRegistered
from shared.contracts.registry.pools import InstitutionRegistered, PoolFounded
from shared.contracts.registry.words import Duty, Role
from simulator.message_context import person_of
from tests.unit.claims.claims_builder import (
    COOPERATING,
    GUARANTOR,
    LENDER,
    MANAGING,
    NAMES,
    POOL_ID,
    RULES,
    Story,
    codes,
    notice,
    pool,
    pool_events,
)

NOON = datetime(2026, 6, 1, 4, 0, tzinfo=UTC)


def test_pool_knows_roles_and_duties() -> None:
    """The two institutions that founded it, those registered since, and the officers of each."""
    observed = pool()
    assert (observed.managing_institution, observed.cooperating_institution) == (MANAGING, COOPERATING)
    assert observed.rules == RULES
    assert (observed.roles_of(LENDER), observed.roles_of(GUARANTOR)) == ({Role.LENDER}, {Role.GUARANTOR})
    assert observed.roles_of("somebody") == frozenset()
    assert (observed.name_of(COOPERATING), observed.name_of("somebody")) == (NAMES[COOPERATING], "somebody")
    assert observed.holders_of(Role.MANAGING) == (MANAGING,)
    assert observed.holders_of(Role.LENDER) == (LENDER, "bank-south")
    verifying = ("reviewer", "visitor-one", "visitor-two", "visitor-three")
    assert observed.officers_with(COOPERATING, Duty.VERIFICATION) == verifying
    assert Pool.model_validate_json(observed.model_dump_json()) == observed


def test_order_of_events_does_not_matter() -> None:
    """An officer may be observed before its institution, and both before the pool's founding."""
    backwards = Pool(pool_id=POOL_ID)
    for event in reversed(pool_events()):
        backwards = evolve_pool(backwards, event)
    for institution in (MANAGING, COOPERATING, LENDER, GUARANTOR):
        assert backwards.roles_of(institution) == pool().roles_of(institution)
        for duty in Duty:
            expected = set(pool().officers_with(institution, duty))
            assert set(backwards.officers_with(institution, duty)) == expected


def test_events_observed_again_change_nothing() -> None:
    """Roles and duties are the same when they are observed again; the latest duties of an officer count."""
    observed = pool()
    for event in pool_events():
        if isinstance(event, PoolFounded | InstitutionRegistered):
            assert evolve_pool(observed, event) == observed
    changed = OfficerRegistered(
        institution=MANAGING,
        officer="chair",
        name="chair",
        person=person_of(MANAGING, "chair"),
        duties=(Duty.VOTE,),
        valid_from=NOON,
    )
    assert evolve_pool(observed, changed).duties_of(MANAGING, "chair") == (Duty.VOTE,)


def test_who_has_left_has_no_duty_and_is_no_officer_any_more() -> None:
    """From then on nobody of that name reviews, votes, or can be named as a verifier; the others stay."""
    left = OfficerEnded(
        institution=COOPERATING, officer="visitor-one", ended_at=NOON, reason="调离", ended_by="administrator"
    )
    after = evolve_pool(pool(), left)
    assert after.duties_of(COOPERATING, "visitor-one") == ()
    assert after.officers_with(COOPERATING, Duty.VERIFICATION) == ("reviewer", "visitor-two", "visitor-three")
    assert "visitor-one" not in after.officers_with(COOPERATING, Duty.VERIFICATION)
    assert evolve_pool(after, left) == after


def test_nobody_acts_in_a_pool_that_is_not_founded() -> None:
    """Before its founding is observed, a pool has no roles, and every message is refused."""
    story, unfounded = Story(), Pool(pool_id=POOL_ID)
    for institution, name in NAMES.items():
        unfounded = unfounded.with_name(institution, name)
    story.case = type(story.case)(unfounded, story.claim)
    assert codes(story.notifies(notice())) == ["role_not_held"]
    assert codes(story.reviews()) == ["role_not_held"]
