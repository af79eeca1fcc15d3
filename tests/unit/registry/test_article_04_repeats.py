"""Article 4: what was said before is a duplicate if all of it is the same, and says so; other facts are refused."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from services.registry.domain.decide import decide
from services.registry.domain.subjects import COMMANDS
from shared.contracts.clauses import citation
from shared.contracts.documents import Document, DocumentKind
from shared.contracts.receipts import Outcome
from shared.contracts.registry.agreements import RecordAgreement
from shared.contracts.registry.people import EndOfficer, RegisterSystemKey
from shared.contracts.registry.project_life import EndGround
from shared.contracts.registry.projects import ApproveProject, RejectProject, ReturnProject
from shared.contracts.registry.words import Duty, SystemUse
from tests.unit.registry.cycle_examples import (
    DECIDED,
    MINUTES,
    OVERSEER,
    RUNNING,
    continuation,
    evaluation_of_the_term,
    period,
)
from tests.unit.registry.project_life_examples import COVERED, drawing, ending
from tests.unit.registry.registry_examples import (
    ADMINISTRATOR,
    APPROVED,
    APPROVER,
    BANK_APPOINTED,
    COOPERATING,
    FILED,
    FILER,
    FOUNDED,
    LENDER,
    MANAGING,
    NOON,
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
    officer,
    public_key,
    received,
)
from tests.unit.registry.selection_examples import OPENED, SELECTOR, candidate
from tests.unit.registry.test_article_16_late_filings import FILED_LATE, LATE, LATE_AT
from tests.unit.registry.test_article_16_later_drawdowns import LATE as DRAWN_LATE
from tests.unit.registry.test_article_16_later_drawdowns import LATE_AT as DRAWN_LATE_AT
from tests.unit.registry.test_article_16_later_drawdowns import drawn_late

pytestmark = pytest.mark.clause("4.1")

DAY = timedelta(days=1)


def another(kind: DocumentKind) -> Document:
    """A document of this kind with other bytes."""
    return document(kind).model_copy(update={"sha256": "f" * 64})


OVERSEEN = RUNNING.given
KEY = RegisterSystemKey(use=SystemUse.LOSS_NOTICES, public_key=public_key("lender/system"))
LEAVES = EndOfficer(officer=FILER, reason="调离")
FIRST_PERIOD = period(TODAY + 300 * DAY)
AGREED = RecordAgreement(
    number="补充-1",
    institution=COOPERATING,
    signed_on=TODAY,
    document=document(DocumentKind.AGREEMENT),
    operating_from=TODAY,
    operating_until=TODAY + 300 * DAY,
    decision=MINUTES,
)
BY_DECISION = ending(EndGround.DECISION, "企业放弃融资")
OTHER_MINUTES = {"decision": another(DocumentKind.MINUTES)}
SAID: list[tuple[str, Given, Any, str, str, dict[str, Any], list[str]]] = [
    (
        "founding",
        FOUNDED,
        founding(),
        MANAGING,
        ADMINISTRATOR,
        {"selection_record": another(DocumentKind.SELECTION_RECORD)},
        ["pool_already_founded"],
    ),
    (
        "officer",
        STAFFED,
        officer(FILER, Duty.FILING),
        COOPERATING,
        ADMINISTRATOR,
        {"valid_until": NOON + DAY},
        ["officer_id_taken", "key_in_use"],
    ),
    (
        "system key",
        STAFFED.after(KEY, LENDER),
        KEY,
        LENDER,
        ADMINISTRATOR,
        {"valid_until": NOON + DAY},
        ["key_in_use"],
    ),
    (
        "end of officer",
        STAFFED.after(LEAVES, COOPERATING),
        LEAVES,
        COOPERATING,
        ADMINISTRATOR,
        {"reason": "退休"},
        ["officer_has_ended"],
    ),
    (
        "supervising bank",
        BANK_APPOINTED,
        bank_proposal(),
        MANAGING,
        ADMINISTRATOR,
        {"agreement": agreement(number="监管-9")},
        ["supervising_bank_appointed"],
    ),
    (
        "operating period",
        OVERSEEN.after(FIRST_PERIOD, MANAGING, OVERSEER),
        FIRST_PERIOD,
        MANAGING,
        OVERSEER,
        OTHER_MINUTES,
        ["operating_period_not_ahead", "further_period_without_new_agreement"],
    ),
    (
        "agreement",
        OVERSEEN.after(AGREED, MANAGING, OVERSEER),
        AGREED,
        MANAGING,
        OVERSEER,
        OTHER_MINUTES,
        ["number_taken"],
    ),
    (
        "candidate",
        OPENED.after(candidate(), MANAGING, SELECTOR),
        candidate(),
        MANAGING,
        SELECTOR,
        {"applied_at": NOON - DAY},
        ["candidate_registered_otherwise"],
    ),
    (
        "approval",
        APPROVED,
        ApproveProject(project_id=PROJECT_ID, filing=1),
        MANAGING,
        APPROVER,
        {"filing": 2},
        ["filing_not_waiting"],
    ),
    (
        "return",
        FILED.after(ReturnProject(project_id=PROJECT_ID, reasons="请补充", filing=1), MANAGING, APPROVER),
        ReturnProject(project_id=PROJECT_ID, reasons="请补充", filing=1),
        MANAGING,
        APPROVER,
        {"filing": 2},
        ["filing_not_waiting"],
    ),
    (
        "rejection",
        FILED.after(RejectProject(project_id=PROJECT_ID, reasons="不符合", filing=1), MANAGING, APPROVER),
        RejectProject(project_id=PROJECT_ID, filing=1, reasons="不符合"),
        MANAGING,
        APPROVER,
        {"reasons": "另一理由"},
        ["filing_not_waiting"],
    ),
    (
        "drawdown",
        COVERED.after(drawing(), COOPERATING, FILER),
        drawing(),
        COOPERATING,
        FILER,
        {"documents": (another(DocumentKind.OTHER),)},
        ["drawdown_number_taken"],
    ),
    *(
        (
            f"end of project with another {name}",
            OVERSEEN.after(filing(), COOPERATING, FILER)
            .after(ReturnProject(project_id=PROJECT_ID, reasons="请补充", filing=1), MANAGING, APPROVER)
            .after(BY_DECISION, MANAGING, OVERSEER),
            BY_DECISION,
            MANAGING,
            OVERSEER,
            {name: another(DocumentKind.OTHER) if name == "document" else "另一理由"},
            ["project_can_not_end"],
        )
        for name in ("document", "reasons")
    ),
]


@pytest.mark.parametrize(
    ("given", "data", "where", "who", "changed", "refused"), [case[1:] for case in SAID], ids=[case[0] for case in SAID]
)
def test_only_the_same_facts_are_a_duplicate(
    given: Given, data: Any, where: str, who: str, changed: dict[str, Any], refused: list[str]
) -> None:
    """Said again to the letter it is a duplicate, which says so; with one other fact it is refused."""
    again = given.when(data, where, who)
    assert again.outcome is Outcome.DUPLICATE, codes(again)
    assert [(found.code, found.clause) for found in again.refusals] == [("said_before", COMMANDS[type(data)].clause)]
    other = given.when(data.model_copy(update=changed), where, who)
    assert (other.outcome, codes(other)) == (Outcome.REFUSED, refused)


def test_a_continuation_said_again_with_other_minutes_is_refused() -> None:
    """Said again to the letter it is a duplicate; the term that it decided on has begun for anything else."""
    continued = OVERSEEN.after(evaluation_of_the_term(), MANAGING, OVERSEER, DECIDED).after(
        continuation(), MANAGING, OVERSEER, DECIDED
    )
    again = continued.when(continuation(), MANAGING, OVERSEER, DECIDED)
    assert (again.outcome, codes(again)) == (Outcome.DUPLICATE, ["said_before"])
    other = continued.when(continuation(**OTHER_MINUTES), MANAGING, OVERSEER, DECIDED)
    assert codes(other) == ["evaluation_missing", "new_term_not_ahead", "new_term_without_new_agreement"]


@pytest.mark.clause("16.1")
def test_why_something_is_late_is_one_of_its_facts() -> None:
    """The committee reads it, so a filing or a drawdown with another reason is not the same one."""
    assert FILED_LATE.when(LATE, COOPERATING, FILER, LATE_AT).outcome is Outcome.DUPLICATE
    other = LATE.model_copy(update={"late_because": "另一原因"})
    assert codes(FILED_LATE.when(other, COOPERATING, FILER, LATE_AT)) == ["project_already_filed"]
    given = drawn_late()
    assert given.when(DRAWN_LATE, COOPERATING, FILER, DRAWN_LATE_AT).outcome is Outcome.DUPLICATE
    drawn = DRAWN_LATE.model_copy(update={"late_because": "另一原因"})
    assert codes(given.when(drawn, COOPERATING, FILER, DRAWN_LATE_AT)) == ["late_drawdown_waits"]


@pytest.mark.clause("5.3")
def test_an_agreement_stays_what_it_was_recorded_as() -> None:
    """Under its number another document or day is another agreement, in an operating period and a new term alike."""
    later = {"signed_on": TODAY}
    first = period(TODAY + 300 * DAY, agreement=agreement(**later))
    assert codes(OVERSEEN.when(first, MANAGING, OVERSEER)) == ["agreement_not_as_recorded"]
    evaluated = OVERSEEN.after(evaluation_of_the_term(), MANAGING, OVERSEER, DECIDED)
    new_term = continuation(agreement=agreement(document=another(DocumentKind.AGREEMENT)))
    assert codes(evaluated.when(new_term, MANAGING, OVERSEER, DECIDED)) == ["new_term_without_new_agreement"]
    fixed = OVERSEEN.after(FIRST_PERIOD, MANAGING, OVERSEER)
    changed = FIRST_PERIOD.agreement.model_copy(update=later)
    further = period(TODAY + 600 * DAY, agreement=changed, decision=MINUTES)
    assert codes(fixed.when(further, MANAGING, OVERSEER)) == ["agreement_not_as_recorded"]
    of_the_founding = period(TODAY + 300 * DAY, agreement=OVERSEEN.pool.cooperation_agreement)
    assert OVERSEEN.when(of_the_founding, MANAGING, OVERSEER).outcome is Outcome.ACCEPTED


def test_every_message_has_the_clause_that_it_is_about() -> None:
    """Whatever may be said twice, the answer names a clause of the regulation."""
    for command, spec in COMMANDS.items():
        assert citation(spec.clause), command


def test_a_repeat_of_the_same_bytes_under_another_id_is_one_too() -> None:
    """The bytes are not what is compared: the same facts in a message with another hash are the same."""
    message = replace(received(filing(), COOPERATING, FILER), content_sha256="1" * 64)
    assert decide(FILED.state, message, FILED.reference_data).outcome is Outcome.DUPLICATE
