"""Article 4.1: what officers did in the registry counts in the case, from the moment at which claims observes it."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.claims.domain.claim import Claim
from services.claims.domain.decide import Case
from services.claims.domain.pool import OfficerInPool
from services.claims.domain.step import Step
from shared.contracts.envelope import Event
from shared.contracts.receipts import Outcome
from shared.contracts.registry import ballots
from shared.contracts.registry.project_life import DrawdownFiled, ProjectEnded
from shared.contracts.registry.projects import ProjectFiled, ProjectReturned
from shared.contracts.registry.words import Duty, Role
from shared.contracts.treasury import Leg
from shared.decisions.decision import Decision
from shared.decisions.duties_exercised import DutyExercised, duties_exercised_in, refuse_if_duties_conflict
from tests.unit.claims.claims_builder import (
    COOPERATING,
    MANAGING,
    OFFICERS,
    POOL_ID,
    PROJECT_ID,
    RULES,
    Story,
    approved,
    clauses,
    codes,
    notice,
    settled,
)
from tests.unit.decisions.duty_factories import IN_REGISTRY, NAMESAKES, NOTHING_BUT_DUTIES, event_by

pytestmark = pytest.mark.clause("4.1")


@pytest.mark.parametrize("event", NOTHING_BUT_DUTIES)
def test_the_registrys_acts_are_noted_and_change_nothing_else(event: type[Event]) -> None:
    """ClaimsEvent twice they are noted once, whatever the case has come to."""
    for story in (Story().until("approval"), Story().until("plan")):
        before = story.claim
        assert story.observes(event_by(event, PROJECT_ID, "li", covered_principal_fen=1)).events == ()
        once = story.claim
        assert set(once.duties_exercised) == {
            *before.duties_exercised,
            *duties_exercised_in(event_by(event, PROJECT_ID, "li")),
        }
        assert event is DrawdownFiled or once.model_copy(update={"duties_exercised": before.duties_exercised}) == before
        story.observes(event_by(event, PROJECT_ID, "li", covered_principal_fen=1))
        assert story.claim == once


@pytest.mark.parametrize(
    ("event", "after", "officer", "act"),
    [
        (ProjectFiled, "verification", "planner", "plans"),
        (DrawdownFiled, "confirmation", "releaser", "releases"),
        (ProjectReturned, "plan", "confirmer", "confirms"),
        (ballots.VoteRecorded, "plan", "confirmer", "confirms"),
    ],
)
def test_who_acted_in_the_registry_takes_no_other_exclusive_step(
    event: type[Event], after: str, officer: str, act: str
) -> None:
    """Filing, its return, and a vote on a late one keep an officer from plan, release and confirmation."""
    story = Story().until(after)
    filing = event_by(event, PROJECT_ID, officer, covered_principal_fen=100_000_000)
    story.observes(filing)
    decision = getattr(story, act)(officer=officer)
    assert (codes(decision), clauses(decision)) == (["duties_in_conflict"], ["4.1"])


def test_who_filed_an_earlier_version_does_not_plan() -> None:
    """The approval names the last filer only; the one before has acted in the case as well."""
    story = Story()
    story.observes(event_by(ProjectFiled, PROJECT_ID, "planner"))
    story.observes(event_by(ProjectReturned, PROJECT_ID, "confirmer"))
    story.observes(event_by(ProjectFiled, PROJECT_ID, "filer", filing=2))
    story.until("verification")
    assert codes(story.plans("planner")) == ["duties_in_conflict"]


def test_what_comes_late_counts_from_then_on() -> None:
    """A release that was taken stays; the same officer does nothing more in this case that excludes it."""
    story = Story().until("confirmation")
    assert story.releases("planner").outcome is Outcome.REFUSED
    assert story.releases("releaser").outcome is Outcome.ACCEPTED
    story.observes(event_by(ProjectFiled, PROJECT_ID, "releaser"))
    assert {act.duty for act in story.claim.duties_exercised if act.officer == "releaser"} == {
        Duty.RELEASE,
        Duty.FILING,
    }
    assert story.latest.is_released


def test_a_member_that_is_found_to_have_acted_steps_back() -> None:
    """What it did in the registry was observed after the opening: it votes no more, and can leave the base."""
    story = Story().until("opening")
    story.observes(event_by(ProjectReturned, PROJECT_ID, "member-a"))
    assert codes(story.votes("member-a")) == ["duties_in_conflict"]
    assert story.recuses("member-a").outcome is Outcome.ACCEPTED


def test_a_ballot_that_the_rules_exclude_from_voting_counts_from_the_registry_too() -> None:
    """Which duties exclude each other is a field of the rules, also of duties that don't by default."""
    rules = RULES.model_copy(update={"exclusive_duties": (*RULES.exclusive_duties, (Duty.BALLOT, Duty.CONFIRMATION))})
    story = Story(rules).until("plan")
    story.observes(event_by(ballots.BallotOpened, PROJECT_ID, "confirmer"))
    assert codes(story.confirms()) == ["duties_in_conflict"]


class OfAllTrades(Story):
    """A case whose officers each have every duty of their institution, so that only the case keeps them apart."""

    COOPERATORS, MANAGERS = tuple(f"c-{number}" for number in range(6)), tuple(f"m-{number}" for number in range(8))

    def __init__(self) -> None:
        super().__init__()
        pool = self.case.pool
        for where, officers in ((COOPERATING, self.COOPERATORS), (MANAGING, self.MANAGERS)):
            duties = tuple(dict.fromkeys(duty for each in OFFICERS[where].values() for duty in each))
            for officer in OFFICERS[where]:
                pool = pool.without_officer(where, officer)
            for officer in officers:
                registered = OfficerInPool(officer=officer, name=officer, person=f"{where}/{officer}", duties=duties)
                pool = pool.with_officer(where, registered)
        self.case = Case(pool, self.case.claim)

    def commands(self, officer: str, data: Any, pool_id: UUID = POOL_ID) -> Decision:
        where = COOPERATING if officer in self.COOPERATORS else MANAGING
        return self.take(self.received(data, where, officer, pool_id=pool_id))

    def entitled(self) -> tuple[str, ...]:
        """Who may vote now."""
        votes = (DutyExercised(duty=Duty.VOTE, role=Role.MANAGING, officer=officer) for officer in self.MANAGERS)
        before = self.claim.duties_exercised
        exclusive, pool = RULES.exclusive_duties, self.case.pool
        return tuple(vote.officer for vote in votes if refuse_if_duties_conflict(exclusive, before, vote, pool) is None)

    def goes_on(self, first: str, second: str) -> Decision:
        """The next step, tried by these officers."""
        claim = self.claim
        if claim.latest is None:
            return self.notifies(notice())
        on_the_way: dict[Step, Callable[[], Decision]] = {
            Step.REVIEW: lambda: self.reviews(first),
            Step.VERIFICATION: lambda: self.verifies(first, verifiers=(first, second)),
            Step.PLAN: lambda: self.plans(first),
            Step.CONFIRMATION: lambda: self.confirms(first),
            Step.RELEASE: lambda: self.releases(first),
            Step.PAYMENT: lambda: self.observes(settled(Leg.PAYOUT, self.latest.committed_fen)),
        }
        if step := on_the_way.get(self.next_step):
            return step()
        if claim.application is None:
            return self.applies(officer=first)
        if claim.application.ballot is None:
            return self.opens(first, members=self.entitled() or self.MANAGERS)
        return self.votes(first)


EVERYBODY = (*OfAllTrades.COOPERATORS, *OfAllTrades.MANAGERS)
STEPS = st.tuples(st.sampled_from(EVERYBODY), st.sampled_from(EVERYBODY))
FACTS = st.tuples(
    st.sampled_from([event for event in IN_REGISTRY if event in NOTHING_BUT_DUTIES or event is ProjectEnded]),
    st.sampled_from(EVERYBODY),
)


def _excluded(claim: Claim) -> set[str]:
    """Who has two exclusive duties in the case, as claims knows it."""
    found = set()
    for place, exercised in enumerate(claim.duties_exercised):
        if refuse_if_duties_conflict(RULES.exclusive_duties, claim.duties_exercised[:place], exercised, NAMESAKES):
            found.add(exercised.officer)
    return found


@settings(max_examples=60, deadline=None)
@given(st.lists(st.one_of(STEPS, FACTS), min_size=10, max_size=80))
def test_no_officer_exercises_two_exclusive_duties_in_a_case(history: list[Any]) -> None:
    """Whatever happens in the registry and in whichever order: nothing is accepted that what is known excludes."""
    story = OfAllTrades()
    story.observes(approved(filed_by="c-0", approved_by="m-0"))
    excluded_elsewhere: set[str] = set()
    for first, second in history:
        before = _excluded(story.claim)
        if isinstance(first, str):
            story.goes_on(first, second)
            assert _excluded(story.claim) == before, "a decision of claims excludes nobody in hindsight"
        else:
            story.observes(event_by(first, PROJECT_ID, second, covered_principal_fen=100_000_000))
            excluded_elsewhere |= _excluded(story.claim) - before
    assert _excluded(story.claim) == excluded_elsewhere
