"""An affiliate found later, on a real PostgreSQL: all its projects are flagged in one step, whoever filed them when."""

from uuid import UUID

import pytest

from services.registry.projects_repository import select_at_stake
from shared.contracts.ids import project_id
from shared.contracts.receipts import Outcome
from shared.contracts.registry.affiliates import AffiliateRegistered, RegisterAffiliate
from shared.contracts.registry.project_life import ProjectFlagged
from shared.contracts.registry.projects import FileProject, RejectProject
from shared.contracts.registry.words import Duty
from shared.messaging.message import Incoming
from simulator.invented_numbers import patent_number
from simulator.samples import sample
from tests.integration.conftest import TestDatabase
from tests.integration.test_registry_execute import filing_of, incoming, outcomes, process, registering, staffing
from tests.unit.registry.project_life_examples import OVERSEER
from tests.unit.registry.registry_examples import (
    APPROVER,
    COOPERATING,
    FILER,
    HERE,
    LENDER,
    MANAGING,
    POOL_ID,
    USCC,
    borrower,
    filing,
    loan,
    officer,
    right,
)

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.clause("9.1")]

OTHER_CODE = "91110105MA0000006H"
NAME = filing().borrower.name


def affiliate(**changed: str) -> Incoming:
    return incoming(sample(RegisterAffiliate, HERE, {"uscc": USCC["borrower"], **changed}), MANAGING, OVERSEER)


def project(number: int) -> UUID:
    return project_id(POOL_ID, LENDER, f"LOAN-{number}")


def of_another_enterprise() -> FileProject:
    """Loan 4, with a right of its own."""
    return filing(
        loan=loan(contract_number="LOAN-4"),
        rights=(right(registration_number=patent_number(1_004), owner_uscc=OTHER_CODE),),
        borrower=borrower(uscc=OTHER_CODE, name="另一家有限公司"),
    )


async def test_all_its_projects_are_flagged_in_one_step(registry_database: TestDatabase) -> None:
    """Those of before, and those of the same batch; not what was rejected, nor another enterprise's."""
    await process(registry_database, [*staffing(), *registering(officer(OVERSEER, Duty.OVERSIGHT), MANAGING)])
    decided, _ = await process(
        registry_database,
        [
            *(incoming(filing_of(number), COOPERATING, FILER) for number in range(1, 4)),
            incoming(RejectProject(project_id=project(3), filing=1, reasons="不符合条件"), MANAGING, APPROVER),
            incoming(of_another_enterprise(), COOPERATING, FILER),
        ],
    )
    assert outcomes(decided) == [Outcome.ACCEPTED] * 5
    decided, statements_of_many = await process(
        registry_database, [incoming(filing_of(5), COOPERATING, FILER), affiliate()]
    )
    assert outcomes(decided) == [Outcome.ACCEPTED] * 2
    registered, *flagged = (event.data for event in decided[-1].events)
    assert isinstance(registered, AffiliateRegistered)
    assert registered.projects_flagged == 3
    assert all(isinstance(event, ProjectFlagged) for event in flagged)
    assert {event.subject for event in decided[-1].events[1:]} == {str(project(number)) for number in (1, 2, 5)}
    rows = await registry_database.pool.fetch("SELECT project_id FROM projects WHERE flags = 1")
    assert {row["project_id"] for row in rows} == {project(number) for number in (1, 2, 5)}

    # The same enterprise by another code, as a branch of it: one project more takes no statement more.
    decided, statements_of_one = await process(
        registry_database,
        [incoming(filing_of(6), COOPERATING, FILER), affiliate(uscc=OTHER_CODE, name=f"{NAME}朝陽分公司")],
    )
    assert outcomes(decided) == [Outcome.REFUSED, Outcome.ACCEPTED]
    assert {event.subject for event in decided[-1].events[1:]} == {str(project(number)) for number in (1, 2, 4, 5)}
    assert len(statements_of_one) <= len(statements_of_many)


async def test_only_what_is_live_is_looked_through(registry_database: TestDatabase) -> None:
    """However many projects have ended: two partial indexes say which have not, or were not settled."""
    statements: list[str] = []
    async with registry_database.pool.acquire() as connection, connection.transaction():
        with connection.query_logger(lambda query: statements.append(query.query)):
            assert await select_at_stake(connection, []) == []
        await connection.execute("SET LOCAL enable_seqscan = off")
        (select,) = (statement for statement in statements if "FROM projects" in statement)
        lines = await connection.fetch(f"EXPLAIN {select}", [POOL_ID], [USCC["borrower"]], [NAME])
    plan = "\n".join(line[0] for line in lines)
    assert "projects_live" in plan
    assert "projects_ended_unpaid" in plan
