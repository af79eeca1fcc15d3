"""Article 7: the nine conditions of a candidate, each met, not met, or not known."""

from datetime import date, timedelta

import pytest

from services.registry.domain.selections.article_07_candidates import eligibility, is_eligible
from services.registry.domain.selections.state import Candidate, Evidence
from shared.contracts.receipts import Outcome
from shared.contracts.registry.selections import (
    Condition,
    ConditionReport,
    ConditionStatus,
    CreditSource,
    EvidenceRecorded,
    RecordEvidence,
    SelectionOpened,
    SelectionRules,
)
from tests.unit.registry.registry_examples import (
    MANAGING,
    NOTHING,
    TODAY,
    Given,
    codes,
)
from tests.unit.registry.selection_examples import (
    FIRST,
    OPENED,
    PROVEN,
    SELECTOR,
    all_evidence,
    candidate,
    credit,
    evidence,
    opening,
    preparing,
    proven,
    selection_in,
    staffed_for_selection,
)

PASS, FAIL, UNKNOWN = ConditionStatus.PASS, ConditionStatus.FAIL, ConditionStatus.UNKNOWN
CLAUSES = {condition: f"7.{place}" for place, condition in enumerate(Condition, 1)}
REGISTERED = OPENED.after(candidate(), MANAGING, SELECTOR)


def reports(given: Given, today: date = TODAY) -> dict[Condition, ConditionReport]:
    """What is known of the candidate's conditions."""
    found = eligibility(selection_in(given).candidates[FIRST], SelectionRules(), today)
    return {report.condition: report for report in found}


@pytest.mark.clause("7.1")
@pytest.mark.clause("7.2")
@pytest.mark.clause("7.3")
@pytest.mark.clause("7.4")
@pytest.mark.clause("7.5")
@pytest.mark.clause("7.6")
@pytest.mark.clause("7.7")
@pytest.mark.clause("7.8")
@pytest.mark.clause("7.9")
@pytest.mark.parametrize("condition", Condition)
def test_one_condition_without_evidence_or_unmet_is_enough(condition: Condition) -> None:
    """Given evidence of all the others, the candidate is not eligible, and the report says which condition it is."""
    without = reports(proven(OPENED, FIRST, (condition,)))
    assert [name for name, report in without.items() if report.status is not PASS] == [condition]
    assert (without[condition].status, without[condition].clause) == (UNKNOWN, CLAUSES[condition])
    assert "there is no evidence" in without[condition].why
    source = CreditSource.CREDIT_CHINA if condition is Condition.CREDIT_RECORD else None
    unmet = proven(OPENED, FIRST).after(evidence(condition, met=False, source=source), MANAGING, SELECTOR)
    assert reports(unmet)[condition].status is FAIL
    assert not is_eligible(tuple(reports(unmet).values()))


@pytest.mark.clause("7.9")
def test_a_candidate_with_evidence_of_everything_is_eligible() -> None:
    """All nine conditions are met; without any evidence none is known."""
    assert is_eligible(tuple(reports(PROVEN).values()))
    assert {report.status for report in reports(REGISTERED).values()} == {UNKNOWN}
    assert len(reports(REGISTERED)) == 9


@pytest.mark.clause("7.1")
def test_who_is_self_employed_is_no_legal_person() -> None:
    """Its code begins with 92, and no document makes a legal person of it."""
    application = candidate()
    self_employed = Candidate(
        uscc="92110105MA00000013",
        name="某工作室",
        application=application.application,
        applied_at=application.applied_at,
        evidence=tuple(map(Evidence.from_message, all_evidence(FIRST))),
    )
    found = {each.condition: each.status for each in eligibility(self_employed, SelectionRules(), TODAY)}
    assert found[Condition.LEGAL_PERSON] is FAIL


@pytest.mark.clause("7.1")
def test_a_candidates_code_has_the_right_check_digit() -> None:
    """One wrong character, and it is not registered."""
    assert codes(OPENED.when(candidate(FIRST[:-1] + "9"), MANAGING, SELECTOR)) == ["credit_code_invalid"]


@pytest.mark.clause("7.5")
@pytest.mark.parametrize("missing", CreditSource)
def test_the_credit_record_is_looked_up_at_both_sources(missing: CreditSource) -> None:
    """One source alone is not enough, and the report names the other one."""
    given = REGISTERED
    for source in CreditSource:
        if source is not missing:
            given = given.after(credit(source), MANAGING, SELECTOR)
    report = reports(given)[Condition.CREDIT_RECORD]
    assert report.status is UNKNOWN
    name = {"credit_china": "“信用中国”网站", "government_procurement": "中国政府采购网"}[missing]
    assert name in report.why_zh


@pytest.mark.clause("7.5")
def test_a_bad_record_at_one_source_outweighs_a_missing_look_up_at_the_other() -> None:
    """Given one look-up that is not clean, the condition is not met, whatever the other source would say."""
    given = REGISTERED.after(credit(CreditSource.GOVERNMENT_PROCUREMENT, met=False), MANAGING, SELECTOR)
    assert reports(given)[Condition.CREDIT_RECORD].status is FAIL


@pytest.mark.clause("7.5")
@pytest.mark.clause("7.6")
@pytest.mark.parametrize("condition", [Condition.CREDIT_RECORD, Condition.NO_SERIOUS_VIOLATION])
def test_a_look_up_grows_old(condition: Condition) -> None:
    """Thirty days after the look-up it still counts, a day later it has to be made again; what was bad stays bad."""
    last_day = TODAY + timedelta(days=SelectionRules().look_up_age_days_max)
    assert reports(PROVEN, today=last_day)[condition].status is PASS
    report = reports(PROVEN, today=last_day + timedelta(days=1))[condition]
    assert report.status is UNKNOWN
    assert "look it up again" in report.why
    source = CreditSource.CREDIT_CHINA if condition is Condition.CREDIT_RECORD else None
    bad = PROVEN.after(evidence(condition, met=False, source=source), MANAGING, SELECTOR)
    assert reports(bad, today=last_day + timedelta(days=1))[condition].status is FAIL


@pytest.mark.parametrize(
    "condition",
    [
        pytest.param(condition, marks=pytest.mark.clause(CLAUSES[condition]))
        for condition in Condition
        if condition not in {Condition.CREDIT_RECORD, Condition.NO_SERIOUS_VIOLATION}
    ],
)
def test_evidence_of_every_condition_grows_old(condition: Condition) -> None:
    """A year after it was found it still counts, a day later it is as good as none, and so is evidence of 1999."""
    last_day = TODAY + timedelta(days=SelectionRules().evidence_age_days_max)
    assert reports(PROVEN, today=last_day)[condition].status is PASS
    report = reports(PROVEN, today=last_day + timedelta(days=1))[condition]
    assert (report.status, report.clause) == (UNKNOWN, CLAUSES[condition])
    assert "is 366 days old, at most 365" in report.why
    ancient = REGISTERED.after(evidence(condition, found_on=date(1999, 6, 1)), MANAGING, SELECTOR)
    assert reports(ancient)[condition].status is UNKNOWN


@pytest.mark.clause("7.5")
@pytest.mark.parametrize(
    "wrong",
    [evidence(Condition.CREDIT_RECORD), evidence(Condition.IP_COMPETENCE, source=CreditSource.CREDIT_CHINA)],
    ids=["look-up without source", "source without look-up"],
)
def test_a_look_up_and_nothing_else_names_its_source(wrong: RecordEvidence) -> None:
    """Otherwise nobody could tell which of the two look-ups is missing."""
    assert codes(REGISTERED.when(wrong, MANAGING, SELECTOR)) == ["look_up_source_wrong"]


@pytest.mark.clause("7.6")
@pytest.mark.parametrize(
    ("violated_on", "status"),
    [(date(2023, 4, 15), FAIL), (date(2023, 4, 14), PASS), (TODAY, FAIL)],
    ids=["three years ago to the day", "a day more than three years ago", "today"],
)
def test_a_violation_counts_for_three_years_before_the_look_up(violated_on: date, status: ConditionStatus) -> None:
    """The window is reckoned from the day of the look-up, 15 April 2026."""
    found = evidence(Condition.NO_SERIOUS_VIOLATION, last_violation_on=violated_on)
    given = REGISTERED.after(found, MANAGING, SELECTOR)
    assert reports(given)[Condition.NO_SERIOUS_VIOLATION].status is status


@pytest.mark.clause("7.6")
def test_a_violation_belongs_to_its_condition_and_its_look_up() -> None:
    """It is refused with another condition, and with a look-up that was made before it happened."""
    for wrong in (
        evidence(Condition.IP_COMPETENCE, last_violation_on=TODAY),
        evidence(Condition.NO_SERIOUS_VIOLATION, last_violation_on=TODAY, found_on=TODAY - timedelta(days=1)),
    ):
        assert codes(REGISTERED.when(wrong, MANAGING, SELECTOR)) == ["violation_misplaced"]


@pytest.mark.clause("7.9")
def test_evidence_is_not_of_tomorrow() -> None:
    """What was found today counts; what is to be found tomorrow is refused."""
    tomorrow = evidence(Condition.IP_COMPETENCE, found_on=TODAY + timedelta(days=1))
    assert codes(REGISTERED.when(tomorrow, MANAGING, SELECTOR)) == ["day_in_the_future"]


@pytest.mark.clause("7.9")
def test_the_event_reports_what_is_known_with_the_new_evidence() -> None:
    """Whoever reads the event knows what is still missing; the same evidence again is a duplicate."""
    found = evidence(Condition.MATCHING_CAPITAL)
    (event,) = REGISTERED.when(found, MANAGING, SELECTOR).events
    assert isinstance(event, EvidenceRecorded)
    assert [report.condition for report in event.report if report.status is PASS] == [Condition.MATCHING_CAPITAL]
    assert REGISTERED.having([event]).when(found, MANAGING, SELECTOR).outcome == "duplicate"


@pytest.mark.clause("7.5")
@pytest.mark.clause("7.9")
def test_the_conditions_are_those_of_the_pools_preparation_within_its_districts_bounds() -> None:
    """Chaoyang's has all nine and both sources; where a district has fewer, only those are asked for and reported."""
    conditions, sources = tuple(Condition)[:5], (CreditSource.CREDIT_CHINA,)
    fewer = preparing(selection=SelectionRules(conditions=conditions, credit_sources=sources))
    refused = NOTHING.when(fewer, MANAGING).refusals
    assert [(each.code, each.clause) for each in refused] == [
        ("rules_outside_the_districts_bounds", "7.9"),
        ("rules_outside_the_districts_bounds", "7.5"),
    ]
    assert Condition.IP_COMPETENCE.chinese in refused[0].text_zh
    assert CreditSource.GOVERNMENT_PROCUREMENT.english in refused[1].text
    elsewhere = NOTHING.with_bounds(
        **{
            "selection.conditions": {"includes": list(conditions)},
            "selection.credit_sources": {"includes": list(sources)},
        }
    )
    opened = staffed_for_selection(elsewhere.after(fewer, MANAGING)).after(opening(), MANAGING, SELECTOR)
    given = opened.after(candidate(), MANAGING, SELECTOR)
    for found in (*map(evidence, conditions[:4]), credit(CreditSource.CREDIT_CHINA)):
        (event,) = given.when(found, MANAGING, SELECTOR).events
        given = given.having([event])
    assert isinstance(event, EvidenceRecorded)
    assert [report.condition for report in event.report] == list(conditions)
    assert is_eligible(event.report)


@pytest.mark.clause("7.6")
@pytest.mark.parametrize("years", [1, 2])
def test_no_pool_of_this_district_asks_for_less_than_three_years(years: int) -> None:
    """It is not prepared so; for more it may."""
    few = NOTHING.when(preparing(selection=SelectionRules(violation_free_years=years)), MANAGING)
    (fault,) = few.refusals
    assert (fault.code, fault.clause) == ("rules_outside_the_districts_bounds", "7.6")
    assert (f"{years} as years without" in fault.text, "at least 3" in fault.text) == (True, True)
    five = preparing(selection=SelectionRules(violation_free_years=5))
    assert NOTHING.when(five, MANAGING).outcome is Outcome.ACCEPTED


@pytest.mark.parametrize(
    ("own", "clause"),
    [
        pytest.param({"look_up_age_days_max": 91}, "7.5", marks=pytest.mark.clause("7.5")),
        pytest.param({"evidence_age_days_max": 300}, "7.9", marks=pytest.mark.clause("7.9")),
    ],
)
def test_how_old_evidence_may_be_lies_within_the_districts_bounds(own: dict[str, int], clause: str) -> None:
    """As every figure of a preparation does; here the district lets other evidence be 299 days old."""
    nothing = NOTHING.with_bounds(**{"selection.evidence_age_days_max": {"most": 299}})
    allowed = {"evidence_age_days_max": 299}
    decision = nothing.when(preparing(selection=SelectionRules(**{**allowed, **own})), MANAGING)
    assert [(each.code, each.clause) for each in decision.refusals] == [("rules_outside_the_districts_bounds", clause)]
    within = preparing(selection=SelectionRules(**allowed, look_up_age_days_max=90))
    assert nothing.when(within, MANAGING).outcome is Outcome.ACCEPTED


@pytest.mark.clause("7.5")
@pytest.mark.clause("7.6")
def test_what_a_preparation_says_is_how_its_selection_looks_up() -> None:
    """It is announced with the opening, whose officer has no say in it; said again it is a duplicate."""
    own = {"look_up_age_days_max": 60, "evidence_age_days_max": 180, "violation_free_years": 4}
    prepared = staffed_for_selection(NOTHING.after(preparing(selection=SelectionRules(**own)), MANAGING))
    (opened,) = prepared.when(opening(), MANAGING, SELECTOR).events
    assert isinstance(opened, SelectionOpened)
    assert opened.rules == SelectionRules(**own)
    assert prepared.when(preparing(selection=SelectionRules(**own)), MANAGING).outcome is Outcome.DUPLICATE
    for field, figure in own.items():
        changed = preparing(selection=SelectionRules(**{**own, field: figure + 1}))
        assert codes(prepared.when(changed, MANAGING)) == ["pool_already_prepared"]
    given = prepared.having([opened]).after(candidate(), MANAGING, SELECTOR)
    found_on = TODAY - timedelta(days=60)
    for source, age, status in (
        (CreditSource.CREDIT_CHINA, 60, ConditionStatus.UNKNOWN),
        (CreditSource.GOVERNMENT_PROCUREMENT, 60, ConditionStatus.PASS),
    ):
        assert age == (TODAY - found_on).days
        (event,) = given.when(credit(source, found_on=found_on), MANAGING, SELECTOR).events
        assert isinstance(event, EvidenceRecorded)
        given = given.having([event])
        assert {each.condition: each.status for each in event.report}[Condition.CREDIT_RECORD] is status
