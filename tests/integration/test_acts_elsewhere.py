"""Who acted in a case is kept by each service, of what it observes of the others, on real databases (4.1)."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from shared.contracts import claims as said
from shared.contracts.envelope import Event
from shared.contracts.ids import project_id
from shared.contracts.receipts import Outcome
from shared.contracts.received import Received
from shared.contracts.registry import ballots
from shared.contracts.registry.projects import ApproveProject, ProjectFiled, ProjectReturned
from shared.contracts.registry.words import Duty
from shared.contracts.topics import CLAIMS_EVENTS
from shared.messaging.message import Incoming, Record
from tests.integration import test_claims_execute as claims
from tests.integration import test_treasury_execute as treasury
from tests.integration.conftest import TestDatabase
from tests.integration.test_registry_execute import (
    APPROVE,
    filing_of,
    incoming,
    outcomes,
    process,
    registering,
    staffing,
)
from tests.unit.claims import claims_builder
from tests.unit.decisions.duty_factories import event_by
from tests.unit.registry.correction_examples import correction
from tests.unit.registry.registry_examples import (
    APPROVER,
    COOPERATING,
    FILER,
    LENDER,
    MANAGING,
    NOON,
    POOL_ID,
    PROJECT_ID,
    filing,
    officer,
)
from tests.unit.treasury.treasury_factories import PROJECT_ID as TREASURY_PROJECT
from tests.unit.treasury.treasury_factories import project_approved

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.clause("4.1")]

SECOND_APPROVER = "second-approver"


def from_claims(event: Event, pool_id: UUID = POOL_ID) -> Incoming:
    """What claims says, as the registry observes it."""
    received: Received[Any] = Received(event, str(uuid4()), "claims", pool_id, "0" * 64, NOON)
    record = Record(CLAIMS_EVENTS, 0, 0, None, b"{}", (), 0)
    return Incoming(record, received, uuid4(), event.message_type, traceparent="00-of-claims")


async def corrected_project(database: TestDatabase) -> None:
    """An approved project with a correction that waits."""
    await process(database, [*staffing(), *registering(officer(SECOND_APPROVER, Duty.FILING_APPROVAL), MANAGING)])
    decided, _ = await process(
        database,
        [
            incoming(filing(), COOPERATING, FILER),
            incoming(APPROVE, MANAGING, APPROVER),
            incoming(correction(), COOPERATING, FILER, traceparent="00-corrected"),
        ],
    )
    assert outcomes(decided) == [Outcome.ACCEPTED] * 3


@pytest.mark.parametrize("is_one_batch", [True, False])
async def test_who_confirmed_the_plan_approves_no_correction_of_its_project(
    registry_database: TestDatabase, is_one_batch: bool
) -> None:
    """The registry refuses it by what claims has said, asks nobody, and takes it from another officer."""
    await corrected_project(registry_database)
    approve = ApproveProject(project_id=PROJECT_ID, filing=2)
    batch = [
        from_claims(event_by(said.PlanConfirmed, PROJECT_ID, APPROVER)),
        incoming(approve, MANAGING, APPROVER),
        incoming(approve, MANAGING, SECOND_APPROVER),
    ]
    batches = [batch] if is_one_batch else [[message] for message in batch]
    decided = [each for messages in batches for each in (await process(registry_database, messages))[0]]
    assert (decided[0].events, decided[0].answer) == ((), None)
    refused, accepted = decided[1].answer, decided[2].answer
    assert refused is not None
    assert [(each.code, each.clause) for each in refused.reasons] == [("duties_in_conflict", "4.1")]
    assert accepted is not None
    assert accepted.outcome is Outcome.ACCEPTED


async def test_an_act_leaves_the_project_where_it_was(registry_database: TestDatabase) -> None:
    """Stage and trace are of the registry's own steps; what was known is not written again."""
    await corrected_project(registry_database)
    event = from_claims(event_by(said.ReviewRecorded, PROJECT_ID, "reviewer"))
    _, written = await process(registry_database, [event])
    _, again = await process(registry_database, [from_claims(event_by(said.ReviewRecorded, PROJECT_ID, "reviewer"))])
    assert (len(written), len(again)) == (3, 2)
    row = await registry_database.pool.fetchrow("SELECT stage, trace_parent, state FROM projects")
    assert row is not None
    assert (row["stage"], row["trace_parent"]) == ("approved", "00-corrected")
    exercised = json.loads(row["state"])["duties_exercised"]
    assert {"duty": "review", "role": "cooperating_institution", "officer": "reviewer"} in exercised


async def test_acts_of_unknown_projects_and_of_other_pools_are_nobodys(registry_database: TestDatabase) -> None:
    """Nothing is stored, and a project of another pool is not touched."""
    await corrected_project(registry_database)
    before = await registry_database.pool.fetch("SELECT project_id, state FROM projects")
    unknown = event_by(said.ReviewRecorded, uuid4(), "reviewer")
    foreign = event_by(said.ReviewRecorded, PROJECT_ID, "reviewer")
    await process(registry_database, [from_claims(unknown), from_claims(foreign, pool_id=uuid4())])
    assert await registry_database.pool.fetch("SELECT project_id, state FROM projects") == before


async def test_acts_take_as_many_statements_as_one(registry_database: TestDatabase) -> None:
    """Fifty projects with what was done in each are locked, loaded and stored at once."""
    await process(registry_database, staffing())
    numbers = range(50)
    await process(registry_database, [incoming(filing_of(number), COOPERATING, FILER) for number in numbers])
    projects = [project_id(POOL_ID, LENDER, f"LOAN-{number}") for number in numbers]
    _, statements_of_one = await process(
        registry_database, [from_claims(event_by(said.PlanDrawnUp, projects[0], "planner"))]
    )
    _, statements_of_many = await process(
        registry_database, [from_claims(event_by(said.PlanConfirmed, project, "confirmer")) for project in projects]
    )
    assert statements_of_one == statements_of_many
    count = await registry_database.pool.fetchval("SELECT count(*) FROM projects WHERE state LIKE '%confirmer%'")
    assert count == len(projects)


async def test_claims_keeps_who_filed_before_the_approval_and_the_case_stays_where_it_is(claims_database: Any) -> None:
    """What tells of acts alone moves no stage, and a ballot on a matter of the pool is in no case."""
    trace = f"00-{1:032x}-{1:016x}-01"
    project = claims_builder.PROJECT_ID
    await claims.take(claims_database, [claims.from_service(event) for event in claims_builder.pool_events()])
    on_matter = event_by(ballots.VoteRecorded, project, "an", project_id=None, entry_id=uuid4())
    early = [event_by(ProjectFiled, project, "first-filer"), event_by(ProjectReturned, project, "returner"), on_matter]
    await claims.take(claims_database, [claims.from_service(event) for event in early])
    assert await claims.fetch(claims_database, "SELECT stage, trace_parent FROM claims") == [
        ("awaiting_approval", None)
    ]
    approved = claims.from_service(claims_builder.approved())
    await claims.take(claims_database, [replace(approved, traceparent=trace)])
    columns = "SELECT stage, trace_parent, updated_at FROM claims"
    reached = await claims.fetch(claims_database, columns)
    late = claims.from_service(event_by(ballots.VoteRecorded, project, "member"))
    later = replace(late.received, received_at=claims.NOW + timedelta(days=3))
    await claims.take(claims_database, [replace(late, received=later)])
    assert await claims.fetch(claims_database, columns) == reached
    ((state,),) = await claims.fetch(claims_database, "SELECT state FROM claims")
    acts = {(act["duty"], act["officer"]) for act in json.loads(state)["duties_exercised"]}
    assert acts >= {("filing", "first-filer"), ("filing_approval", "returner"), ("vote", "member")}


async def test_the_treasury_keeps_who_acted_in_the_registry(treasury_database: Any) -> None:
    """Who filed, approved and returned counts in the case; a ballot on a matter of the pool is in no case."""
    await treasury.take(treasury_database, [treasury.from_service(project_approved())])
    returned = event_by(ProjectReturned, TREASURY_PROJECT, "returner")
    on_matter = event_by(ballots.VoteRecorded, TREASURY_PROJECT, "an", project_id=None, entry_id=uuid4())
    await treasury.take(treasury_database, [treasury.from_service(event) for event in (returned, on_matter)])
    (row,) = await treasury_database.pool.fetch("SELECT state, lender FROM cases")
    assert row["lender"] == project_approved().loan.lender
    assert [(act["duty"], act["role"], act["officer"]) for act in json.loads(row["state"])] == [
        ("filing", "cooperating_institution", "filer"),
        ("filing_approval", "managing_institution", "approver"),
        ("filing_approval", "managing_institution", "returner"),
    ]
