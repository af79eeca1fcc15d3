"""Article 5: the district's profile bounds every figure of the rules, each under its clause."""

from dataclasses import replace
from datetime import date
from fractions import Fraction
from itertools import combinations
from typing import Any, get_args

import pytest
from hypothesis import given as examples
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from services.registry.districts import district_profiles
from services.registry.domain.district_profile import Bound, DistrictProfile
from services.registry.domain.rules_figures import FIGURE_PATHS, Figure, figures_of, figures_of_preparation
from shared.contracts.receipts import Outcome
from shared.contracts.registry.rules import BallotRules, LossRatio, Rules, pairs_of
from shared.contracts.registry.selections import Condition, SelectionRules
from shared.contracts.registry.words import Duty, Role
from shared.decisions.duties_exercised import ROLE_OF_DUTY
from simulator.simulator import DISTRICTS
from tests.unit.registry.registry_examples import (
    COOPERATING,
    MANAGING,
    NOTHING,
    PROFILE,
    codes,
    founding,
    rules,
)
from tests.unit.registry.rules_examples import DRAFTER, REGULATED, REGULATOR, adoption, proposal, proposed, version

OUTSIDE = "rules_outside_the_districts_bounds"
RATIO = LossRatio(fiscal_weight=1, social_weight=1)


def number_fields(model: type[BaseModel], prefix: str = "") -> set[str]:
    """The paths of all fields that are whole numbers, or hold some, however deep."""
    found = set()
    for name, field in model.model_fields.items():
        inner = [field.annotation, *get_args(field.annotation)]
        inner = [getattr(each, "__origin__", each) for each in inner]
        models = [each for each in inner if isinstance(each, type) and issubclass(each, BaseModel)]
        if int in inner:
            found.add(f"{prefix}{name}")
        for each in models:
            found |= number_fields(each, f"{prefix}{name}.")
    return found


def test_every_number_of_the_rules_has_a_bound_in_every_shipped_profile() -> None:
    """A field that is added to the rules can't be forgotten: no profile without a bound for it is read."""
    numbers = number_fields(Rules) | number_fields(SelectionRules, "selection.")
    numbers -= {"version"}
    assert {"share_rate_bp", "ballot.quorum_denominator", "reminder_days", "loss_ratio.social_weight"} <= numbers
    # A fraction is one figure, and so are the weights of a ratio.
    paths = {path.replace("_numerator", "").replace("_denominator", "") for path in numbers}
    paths = {path.removesuffix(".fiscal_weight").removesuffix(".social_weight") for path in paths}
    assert paths <= FIGURE_PATHS
    profiles = district_profiles(DISTRICTS)
    assert profiles
    for profile in profiles.values():
        assert profile.bounds.keys() == FIGURE_PATHS
    bounds = {path: bound for path, bound in PROFILE.bounds.items() if path != "verifiers_min"}
    with pytest.raises(ValidationError, match="no bound for verifiers_min"):
        DistrictProfile.model_validate({**PROFILE.model_dump(), "bounds": bounds})


def test_the_rules_as_they_are_by_default_lie_within_the_bounds() -> None:
    """What this regulation says is allowed by its own profile."""
    assert NOTHING.when(founding(rules=Rules(**named("share_rate_bp", 2000))), MANAGING).outcome is Outcome.ACCEPTED


def named(field: str, value: object) -> dict[str, Any]:
    return {"effective_on": date(2026, 3, 2), "share_rate_bp": 2000, "loss_ratio": RATIO, field: value}


REFUSED = [
    ("filing_window_days", 365, "16.1", "365", "at most 30", "不高于 30"),
    ("term_years", 30, "20.1", "30", "at most 4", "不高于 4"),
    ("share_rate_bp", 2001, "10.3", "20.01 %", "at most 20 %", "不高于 20%"),
    ("loss_ratio", LossRatio(fiscal_weight=1, social_weight=0), "10.4", "1", "at most 9/10", "不高于 9/10"),
    ("verifiers_min", 1, "6.6", "1", "at least 2", "不低于 2"),
    ("ballot", BallotRules(voters_min=1), "15.2", "1", "at least 3", "不低于 3"),
    ("ballot", BallotRules(quorum_numerator=1, quorum_denominator=20), "15.2", "1/20", "at least 1/2", "不低于 1/2"),
    ("ballot", BallotRules(majority_numerator=1, majority_denominator=20), "15.2", "1/20", "at least 1/2", "1/20"),
    ("ballot", BallotRules(open_hours_min=1), "15.2", "1", "at least 24", "不低于 24"),
    ("ballot", BallotRules(open_days_max=365), "15.2", "365", "at most 90", "不高于 90"),
    (
        "exclusive_duties",
        (),
        "4.1",
        "not filing with approval of filings, filing with",
        "vote with release of payouts",
        "须含备案与备案审核",
    ),
    ("filing_materials", (), "16.2", "not three-party agreement", "loan contract", "须含三方协议"),
    ("application_materials", (), "15.1", "not project description", "compensation plan", "风险补偿方案"),
    ("filing_reminder_days", (), "6.9", "0 of them", "1 of them at least", "至少 1 个"),
    ("reminder_days", (180, 3000), "21.1", "3000", "at most 365", "不高于 365"),
]


@pytest.mark.clause("5.2")
@pytest.mark.parametrize(("field", "value", "clause", "is_said", "allowed", "allowed_zh"), REFUSED)
def test_rules_beyond_a_bound_are_refused(
    field: str, value: object, clause: str, is_said: str, allowed: str, allowed_zh: str
) -> None:
    """At the founding, and as a version of later: the refusal names the clause, the bound and the value."""
    other = founding(rules=Rules.model_validate(named(field, value)))
    later = proposal(proposed=version(**{field: value}))
    for decision in (NOTHING.when(other, MANAGING), REGULATED.when(later, COOPERATING, DRAFTER)):
        assert decision.outcome is Outcome.REFUSED
        fault = next(each for each in decision.refusals if each.code == OUTSIDE)
        assert fault.clause == clause
        assert is_said in fault.text
        assert allowed in fault.text
        assert PROFILE.name in fault.text
        assert allowed_zh in fault.text_zh


@pytest.mark.clause("5.2")
def test_one_vote_of_twenty_decides_nothing() -> None:
    """Rules by which one member of twenty could decide are refused, each of the three figures by its name."""
    alone = BallotRules(
        quorum_numerator=1, quorum_denominator=20, voters_min=1, majority_numerator=1, majority_denominator=21
    )
    decision = NOTHING.when(founding(rules=rules(ballot=alone)), MANAGING)
    assert codes(decision) == [OUTSIDE] * 3
    assert {fault.citation for fault in decision.refusals} == {"第十五条第二款"}


@pytest.mark.clause("5.2")
def test_a_bound_that_has_become_narrower_forbids_the_adoption() -> None:
    """What was proposed within the bounds is judged again when it is adopted."""
    waiting = proposed(data=proposal(proposed=version(filing_window_days=20)))
    assert waiting.when(adoption(), MANAGING, REGULATOR).outcome is Outcome.ACCEPTED
    narrower = waiting.with_bounds(filing_window_days={"most": 15}).of_that_district()
    assert codes(narrower.when(adoption(), MANAGING, REGULATOR)) == [OUTSIDE]


@pytest.mark.clause("5.2")
@examples(least=st.integers(1, 60), more=st.integers(0, 60), days=st.integers(1, 130))
def test_both_ends_of_a_bound_are_within_it(least: int, more: int, days: int) -> None:
    """A figure is refused if and only if it lies outside."""
    nothing = NOTHING.with_bounds(filing_window_days={"least": least, "most": least + more})
    decision = nothing.when(founding(rules=rules(filing_window_days=days)), MANAGING)
    assert (decision.outcome is Outcome.ACCEPTED) == (least <= days <= least + more)


@pytest.mark.clause("4.1")
@pytest.mark.clause("5.2")
@examples(pairs=st.sets(st.sampled_from([pair for pair in combinations(Role, 2) if Role.COOPERATING not in pair])))
def test_roles_are_held_together_only_where_the_district_has_it_so(pairs: set[tuple[Role, Role]]) -> None:
    """No rules join others; which ones they join of those, they may say."""
    decision = NOTHING.when(founding(rules=rules(roles_together=tuple(pairs))), MANAGING)
    bound = PROFILE.bounds["roles_together"].only
    assert bound
    beyond = {frozenset(pair) for pair in pairs} - set(map(frozenset, bound))
    assert codes(decision) == [OUTSIDE] * len(beyond)
    for fault in decision.refusals:
        assert "only supervising bank with lender, supervising bank with guarantor" in fault.text
        assert "仅可为监管银行与贷款银行" in fault.text_zh


@pytest.mark.clause("4.1")
def test_a_district_can_have_no_roles_held_together() -> None:
    """Then rules without any are the only ones."""
    nothing = NOTHING.with_bounds(roles_together={"only": []})
    (fault,) = nothing.when(founding(), MANAGING).refusals
    assert (fault.code, "has only none" in fault.text, "仅可为无" in fault.text_zh) == (OUTSIDE, True, True)
    assert nothing.when(founding(rules=rules(roles_together=())), MANAGING).outcome is Outcome.ACCEPTED


@pytest.mark.clause("5.2")
@examples(duties=st.sets(st.sampled_from(Duty)))
def test_what_has_to_exclude_each_other_stays_in_the_list(duties: set[Duty]) -> None:
    """More duties may exclude each other, never fewer than the district has."""
    decision = NOTHING.when(founding(rules=rules(exclusive_duties=pairs_of(duties & ROLE_OF_DUTY.keys()))), MANAGING)
    needed = {Duty(code) for code in PROFILE.bounds["exclusive_duties"].includes}
    assert (decision.outcome is Outcome.ACCEPTED) == (needed <= duties)


def test_figures_are_read_off_the_rules() -> None:
    """Fractions and ratios are one figure each, lists are known as lists when they are empty too."""
    by_path = {figure.path: figure for figure in figures_of(rules(filing_reminder_days=(), exclusive_duties=()))}
    of_selections = {figure.path: figure for figure in figures_of_preparation(BallotRules(), SelectionRules(), 7)}
    assert by_path.keys() | of_selections.keys() == FIGURE_PATHS
    assert of_selections["selection.conditions"].codes == set(Condition)
    assert by_path["ballot.quorum"].numbers == (Fraction(2, 3),)
    assert by_path["loss_ratio"].numbers == (Fraction(1, 2),)
    assert by_path["filing_reminder_days"] == Figure(
        "filing_reminder_days",
        "days before a filing's last day on which it is reminded of",
        "备案期限届满前的提醒日（天）",
        is_several=True,
    )
    assert by_path["exclusive_duties"].code_labels is Duty


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"clause": "24.1", "least": 1}, "no clause 24.1"),
        ({"clause": "5.2"}, "least, most, included"),
        ({"clause": "5.2", "least": 2, "most": 1}, "above the most"),
        ({"clause": "5.2", "least": 2, "source": "hearsay"}, "'text' or 'reading'"),
        ({"clause": "5.2", "least": "a half"}, "a half"),
        ({"clause": "5.2", "least": 0.5}, "Fraction"),
        ({"clause": "5.2", "least": 1, "comment": ""}, "Extra inputs"),
    ],
)
def test_a_bound_that_bounds_nothing_is_none(wrong: dict[str, Any], reason: str) -> None:
    """A bound rests on a clause of the regulation, by its text or a reading, and has an end."""
    with pytest.raises(ValidationError, match=reason):
        Bound.model_validate({"source": "text", **wrong})


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"share_rate_bp": {"most": None, "least": 1}}, "the ceiling of the pool's share"),
        ({"share_rate_bp": {"most": 10_001}}, "the ceiling of the pool's share"),
        ({"shares": {"most": 1}}, "no figure shares"),
    ],
)
def test_a_profile_has_the_ceiling_and_no_figure_that_the_rules_lack(
    changed: dict[str, dict[str, Any]], reason: str
) -> None:
    """PostgreSQL holds every version to the ceiling of the share; a word that nobody asks for is a slip of the pen."""
    clause = {"clause": "10.3", "source": "text"}
    bounds = {**PROFILE.model_dump()["bounds"], **{path: {**clause, **bound} for path, bound in changed.items()}}
    with pytest.raises(ValidationError, match=reason):
        DistrictProfile.model_validate({**PROFILE.model_dump(), "bounds": bounds})


@pytest.mark.clause("5.2")
def test_a_pool_keeps_its_profile_until_a_version_names_another() -> None:
    """An edited file widens no bound: the new profile is named by the proposal, and adopted with it."""
    wider = REGULATED.with_bounds(filing_window_days={"most": 60})
    profile = wider.reference_data.districts[PROFILE.code]
    longer = proposal(proposed=version(filing_window_days=60))
    assert REGULATED.pool.profile_sha256 == PROFILE.sha256 != profile.sha256
    assert codes(wider.when(longer, COOPERATING, DRAFTER)) == ["districts_profile_has_changed"]
    of_another = longer.model_copy(update={"profile_sha256": "0" * 64})
    assert codes(wider.when(of_another, COOPERATING, DRAFTER)) == ["districts_profile_has_changed"]
    named_it = longer.model_copy(update={"profile_sha256": profile.sha256})
    waiting = proposed(wider, named_it)
    adopted = waiting.after(adoption(), MANAGING, REGULATOR)
    assert adopted.pool.profile_sha256 == profile.sha256
    back = replace(waiting, reference_data=REGULATED.reference_data)
    assert set(codes(back.when(adoption(), MANAGING, REGULATOR))) == {"districts_profile_has_changed", OUTSIDE}
    assert PROFILE.sha256 in back.when(adoption(), MANAGING, REGULATOR).refusals[0].text
