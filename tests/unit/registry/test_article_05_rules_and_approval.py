"""Article 5: the managing institution fixes the pool and its rules and decides on every filing."""

from datetime import date, timedelta

import pytest

from services.registry.domain.project import Stage
from shared.contracts.documents import DocumentKind
from shared.contracts.receipts import Outcome
from shared.contracts.registry.projects import (
    ApproveProject,
    ProjectApproved,
    ProjectTerms,
    RejectProject,
    ReturnProject,
)
from shared.contracts.registry.rules import BallotRules, LossRatio
from shared.contracts.registry.words import Duty
from tests.unit.registry.registry_examples import (
    APPROVED,
    APPROVER,
    COOPERATING,
    FILED,
    FILER,
    FOUNDED,
    FOUNDED_ON,
    MANAGING,
    NOTHING,
    PROJECT_ID,
    STAFFED,
    TODAY,
    Given,
    agreement,
    bank_proposal,
    codes,
    document,
    filing,
    founding,
    rules,
    staffed,
)
from tests.unit.registry.selection_examples import preparing

APPROVE = ApproveProject(project_id=PROJECT_ID, filing=1)
RETURN = ReturnProject(project_id=PROJECT_ID, reasons="请补充评估报告", filing=1)
REJECT = RejectProject(project_id=PROJECT_ID, reasons="不符合条件", filing=1)


@pytest.mark.clause("5.1")
def test_only_the_managing_institution_founds_the_pool() -> None:
    """The cooperating institution can't fix size and term, even with its own key."""
    decision = NOTHING.when(founding(), COOPERATING)
    assert (decision.outcome, codes(decision)) == (Outcome.REFUSED, ["not_founded_by_managing_institution"])


@pytest.mark.clause("5.2")
def test_the_first_rules_are_version_one() -> None:
    """Versions are counted from the founding's."""
    decision = NOTHING.when(founding(rules=rules(version=2)), MANAGING)
    assert (decision.outcome, codes(decision)) == (Outcome.REFUSED, ["first_rules_not_version_one"])


@pytest.mark.clause("5.2")
def test_no_day_of_the_pool_is_without_rules() -> None:
    """The first version takes effect on the day of founding or before."""
    late = rules(effective_on=FOUNDED_ON + timedelta(days=1))
    decision = NOTHING.when(founding(rules=late), MANAGING)
    assert (decision.outcome, codes(decision)) == (Outcome.REFUSED, ["rules_not_in_force_at_founding"])


@pytest.mark.clause("5.2")
@pytest.mark.parametrize(
    "ballot",
    [
        BallotRules(quorum_numerator=4, quorum_denominator=3),
        BallotRules(majority_numerator=1, majority_denominator=1),
    ],
)
def test_a_quorum_above_all_and_more_than_all_are_no_rules(ballot: BallotRules) -> None:
    """Rules under which nothing could ever be decided are not adopted."""
    decision = NOTHING.when(founding(rules=rules(ballot=ballot)), MANAGING)
    assert (decision.outcome, codes(decision)) == (Outcome.REFUSED, ["ballot_rules_impossible"])


@pytest.mark.clause("5.2")
def test_a_ballot_that_must_be_open_for_longer_than_it_may_is_no_rule() -> None:
    """No ballot could ever be opened under it."""
    ballot = BallotRules(open_hours_min=48, open_days_max=2)
    for decision in (
        NOTHING.when(founding(rules=rules(ballot=ballot)), MANAGING),
        NOTHING.when(preparing(ballot=ballot), MANAGING),
    ):
        assert (decision.outcome, codes(decision)) == (Outcome.REFUSED, ["ballot_times_impossible"])


@pytest.mark.clause("5.2")
@pytest.mark.parametrize(
    "wrong",
    [
        ((Duty.PLAN, Duty.PLAN),),
        ((Duty.PLAN, Duty.RELEASE), (Duty.PLAN, Duty.RELEASE)),
        ((Duty.PLAN, Duty.RELEASE), (Duty.RELEASE, Duty.PLAN)),
        ((Duty.PLAN, Duty.ADMINISTRATION),),
    ],
)
def test_what_excludes_what_is_said_once_and_of_duties_of_a_case(wrong: tuple[tuple[Duty, Duty], ...]) -> None:
    """Whoever reads the rules can rely on each pair of them."""
    usual = [pair for pair in rules().exclusive_duties if set(pair) != {Duty.PLAN, Duty.RELEASE}]
    decision = NOTHING.when(founding(rules=rules(exclusive_duties=(*usual, *wrong))), MANAGING)
    assert "exclusive_duties_impossible" in codes(decision)
    right = (*usual, (Duty.RELEASE, Duty.PLAN), (Duty.BALLOT, Duty.REPORTING))
    assert NOTHING.when(founding(rules=rules(exclusive_duties=right)), MANAGING).outcome is Outcome.ACCEPTED


@pytest.mark.clause("5.2")
def test_a_filing_pins_version_rate_and_ratio() -> None:
    """The terms of the rules in force are in the filing's event and in its approval's."""
    ratio = LossRatio(fiscal_weight=1, social_weight=2)
    given = staffed(founding(rules=rules(share_rate_bp=1500, loss_ratio=ratio))).after(filing(), COOPERATING, FILER)
    assert given.state.project is not None
    assert given.state.project.terms == ProjectTerms(rules_version=1, share_rate_bp=1500, loss_ratio=ratio)
    (event,) = given.when(APPROVE, MANAGING, APPROVER).events
    assert isinstance(event, ProjectApproved)
    assert event.terms.share_rate_bp == 1500


@pytest.mark.clause("5.3")
@pytest.mark.parametrize(
    "unsigned",
    [agreement(signed_on=TODAY + timedelta(days=1)), agreement(document=document(DocumentKind.OTHER))],
)
def test_agreements_are_recorded_signed_and_as_agreements(unsigned: object) -> None:
    """The agreements with the cooperating institution and the supervising bank have been signed and are there."""
    at_founding = NOTHING.when(founding(cooperation_agreement=unsigned), MANAGING)
    assert (at_founding.outcome, codes(at_founding)) == (Outcome.REFUSED, ["agreement_not_recorded"])
    with_the_bank = FOUNDED.when(bank_proposal(agreement=unsigned), MANAGING)
    assert (with_the_bank.outcome, codes(with_the_bank)) == (Outcome.REFUSED, ["agreement_not_recorded"])


@pytest.mark.clause("5.3")
def test_an_agreement_signed_today_is_recorded() -> None:
    """The pool keeps number, day and document of its agreement."""
    signed = agreement(signed_on=TODAY)
    assert NOTHING.after(founding(cooperation_agreement=signed), MANAGING).pool.cooperation_agreement == signed


@pytest.mark.clause("5.4")
@pytest.mark.parametrize("data", [APPROVE, RETURN, REJECT])
def test_what_was_not_filed_can_not_be_decided_on(data: object) -> None:
    """There is no approval before the filing."""
    decision = STAFFED.when(data, MANAGING, APPROVER)  # type: ignore[arg-type]  # any command will do
    assert (decision.outcome, codes(decision)) == (Outcome.REFUSED, ["no_such_project"])


@pytest.mark.clause("5.4")
@pytest.mark.parametrize(
    ("given", "data"),
    [
        (APPROVED, REJECT),
        (APPROVED, RETURN),
        (FILED.after(REJECT, MANAGING, APPROVER), APPROVE),
        (FILED.after(RETURN, MANAGING, APPROVER), APPROVE),
        (FILED.after(RETURN, MANAGING, APPROVER), RETURN.model_copy(update={"reasons": "另有原因"})),
    ],
)
def test_a_filing_is_decided_on_once(given: Given, data: object) -> None:
    """A second, different decision on the same filing is refused."""
    decision = given.when(data, MANAGING, APPROVER)  # type: ignore[arg-type]  # any command will do
    assert (decision.outcome, codes(decision)) == (Outcome.REFUSED, ["filing_not_waiting"])


@pytest.mark.clause("5.4")
@pytest.mark.parametrize("data", [APPROVE, RETURN, REJECT])
def test_the_same_decision_again_is_a_duplicate(data: object) -> None:
    """A double click on a decision changes nothing."""
    given = FILED.after(data, MANAGING, APPROVER)  # type: ignore[arg-type]  # any command will do
    assert given.when(data, MANAGING, APPROVER).outcome is Outcome.DUPLICATE  # type: ignore[arg-type]


@pytest.mark.clause("5.4")
@pytest.mark.parametrize("given", [FILED, APPROVED, FILED.after(REJECT, MANAGING, APPROVER)])
def test_a_project_is_filed_again_only_after_its_return(given: Given) -> None:
    """A filing that waits or was decided can't be replaced by another one."""
    other = filing(other_collateral_fen=1)
    decision = given.when(other, COOPERATING, FILER)
    assert (decision.outcome, codes(decision)) == (Outcome.REFUSED, ["project_already_filed"])


@pytest.mark.clause("5.4")
def test_the_same_filing_again_is_a_duplicate_while_it_waits() -> None:
    """A double click files nothing twice."""
    assert FILED.when(filing(), COOPERATING, FILER).outcome is Outcome.DUPLICATE


@pytest.mark.clause("5.4")
def test_a_returned_project_can_be_filed_anew_and_approved() -> None:
    """The second filing counts as such, and is what is approved; there is no deemed approval before."""
    given = FILED.after(RETURN, MANAGING, APPROVER)
    assert given.state.project is not None
    assert (given.state.project.stage, given.state.project.reasons) == (Stage.RETURNED, "请补充评估报告")
    given = given.after(filing(other_collateral_fen=1), COOPERATING, FILER)
    assert given.state.project is not None
    assert (given.state.project.stage, given.state.project.filing) == (Stage.FILED, 2)
    assert given.state.project.filed_on == date(2026, 4, 15)
    unseen = given.when(APPROVE, MANAGING, APPROVER)
    assert (unseen.outcome, codes(unseen)) == (Outcome.REFUSED, ["decision_on_another_filing"])
    given = given.after(ApproveProject(project_id=PROJECT_ID, filing=2), MANAGING, APPROVER)
    assert given.state.project is not None
    assert given.state.project.stage is Stage.APPROVED
