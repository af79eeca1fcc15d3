"""Article 9: an affiliate that is found after its project was filed flags that at once, until it is decided on."""

from typing import Any
from uuid import UUID

import pytest

from services.registry.batch import PoolRow, ProjectRow, empty_batch, process
from services.registry.domain.article_09_affiliates import projects_at_stake
from services.registry.domain.enterprise_name import Enterprise
from services.registry.domain.project import Draft, Project, Stage
from services.registry.domain.subjects import concern_of
from shared.contracts.ids import causing_id
from shared.contracts.receipts import Outcome
from shared.contracts.registry.affiliates import AffiliateRegistered, RegisterAffiliate, WithdrawAffiliate
from shared.contracts.registry.project_life import FlagGround, FlagLifted, ProjectFlagged
from shared.contracts.topics import REGISTRY_COMMANDS
from shared.messaging.message import Incoming, Record
from simulator.samples import sample
from tests.unit.registry.project_life_examples import COVERED, OVERSEER, REPORTER, drawing, lifting
from tests.unit.registry.registry_examples import (
    COOPERATING,
    FILER,
    HERE,
    MANAGING,
    POOL_ID,
    PROJECT_ID,
    USCC,
    Given,
    codes,
    filing,
    received,
)

pytestmark = pytest.mark.clause("9.1")

CODE, OTHER_CODE = USCC["borrower"], "91110105MA0000006H"
NAME = filing().borrower.name
LIFTED = lifting(CODE, FlagGround.AFFILIATE)


def register(uscc: str = CODE, **changed: Any) -> RegisterAffiliate:
    return sample(RegisterAffiliate, HERE, {"uscc": uscc, **changed})


def withdraw() -> WithdrawAffiliate:
    return sample(WithdrawAffiliate, HERE, {"uscc": CODE})


def flags(given: Given) -> tuple[str, ...]:
    assert isinstance(given.state.project, Project)
    return tuple(f"{flag.ground}/{flag.number}" for flag in given.state.project.flags)


def covered() -> Project:
    assert isinstance(COVERED.state.project, Project)
    return COVERED.state.project


FOUND = COVERED.after(register(), MANAGING, OVERSEER)


def test_its_projects_are_flagged_at_once_and_that_is_said() -> None:
    """Whoever reports it: in the event of the registration, and of each project what was found, and to whom it goes."""
    for where, officer in ((COOPERATING, REPORTER), (MANAGING, OVERSEER)):
        registered, flagged = COVERED.when(register(), where, officer).events
        assert isinstance(registered, AffiliateRegistered)
        assert registered.projects_flagged == 1
        assert flagged == ProjectFlagged(
            project_id=PROJECT_ID,
            ground=FlagGround.AFFILIATE,
            number=CODE,
            findings=("borrower: affiliate",),
            reported_to=MANAGING,
        )
    assert flags(FOUND) == (f"affiliate/{CODE}",)


@pytest.mark.parametrize(
    "name",
    [
        f"{NAME}朝陽分公司",
        NAME.replace("有限公司", "有限责任公司"),
        NAME.replace("科技", " 科技 "),
        NAME.replace("示", "\u2f70"),  # a Kangxi radical
    ],
)
def test_its_projects_are_known_by_every_form_of_its_name(name: str) -> None:
    """A branch under a code of its own, the other way to write a legal form, brackets, traditional characters."""
    registered, flagged = COVERED.when(register(OTHER_CODE, name=name), MANAGING, OVERSEER).events
    assert isinstance(registered, AffiliateRegistered)
    assert isinstance(flagged, ProjectFlagged)
    assert (flagged.number, registered.projects_flagged) == (OTHER_CODE, 1)


def test_another_enterprise_flags_nothing() -> None:
    """Neither its code is the borrower's, nor any form of its name."""
    (registered,) = COVERED.when(register(OTHER_CODE, name="另一家有限公司"), MANAGING, OVERSEER).events
    assert isinstance(registered, AffiliateRegistered)
    assert registered.projects_flagged == 0


@pytest.mark.parametrize(
    ("stage", "repaid", "at_stake"),
    [
        (Stage.FILED, False, True),
        (Stage.LATE, False, True),
        (Stage.RETURNED, False, True),
        (Stage.APPROVED, True, True),
        (Stage.REJECTED, False, False),
        (Stage.ENDED, False, True),
        (Stage.ENDED, True, False),
    ],
)
def test_what_may_still_cost_the_pool_something_is_at_stake(stage: Stage, *, repaid: bool, at_stake: bool) -> None:
    """All that waits or counts, and what ended by decision; not what was rejected for good, or settled."""
    project = covered().model_copy(update={"stage": stage})
    if repaid:
        drawn = tuple(each.model_copy(update={"amount_fen": 0}) for each in project.drawdowns)
        project = project.model_copy(update={"drawdowns": drawn})
    found = projects_at_stake(Enterprise(CODE, "别名"), [project])
    assert found == ((project,) if at_stake else ())


def test_a_draft_is_no_project_yet() -> None:
    """It can't be completed any more as long as its borrower is an affiliate."""
    assert projects_at_stake(Enterprise(CODE, NAME), [Draft.model_construct()]) == ()


def test_a_batch_flags_its_projects_wherever_they_come_from() -> None:
    """Whatever of it the batch has: its own pool's, and no other one's."""
    states = empty_batch()
    elsewhere = UUID(int=7)
    states.pools[POOL_ID] = PoolRow(COVERED.pool, None)
    states.projects[PROJECT_ID] = ProjectRow(POOL_ID, covered(), "00-1")
    states.projects[elsewhere] = ProjectRow(elsewhere, covered().model_copy(update={"project_id": elsewhere}), None)
    message = received(register(), MANAGING, OVERSEER)
    record = Record(REGISTRY_COMMANDS, 0, 0, None, b"{}", (), 0)
    cause = causing_id(MANAGING, message.message_id)
    incoming = Incoming(record, message, cause, RegisterAffiliate.message_type)
    process(states, incoming, concern_of(message), COVERED.reference_data)
    flagged, others = states.projects[PROJECT_ID], states.projects[elsewhere].project
    assert isinstance(flagged.project, Project)
    assert isinstance(others, Project)
    assert [flag.number for flag in flagged.project.flags] == [CODE]
    assert (flagged.trace_parent, others.flags, states.changed_projects) == ("00-1", (), {PROJECT_ID})


@pytest.mark.clause("6.5")
def test_nothing_is_drawn_until_the_managing_institution_has_decided() -> None:
    """Lifted with a document, and no affiliate any more: then it goes on."""
    decision = FOUND.when(drawing(), COOPERATING, FILER)
    assert codes(decision) == ["borrower_is_registered_affiliate", "flag_stands"]
    withdrawn = FOUND.after(withdraw(), MANAGING, OVERSEER)
    decision = withdrawn.when(drawing(), COOPERATING, FILER)
    assert [(each.code, each.clause) for each in decision.refusals] == [("flag_stands", "6.5")]
    (told,) = decision.refusals
    assert f"affiliate {CODE}" in told.text
    assert f"关联企业 {CODE}" in told.text_zh
    assert "registry.flag.lift" in told.text
    assert withdrawn.after(LIFTED, MANAGING, OVERSEER).when(drawing(), COOPERATING, FILER).outcome is Outcome.ACCEPTED


def test_a_withdrawal_lifts_no_flag_whoever_withdraws() -> None:
    """That it is no affiliate any more doesn't say that it was none; its own reporter would lift its own flag so."""
    reported = COVERED.after(register(), COOPERATING, REPORTER)
    for given, where, officer in ((reported, COOPERATING, REPORTER), (FOUND, MANAGING, OVERSEER)):
        decision = given.when(withdraw(), where, officer)
        assert len(decision.events) == 1
        assert flags(given.having(decision.events)) == (f"affiliate/{CODE}",)


def test_a_flag_stands_once_and_can_be_set_again_after_it_was_lifted() -> None:
    """What both institutions have found flags its projects once; what is found anew flags them anew."""
    reported = COVERED.after(register(), COOPERATING, REPORTER)
    (registered,) = reported.when(register(), MANAGING, OVERSEER).events
    assert isinstance(registered, AffiliateRegistered)
    assert registered.projects_flagged == 0
    (event,) = reported.when(LIFTED, MANAGING, OVERSEER).events
    assert isinstance(event, FlagLifted)
    assert (event.ground, event.number, event.document) == (FlagGround.AFFILIATE, CODE, LIFTED.document)
    lifted = reported.having((event,))
    assert flags(lifted) == ()
    again = lifted.after(register(), MANAGING, OVERSEER)
    assert flags(again) == (f"affiliate/{CODE}",)


@pytest.mark.clause("6.5")
def test_the_flag_of_a_check_is_not_that_of_an_affiliate() -> None:
    """A check can be numbered as an affiliate's code is: what is lifted says which of both."""
    assert codes(FOUND.when(lifting(CODE), MANAGING, OVERSEER)) == ["no_such_flag"]
    assert codes(COVERED.when(LIFTED, MANAGING, OVERSEER)) == ["no_such_flag"]
