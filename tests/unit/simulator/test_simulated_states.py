"""What is kept in memory is what the tables would hold."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from scenarios.player.run import read_all, simulate
from services.registry.domain.project import FILING
from services.treasury.domain.ledger import AccountKind, account_id
from simulator.ledger import Ledger
from simulator.parties import SeededKeys
from simulator.simulator import Simulator
from tests.unit.simulator.simulator_examples import POOL, stage

SCENARIOS = Path(__file__).parents[3] / "scenarios"
# Between them they have every kind of entry of the register, a shortage, and a payment that the bank rejects.
PLAYED = (
    "selection", "rules-versions", "agreements-and-operating-period", "annual-summary", "audit-and-instruction",
    "two-cases-one-shortage", "payment-rejected-by-the-bank", "correction-approved", "two-remedies", "working-norms",
)  # fmt: skip


@pytest.fixture(scope="module", params=PLAYED)
def simulator(request: pytest.FixtureRequest) -> Simulator:
    scenarios, _ = read_all([SCENARIOS / f"{request.param}.yaml"])
    return asyncio.run(simulate(scenarios[0], SeededKeys("states")))[1]


def test_every_state_is_read_as_it_was_written(simulator: Simulator) -> None:
    """Between two messages a state is JSON in its table; nothing may be lost on the way."""
    registry, claims = simulator.registry.batch, simulator.claims.batch
    states = [row.pool or row.prepared for row in registry.pools.values()]
    states += [row.entry for row in registry.entries.values()]
    for state in [*states, *claims.pools.values(), *(stored.claim for stored in claims.claims.values())]:
        assert state is None or type(state).model_validate_json(state.model_dump_json()) == state
    for project in (row.project for row in registry.projects.values()):
        assert project is None or FILING.validate_json(project.model_dump_json()) == project
    for books in simulator.treasury.books.values():
        assert type(books.pool).model_validate_json(books.pool.model_dump_json()) == books.pool


def test_the_ledger_sums_to_zero(simulator: Simulator) -> None:
    """A transfer takes from one account what it gives to another; what is on the accounts is what the books say."""
    for pool_id, books in simulator.treasury.books.items():
        ledger = simulator.treasury.ledger
        assert sum(ledger.balance_fen(account_id(pool_id, kind)) for kind in AccountKind) == 0
        assert ledger.funds(pool_id) == books.funds


def test_the_ledger_posts_a_transfer_once_and_ends_only_what_was_reserved() -> None:
    """As the database's trigger and keys refuse it."""
    simulator = stage("title: a case\nsteps: [{says: loss notice}]\n").simulator
    transfers = list(simulator.treasury.ledger.transfers.values())
    assert {transfer.pool_id for transfer in transfers} == {POOL}
    with pytest.raises(AssertionError, match="once"):
        simulator.treasury.ledger.post(transfers[:1])
    with pytest.raises(AssertionError, match="reserved before"):
        Ledger().post([replace(transfers[0], reservation_id=POOL)])


def test_the_same_messages_bring_about_the_same_bytes() -> None:
    """Time, ids and keys come from outside: nothing is left to chance or to the clock."""
    scenarios, _ = read_all([SCENARIOS / "key-rotation.yaml"])
    first, second = (asyncio.run(simulate(scenarios[0], SeededKeys("bytes")))[1].records for _ in range(2))
    assert first == second
