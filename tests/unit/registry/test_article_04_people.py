"""Article 4: an officer is a person, and where two people are asked for, one person with two ids is one."""

from typing import Any

import pytest

from shared.contracts.receipts import Outcome
from shared.contracts.registry.agreements import ConsentToAgreement
from shared.contracts.registry.contributions import PlanContributions
from shared.contracts.registry.people import EndOfficer, OfficerRegistered
from shared.contracts.registry.performance import AcceptAnnualSummary, ReturnAnnualSummary
from shared.contracts.registry.pools import ConsentToSupervisingBank, RegisterInstitution
from shared.contracts.registry.project_life import RightCondition
from shared.contracts.registry.projects import ApproveProject
from shared.contracts.registry.supervision import (
    AcknowledgeMajorMatter,
    RecordSupervisoryAct,
    ReportCompletion,
    ReportMajorMatter,
    SupervisoryActKind,
)
from shared.contracts.registry.words import Duty, Role
from simulator.samples import sample
from tests.unit.registry.cycle_examples import DRAW_UP, NEXT_YEAR, OVERSEER, RUNNING, YEAR, submission
from tests.unit.registry.project_life_examples import COVERED, REPORTER, lifting, right_check, spot_check
from tests.unit.registry.registry_examples import (
    APPROVED,
    BANK,
    BANK_APPOINTED,
    COOPERATING,
    FILER,
    HERE,
    LENDER,
    MANAGING,
    NOTHING,
    PROJECT_ID,
    STAFFED,
    TODAY,
    administrator,
    appointing,
    bank_proposal,
    codes,
    filing,
    founding,
    instalment,
    institution,
    person,
    public_key,
)
from tests.unit.registry.rules_examples import REGULATED, REGULATOR, adoption, proposal, proposed
from tests.unit.registry.test_article_05_agreements import recording

pytestmark = pytest.mark.clause("4.1")


def test_who_an_officer_is_is_published() -> None:
    """The hash, as it was given: claims and treasury keep duties apart by it."""
    (_, registered, _) = STAFFED.takes(appointing("li", Duty.FILING, person="ab" * 32), COOPERATING).events
    assert isinstance(registered, OfficerRegistered)
    assert registered.person == "ab" * 32


def test_a_person_acts_for_an_institution_under_one_id() -> None:
    """Its duties are changed instead; under another id it comes again once it has left, and elsewhere it is free."""
    again = appointing("another-id", Duty.REVIEW, person=person(FILER))
    decision = STAFFED.when(again, COOPERATING)
    assert codes(decision) == ["person_acts_already"]
    assert FILER in decision.refusals[0].text
    assert STAFFED.when(again.model_copy(update={"duties": (Duty.VOTE,)}), MANAGING).outcome is Outcome.ACCEPTED
    left = STAFFED.after(EndOfficer(officer=FILER, reason="调离"), COOPERATING)
    assert left.when(again, COOPERATING).outcome is Outcome.ACCEPTED


def test_one_person_of_two_institutions_does_not_approve_what_it_filed() -> None:
    """Also under another id: the duties of a case are a person's."""
    two_hats = appointing("two-hats", Duty.FILING_APPROVAL, person=person(FILER), public_key=public_key("two-hats"))
    given = STAFFED.after(two_hats, MANAGING).after(filing(), COOPERATING, FILER)
    decision = given.when(ApproveProject(project_id=PROJECT_ID, filing=1), MANAGING, "two-hats")
    assert codes(decision) == ["duties_in_conflict"]
    assert f"as 示例人员 {FILER} ({FILER}) of the cooperating institution" in decision.refusals[0].text
    assert APPROVED.state.project is not None


@pytest.mark.parametrize("part", ["officer", "person", "public_key"])
def test_an_institutions_first_administrators_are_different_people(part: str) -> None:
    """Each with an id, an identity document and a key of its own; whichever way the institution comes."""
    first, second = administrator(LENDER), administrator(LENDER, "second")
    twin = second.model_copy(update={part: getattr(first, part)})
    lender = institution(LENDER, administrators=(first, twin))
    bank = institution(BANK, administrators=(first, twin))
    assert codes(NOTHING.when(founding(cooperating_institution=lender), MANAGING)) == ["administrators_not_distinct"]
    given = NOTHING.after(founding(), MANAGING)
    for data in (RegisterInstitution(role=Role.LENDER, institution=lender), bank_proposal(bank=bank)):
        assert codes(given.when(data, MANAGING)) == ["administrators_not_distinct"]
    both = RegisterInstitution(role=Role.LENDER, institution=institution(LENDER, administrators=(first, second)))
    registered = given.after(both, MANAGING)
    assert registered.pool.officers_with(LENDER, Duty.ADMINISTRATION) == ("administrator", "second")
    assert registered.when(both, MANAGING).outcome is Outcome.DUPLICATE


@pytest.mark.parametrize("part", ["person", "public_key"])
def test_the_founders_have_no_administrator_in_common(part: str) -> None:
    """One person could speak for both."""
    shared = administrator(COOPERATING, "fang", **{part: getattr(administrator(MANAGING), part)})
    decision = NOTHING.when(
        founding(cooperating_institution=institution(COOPERATING, administrators=(shared, administrator(COOPERATING)))),
        MANAGING,
    )
    assert codes(decision) == ["founders_share_an_administrator"]


def _both(who: str, managing: Duty, cooperating: Duty, given: Any = STAFFED) -> Any:
    """One person with an officer id in each of the two institutions."""
    return given.after(appointing(who, managing, public_key=public_key(f"{MANAGING}/{who}")), MANAGING).after(
        appointing(who, cooperating, public_key=public_key(f"{COOPERATING}/{who}")), COOPERATING
    )


@pytest.mark.clause("6.3")
def test_one_person_does_not_propose_a_bank_and_consent_to_it() -> None:
    """Not as the administrator of both institutions; another administrator consents."""
    given = _both("li", Duty.ADMINISTRATION, Duty.ADMINISTRATION).after(bank_proposal(), MANAGING, "li")
    decision = given.when(ConsentToSupervisingBank(bank=BANK), COOPERATING, "li")
    assert [(each.code, each.clause) for each in decision.refusals] == [("approved_by_the_same_person", "6.3")]
    assert given.when(bank_proposal(), MANAGING).outcome is Outcome.DUPLICATE
    assert given.when(ConsentToSupervisingBank(bank=BANK), COOPERATING).outcome is Outcome.ACCEPTED


@pytest.mark.clause("9.2")
def test_one_person_does_not_plan_contributions_for_both() -> None:
    """The two institutions are two people here, too."""
    plan = sample(PlanContributions, HERE, {"instalments": (instalment(3),)})
    given = _both("li", Duty.OVERSIGHT, Duty.ADMINISTRATION, RUNNING.given).after(plan, MANAGING, "li")
    decision = given.when(plan, COOPERATING, "li")
    assert [(each.code, each.clause) for each in decision.refusals] == [("approved_by_the_same_person", "9.2")]
    assert given.when(plan, COOPERATING).outcome is Outcome.ACCEPTED
    assert OVERSEER in given.pool.institutions[MANAGING].officers


@pytest.mark.clause("6.3")
def test_one_person_does_not_record_an_agreement_with_the_bank_and_consent_to_it() -> None:
    """Another administrator of the cooperating institution consents."""
    given = _both("li", Duty.OVERSIGHT, Duty.ADMINISTRATION, BANK_APPOINTED)
    given = given.after(recording("监管-2", BANK), MANAGING, "li")
    consent = ConsentToAgreement(number="监管-2")
    decision = given.when(consent, COOPERATING, "li")
    assert [(each.code, each.clause) for each in decision.refusals] == [("approved_by_the_same_person", "6.3")]
    assert given.when(consent, COOPERATING).outcome is Outcome.ACCEPTED


@pytest.mark.clause("5.2")
def test_one_person_does_not_propose_rules_for_one_institution_and_adopt_them_for_the_other() -> None:
    """Nor for the managing institution alone: whoever proposes them, it is another person who adopts them."""
    given = proposed(_both("li", Duty.RULES, Duty.RULES, REGULATED), by="li")
    decision = given.when(adoption(), MANAGING, "li")
    assert [(each.code, each.clause) for each in decision.refusals] == [("approved_by_the_same_person", "5.2")]
    assert given.when(adoption(), MANAGING, REGULATOR).outcome is Outcome.ACCEPTED
    own = REGULATED.after(appointing("wu", Duty.RULES), MANAGING).after(proposal(), MANAGING, REGULATOR)
    assert codes(own.when(adoption(), MANAGING, REGULATOR)) == ["approved_by_the_same_person"]
    assert own.when(adoption(), MANAGING, "wu").outcome is Outcome.ACCEPTED


INSTRUCT = sample(RecordSupervisoryAct, HERE, {"kind": SupervisoryActKind.INSTRUCTION, "due_on": TODAY})
ANSWERED = {
    "a summary is accepted": ("5.5", DRAW_UP, submission(), AcceptAnnualSummary(year=YEAR, submission=1)),
    "a summary is returned": (
        "5.5",
        DRAW_UP,
        submission(),
        ReturnAnnualSummary(year=YEAR, submission=1, reasons="计划须细化"),
    ),
    "a major matter is acknowledged": ("6.9", sample(ReportMajorMatter, HERE), sample(AcknowledgeMajorMatter, HERE)),
    "an instruction is completed": ("6.10", INSTRUCT, sample(ReportCompletion, HERE)),
    "a flag is lifted": ("6.5", spot_check(rights=(right_check(RightCondition.LAPSED),)), lifting()),
}


@pytest.mark.clause("5.5")
@pytest.mark.clause("6.5")
@pytest.mark.clause("6.9")
@pytest.mark.clause("6.10")
@pytest.mark.parametrize("matter", ANSWERED)
def test_one_person_does_not_answer_for_one_institution_what_it_said_for_the_other(matter: str) -> None:
    """Whoever of the managing institution answers is another person than who reported; and so is who carries out."""
    clause, *said, answer = ANSWERED[matter]
    both = _both("li", Duty.OVERSIGHT, Duty.REPORTING, COVERED)
    is_instruction = isinstance(answer, ReportCompletion)
    first, other = (MANAGING, COOPERATING) if is_instruction else (COOPERATING, MANAGING)
    for data in said:
        both = both.after(data, first, "li", NEXT_YEAR)
    refused = both.when(answer, other, "li", NEXT_YEAR)
    assert [(each.code, each.clause) for each in refused.refusals] == [("approved_by_the_same_person", clause)]
    somebody_else = REPORTER if is_instruction else OVERSEER
    assert both.when(answer, other, somebody_else, NEXT_YEAR).outcome is Outcome.ACCEPTED
