"""The table of deadlines, in sets: each function is one statement, on the caller's connection and transaction.

Whoever calls them holds the lock on the deadlines' pool, so nobody else reads or writes them meanwhile.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

from services.registry.domain.deadlines import Deadline, Deadlines
from shared.contracts.registry.cycle import DueKind
from shared.messaging.database import Connection


async def select_due(connection: Connection, days: Mapping[UUID, date], deadlines_max: int) -> Mapping[UUID, Deadlines]:
    """What is to be announced in each pool up to its day, at most ``deadlines_max`` of each, longest waiting first."""
    rows = await connection.fetch(
        """
        SELECT wanted.pool_id, due.deadline_id, due.kind, due.subject_id, due.reference, due.holder, due.due_on,
               due.steps_days, due.announce_on
        FROM unnest($1::uuid[], $2::date[]) AS wanted (pool_id, day)
        CROSS JOIN LATERAL (
            SELECT * FROM deadlines
            WHERE deadlines.pool_id = wanted.pool_id AND deadlines.announce_on <= wanted.day
            ORDER BY deadlines.announce_on, deadlines.deadline_id
            LIMIT $3
        ) AS due
        """,
        list(days),
        list(days.values()),
        deadlines_max,
    )
    found: dict[UUID, dict[UUID, Deadline]] = {pool_id: {} for pool_id in days}
    for row in rows:
        found[row["pool_id"]][row["deadline_id"]] = Deadline(
            kind=DueKind(row["kind"]),
            subject_id=row["subject_id"],
            reference=row["reference"],
            holder=row["holder"],
            due_on=row["due_on"],
            steps_days=tuple(row["steps_days"]),
            announce_on=row["announce_on"],
        )
    return {pool_id: Deadlines(waiting) for pool_id, waiting in found.items()}


async def upsert_deadlines(connection: Connection, deadlines: Sequence[tuple[UUID, UUID, Deadline]]) -> None:
    """Write these deadlines of pools, by their ids, as they stand now."""
    await connection.execute(
        """
        INSERT INTO deadlines
            (pool_id, deadline_id, kind, subject_id, reference, holder, due_on, steps_days, announce_on)
        SELECT pool_id, deadline_id, kind, subject_id, reference, holder, due_on,
               string_to_array(steps_days, ',')::integer[], announce_on
        FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::uuid[], $5::text[], $6::text[], $7::date[], $8::text[],
                    $9::date[])
            AS new (pool_id, deadline_id, kind, subject_id, reference, holder, due_on, steps_days, announce_on)
        ON CONFLICT (deadline_id) DO UPDATE SET
            due_on = excluded.due_on, steps_days = excluded.steps_days, announce_on = excluded.announce_on,
            ended = false
        """,
        [pool_id for pool_id, _, _ in deadlines],
        [each_id for _, each_id, _ in deadlines],
        [each.kind.value for _, _, each in deadlines],
        [each.subject_id for _, _, each in deadlines],
        [each.reference for _, _, each in deadlines],
        [each.holder for _, _, each in deadlines],
        [each.due_on for _, _, each in deadlines],
        # An array of arrays would have to be rectangular.
        [",".join(str(step) for step in each.steps_days) for _, _, each in deadlines],
        [each.announce_on for _, _, each in deadlines],
    )


async def end_deadlines(connection: Connection, deadline_ids: Sequence[UUID]) -> None:
    """Nothing is announced any more of these deadlines; those that never began are not there, and that is no fault."""
    await connection.execute(
        "UPDATE deadlines SET announce_on = NULL, ended = true WHERE deadline_id = ANY ($1::uuid[])", deadline_ids
    )


async def end_kinds(connection: Connection, kinds: Sequence[tuple[UUID, DueKind]]) -> None:
    """Nothing is announced any more of a pool's deadlines of this kind, whatever they are about."""
    await connection.execute(
        """
        UPDATE deadlines SET announce_on = NULL, ended = true
        FROM unnest($1::uuid[], $2::text[]) AS over (pool_id, kind)
        WHERE deadlines.pool_id = over.pool_id AND deadlines.kind = over.kind AND NOT deadlines.ended
        """,
        [pool_id for pool_id, _ in kinds],
        [kind.value for _, kind in kinds],
    )
