"""A selection on a real PostgreSQL: its matter's row from the announcement to the agreement, in batches and alone."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import uuid4

import pytest

from services.registry.domain.pool import Pool
from services.registry.domain.selections.state import Selection
from shared.contracts.envelope import Command
from shared.contracts.receipts import Outcome
from shared.contracts.registry.selections import ConcludeSelection
from shared.contracts.registry.words import Duty
from shared.messaging.message import Decided, Incoming
from tests.integration.conftest import TestDatabase
from tests.integration.test_registry_execute import incoming, outcomes, process, registering
from tests.unit.registry.registry_examples import (
    ADMINISTRATOR,
    COOPERATING,
    MANAGING,
    NOON,
    POOL_ID,
    USCC,
    institution,
    officer,
)
from tests.unit.registry.selection_examples import (
    FIRST,
    FOUNDING,
    LATER,
    MEMBERS,
    SECOND,
    SECRETARY,
    SELECTION_ID,
    SELECTOR,
    all_evidence,
    ballot,
    candidate,
    closing,
    concluding,
    opening,
    preparing,
    recommending,
    scoring,
    vote,
)

pytestmark = pytest.mark.asyncio(loop_scope="session")


def said(data: Command, who: str, at: datetime = NOON) -> Incoming:
    """What an officer of the managing institution says."""
    message = incoming(data, MANAGING, who)
    return replace(message, received=replace(message.received, received_at=at))


def beginning() -> list[Incoming]:
    """The prepared pool, who runs the selection, the committee, and one with an eligible candidate and another one."""
    people = [(SELECTOR, Duty.SELECTION), (SECRETARY, Duty.BALLOT), *((member, Duty.VOTE) for member in MEMBERS)]
    return [
        incoming(preparing(), MANAGING),
        *(each for name, duty in people for each in registering(officer(name, duty), MANAGING)),
        said(opening(), SELECTOR),
        *(said(candidate(uscc), SELECTOR) for uscc in (FIRST, SECOND)),
        *(said(each, SELECTOR) for each in all_evidence(FIRST)),
        *(said(scoring(uscc), SELECTOR) for uscc in (FIRST, SECOND)),
    ]


def deciding() -> list[Incoming]:
    """The recommendation, the committee's decision, and the agreement."""
    return [
        said(recommending(), SELECTOR, LATER),
        said(ballot(), SECRETARY, LATER),
        *(said(vote(), member, LATER) for member in MEMBERS),
        said(closing(), SECRETARY, LATER),
        said(concluding(), SELECTOR, LATER),
    ]


def accepted(decided: Sequence[Decided]) -> bool:
    return set(outcomes(decided)) == {Outcome.ACCEPTED}


@pytest.mark.clause("8.1")
async def test_a_selection_is_one_row_from_its_announcement_to_its_end(registry_database: TestDatabase) -> None:
    """Message by message or in one batch: the row has the selection's number and stage, and its state is read back."""
    decided, _ = await process(registry_database, beginning())
    assert accepted(decided)
    row = await registry_database.pool.fetchrow("SELECT kind, number, stage FROM register_entries")
    assert row is not None
    assert tuple(row) == ("selection", "XZ-1", "open")
    for message in deciding():
        decided, statements = await process(registry_database, [message])
        assert accepted(decided)
        assert {event.subject for event in decided[0].events} == {str(POOL_ID)}
        written = 2 if isinstance(message.data, ConcludeSelection) else 1
        assert len(statements) <= 2 + written, "pool and matter are locked; the matter is written, at last the pool too"
    row = await registry_database.pool.fetchrow("SELECT entry_id, stage, state FROM register_entries")
    assert row is not None
    assert (row["entry_id"], row["stage"]) == (SELECTION_ID, "concluded")
    selection = Selection.model_validate_json(row["state"])
    assert isinstance(selection, Selection)
    assert (selection.selected, selection.agreement) == (FIRST, concluding().agreement)


async def test_a_whole_selection_fits_into_one_batch(registry_database: TestDatabase) -> None:
    """Each message sees what those before it have brought about, and the statements don't grow with their number."""
    decided, statements = await process(registry_database, [*beginning(), *deciding()])
    assert accepted(decided)
    assert len(statements) <= 9
    assert await registry_database.pool.fetchval("SELECT stage FROM register_entries") == "concluded"


async def test_a_selection_is_of_its_pool(registry_database: TestDatabase) -> None:
    """Under the same number another pool has another selection, or none."""
    other = uuid4()
    await process(registry_database, [*beginning(), incoming(preparing(), MANAGING, pool_id=other)])
    stranger = registering(officer(SELECTOR, Duty.SELECTION), MANAGING, other)
    application = incoming(candidate(), MANAGING, SELECTOR, pool_id=other)
    decided, _ = await process(registry_database, [*stranger, application])
    assert [decision.answer.reasons[0].code for decision in decided[2:] if decision.answer] == ["no_such_selection"]


@pytest.mark.clause("8.1")
async def test_a_prepared_pool_is_founded_with_whom_it_has_selected(registry_database: TestDatabase) -> None:
    """What was prepared is kept beside the pool until the founding takes it over."""
    decided, statements = await process(registry_database, [*beginning(), *deciding()])
    assert accepted(decided)
    assert len(statements) <= 7
    assert await registry_database.pool.fetchval("SELECT state FROM pools") is None
    keys = await registry_database.pool.fetchval("SELECT count(*) FROM signing_keys")
    assert keys == 2 + len(MEMBERS) + 2
    other = FOUNDING.model_copy(update={"cooperating_institution": institution(COOPERATING, uscc=USCC["borrower"])})
    decided, _ = await process(registry_database, [said(other, ADMINISTRATOR, LATER)])
    assert [decision.answer.reasons[0].code for decision in decided if decision.answer] == ["founder_not_selected"]
    decided, _ = await process(registry_database, [said(FOUNDING, ADMINISTRATOR, LATER)])
    assert accepted(decided)
    row = await registry_database.pool.fetchrow("SELECT managing_institution, cooperating_institution FROM pools")
    assert row is not None
    assert tuple(row) == (MANAGING, COOPERATING)
    pool = Pool.model_validate_json(await registry_database.pool.fetchval("SELECT state FROM pools"))
    assert [period.operating_until for period in pool.cycle.operating_periods] == [concluding().operates_until]
    due_on = await registry_database.pool.fetchval("SELECT due_on FROM deadlines WHERE kind = 'operating_period'")
    assert due_on == concluding().operates_until
    decided, _ = await process(registry_database, [incoming(officer("another", Duty.OVERSIGHT), MANAGING)])
    assert accepted(decided)
