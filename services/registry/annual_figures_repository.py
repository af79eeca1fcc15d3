"""The figures of pools by year, in sets: each function is one statement, on the caller's connection and transaction."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from shared.contracts.registry.performance import AnnualFigures
from shared.messaging.database import Connection, arrays_of

# Each column is called like its figure, and is added to under its own name.
_COLUMNS = ", ".join(AnnualFigures.model_fields)
_ADDED = ", ".join(f"{name} = stored.{name} + excluded.{name}" for name in AnnualFigures.model_fields)
_ARRAYS = ", ".join(f"${place}::bigint[]" for place in range(3, 3 + len(AnnualFigures.model_fields)))


async def select_figures(
    connection: Connection, pool_ids: Sequence[UUID]
) -> Mapping[UUID, Mapping[int, AnnualFigures]]:
    """Each year's figures of these pools."""
    rows = await connection.fetch(
        f"SELECT pool_id, year, {_COLUMNS} FROM annual_figures WHERE pool_id = ANY ($1::uuid[])",  # noqa: S608  # constants
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
        f"""
        INSERT INTO annual_figures AS stored (pool_id, year, {_COLUMNS})
        SELECT * FROM unnest($1::uuid[], $2::bigint[], {_ARRAYS})
        ON CONFLICT (pool_id, year) DO UPDATE SET {_ADDED}
        """,  # noqa: S608  # constants
        [pool_id for pool_id, _ in keys],
        [year for _, year in keys],
        *arrays_of(_COLUMNS, [added[key] for key in keys]),
    )
