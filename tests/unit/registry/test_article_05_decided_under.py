"""Article 5: every decision names the version of the rules that it was taken under."""

from datetime import datetime, timedelta

import pytest

from shared.contracts.catalogue import EVENTS
from shared.contracts.envelope import Command
from shared.contracts.registry import selections
from shared.contracts.registry.performance import AcceptAnnualSummary, ReturnAnnualSummary
from shared.contracts.registry.pools import ConsentToSupervisingBank
from shared.contracts.registry.project_life import EndGround, RightCondition
from shared.contracts.registry.words import Duty
from tests.unit.registry.cycle_examples import (
    DECIDED,
    DRAW_UP,
    NEXT_YEAR,
    YEAR,
    continuation,
    evaluation,
    evaluation_of_the_term,
    misuse,
    period,
    stop,
    submission,
)
from tests.unit.registry.cycle_examples import ending as ending_of_cooperation
from tests.unit.registry.project_life_examples import (
    COVERED,
    OVERSEER,
    REPORTER,
    ending,
    lifting,
    right_check,
    spot_check,
)
from tests.unit.registry.registry_examples import (
    ADMINISTRATOR,
    BANK,
    COOPERATING,
    MANAGING,
    NOON,
    TODAY,
    Given,
    agreement,
    bank_proposal,
    institution,
    officer,
)
from tests.unit.registry.rules_examples import (
    DRAFTER,
    REGULATOR,
    TOMORROW,
    adopted,
    adoption,
    declining,
    proposal,
    version,
)
from tests.unit.registry.test_article_05_agreements import ConsentToAgreement, recording
from tests.unit.registry.test_article_06_working_norms import norm

pytestmark = pytest.mark.clause("5.2")

NEXT_NOON = NOON + timedelta(days=1)
# A covered project in a pool whose second version of the rules takes effect tomorrow.
RULED = (
    adopted(
        COVERED.after(officer(REGULATOR, Duty.RULES), MANAGING).after(officer(DRAFTER, Duty.RULES), COOPERATING),
        proposal(proposed=version(2, TOMORROW)),
    )
    .after(bank_proposal(bank=institution(BANK), agreement=agreement(number="监管-1")), MANAGING)
    .after(ConsentToSupervisingBank(bank=BANK), COOPERATING)
    .without_matter()
)
BY_OVERSEER, BY_REPORTER = (MANAGING, OVERSEER), (COOPERATING, REPORTER)
PROPOSED_NEXT = (proposal("规则-2", version(3, TOMORROW)), (COOPERATING, DRAFTER))
ADVERSE = (spot_check(rights=(right_check(RightCondition.LAPSED),)), BY_REPORTER)
SUBMITTED = ((DRAW_UP, BY_REPORTER), (submission(), BY_REPORTER))

Said = tuple[Command, tuple[str, str]]


@pytest.mark.parametrize(
    ("before", "decided", "at"),
    [
        ((), (evaluation(), BY_OVERSEER), NEXT_NOON),
        (((evaluation_of_the_term(), BY_OVERSEER),), (continuation(), BY_OVERSEER), DECIDED),
        (((evaluation(), BY_OVERSEER),), (stop(), BY_OVERSEER), NEXT_NOON),
        ((), (ending_of_cooperation(), BY_OVERSEER), NEXT_NOON),
        ((), (misuse(), BY_OVERSEER), NEXT_NOON),
        ((), (period(TODAY + timedelta(days=300)), BY_OVERSEER), NEXT_NOON),
        ((), (recording(), BY_OVERSEER), NEXT_NOON),
        (
            ((recording(where=BANK), BY_OVERSEER),),
            (ConsentToAgreement(number="协议-2"), (COOPERATING, ADMINISTRATOR)),
            NEXT_NOON,
        ),
        ((), (norm(effective_on=TOMORROW), (COOPERATING, DRAFTER)), NEXT_NOON),
        ((PROPOSED_NEXT,), (adoption("规则-2"), (MANAGING, REGULATOR)), NEXT_NOON),
        ((PROPOSED_NEXT,), (declining("规则-2"), (MANAGING, REGULATOR)), NEXT_NOON),
        (SUBMITTED, (AcceptAnnualSummary(year=YEAR, submission=1), BY_OVERSEER), NEXT_YEAR),
        (SUBMITTED, (ReturnAnnualSummary(year=YEAR, submission=1, reasons="计划须细化"), BY_OVERSEER), NEXT_YEAR),
        ((ADVERSE,), (lifting(), BY_OVERSEER), NEXT_NOON),
        ((), (ending(EndGround.DECISION), BY_OVERSEER), NEXT_NOON),
    ],
    ids=lambda value: type(value[0]).__name__ if isinstance(value, tuple) and value else "",
)
def test_a_decision_names_the_version_in_force(before: tuple[Said, ...], decided: Said, at: datetime) -> None:
    """Of two versions it is the one whose day has begun when the decision is taken in."""
    given: Given = RULED
    for data, (where, who) in before:
        given = given.after(data, where, who, at)
    data, (where, who) = decided
    (event,) = given.when(data, where, who, at).events
    assert "rules_version" in type(event).model_fields
    assert event.model_dump()["rules_version"] == 2


# What is reported, recorded, or said by a member of the pool of itself; a selection is before there are rules.
NO_DECISIONS = {
    "registry.pool.prepared.v1",
    "registry.pool.founded.v1",
    "registry.institution.registered.v1",
    "registry.supervising_bank.proposed.v1",
    "registry.officer.registered.v1",
    "registry.officer.ended.v1",
    "registry.key.registered.v1",
    "registry.key.retired.v1",
    "registry.key.revoked.v1",
    "registry.payee_account.proposed.v1",
    "registry.payee_account.withdrawn.v1",
    "registry.payee_account.registered.v1",
    "registry.affiliate.registered.v1",
    "registry.affiliate.withdrawn.v1",
    "registry.repayment.recorded.v1",
    "registry.spot_check.recorded.v1",
    "registry.project.flagged.v1",
    "registry.ballot.voided.v1",
    "registry.interpretation.recorded.v1",
    "registry.major_matter.reported.v1",
    "registry.major_matter.acknowledged.v1",
    "registry.supervisory_act.recorded.v1",
    "registry.instruction.completion_reported.v1",
    "registry.audit.engaged.v1",
    "registry.audit.finding_recorded.v1",
    "registry.audit.reported.v1",
    "registry.day.began.v1",
    "registry.duties.announced.v1",
    "registry.rules.proposed.v1",
    "registry.rules.withdrawn.v1",
    "registry.annual_summary.drawn_up.v1",
    "registry.annual_summary.submitted.v1",
    "registry.misuse.recovered.v1",
    "registry.misuse.referred.v1",
    "registry.receipt.issued.v1",
    "registry.registration.proposed.v1",
    "registry.registration.confirmed.v1",
}


# A selection is decided on before there are rules.
MAYBE_BEFORE_RULES = {
    "registry.ballot.opened.v1",
    "registry.vote.recorded.v1",
    "registry.member.recused.v1",
    "registry.ballot.closed.v1",
}


@pytest.mark.parametrize("name", [name for name in EVENTS if name.startswith("registry.")])
def test_what_tells_of_a_decision_names_its_version(name: str) -> None:
    """Whoever adds an event says whether it is one."""
    version = EVENTS[name].model_fields.get("rules_version")
    is_of_selection = EVENTS[name].__module__ == selections.__name__
    assert (version is not None) != (name in NO_DECISIONS or is_of_selection)
    assert version is None or version.is_required() != (name in MAYBE_BEFORE_RULES)
