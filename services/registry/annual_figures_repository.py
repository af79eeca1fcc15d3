"""The figures of pools by year, in sets: each function is one statement, on the caller's connection and transaction."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from shared.contracts.registry.performance import AnnualFigures
from shared.messaging.database import Connection


async def select_figures(
    connection: Connection, pool_ids: Sequence[UUID]
) -> Mapping[UUID, Mapping[int, AnnualFigures]]:
    """Each year's figures of these pools."""
    rows = await connection.fetch(
        """
        SELECT pool_id, year, filings, filings_returned, filings_rejected, projects_approved, principal_covered_fen,
               notices_accepted, projects_compensated, paid_fen, reimbursed_fen, corrections, corrections_approved,
               corrections_returned, corrections_rejected, principal_raised_fen, principal_lowered_fen
        FROM annual_figures WHERE pool_id = ANY ($1::uuid[])
        """,
        pool_ids,
    )
    found: dict[UUID, dict[int, AnnualFigures]] = {pool_id: {} for pool_id in pool_ids}
    for row in rows:
        figures = {name: row[name] for name in AnnualFigures.model_fields}
        found[row["pool_id"]][row["year"]] = AnnualFigures(**figures)
    return found


async def add_figures(connection: Connection, added: Mapping[tuple[UUID, int], AnnualFigures]) -> None:
    """Add to the figures of pools and years."""
    keys = sorted(added)
    await connection.execute(
        """
        INSERT INTO annual_figures AS known (
            pool_id, year, filings, filings_returned, filings_rejected, projects_approved, principal_covered_fen,
            notices_accepted, projects_compensated, paid_fen, reimbursed_fen, corrections, corrections_approved,
            corrections_returned, corrections_rejected, principal_raised_fen, principal_lowered_fen
        )
        SELECT * FROM unnest($1::uuid[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[],
                             $7::bigint[], $8::bigint[], $9::bigint[], $10::bigint[], $11::bigint[], $12::bigint[],
                             $13::bigint[], $14::bigint[], $15::bigint[], $16::bigint[], $17::bigint[])
        ON CONFLICT (pool_id, year) DO UPDATE SET
            filings = known.filings + excluded.filings,
            filings_returned = known.filings_returned + excluded.filings_returned,
            filings_rejected = known.filings_rejected + excluded.filings_rejected,
            projects_approved = known.projects_approved + excluded.projects_approved,
            principal_covered_fen = known.principal_covered_fen + excluded.principal_covered_fen,
            notices_accepted = known.notices_accepted + excluded.notices_accepted,
            projects_compensated = known.projects_compensated + excluded.projects_compensated,
            paid_fen = known.paid_fen + excluded.paid_fen,
            reimbursed_fen = known.reimbursed_fen + excluded.reimbursed_fen,
            corrections = known.corrections + excluded.corrections,
            corrections_approved = known.corrections_approved + excluded.corrections_approved,
            corrections_returned = known.corrections_returned + excluded.corrections_returned,
            corrections_rejected = known.corrections_rejected + excluded.corrections_rejected,
            principal_raised_fen = known.principal_raised_fen + excluded.principal_raised_fen,
            principal_lowered_fen = known.principal_lowered_fen + excluded.principal_lowered_fen
        """,
        [pool_id for pool_id, _ in keys],
        [year for _, year in keys],
        [added[key].filings for key in keys],
        [added[key].filings_returned for key in keys],
        [added[key].filings_rejected for key in keys],
        [added[key].projects_approved for key in keys],
        [added[key].principal_covered_fen for key in keys],
        [added[key].notices_accepted for key in keys],
        [added[key].projects_compensated for key in keys],
        [added[key].paid_fen for key in keys],
        [added[key].reimbursed_fen for key in keys],
        [added[key].corrections for key in keys],
        [added[key].corrections_approved for key in keys],
        [added[key].corrections_returned for key in keys],
        [added[key].corrections_rejected for key in keys],
        [added[key].principal_raised_fen for key in keys],
        [added[key].principal_lowered_fen for key in keys],
    )
