"""Claims goes by the version of the rules in force at a message's intake, whatever it has observed in which order."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from services.claims.domain.context import Case
from services.claims.domain.pool import Pool, evolve_pool
from shared.contracts.claims import BallotOpened, ReviewRecorded, VerificationRecorded
from shared.contracts.documents import DocumentKind
from shared.contracts.receipts import Outcome
from shared.contracts.registry.rules import BallotRules
from shared.contracts.registry.rules_versions import RulesAdopted
from tests.unit.claims.claims_builder import POOL_ID, RULES, START, Story, approved, codes, pool, pool_events

pytestmark = pytest.mark.clause("5.2")


def adopted(version: int, adopted_at: datetime, effective_on: date = date(2026, 11, 1), **changed: Any) -> RulesAdopted:
    return RulesAdopted(
        entry_id=UUID(int=version),
        number=f"规则-{version}",
        rules=RULES.model_copy(update={"version": version, "effective_on": effective_on, **changed}),
        proposal_sha256="a" * 64,
        adopted_by="regulator",
        adopted_at=adopted_at,
        share_rate_max_bp=2000,
        profile_sha256="0" * 64,
        rules_version=1,
    )


def observing(story: Story, *events: RulesAdopted) -> Story:
    observed = story.case.pool
    for event in events:
        observed = evolve_pool(observed, event)
    story.case = Case(observed, story.claim)
    return story


def test_a_verification_needs_as_many_as_the_rules_in_force_say() -> None:
    """Adopted before the visit is recorded, three verifiers are needed; adopted after it, two were enough."""
    before = observing(Story().until("review"), adopted(2, START, verifiers_min=3))
    assert codes(before.verifies()) == ["verifiers_too_few"]
    after = observing(Story().until("review"), adopted(2, START + timedelta(days=30), verifiers_min=3))
    (event,) = after.verifies().events
    assert isinstance(event, VerificationRecorded)
    # The project's own version stays pinned; the decision tells the one that it was taken under.
    assert (event.rules_version, event.basis.rules_version) == (1, 1)


def test_a_ballot_is_opened_under_the_rules_of_its_opening() -> None:
    """Its rules stay those of the opening, whatever is adopted before it is closed."""
    strict = BallotRules(quorum_numerator=1, quorum_denominator=1)
    story = observing(Story().until("application"), adopted(2, START, ballot=strict))
    (opened,) = story.opens().events
    assert isinstance(opened, BallotOpened)
    assert (opened.rules, opened.rules_version) == (strict, 2)
    observing(story, adopted(3, START))
    ballot = story.claim.application.ballot if story.claim.application else None
    assert ballot is not None
    assert ballot.rules == strict


def test_duties_exclude_each_other_by_the_rules_in_force() -> None:
    """Whoever drew up the plan may release it once no version in force forbids it."""
    assert codes(Story().until("confirmation").releases("planner")) == ["duties_in_conflict"]
    loose = observing(Story().until("confirmation"), adopted(2, START, exclusive_duties=()))
    assert codes(loose.releases("planner")) == []


def test_every_decision_names_the_version_it_was_taken_under() -> None:
    """The event of an officer's step says the version in force, not the latest that was adopted."""
    later = date(2027, 1, 1)
    story = observing(Story().until("notice"), adopted(2, START), adopted(3, START, later))
    (event,) = story.reviews().events
    assert isinstance(event, ReviewRecorded)
    assert event.rules_version == 2


def test_versions_may_be_observed_in_any_order_and_again() -> None:
    """Before the founding, after each other the wrong way round, twice: what is in force is the same."""
    second, third = adopted(2, START), adopted(3, START + timedelta(days=1))
    in_order, backwards = pool(), Pool(pool_id=POOL_ID)
    for event in (second, third):
        in_order = evolve_pool(in_order, event)
    for observed_event in (third, second, third, *pool_events()):
        backwards = evolve_pool(backwards, observed_event)
    assert backwards.adopted_rules == in_order.adopted_rules
    assert backwards.latest_rules_version == in_order.latest_rules_version == 3
    for hours in (-1, 0, 23, 24):
        at = START + timedelta(hours=hours)
        assert backwards.rules_at(at) == in_order.rules_at(at)
    assert Pool.model_validate_json(in_order.model_dump_json()) == in_order
    assert Pool(pool_id=POOL_ID).rules_at(START) is None
    assert Pool(pool_id=POOL_ID).latest_rules_version is None


@pytest.mark.clause("15.1")
@pytest.mark.clause("5.2")
def test_an_application_comes_with_what_the_projects_own_version_asks_for() -> None:
    """A version adopted since asks no more of a project that was filed before; one filed under it is asked.

    As long as its version has not arrived, nothing is asked by another one.
    """
    more = (*RULES.application_materials, DocumentKind.LOSS_NOTICE)
    story = observing(Story().until("payment"), adopted(2, START, application_materials=more))
    assert story.applies().outcome is Outcome.ACCEPTED
    under_it = approved()
    under_it = under_it.model_copy(update={"terms": under_it.terms.model_copy(update={"rules_version": 2})})
    waiting = Story().until("payment", approval=under_it)
    refused = waiting.applies()
    assert codes(refused) == ["rules_not_arrived"]
    assert "version 2" in refused.refusals[0].text
    later = observing(Story().until("payment", approval=under_it), adopted(2, START, application_materials=more))
    assert codes(later.applies()) == ["loss_notice_missing"]
