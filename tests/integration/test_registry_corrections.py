"""Corrections on a real PostgreSQL: the rights that they take and set free, also where two replicas meet."""

import asyncio
from uuid import UUID

import pytest

from shared.contracts.ids import project_id
from shared.contracts.receipts import Outcome
from shared.contracts.registry.projects import ApproveProject, RejectProject
from simulator.invented_numbers import patent_number
from tests.integration.conftest import TestDatabase
from tests.integration.test_registry_execute import APPROVE, filing_of, incoming, outcomes, process, staffing
from tests.unit.registry.correction_examples import correction
from tests.unit.registry.registry_examples import (
    APPROVER,
    COOPERATING,
    FILER,
    LENDER,
    MANAGING,
    POOL_ID,
    PROJECT_ID,
    filing,
    loan,
    right,
)

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.clause("2.1")]

FIRST, SECOND = patent_number(1), patent_number(2)
TO_SECOND = correction(rights=(right(registration_number=SECOND),))
APPROVE_SECOND = ApproveProject(project_id=PROJECT_ID, filing=2)


async def holders(database: TestDatabase) -> dict[str, UUID | None]:
    rows = await database.pool.fetch("SELECT right_key, project_id FROM pledged_rights WHERE right_key LIKE 'patent/%'")
    return {row["right_key"].removeprefix("patent/"): row["project_id"] for row in rows}


async def test_a_correction_takes_its_rights_at_once_and_frees_the_others_when_it_is_approved(
    registry_database: TestDatabase,
) -> None:
    """Within a batch and beyond it."""
    await process(registry_database, staffing())
    await process(registry_database, [incoming(filing(), COOPERATING, FILER), incoming(APPROVE, MANAGING, APPROVER)])
    await process(registry_database, [incoming(TO_SECOND, COOPERATING, FILER)])
    assert await holders(registry_database) == {"2003100000018": PROJECT_ID, "2003100000022": PROJECT_ID}
    row = await registry_database.pool.fetchrow("SELECT stage, filing FROM projects")
    assert row is not None
    assert tuple(row) == ("approved", 1)
    third = filing(loan=loan(contract_number="LOAN-3"))
    decided, _ = await process(
        registry_database,
        [
            incoming(third, COOPERATING, FILER),
            incoming(APPROVE_SECOND, MANAGING, APPROVER),
            incoming(third, COOPERATING, FILER),
        ],
    )
    assert outcomes(decided) == [Outcome.REFUSED, Outcome.ACCEPTED, Outcome.ACCEPTED]
    third_id = project_id(POOL_ID, LENDER, "LOAN-3")
    assert await holders(registry_database) == {"2003100000018": third_id, "2003100000022": PROJECT_ID}
    assert await registry_database.pool.fetchval("SELECT filing FROM projects WHERE stage = 'approved'") == 2


async def test_a_rejected_correction_sets_its_rights_free(registry_database: TestDatabase) -> None:
    """The approved version keeps its own."""
    await process(registry_database, staffing())
    await process(
        registry_database,
        [
            incoming(filing(), COOPERATING, FILER),
            incoming(APPROVE, MANAGING, APPROVER),
            incoming(TO_SECOND, COOPERATING, FILER),
        ],
    )
    rejecting = RejectProject(project_id=PROJECT_ID, reasons="更正无依据", filing=2)
    decided, _ = await process(registry_database, [incoming(rejecting, MANAGING, APPROVER)])
    assert outcomes(decided) == [Outcome.ACCEPTED]
    assert await holders(registry_database) == {"2003100000018": PROJECT_ID, "2003100000022": None}


async def test_a_correction_and_a_filing_that_name_one_right_at_once_pledge_it_once(
    registry_database: TestDatabase,
) -> None:
    """Two replicas meet on the right's row: one takes it, the other is told why not."""
    await process(registry_database, staffing())
    await process(registry_database, [incoming(filing_of(number), COOPERATING, FILER) for number in range(1, 6)])
    for attempt in range(1, 6):
        contested = right(registration_number=patent_number(100 + attempt))
        apart = contested.model_copy(update={"pledge_registration_number": f"Y2025{attempt:09d}"})
        correcting = correction(
            project_id=project_id(POOL_ID, LENDER, f"LOAN-{attempt}"),
            loan=loan(contract_number=f"LOAN-{attempt}"),
            rights=(contested,),
        )
        competing = filing(loan=loan(contract_number=f"OTHER-{attempt}"), rights=(apart,))
        both = await asyncio.gather(
            *(process(registry_database, [incoming(data, COOPERATING, FILER)]) for data in (correcting, competing))
        )
        answers = [decision.answer for decided, _ in both for decision in decided if decision.answer]
        assert sorted(answer.outcome for answer in answers) == [Outcome.ACCEPTED, Outcome.REFUSED]
        assert [reason.code for answer in answers for reason in answer.reasons] == ["right_pledged_twice"]


async def test_corrections_take_no_more_statements_than_one(registry_database: TestDatabase) -> None:
    """Twenty corrections are one batch."""
    await process(registry_database, staffing())
    await process(registry_database, [incoming(filing_of(number), COOPERATING, FILER) for number in range(21)])

    def correcting(number: int) -> object:
        filed = filing_of(number)
        return incoming(
            correction(project_id=project_id(POOL_ID, LENDER, f"LOAN-{number}"), loan=filed.loan, rights=filed.rights),
            COOPERATING,
            FILER,
        )

    one, statements_of_one = await process(registry_database, [correcting(0)])  # type: ignore[list-item]
    many, statements_of_many = await process(
        registry_database,
        [correcting(number) for number in range(1, 21)],  # type: ignore[misc]
    )
    assert outcomes(one) + outcomes(many) == [Outcome.ACCEPTED] * 21
    assert statements_of_one == statements_of_many


async def test_live_flagged_and_corrected_projects_are_counted_by_an_index(registry_database: TestDatabase) -> None:
    """What has ended or was rejected is not looked at, and what is outstanding adds up without reading states."""
    await process(registry_database, staffing())
    await process(
        registry_database,
        [
            incoming(filing(), COOPERATING, FILER),
            *(incoming(filing_of(number), COOPERATING, FILER) for number in range(2, 5)),
            incoming(APPROVE, MANAGING, APPROVER),
            incoming(TO_SECOND, COOPERATING, FILER),
            incoming(
                RejectProject(project_id=project_id(POOL_ID, LENDER, "LOAN-2"), reasons="不符合条件", filing=1),
                MANAGING,
                APPROVER,
            ),
        ],
    )
    live = (
        "SELECT count(*), sum(outstanding_fen) FROM projects "
        "WHERE pool_id = $1 AND stage IN ('late', 'filed', 'returned', 'approved')"
    )
    row = await registry_database.pool.fetchrow(live, POOL_ID)
    assert row is not None
    assert tuple(row) == (3, 300_000_000)
    flagged = "SELECT count(*) FROM projects WHERE pool_id = $1 AND flags > 0"
    waiting = "SELECT count(*) FROM projects WHERE pool_id = $1 AND correction IS NOT NULL"
    assert await registry_database.pool.fetchval(flagged, POOL_ID) == 0
    assert await registry_database.pool.fetchval(waiting, POOL_ID) == 1
    for statement, index in (
        (live, "projects_live"),
        (flagged, "projects_flagged"),
        (waiting, "projects_with_correction"),
    ):
        async with registry_database.pool.acquire() as connection, connection.transaction():
            await connection.execute("SET LOCAL enable_seqscan = off")
            plan = await connection.fetch(f"EXPLAIN {statement}", POOL_ID)
        assert any(index in line[0] for line in plan), plan
