"""What claims and the treasury keep of corrections, on their own real databases."""

from typing import Any

import pytest

from tests.integration import test_claims_execute as claims
from tests.integration import test_treasury_execute as treasury
from tests.unit.claims import claims_builder
from tests.unit.registry.correction_examples import corrected, correction_approved
from tests.unit.treasury.treasury_factories import project_approved

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.clause("4.1")]


@pytest.mark.parametrize("is_corrected_first", [True, False])
async def test_the_treasury_keeps_who_acted_and_the_terms_stay_pinned(
    treasury_database: Any, is_corrected_first: bool
) -> None:
    """A correction before the approval, or after it: the project's terms are those of its approval either way."""
    approved = project_approved()
    events = [corrected(approved), approved] if is_corrected_first else [approved, corrected(approved)]
    history = [*events, correction_approved(approved, 1)]
    await treasury.take(treasury_database, (treasury.from_service(event) for event in history), apart=True)
    row = await treasury_database.pool.fetchrow("SELECT lender, share_rate_bp, filed_by, state FROM cases")
    assert (row["lender"], row["share_rate_bp"]) == (approved.loan.lender, approved.terms.share_rate_bp)
    assert row["filed_by"] == approved.filed_by
    assert "corrector" in row["state"]
    assert "second-approver" in row["state"]


async def test_claims_opens_a_case_with_a_correction_and_takes_the_approved_version(claims_database: Any) -> None:
    """What is observed first of a case may be a correction of what waits."""
    approved = claims_builder.approved(covered_principal_fen=1)
    history = [corrected(approved), approved, correction_approved(approved, 7)]
    for event in history:
        await claims.take(claims_database, [claims.from_service(event)])
    ((stage, state),) = await claims.fetch(claims_database, "SELECT stage, state FROM claims")
    assert stage == "covered"
    assert '"covered_principal_fen":7' in state
    assert "corrector" in state
