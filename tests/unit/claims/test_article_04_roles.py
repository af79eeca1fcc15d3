"""Article 4: the roles are kept apart, over the whole case."""

from dataclasses import replace
from typing import Any

import pytest

from services.claims.domain.pool import OfficerInPool
from shared.contracts import claims as said
from shared.contracts.receipts import Outcome
from shared.contracts.registry.rules import Rules
from shared.contracts.registry.words import Duty, Role, SystemUse
from tests.unit.claims.claims_builder import (
    COOPERATING,
    LENDER,
    MANAGING,
    MEMBERS,
    PROJECT_ID,
    RULES,
    Story,
    clauses,
    codes,
    notice,
)


@pytest.mark.clause("4.1")
@pytest.mark.parametrize(
    ("after", "officer", "act", "clause"),
    [
        ("notice", "confirmer", "reviews", "6.6"),
        ("review", "confirmer", "verifies", "6.6"),
        ("verification", "confirmer", "plans", "6.8"),
        ("plan", "planner", "confirms", "5.6"),
        ("plan", "planner", "returns_plan", "5.6"),
        ("confirmation", "confirmer", "releases", "6.8"),
        ("release", "confirmer", "takes_up", "10.5"),
        ("payment", "chair", "applies", "15.1"),
        ("application", "applicant", "opens", "15.2"),
        ("opening", "applicant", "votes", "15.2"),
        ("opening", "applicant", "recuses", "15.2"),
        ("votes", "applicant", "closes", "15.2"),
    ],
)
def test_each_command_belongs_to_one_role(after: str, officer: str, act: str, clause: str) -> None:
    """An officer of the other institution is refused, whatever its duties, under the clause that gives it away."""
    story = Story().until(after)
    decision = getattr(story, act)(officer=officer)
    assert (codes(decision), clauses(decision)) == (["role_not_held"], [clause])


@pytest.mark.clause("4.1")
@pytest.mark.parametrize(
    ("after", "officer", "act"),
    [
        ("notice", "planner", "reviews"),
        ("review", "planner", "verifies"),
        ("verification", "reviewer", "plans"),
        ("plan", "chair", "confirms"),
        ("plan", "chair", "returns_plan"),
        ("confirmation", "reviewer", "releases"),
        ("release", "reviewer", "takes_up"),
        ("payment", "planner", "applies"),
        ("application", "confirmer", "opens"),
        ("opening", "chair", "votes"),
        ("opening", "chair", "recuses"),
        ("votes", "member-a", "closes"),
    ],
)
def test_each_command_needs_its_duty(after: str, officer: str, act: str) -> None:
    """An officer of the right institution without the duty is refused."""
    story = Story().until(after)
    decision = getattr(story, act)(officer=officer)
    assert (codes(decision), clauses(decision)) == (["duty_not_held"], ["4.1"])


@pytest.mark.clause("4.1")
def test_system_key_commands_nothing() -> None:
    """A system of the right institution is no officer."""
    story = Story().until("notice")
    command = said.RecordReview(project_id=PROJECT_ID, notice_sha256="0" * 64, findings="材料齐全")
    decision = story.take(story.received(command, COOPERATING, system_use=SystemUse.LOSS_NOTICES.value))
    assert codes(decision) == ["officer_required"]


@pytest.mark.clause("4.1")
def test_no_super_user() -> None:
    """An institution that is nothing in this pool, and one that is a lender, are refused alike."""
    for institution in ("somebody", LENDER):
        story = Story().until("notice")
        command = said.RecordReview(project_id=PROJECT_ID, notice_sha256="0" * 64, findings="材料齐全")
        assert codes(story.take(story.received(command, institution, "reviewer"))) == ["role_not_held"]


@pytest.mark.clause("4.1")
def test_duties_of_one_case_are_kept_apart() -> None:
    """The planner may release, but not in the case whose plan it drew up; nor does the confirmer vote in it."""
    story = Story().until("confirmation")
    decision = story.releases("planner")
    assert (codes(decision), clauses(decision)) == (["duties_in_conflict"], ["4.1"])
    story = Story().until("application")
    assert codes(story.opens(members=("confirmer", *MEMBERS))) == ["duties_in_conflict"]


@pytest.mark.clause("4.1")
def test_every_verifier_is_held_to_it() -> None:
    """Whoever reviewed the notice can't be one of those who verify on site, nor record the visit."""
    story = Story().until("review")
    decision = story.verifies(verifiers=("reviewer", "visitor-one"))
    assert codes(decision) == ["duties_in_conflict"]
    assert codes(story.verifies("reviewer")) == ["duties_in_conflict"]
    assert story.verifies().outcome is Outcome.ACCEPTED


def one_person(story: Story, first: tuple[str, str], second: tuple[str, str]) -> Story:
    """The story in whose pool these two officers are one person."""
    pool = story.case.pool
    for institution, officer in (first, second):
        registered = OfficerInPool(
            officer=officer, name="李", person="one", duties=pool.duties_of(institution, officer)
        )
        pool = pool.with_officer(institution, registered)
    story.case = replace(story.case, pool=pool)
    return story


@pytest.mark.clause("4.1")
def test_a_person_with_two_officer_ids_is_one() -> None:
    """Who drew up the plan doesn't confirm it for the other institution, and doesn't verify as two."""
    story = one_person(Story().until("plan"), (COOPERATING, "planner"), (MANAGING, "confirmer"))
    decision = story.confirms()
    assert codes(decision) == ["duties_in_conflict"]
    assert "as 李 (planner) of the cooperating institution" in decision.refusals[0].text
    story = one_person(Story().until("review"), (COOPERATING, "visitor-one"), (COOPERATING, "visitor-two"))
    assert codes(story.verifies()) == ["verifiers_too_few"]


@pytest.mark.clause("4.1")
def test_who_has_left_stays_the_person_it_was() -> None:
    """What it has done in the case excludes the same under the id that it comes again with."""
    story = one_person(Story().until("plan"), (COOPERATING, "planner"), (MANAGING, "confirmer"))
    story.case = replace(story.case, pool=story.case.pool.without_officer(COOPERATING, "planner"))
    assert codes(story.confirms()) == ["duties_in_conflict"]


@pytest.mark.clause("4.1")
def test_filing_and_its_approval_count_too() -> None:
    """The record begins with who filed and who approved the project."""
    story = Story().until("approval")
    assert {(entry.duty, entry.officer) for entry in story.claim.duties_exercised} == {
        (Duty.FILING, "filer"),
        (Duty.FILING_APPROVAL, "approver"),
    }


@pytest.mark.clause("4.1")
def test_exclusive_duties_are_a_field_of_the_rules() -> None:
    """Where the rules don't exclude them, one officer may plan and release."""
    rules: Rules = RULES.model_copy(update={"exclusive_duties": ((Duty.PLAN, Duty.CONFIRMATION),)})
    assert Story(rules).until("confirmation").releases("planner").outcome is Outcome.ACCEPTED


@pytest.mark.clause("4.1")
def test_maker_is_not_checker() -> None:
    """A notice that one person alone has made is refused."""
    decision = Story().until("approval").notifies(notice(maker="clerk", checker="clerk"))
    assert (codes(decision), clauses(decision)) == (["maker_is_checker"], ["4.1"])


@pytest.mark.clause("4.1")
@pytest.mark.parametrize(
    ("signer", "expected"),
    [
        ({"system_use": SystemUse.LOSS_NOTICES.value}, []),
        ({"officer": "teller"}, []),
        ({"system_use": SystemUse.BANK_CONFIRMATIONS.value}, ["key_of_another_use"]),
        ({"system_use": SystemUse.PAYMENT_INSTRUCTIONS.value}, ["key_of_another_use"]),
    ],
)
def test_notice_is_signed_by_an_officer_or_the_right_system(signer: dict[str, Any], expected: list[str]) -> None:
    """A system key for something else signs no notice."""
    story = Story().until("approval")
    assert codes(story.take(story.received(notice(), LENDER, **signer))) == expected


def test_managing_institution_is_no_cooperating_one() -> None:
    """The two roles of a pool are held by the two institutions that founded it."""
    pool = Story().case.pool
    assert pool.holders_of(Role.MANAGING) == (MANAGING,)
    assert pool.roles_of(COOPERATING) == {Role.COOPERATING}
    assert pool.duties_of(MANAGING, "planner") == ()
