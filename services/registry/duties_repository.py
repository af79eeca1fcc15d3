"""The table of duties, in sets: each function is one statement, on the caller's connection and transaction.

Whoever calls them holds the lock on the duties' pool, so nobody else reads or writes them meanwhile.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

from services.registry.domain.agenda import Agenda, AgendaItem
from shared.contracts.registry.cycle import DueKind
from shared.messaging.database import Connection


async def select_due(connection: Connection, days: Mapping[UUID, date], duties_max: int) -> Mapping[UUID, Agenda]:
    """What is to be announced in each pool up to its day, at most ``duties_max`` of each, longest waiting first."""
    rows = await connection.fetch(
        """
        SELECT wanted.pool_id, due.duty_id, due.kind, due.subject_id, due.reference, due.holder, due.due_on,
               due.steps_days, due.announce_on
        FROM unnest($1::uuid[], $2::date[]) AS wanted (pool_id, day)
        CROSS JOIN LATERAL (
            SELECT * FROM duties
            WHERE duties.pool_id = wanted.pool_id AND duties.announce_on <= wanted.day
            ORDER BY duties.announce_on, duties.duty_id
            LIMIT $3
        ) AS due
        """,
        list(days),
        list(days.values()),
        duties_max,
    )
    found: dict[UUID, dict[UUID, AgendaItem]] = {pool_id: {} for pool_id in days}
    for row in rows:
        found[row["pool_id"]][row["duty_id"]] = AgendaItem(
            kind=DueKind(row["kind"]),
            subject_id=row["subject_id"],
            reference=row["reference"],
            holder=row["holder"],
            due_on=row["due_on"],
            steps_days=tuple(row["steps_days"]),
            announce_on=row["announce_on"],
        )
    return {pool_id: Agenda(duties) for pool_id, duties in found.items()}


async def upsert_duties(connection: Connection, duties: Sequence[tuple[UUID, UUID, AgendaItem]]) -> None:
    """Write these duties of pools, by their ids, as they stand now."""
    await connection.execute(
        """
        INSERT INTO duties AS known
            (pool_id, duty_id, kind, subject_id, reference, holder, due_on, steps_days, announce_on)
        SELECT pool_id, duty_id, kind, subject_id, reference, holder, due_on,
               string_to_array(steps_days, ',')::integer[], announce_on
        FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::uuid[], $5::text[], $6::text[], $7::date[], $8::text[],
                    $9::date[])
            AS new (pool_id, duty_id, kind, subject_id, reference, holder, due_on, steps_days, announce_on)
        ON CONFLICT (duty_id) DO UPDATE SET
            due_on = excluded.due_on, steps_days = excluded.steps_days, announce_on = excluded.announce_on,
            ended = false
        """,
        [pool_id for pool_id, _, _ in duties],
        [duty_id for _, duty_id, _ in duties],
        [duty.kind.value for _, _, duty in duties],
        [duty.subject_id for _, _, duty in duties],
        [duty.reference for _, _, duty in duties],
        [duty.holder for _, _, duty in duties],
        [duty.due_on for _, _, duty in duties],
        # An array of arrays would have to be rectangular.
        [",".join(str(step) for step in duty.steps_days) for _, _, duty in duties],
        [duty.announce_on for _, _, duty in duties],
    )


async def end_duties(connection: Connection, duty_ids: Sequence[UUID]) -> None:
    """Nothing is announced any more of these duties; those that never began are not there, and that is no fault."""
    await connection.execute(
        "UPDATE duties SET announce_on = NULL, ended = true WHERE duty_id = ANY ($1::uuid[])", duty_ids
    )


async def end_kinds(connection: Connection, kinds: Sequence[tuple[UUID, DueKind]]) -> None:
    """Nothing is announced any more of a pool's duties of this kind, whatever they are about."""
    await connection.execute(
        """
        UPDATE duties SET announce_on = NULL, ended = true
        FROM unnest($1::uuid[], $2::text[]) AS over (pool_id, kind)
        WHERE duties.pool_id = over.pool_id AND duties.kind = over.kind AND NOT duties.ended
        """,
        [pool_id for pool_id, _ in kinds],
        [kind.value for _, kind in kinds],
    )
