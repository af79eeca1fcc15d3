"""Article 15: the reimbursement application and the collective decision on it."""

from datetime import timedelta
from typing import Any

import pytest

from services.claims.domain.rules.article_15_reimbursement import (
    refuse_if_amount_is_above_what_is_due,
)
from shared.contracts.documents import DocumentKind
from shared.contracts.receipts import Outcome
from shared.contracts.registry.collective_decisions import SubjectKind
from shared.contracts.registry.words import Duty, Vote
from shared.decisions.article_15_documents import materials_of
from tests.unit.claims.claims_builder import GUARANTOR, MEMBERS, START, Story, approved, clauses, codes, document

_ALL = (
    DocumentKind.PROJECT_DESCRIPTION,
    DocumentKind.LOAN_CONTRACT,
    DocumentKind.GUARANTEE_CONTRACT,
    DocumentKind.COMPENSATION_PLAN,
)


@pytest.mark.clause("15.1")
@pytest.mark.parametrize("missing", _ALL)
def test_missing_document_is_named(missing: DocumentKind) -> None:
    """The application is deficient, not refused: complete, it can be sent again."""
    given = tuple(document(kind) for kind in _ALL if kind is not missing)
    decision = Story().until("payment").applies(documents=given)
    assert (decision.outcome, codes(decision), clauses(decision)) == (
        Outcome.DEFICIENT,
        [f"{missing.value}_missing"],
        ["15.1"],
    )


@pytest.mark.clause("15.1")
def test_guarantee_contract_is_asked_for_where_there_is_a_guarantor() -> None:
    """Without a guarantor there is none; without any document all that are needed are named."""
    assert set(materials_of(_ALL, None)) == {*_ALL} - {DocumentKind.GUARANTEE_CONTRACT}
    assert materials_of(_ALL, GUARANTOR) == _ALL
    assert codes(Story().until("payment").applies(documents=())) == [f"{kind.value}_missing" for kind in _ALL]
    story = Story().until("payment", approval=approved(guarantor=None))
    given = tuple(document(kind) for kind in _ALL if kind is not DocumentKind.GUARANTEE_CONTRACT)
    assert story.applies(documents=given).outcome is Outcome.ACCEPTED


@pytest.mark.clause("15.2")
def test_amount_is_at_most_the_fiscal_part_of_what_was_paid() -> None:
    """One fen above F(paid) is refused; what is decided already is not decided again."""
    story = Story().until("payment")
    decision = story.applies(10_000_001)
    assert (codes(decision), clauses(decision)) == (["amount_above_due"], ["15.2"])
    assert refuse_if_amount_is_above_what_is_due(10, 10, 0) is None
    assert refuse_if_amount_is_above_what_is_due(10, 10, 1) is not None
    assert codes(Story().until("closing").applies(1)) == ["amount_above_due"]


@pytest.mark.clause("15.2")
def test_application_is_for_a_compensation_that_was_paid() -> None:
    """There is no second one yet."""
    assert codes(Story().until("payment").applies(compensation=2)) == ["compensation_unknown"]


@pytest.mark.clause("15.2")
@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"subject_sha256": "f" * 64}, ["another_version_named"]),
        ({"members": (*MEMBERS, "member-a")}, ["members_named_twice"]),
        ({"members": (*MEMBERS, "chair")}, ["members_without_vote"]),
        ({"members": (*MEMBERS, "reviewer")}, ["members_without_vote"]),
        ({"members": MEMBERS[1:]}, ["members_left_out"]),
        ({"members": MEMBERS[:1]}, ["members_left_out", "quorum_out_of_reach"]),
        ({"closes_at": START}, ["closing_time_past"]),
        ({"closes_at": START + timedelta(hours=24)}, ["closing_time_too_near"]),
        ({"closes_at": START + timedelta(days=365)}, ["closing_time_too_far"]),
    ],
)
def test_ballot_names_members_who_can_vote_and_a_time_to_come(changes: dict[str, Any], expected: list[str]) -> None:
    """On this application, each member once, with the duty to vote, until a time in the future."""
    decision = Story().until("application").opens(**changes)
    assert (codes(decision), set(clauses(decision))) == (expected, {"15.2"})


@pytest.mark.clause("15.2")
def test_who_opens_the_ballot_does_not_choose_who_decides() -> None:
    """All with the duty to vote who may vote in this case are members, those registered since the application too."""
    story = Story().until("application")
    story.registers("member-f", Duty.VOTE)
    decision = story.opens()
    assert codes(decision) == ["members_left_out"]
    assert "left out: 示例人员 member-f (member-f);" in decision.refusals[0].text
    assert story.opens(members=(*MEMBERS, "member-f")).outcome is Outcome.ACCEPTED


@pytest.mark.clause("15.2")
def test_a_ballot_that_can_not_reach_its_quorum_is_not_opened() -> None:
    """With two members left that have the duty, three of whom have to vote, nothing could ever be decided."""
    story = Story().until("application")
    for member in MEMBERS[2:]:
        story.registers(member)
    decision = story.opens(members=MEMBERS[:2])
    assert (codes(decision), clauses(decision)) == (["quorum_out_of_reach"], ["15.2"])
    story.registers(MEMBERS[2], Duty.VOTE)
    assert story.opens(members=MEMBERS[:3]).outcome is Outcome.ACCEPTED


@pytest.mark.clause("15.2")
def test_after_a_refusal_the_base_of_the_next_ballot_is_found_in_the_same_way() -> None:
    """The members who were against can't be left out of the ballot on the next application."""
    story = Story().until("opening")
    for member in MEMBERS:
        story.votes(member, Vote.FOR if member in MEMBERS[:2] else Vote.AGAINST)
    story.closes()
    assert story.applies().outcome is Outcome.ACCEPTED
    assert codes(story.opens(members=MEMBERS[:3])) == ["members_left_out"]
    assert story.opens().outcome is Outcome.ACCEPTED


@pytest.mark.clause("15.2")
@pytest.mark.parametrize("answered", [True, False])
def test_who_has_recused_from_a_case_decides_on_none_of_its_applications(answered: bool) -> None:
    """Neither on a new application after a refusal, nor on one that takes the place of what is voted on."""
    story = Story().until("opening")
    story.recuses(MEMBERS[0])
    if answered:
        for member in MEMBERS[1:]:
            story.votes(member, Vote.AGAINST)
        assert story.closes().outcome is Outcome.ACCEPTED
    assert story.applies().outcome is Outcome.ACCEPTED
    refused = story.opens()
    assert (codes(refused), clauses(refused)) == (["members_have_recused"], ["15.2"])
    assert story.opens(members=MEMBERS[1:]).outcome is Outcome.ACCEPTED


@pytest.mark.clause("15.2")
def test_vote_is_a_members_and_one() -> None:
    """Somebody else's, a second one, one after recusal and one on other bytes are refused."""
    story = Story().until("opening")
    story.registers("member-f", Duty.VOTE)
    assert codes(story.votes("member-f")) == ["not_a_member"]
    assert codes(story.recuses("member-f")) == ["not_a_member"]
    assert codes(story.votes("member-a", subject_sha256="f" * 64)) == ["another_version_named"]
    assert story.votes("member-a").outcome is Outcome.ACCEPTED
    assert codes(story.votes("member-a")) == ["voted_already"]
    assert story.recuses("member-b").outcome is Outcome.ACCEPTED
    assert codes(story.votes("member-b")) == ["member_recused"]
    assert codes(story.recuses("member-b")) == ["member_recused"]


@pytest.mark.clause("15.2")
def test_nobody_votes_after_the_closing_time() -> None:
    """At the closing time the voting is over."""
    story = Story().until("application")
    assert story.opens(closes_at=story.now + timedelta(hours=26)).outcome is Outcome.ACCEPTED
    assert story.votes("member-a").outcome is Outcome.ACCEPTED
    story.now += timedelta(days=1)
    assert codes(story.votes("member-b")) == ["voting_over"]


@pytest.mark.clause("15.2")
def test_closing_is_bound_and_timely() -> None:
    """It names the application that was voted on, after the time or with all votes, and comes with the minutes."""
    story = Story().until("opening")
    assert codes(story.closes()) == ["ballot_still_open"]
    for member in MEMBERS:
        story.votes(member)
    assert codes(story.closes(subject_sha256="f" * 64)) == ["another_version_named"]
    decision = story.closes(minutes=document(DocumentKind.OTHER))
    assert [(each.code, each.clause) for each in decision.refusals] == [("minutes_missing", "15.2")]
    assert story.closes().outcome is Outcome.ACCEPTED


@pytest.mark.clause("15.2")
def test_a_ballot_has_its_own_order() -> None:
    """Nothing is voted on that was not put, nobody votes before the opening, and an opening said again counts once."""
    story = Story().until("payment")
    assert [(each.code, each.clause) for each in story.opens().refusals] == [("no_question_put", "15.2")]
    story.applies()
    for act in (story.closes, lambda: story.votes("member-a"), lambda: story.recuses("member-a")):
        assert [(each.code, each.clause) for each in act().refusals] == [("no_open_ballot", "15.2")]
    closes_at = story.now + timedelta(days=3)
    assert story.opens(closes_at=closes_at).outcome is Outcome.ACCEPTED
    again = story.opens(closes_at=closes_at)
    assert (again.outcome, codes(again), clauses(again)) == (Outcome.DUPLICATE, ["said_before"], ["15.2"])
    assert codes(story.opens()) == ["ballot_already_opened"]


@pytest.mark.clause("15.2")
def test_the_committee_decides_only_what_was_put() -> None:
    """A ballot on something of another kind is refused, though the hash is the same."""
    story = Story().until("application")
    assert codes(story.opens(subject_kind=SubjectKind.LATE_FILING)) == ["question_is_another"]
