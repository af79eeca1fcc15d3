"""Duties on a real PostgreSQL: announced in sets, within bounds, once each, and as quickly for many as for few."""

import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID, uuid4, uuid5

import pytest

from services.registry.deadlines_repository import upsert_deadlines
from services.registry.domain.deadlines import DAY_DEADLINES_MAX, FILING, Deadline, deadline_id
from services.registry.execute import execute
from shared.contracts.ids import causing_id, project_id
from shared.contracts.receipts import Outcome
from shared.contracts.received import Acting, Received
from shared.contracts.registry.cycle import BeginDay, DayBegan, DueKind, DutiesAnnounced
from shared.contracts.registry.projects import ApproveProject, ReturnProject
from shared.contracts.registry.words import Duty, SystemUse
from shared.contracts.topics import REGISTRY_COMMANDS, TREASURY_EVENTS
from shared.contracts.treasury import Account
from shared.messaging.message import Decided, Incoming, Record
from simulator.invented_numbers import patent_number
from tests.integration.conftest import TestDatabase
from tests.integration.test_registry_execute import (
    REFERENCE_DATA,
    incoming,
    outcomes,
    process,
    registering,
    staffing,
)
from tests.unit.registry.cycle_examples import OVERSEER, evaluation, noon_of, stop
from tests.unit.registry.registry_examples import (
    APPROVER,
    COOPERATING,
    FILER,
    FOUNDED_ON,
    LENDER,
    MANAGING,
    POOL_ID,
    PROJECT_ID,
    TODAY,
    filing,
    founding,
    loan,
    officer,
    right,
    rules,
)
from tests.unit.registry.test_article_06_reminders import received

pytestmark = pytest.mark.asyncio(loop_scope="session")

DAY = timedelta(days=1)
WINDOW_ENDS_ON = date(2026, 5, 7)
# Far above what it takes, far below what looking at every project would take.
ANNOUNCING_SECONDS_MAX = 2.0


def calendar(day: date, pool_id: UUID = POOL_ID) -> Incoming:
    """The calendar's message, at noon of the day."""
    message_id = str(uuid4())
    acting = Acting(MANAGING, None, SystemUse.CALENDAR, "k" * 43)
    message: Received[BeginDay] = Received(
        BeginDay(day=day), message_id, MANAGING, pool_id, "0" * 64, noon_of(day), acting
    )
    record = Record(REGISTRY_COMMANDS, 0, 0, None, b"{}", (), 0)
    return Incoming(record, message, causing_id(MANAGING, message_id), BeginDay.message_type)


def announced(decided: Sequence[Decided], kind: DueKind) -> list[UUID]:
    """The subjects of the duties of this kind, in order."""
    return [
        duty.subject_id
        for decision in decided
        for event in decision.events
        if isinstance(event.data, DutiesAnnounced)
        for duty in event.data.duties
        if duty.kind is kind
    ]


async def test_what_is_filed_is_announced_and_what_is_decided_is_not(registry_database: TestDatabase) -> None:
    """In one batch and over several: each message sees what those before it have begun and ended."""
    other = filing(loan=loan(contract_number="LOAN-2"), rights=(right(registration_number=patent_number(2)),))
    await process(registry_database, [*staffing(), incoming(filing(), COOPERATING, FILER)])
    batch = [
        incoming(other, COOPERATING, FILER),
        calendar(WINDOW_ENDS_ON - 10 * DAY),
        incoming(ApproveProject(project_id=PROJECT_ID, filing=1), MANAGING, APPROVER),
        calendar(WINDOW_ENDS_ON - 3 * DAY),
    ]
    decided, _ = await process(registry_database, batch)
    assert outcomes(decided) == [Outcome.ACCEPTED] * 4
    assert len(announced(decided[1:2], DueKind.FILING_DECISION)) == 2
    assert PROJECT_ID not in announced(decided[3:], DueKind.FILING_DECISION)
    assert len(announced(decided[3:], DueKind.FILING_DECISION)) == 1
    decided, _ = await process(registry_database, [calendar(WINDOW_ENDS_ON)])
    assert PROJECT_ID not in announced(decided, DueKind.FILING_DECISION)
    decided, _ = await process(registry_database, [calendar(WINDOW_ENDS_ON)])
    assert outcomes(decided) == [Outcome.DUPLICATE]


@pytest.mark.clause("16.1")
async def test_a_duty_is_counted_from_the_day_in_beijing(registry_database: TestDatabase) -> None:
    """What is returned half an hour after midnight there is returned on the new day, not on the one of Greenwich."""
    await process(registry_database, [*staffing(), incoming(filing(), COOPERATING, FILER)])
    returned = incoming(ReturnProject(project_id=PROJECT_ID, reasons="材料不全", filing=1), MANAGING, APPROVER)
    after_midnight = noon_of(TODAY) + timedelta(hours=12, minutes=30)
    await process(
        registry_database, [replace(returned, received=replace(returned.received, received_at=after_midnight))]
    )
    due_on = await registry_database.pool.fetchval(
        "SELECT due_on FROM deadlines WHERE kind = $1 AND subject_id = $2", DueKind.FILING_CORRECTION, PROJECT_ID
    )
    assert due_on == TODAY + DAY + rules().supplement_days * DAY


async def test_what_the_treasury_has_received_is_announced_no_more(registry_database: TestDatabase) -> None:
    """An event of another service is taken in without an answer, and ends what it fulfils."""
    due_on = FOUNDED_ON + 60 * DAY
    await process(registry_database, staffing())
    event = replace(
        calendar(due_on),
        received=Received(received(Account.FISCAL, 2), "e-1", "treasury", POOL_ID, "0" * 64, noon_of(TODAY)),
        record=Record(TREASURY_EVENTS, 0, 0, None, b"{}", (), 0),
    )
    decided, statements = await process(registry_database, [event])
    assert (decided[0].answer, decided[0].events) == (None, ())
    assert len(statements) == 2
    decided, _ = await process(registry_database, [calendar(due_on)])
    holders = [
        duty.holder
        for event in decided[0].events
        if isinstance(event.data, DutiesAnnounced)
        for duty in event.data.duties
        if (duty.kind, duty.reference) == (DueKind.CONTRIBUTION, "2")
    ]
    assert holders == [COOPERATING]


@pytest.mark.clause("6.9")
@pytest.mark.clause("22.1")
async def test_what_only_a_pool_that_goes_on_asks_for_ends_with_its_stop(registry_database: TestDatabase) -> None:
    """Of all its projects, in one statement, whether a duty was begun in the batch of the stop or long before."""
    other = filing(loan=loan(contract_number="LOAN-2"), rights=(right(registration_number=patent_number(2)),))
    await process(
        registry_database,
        [
            *staffing(),
            *registering(officer(OVERSEER, Duty.OVERSIGHT), MANAGING),
            incoming(filing(), COOPERATING, FILER),
            incoming(other, COOPERATING, FILER),
            incoming(ReturnProject(project_id=PROJECT_ID, reasons="材料不全", filing=1), MANAGING, APPROVER),
            incoming(founding(), MANAGING, pool_id=uuid5(POOL_ID, "another")),
        ],
    )
    other_id = project_id(POOL_ID, LENDER, "LOAN-2")
    batch = [
        incoming(ReturnProject(project_id=other_id, reasons="材料不全", filing=1), MANAGING, APPROVER),
        incoming(evaluation(), MANAGING, OVERSEER),
        incoming(stop(), MANAGING, OVERSEER),
    ]
    decided, _ = await process(registry_database, batch)
    assert outcomes(decided) == [Outcome.ACCEPTED] * 3
    rows = await registry_database.pool.fetch(
        "SELECT pool_id, kind FROM deadlines WHERE announce_on IS NOT NULL AND NOT ended"
    )
    assert {row["kind"] for row in rows if row["pool_id"] == POOL_ID} == {DueKind.ANNUAL_SUMMARY}
    assert DueKind.CONTRIBUTION in {row["kind"] for row in rows if row["pool_id"] != POOL_ID}


async def test_the_duties_of_many_projects_are_announced_in_bounded_steps(registry_database: TestDatabase) -> None:
    """A hundred thousand open duties, some thousands due: so many with each message, in few statements, and quickly."""
    await process(registry_database, staffing())
    due, later = 2 * DAY_DEADLINES_MAX + 7, 100_000
    duties = [
        Deadline(DueKind.FILING_DECISION, uuid5(POOL_ID, str(number)), FILING, MANAGING, day, (0, -1), day)
        for number in range(due + later)
        for day in [TODAY if number < due else TODAY + 30 * DAY]
    ]
    async with registry_database.pool.acquire() as connection, connection.transaction():
        await upsert_deadlines(connection, [(POOL_ID, deadline_id(POOL_ID, duty.key), duty) for duty in duties])
    await registry_database.pool.execute("ANALYZE deadlines")
    said: list[UUID] = []
    taken = []
    while True:
        started = time.monotonic()
        async with registry_database.pool.acquire() as connection, connection.transaction():
            statements: list[str] = []
            with connection.query_logger(lambda query: statements.append(query.query)):  # noqa: B023
                decided = await execute(connection, [calendar(TODAY)], reference_data=REFERENCE_DATA)
        if outcomes(decided) == [Outcome.DUPLICATE]:
            break
        assert time.monotonic() - started < ANNOUNCING_SECONDS_MAX
        assert len([statement for statement in statements if "deadlines" in statement]) <= 2
        taken.append(sum(isinstance(event.data, DayBegan) for event in decided[0].events))
        said += announced(decided, DueKind.FILING_DECISION)
    assert (len(said), len(set(said))) == (due, due)
    assert taken == [1, 0, 0]
