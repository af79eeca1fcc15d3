"""The registry's transaction on a real PostgreSQL: what is stored, how many statements it takes, what is forbidden."""

import asyncio
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest

from services.registry.execute import execute
from services.registry.reference import reference_data
from shared.contracts.envelope import Command
from shared.contracts.ids import causing_id, project_id
from shared.contracts.receipts import Outcome
from shared.contracts.registry.pools import ConsentToSupervisingBank, RegisterInstitution
from shared.contracts.registry.projects import ApproveProject, FileProject, ProjectFiled, RejectProject, ReturnProject
from shared.contracts.registry.registrations import ConfirmRegistration
from shared.contracts.registry.words import Duty, Role
from shared.contracts.topics import REGISTRY_COMMANDS
from shared.messaging.encoding import sha256_hex
from shared.messaging.message import Decided, Incoming, Record
from simulator.invented_numbers import patent_number
from simulator.simulator import DISTRICTS
from tests.integration.conftest import TestDatabase
from tests.unit.registry import registry_examples as examples
from tests.unit.registry.project_life_examples import drawing
from tests.unit.registry.registry_examples import (
    ADMINISTRATOR,
    APPROVER,
    BANK,
    COOPERATING,
    DISBURSED_ON,
    FILER,
    GUARANTOR,
    LENDER,
    MANAGING,
    POOL_ID,
    PROJECT_ID,
    TODAY,
    USCC,
    bank_proposal,
    filing,
    founding,
    institution,
    loan,
    officer,
    right,
)

REFERENCE_DATA = reference_data(DISTRICTS)

pytestmark = pytest.mark.asyncio(loop_scope="session")

APPROVE = ApproveProject(project_id=PROJECT_ID, filing=1)
OUR_TABLES = re.compile(
    r"\b(pools|projects|pledged_rights|loan_marks|register_entries|rules_versions|deadlines|annual_figures|signing_keys)\b"
)


def incoming(
    data: Command,
    where: str,
    who: str | None = ADMINISTRATOR,
    pool_id: UUID = POOL_ID,
    traceparent: str | None = None,
) -> Incoming:
    """The message as intake hands it over."""
    record = Record(REGISTRY_COMMANDS, 0, 0, None, b"{}", (), 0)
    message_id = str(uuid4())
    received = replace(examples.received(data, where, who), pool_id=pool_id, message_id=message_id)
    return Incoming(record, received, causing_id(where, message_id), data.message_type, traceparent=traceparent)


def registering(data: Command, where: str, pool_id: UUID = POOL_ID) -> list[Incoming]:
    """A registration by the institution's administrator, and a second person's confirmation."""
    registration = incoming(data, where, pool_id=pool_id)
    sha256 = sha256_hex(registration.received.message_id.encode())
    registered = replace(registration, received=replace(registration.received, content_sha256=sha256))
    second = examples.second_person(where, ADMINISTRATOR)
    return [registered, incoming(ConfirmRegistration(registration_sha256=sha256), *second, pool_id=pool_id)]


def filing_of(number: int, **changed: Any) -> FileProject:
    """A filing of a loan of its own, on a right of its own."""
    return filing(
        loan=loan(contract_number=f"LOAN-{number}"),
        rights=(right(registration_number=patent_number(1_000 + number)),),
        **changed,
    )


def staffing(pool_id: UUID = POOL_ID) -> list[Incoming]:
    """The messages that found a pool and register everybody whom a filing and its approval need."""
    return [
        incoming(founding(), MANAGING, pool_id=pool_id),
        *registering(RegisterInstitution(role=Role.LENDER, institution=institution(LENDER)), MANAGING, pool_id),
        *registering(RegisterInstitution(role=Role.GUARANTOR, institution=institution(GUARANTOR)), MANAGING, pool_id),
        *registering(officer(FILER, Duty.FILING), COOPERATING, pool_id),
        *registering(officer(APPROVER, Duty.FILING_APPROVAL), MANAGING, pool_id),
    ]


async def process(database: TestDatabase, batch: Sequence[Incoming]) -> tuple[Sequence[Decided], list[str]]:
    """Execute the batch in a transaction; what was decided, and the statements on our tables that it took.

    What the driver asks about types on a connection's first use isn't ours.
    """
    statements: list[str] = []
    async with database.pool.acquire() as connection, connection.transaction():
        with connection.query_logger(lambda query: statements.append(query.query)):
            decided = await execute(connection, batch, reference_data=REFERENCE_DATA)
    return decided, [statement for statement in statements if OUR_TABLES.search(statement)]


def outcomes(decided: Sequence[Decided]) -> list[Outcome]:
    return [decision.answer.outcome for decision in decided if decision.answer is not None]


async def test_a_pools_beginning_and_a_projects_life_fit_into_one_batch(registry_database: TestDatabase) -> None:
    """Every message sees what those before it in the batch have brought about, and everything is stored."""
    batch = [
        *staffing(),
        incoming(bank_proposal(), MANAGING),
        incoming(ConsentToSupervisingBank(bank=BANK), COOPERATING),
        incoming(filing(), COOPERATING, FILER, traceparent="00-1"),
        incoming(filing(), COOPERATING, FILER, traceparent="00-2"),
        incoming(APPROVE, MANAGING, APPROVER, traceparent="00-3"),
    ]
    decided, _ = await process(registry_database, batch)
    assert [decision.incoming for decision in decided] == batch
    assert outcomes(decided) == [Outcome.ACCEPTED] * 12 + [Outcome.DUPLICATE, Outcome.ACCEPTED]
    assert [decision.stage_before for decision in decided[-3:]] == [None, "00-1", "00-1"]
    assert {event.subject for event in decided[0].events} == {str(POOL_ID)}
    assert [event.subject for event in decided[-1].events] == [str(PROJECT_ID)]
    assert decided[-1].project_id == PROJECT_ID

    pool = await registry_database.pool.fetchrow("SELECT * FROM pools")
    assert pool is not None
    assert (pool["pool_id"], pool["size_fen"], pool["share_rate_bp"]) == (POOL_ID, 1_000_000_000, 2000)
    assert (pool["share_rate_max_bp"], pool["supervising_bank"]) == (2000, BANK)
    project = await registry_database.pool.fetchrow("SELECT * FROM projects")
    assert project is not None
    assert (project["project_id"], project["stage"], project["trace_parent"]) == (PROJECT_ID, "approved", "00-3")
    assert (project["borrower_uscc"], project["principal_fen"]) == (USCC["borrower"], 100_000_000)
    keys = await registry_database.pool.fetch("SELECT institution, officer FROM signing_keys ORDER BY 1, 2")
    assert [tuple(key) for key in keys] == [
        (COOPERATING, ADMINISTRATOR),
        (COOPERATING, examples.CO_ADMINISTRATOR),
        (COOPERATING, FILER),
        (BANK, ADMINISTRATOR),
        (GUARANTOR, ADMINISTRATOR),
        (LENDER, ADMINISTRATOR),
        (MANAGING, ADMINISTRATOR),
        (MANAGING, APPROVER),
        (MANAGING, examples.CO_ADMINISTRATOR),
    ]


async def test_the_number_of_statements_does_not_grow_with_the_batch(registry_database: TestDatabase) -> None:
    """Fifty filings take as many statements as one, and never more than ten are needed."""
    _, founding_statements = await process(registry_database, staffing())
    assert 0 < len(founding_statements) <= 8

    def filings(numbers: range) -> list[Incoming]:
        return [incoming(filing_of(number), COOPERATING, FILER) for number in numbers]

    one, statements_of_one = await process(registry_database, filings(range(1)))
    many, statements_of_many = await process(registry_database, filings(range(1, 51)))
    assert outcomes(one) + outcomes(many) == [Outcome.ACCEPTED] * 51
    assert statements_of_one == statements_of_many
    assert 0 < len(statements_of_many) <= 10
    assert await registry_database.pool.fetchval("SELECT count(*) FROM projects WHERE stage = 'filed'") == 51


async def test_what_was_stored_is_taken_up_again(registry_database: TestDatabase) -> None:
    """A batch goes on where the one before has ended; a filing that lacks something is kept as a draft."""
    await process(registry_database, staffing())
    incomplete = filing(documents=())
    decided, _ = await process(registry_database, [incoming(incomplete, COOPERATING, FILER)])
    assert outcomes(decided) == [Outcome.DEFICIENT]
    draft = await registry_database.pool.fetchrow("SELECT stage, filing, rules_version, filing_deadline FROM projects")
    assert draft is not None
    assert tuple(draft) == ("incomplete", None, None, date(2026, 5, 7))
    returned = ReturnProject(project_id=PROJECT_ID, reasons="补充", filing=1)
    for data, where, who in (
        (filing(), COOPERATING, FILER),
        (returned, MANAGING, APPROVER),
        (filing(), COOPERATING, FILER),
        (ApproveProject(project_id=PROJECT_ID, filing=2), MANAGING, APPROVER),
    ):
        decided, _ = await process(registry_database, [incoming(data, where, who)])
        assert outcomes(decided) == [Outcome.ACCEPTED]
    assert await registry_database.pool.fetchval("SELECT (stage, filing)::text FROM projects") == "(approved,2)"


async def test_pools_do_not_see_each_others_projects(registry_database: TestDatabase) -> None:
    """A project of one pool doesn't exist in another one, and a pool that was not founded has nothing."""
    other = uuid4()
    await process(registry_database, [*staffing(), *staffing(other), incoming(filing(), COOPERATING, FILER)])
    decided, _ = await process(
        registry_database,
        [
            incoming(APPROVE, MANAGING, APPROVER, pool_id=other),
            incoming(filing(), COOPERATING, FILER, pool_id=uuid4()),
        ],
    )
    assert [decision.answer.reasons[0].code for decision in decided if decision.answer] == [
        "no_such_project",
        "no_such_pool",
    ]
    assert await registry_database.pool.fetchval("SELECT stage FROM projects") == "filed"
    assert project_id(other, LENDER, "LOAN-1") != PROJECT_ID


async def test_two_foundings_at_once_found_one_pool(registry_database: TestDatabase) -> None:
    """Two replicas that get the founding at the same time meet on one row: the second one sees the first."""
    both = await asyncio.gather(
        *(process(registry_database, [incoming(founding(), MANAGING)]) for _ in range(2)),
    )
    assert sorted(outcome for decided, _ in both for outcome in outcomes(decided)) == ["accepted", "duplicate"]


async def test_the_database_itself_refuses_what_the_rules_forbid(registry_database: TestDatabase) -> None:
    """A share above the ceiling, a half-empty pool, another id and a deletion fail whatever the code says."""
    await process(registry_database, [*staffing(), incoming(filing(), COOPERATING, FILER)])
    for statement, error in (
        ("UPDATE pools SET share_rate_bp = 2001", asyncpg.CheckViolationError),
        ("UPDATE pools SET state = NULL", asyncpg.CheckViolationError),
        ("UPDATE projects SET principal_fen = 0", asyncpg.CheckViolationError),
        ("UPDATE projects SET stage = 'deemed'", asyncpg.CheckViolationError),
        ("UPDATE projects SET pool_id = gen_random_uuid()", asyncpg.InsufficientPrivilegeError),
        ("DELETE FROM projects", asyncpg.InsufficientPrivilegeError),
        ("DELETE FROM pools", asyncpg.InsufficientPrivilegeError),
        ("TRUNCATE pools", asyncpg.InsufficientPrivilegeError),
    ):
        with pytest.raises(error):
            await registry_database.pool.execute(statement)


async def test_two_replicas_that_file_one_right_at_once_pledge_it_once(registry_database: TestDatabase) -> None:
    """Two loans in two pools on one right, taken in at the same moment: one is filed, the other is told why not."""
    other = uuid4()
    await process(registry_database, [*staffing(), *staffing(other)])
    for attempt in range(5):
        number = patent_number(attempt)
        own = (patent_number(10**7 + attempt), patent_number(2 * 10**7 + attempt))
        written = (number, number.lower().replace(".", " · "))
        both = await asyncio.gather(
            *(
                process(
                    registry_database,
                    [
                        incoming(
                            filing(
                                loan=loan(contract_number=f"LOAN-{attempt}"),
                                rights=(
                                    right(registration_number=name),
                                    right(registration_number=other_right),
                                ),
                            ),
                            COOPERATING,
                            FILER,
                            pool_id=pool,
                        )
                    ],
                )
                for name, other_right, pool in zip(written, own, (POOL_ID, other), strict=True)
            )
        )
        answers = [decision.answer for decided, _ in both for decision in decided if decision.answer]
        assert sorted(answer.outcome for answer in answers) == [Outcome.ACCEPTED, Outcome.REFUSED]
        assert [reason.code for answer in answers for reason in answer.reasons] == ["right_pledged_twice"]
    held = await registry_database.pool.fetchval(
        "SELECT count(*) FROM pledged_rights WHERE right_key LIKE 'patent/20031%' AND project_id IS NOT NULL"
    )
    assert held == 5


async def test_a_rejected_project_sets_its_rights_free(registry_database: TestDatabase) -> None:
    """Within one batch and beyond it: what it has pledged can secure another loan."""
    await process(registry_database, staffing())
    second = filing(loan=loan(contract_number="LOAN-2"))
    decided, _ = await process(
        registry_database,
        [
            incoming(filing(), COOPERATING, FILER),
            incoming(second, COOPERATING, FILER),
            incoming(RejectProject(project_id=PROJECT_ID, reasons="不符合条件", filing=1), MANAGING, APPROVER),
        ],
    )
    assert outcomes(decided) == [Outcome.ACCEPTED, Outcome.REFUSED, Outcome.ACCEPTED]
    assert await registry_database.pool.fetchval("SELECT project_id FROM pledged_rights") is None
    decided, _ = await process(registry_database, [incoming(second, COOPERATING, FILER)])
    assert outcomes(decided) == [Outcome.ACCEPTED]
    holder = await registry_database.pool.fetchval("SELECT project_id FROM pledged_rights")
    assert holder == project_id(POOL_ID, LENDER, "LOAN-2")


async def test_a_further_payout_is_compared_with_those_of_other_loans(registry_database: TestDatabase) -> None:
    """Whether its project is there already or is filed and approved in the same batch, and not beyond its pool."""
    await process(registry_database, staffing())
    parts = [{"number": 1, "amount_fen": 40_000_000, "disbursed_on": DISBURSED_ON}]
    other = filing(
        loan=loan(contract_number="LOAN-2", principal_fen=40_000_000, disbursed_on=TODAY),
        rights=(right(registration_number=patent_number(2)),),
    )
    await process(registry_database, [incoming(other, COOPERATING, FILER)])
    drawn = [incoming(drawing(2), COOPERATING, FILER), incoming(drawing(2, amount_fen=1), COOPERATING, FILER)]
    here = [
        incoming(filing(loan=loan(drawdowns=parts)), COOPERATING, FILER),
        incoming(APPROVE, MANAGING, APPROVER),
    ]
    decided, _ = await process(registry_database, [*here, drawn[0]])
    assert outcomes(decided) == [Outcome.ACCEPTED, Outcome.ACCEPTED, Outcome.REFUSED]
    decided, _ = await process(registry_database, drawn)
    assert outcomes(decided) == [Outcome.REFUSED, Outcome.ACCEPTED]
    codes = [reason.code for each in decided if each.answer for reason in each.answer.reasons]
    assert codes == ["payout_could_be_another_loans"]


async def test_a_right_is_written_once_where_nobody_else_has_it(registry_database: TestDatabase) -> None:
    """It is taken for the project that would pledge it; what is refused takes nothing."""
    await process(registry_database, staffing())
    refused = filing(loan=loan(contract_number="LOAN-2"), rights=(right(registration_number=patent_number(2)),) * 2)
    decided, statements = await process(registry_database, [incoming(filing(), COOPERATING, FILER)])
    assert outcomes(decided) == [Outcome.ACCEPTED]
    assert [each.split()[0] for each in statements if "pledged_rights" in each] == ["INSERT"]
    decided, _ = await process(registry_database, [incoming(refused, COOPERATING, FILER)])
    assert outcomes(decided) == [Outcome.REFUSED]
    rows = await registry_database.pool.fetch("SELECT right_key, project_id FROM pledged_rights")
    assert {row["project_id"] for row in rows} == {PROJECT_ID, None}
    with pytest.raises(asyncpg.ForeignKeyViolationError):
        await registry_database.pool.execute("UPDATE pledged_rights SET project_id = $1", UUID(int=1))


async def test_what_could_be_the_same_loan_is_known_beyond_its_batch(registry_database: TestDatabase) -> None:
    """Its marks are kept, and found again in one statement for a whole batch; nothing of another pool is."""
    await process(registry_database, staffing())
    await process(registry_database, [incoming(filing(), COOPERATING, FILER)])
    marks = "SELECT count(*) FROM loan_marks WHERE project_id = $1"
    # The number without zeros is the number without signs; one payout, one registration.
    assert await registry_database.pool.fetchval(marks, PROJECT_ID) == 3
    other = right(registration_number=patent_number(2))
    second = filing(loan=loan(contract_number="LOAN-01"), rights=(other,))
    second_id = project_id(POOL_ID, LENDER, "LOAN-01")
    third = right(registration_number=patent_number(3))
    decided, _ = await process(
        registry_database,
        [
            incoming(second, COOPERATING, FILER),
            incoming(filing(loan=loan(contract_number="LOAN-3"), rights=(third,)), COOPERATING, FILER),
            incoming(RejectProject(project_id=PROJECT_ID, reasons="不符合条件", filing=1), MANAGING, APPROVER),
        ],
    )
    assert outcomes(decided) == [Outcome.ACCEPTED] * 3
    filed = [event.data for each in decided for event in each.events if isinstance(event.data, ProjectFiled)]
    assert [[alike.project_id for alike in each.similar_loans] for each in filed] == [
        [PROJECT_ID],
        sorted([PROJECT_ID, second_id]),
    ]
    again = filing(loan=loan(contract_number="LOAN-001"), rights=(right(registration_number=patent_number(4)),))
    decided, _ = await process(registry_database, [incoming(again, COOPERATING, FILER)])
    assert [each.answer and [reason.code for reason in each.answer.reasons] for each in decided] == [
        ["loan_rejected_before"]
    ]


async def test_the_installed_districts_and_working_days_can_be_read() -> None:
    """Chaoyang's ceiling is 20 %, and the calendar knows a holiday, a weekend worked in lieu, and where it ends."""
    now = REFERENCE_DATA
    profile = now.districts["110105"]
    assert (profile.share_rate_max_bp, profile.name) == (2000, "北京市朝阳区")
    assert "管理办法" in profile.source
    assert (profile.bounds["share_rate_bp"].clause, profile.bounds["share_rate_bp"].source) == ("10.3", "text")
    days = now.working_days
    assert not days.is_working(date(2026, 10, 1))
    assert days.is_working(date(2026, 10, 10))
    assert not days.is_working(date(2026, 10, 11))
    assert date(2026, 12, 31) in days.published
    assert date(2099, 1, 1) not in days.published
