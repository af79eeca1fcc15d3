"""A decision relies on an interpretation of its own pool, on a real PostgreSQL."""

from uuid import UUID

import pytest

from shared.contracts.receipts import Outcome
from shared.contracts.registry.projects import ProjectApproved
from shared.contracts.registry.words import Duty
from tests.integration.conftest import TestDatabase
from tests.integration.test_registry_execute import (
    APPROVE,
    incoming,
    outcomes,
    process,
    registering,
    staffing,
)
from tests.unit.registry.project_life_examples import OVERSEER
from tests.unit.registry.registry_examples import APPROVER, COOPERATING, FILER, MANAGING, POOL_ID, filing, officer
from tests.unit.registry.test_article_23_interpretations import interpretation

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.clause("23.1")]

OTHER_POOL = UUID("0b54e0a5-2b43-4f0c-9d0e-3a6c3c1f7c02")
POOLS = (OTHER_POOL, POOL_ID)
RELYING = incoming(APPROVE.model_copy(update={"interpretation": "2026-1"}), MANAGING, APPROVER)


async def test_an_approval_relies_on_what_its_own_pool_has_recorded(registry_database: TestDatabase) -> None:
    """Not on another pool's interpretation of that number; once it is recorded here, in the same batch or before it."""
    await process(registry_database, [*staffing(), *staffing(OTHER_POOL), incoming(filing(), COOPERATING, FILER)])
    overseers = [each for pool in POOLS for each in registering(officer(OVERSEER, Duty.OVERSIGHT), MANAGING, pool)]
    elsewhere, here = (incoming(interpretation(), MANAGING, OVERSEER, pool_id=pool) for pool in POOLS)
    decided, _ = await process(registry_database, [*overseers, elsewhere, RELYING])
    assert outcomes(decided)[4:] == [Outcome.ACCEPTED, Outcome.REFUSED]
    assert decided[-1].answer is not None
    assert [reason.code for reason in decided[-1].answer.reasons] == ["interpretation_not_recorded"]
    decided, _ = await process(registry_database, [here, RELYING])
    assert outcomes(decided) == [Outcome.ACCEPTED, Outcome.ACCEPTED]
    (approved,) = (outgoing.data for outgoing in decided[-1].events)
    assert isinstance(approved, ProjectApproved)
    assert approved.interpretation == "2026-1"
    (again,) = outcomes((await process(registry_database, [RELYING]))[0])
    assert again is Outcome.DUPLICATE
