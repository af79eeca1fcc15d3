"""Article 4.1: which events tell of duties exercised in a case, and which exclude each other, for every service."""

import re
from pathlib import Path
from typing import Any, get_args

import pytest

from shared.contracts import claims
from shared.contracts.catalogue import EVENTS
from shared.contracts.documents import DocumentKind
from shared.contracts.envelope import Event
from shared.contracts.registry import ballots, corrections, project_life, projects, selections, supervision
from shared.contracts.registry.rules import pairs_of
from shared.contracts.registry.selections import SelectionRules
from shared.contracts.registry.words import Duty, Role
from shared.decisions.duties_exercised import (
    DUTIES_IN_EVENTS,
    DUTIES_IN_SELECTION_EVENTS,
    DUTIES_IN_SELECTIONS,
    ROLE_OF_DUTY,
    ClaimsDutyEvent,
    DutyExercised,
    RegistryDutyEvent,
    duties_exercised_in,
    excluded_by,
    refuse_if_duties_conflict,
    with_duties_exercised,
)
from tests.unit.decisions.duty_factories import NAMESAKES, Namesakes
from tests.unit.registry.registry_examples import document, rules

pytestmark = pytest.mark.clause("4.1")

FLOW = Path(__file__).parents[3] / "docs" / "flow.md"
# They name somebody, and tell of no duty exercised in a case: why, says docs/flow.md.
NO_DUTIES = {
    projects.FilingFoundIncomplete,
    project_life.RepaymentRecorded,
    supervision.MajorMatterReported,
    ballots.MemberRecused,
    claims.MemberRecused,
}


def said(event: type[Event], **fields: Any) -> Event:
    """An event of which only these fields matter."""
    return event.model_construct(**fields)


def test_every_event_of_a_case_that_names_somebody_tells_of_a_duty_or_has_its_reason() -> None:
    """A new event can't be forgotten: it stands in the table, or among those that tell of none."""
    names = re.compile(r"_by$|^member$|^verifiers$")
    of_cases = [event for event in EVENTS.values() if "project_id" in event.model_fields]
    named = {event for event in of_cases if any(names.search(field) for field in event.model_fields)}
    assert named == set(DUTIES_IN_EVENTS) | NO_DUTIES
    assert not set(DUTIES_IN_EVENTS) & NO_DUTIES


def test_every_event_of_a_selection_that_names_somebody_tells_of_a_duty() -> None:
    """Whoever takes part in it; the ballot on it is in the table of the cases."""
    of_selections = {event for event in EVENTS.values() if event.__module__ == selections.__name__}
    assert set(DUTIES_IN_SELECTION_EVENTS) == of_selections - {selections.CandidateSelected}
    for event, exercised in DUTIES_IN_SELECTION_EVENTS.items():
        for each in exercised:
            duties_found = duties_exercised_in(said(event, **dict.fromkeys(each.fields, "an")))
            assert duties_found == (DutyExercised(duty=Duty.SELECTION, role=Role.MANAGING, officer="an"),)
    pairs = SelectionRules().exclusive_duties
    assert {duty for pair in pairs for duty in pair} <= DUTIES_IN_SELECTIONS


def test_the_services_observe_just_what_the_table_has() -> None:
    """The two unions that services observe are the rows of the table."""
    assert set(get_args(RegistryDutyEvent)) | set(get_args(ClaimsDutyEvent)) == set(DUTIES_IN_EVENTS)
    assert all(event.topic == "registry.events" for event in get_args(RegistryDutyEvent))
    assert all(event.topic == "claims.events" for event in get_args(ClaimsDutyEvent))


def test_every_field_that_is_read_is_there() -> None:
    """And each duty has one role, whose officers are registered with it."""
    for event, exercised in DUTIES_IN_EVENTS.items():
        for each in exercised:
            assert set(each.fields) <= set(event.model_fields)
            assert ROLE_OF_DUTY[each.duty] is each.role


def test_exclusive_duties_can_be_exercised_somewhere() -> None:
    """Nothing in the default rules excludes a duty of which no event ever tells."""
    assert {duty for pair in rules().exclusive_duties for duty in pair} <= set(ROLE_OF_DUTY)


def test_the_table_of_the_documents_is_this_one() -> None:
    """What people read of acts in docs/flow.md names each event with its duty."""
    text = FLOW.read_text(encoding="utf-8")
    section = text[text.index("## Who has acted in a case") :]
    rows = [line.split("|") for line in section.splitlines() if line.startswith("| ")]
    exercised = {event.message_type: {each.duty.english for each in found} for event, found in DUTIES_IN_EVENTS.items()}
    written = {name: set[str]() for name in exercised}
    for _, duty, _, events, *_ in rows[1:]:
        for name in re.findall(r"`([a-z_.]+\.v1)`", events):
            written[name].add(duty.strip())
    assert written == exercised


def test_each_event_says_who_acted_in_which_duty() -> None:
    """By the table: officer, duty, and whose officer it is."""
    for event, exercised in DUTIES_IN_EVENTS.items():
        named = {field: f"{each.duty.value}-{field}" for each in exercised for field in each.fields}
        duties_found = duties_exercised_in(said(event, minutes=None, ground=project_life.EndGround.DECISION, **named))
        assert [(act.duty, act.role, act.officer) for act in duties_found] == [
            (each.duty, each.role, named[field]) for each in exercised for field in each.fields
        ]


def test_all_who_verified_have_acted_once_each() -> None:
    """Whoever records the visit was there."""
    event = said(claims.VerificationRecorded, recorded_by="one", verifiers=("one", "two"))
    assert [act.officer for act in duties_exercised_in(event)] == ["one", "two"]


@pytest.mark.parametrize("event", [projects.ProjectRejected, corrections.CorrectionRejected])
def test_what_a_vote_has_rejected_no_officer_has(event: type[Event]) -> None:
    """Its members have voted, and that is their act."""
    minutes = document(DocumentKind.MINUTES)
    assert duties_exercised_in(said(event, rejected_by="secretary", minutes=minutes)) == ()
    assert len(duties_exercised_in(said(event, rejected_by="approver", minutes=None))) == 1


def test_a_settled_loan_ends_without_a_decision() -> None:
    """The lender's officer who says so exercises no duty of the two institutions."""
    settled = said(project_life.ProjectEnded, ended_by="teller", ground=project_life.EndGround.SETTLED)
    assert duties_exercised_in(settled) == ()


def test_what_tells_of_nobody_is_no_act() -> None:
    """Any event can be asked."""
    assert duties_exercised_in(said(claims.CompensationPaid)) == ()
    assert duties_exercised_in(said(claims.MemberRecused, member="an")) == ()


def test_acts_are_kept_once_and_never_taken_out() -> None:
    """Where nothing is new it is the very same record, so that nobody stores it again."""
    filing = DutyExercised(duty=Duty.FILING, role=Role.COOPERATING, officer="li")
    review = DutyExercised(duty=Duty.REVIEW, role=Role.COOPERATING, officer="li")
    acts = with_duties_exercised((), (filing, filing))
    assert acts == (filing,)
    assert with_duties_exercised(acts, (filing,)) is acts
    assert with_duties_exercised(acts, (review, filing)) == (filing, review)


def test_one_officer_exercises_one_exclusive_duty_in_a_case() -> None:
    """The same duty twice is one; two exclusive ones by one officer are refused, by a namesake elsewhere not."""
    exclusive = pairs_of((Duty.FILING, Duty.REVIEW, Duty.PLAN, Duty.VOTE))

    def of(duty: Duty, officer: str = "li", role: Role = Role.COOPERATING) -> DutyExercised:
        return DutyExercised(duty=duty, role=role, officer=officer)

    before = [of(Duty.APPLICATION), of(Duty.REVIEW), of(Duty.FILING)]
    refused = refuse_if_duties_conflict(exclusive, before, of(Duty.PLAN), NAMESAKES)
    assert refused is not None
    assert (refused.code, refused.clause) == ("duties_in_conflict", "4.1")
    for word in (Role.COOPERATING, Duty.REVIEW, Duty.PLAN):
        assert word.english in refused.text
        assert word.chinese in refused.text_zh
    assert refuse_if_duties_conflict(exclusive, before, of(Duty.REVIEW), NAMESAKES) is not None
    assert refuse_if_duties_conflict(exclusive, before[:2], of(Duty.REVIEW), NAMESAKES) is None
    assert refuse_if_duties_conflict(exclusive, before, of(Duty.VOTE, role=Role.MANAGING), NAMESAKES) is None
    assert refuse_if_duties_conflict(exclusive, before, of(Duty.PLAN, "wu"), NAMESAKES) is None
    assert refuse_if_duties_conflict(exclusive, before, of(Duty.APPLICATION), NAMESAKES) is None
    assert refuse_if_duties_conflict((), before, of(Duty.PLAN), NAMESAKES) is None


@pytest.mark.clause("4.1")
def test_two_officers_of_one_person_are_one() -> None:
    """Who has filed for one institution does not vote for the other, under whichever id; others of that name do."""
    exclusive = pairs_of((Duty.FILING, Duty.VOTE))
    before = [DutyExercised(duty=Duty.FILING, role=Role.COOPERATING, officer="li")]
    vote = DutyExercised(duty=Duty.VOTE, role=Role.MANAGING, officer="an")
    assert refuse_if_duties_conflict(exclusive, before, vote, NAMESAKES) is None
    same = Namesakes((Role.COOPERATING, "li"), (Role.MANAGING, "an"))
    refused = refuse_if_duties_conflict(exclusive, before, vote, same)
    assert refused is not None
    assert "as Li (li) of the cooperating institution" in refused.text
    assert "合作机构的Li (li)" in refused.text_zh
    # The person is told by the id that acts, where it is the same.
    own = refuse_if_duties_conflict(
        pairs_of((Duty.FILING, Duty.REVIEW)), before, before[0].model_copy(update={"duty": Duty.REVIEW}), same
    )
    assert own is not None
    assert " as li " not in own.text


@pytest.mark.clause("4.1")
def test_a_pair_excludes_both_ways_and_nothing_else() -> None:
    """What excludes what is said in pairs: two duties can each exclude a third one, and not each other."""
    exclusive = ((Duty.PLAN, Duty.RELEASE), (Duty.REVIEW, Duty.PLAN))
    assert excluded_by(exclusive, Duty.PLAN) == {Duty.RELEASE, Duty.REVIEW}
    assert excluded_by(exclusive, Duty.RELEASE) == excluded_by(exclusive, Duty.REVIEW) == {Duty.PLAN}
    assert excluded_by(exclusive, Duty.FILING) == frozenset()
    plan, release, review = (
        DutyExercised(duty=duty, role=Role.COOPERATING, officer="li") for duty in (Duty.PLAN, Duty.RELEASE, Duty.REVIEW)
    )
    for first, second in ((plan, release), (release, plan), (plan, review), (review, plan)):
        assert refuse_if_duties_conflict(exclusive, [first], second, NAMESAKES) is not None
    for first, second in ((release, review), (review, release)):
        assert refuse_if_duties_conflict(exclusive, [first], second, NAMESAKES) is None
