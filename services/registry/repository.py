"""The registry's tables, in sets: each function is one statement, on the caller's connection and transaction."""

from collections.abc import Mapping, Sequence, Set
from typing import NamedTuple
from uuid import UUID

from services.registry.batch import EntryRow, PoolRow, RulesVersionRow
from services.registry.domain.loan_marks import KnownLoan, Mark
from services.registry.domain.pool import Pool, PreparedPool
from services.registry.domain.project import Stage
from services.registry.domain.register_entry import RegisterEntry
from services.registry.domain.rules_versions.state import RulesProposal
from services.registry.domain.subjects import ENTRIES
from shared.contracts.registry.projects import SIMILAR_LOANS_MAX
from shared.messaging.database import Connection


async def insert_new_pools(connection: Connection, pool_ids: Sequence[UUID]) -> None:
    """Insert empty rows for pools that are not there, so that their founding has a row to lock."""
    await connection.execute(
        """
        INSERT INTO pools (pool_id)
        SELECT pool_id FROM unnest($1::uuid[]) AS new (pool_id) ORDER BY pool_id
        ON CONFLICT (pool_id) DO NOTHING
        """,
        pool_ids,
    )


async def lock_pools(connection: Connection, pool_ids: Sequence[UUID]) -> Mapping[UUID, PoolRow]:
    """Lock these pools in the order of their ids; those that are not there are missing from the answer."""
    rows = await connection.fetch(
        """
        SELECT pool_id, state, preparation FROM pools
        WHERE pool_id = ANY ($1::uuid[]) ORDER BY pool_id FOR UPDATE
        """,
        pool_ids,
    )
    return {
        row["pool_id"]: PoolRow(
            Pool.model_validate_json(row["state"]) if row["state"] else None,
            PreparedPool.model_validate_json(row["preparation"]) if row["preparation"] and not row["state"] else None,
        )
        for row in rows
    }


async def update_preparations(connection: Connection, prepared: Mapping[UUID, PreparedPool]) -> None:
    """Write what there is of these locked pools before their founding."""
    await connection.execute(
        """
        UPDATE pools SET preparation = new.preparation
        FROM unnest($1::uuid[], $2::text[]) AS new (pool_id, preparation)
        WHERE pools.pool_id = new.pool_id
        """,
        list(prepared),
        [each.model_dump_json() for each in prepared.values()],
    )


async def update_pools(connection: Connection, pools: Mapping[UUID, Pool]) -> None:
    """Write the states of these locked pools, and the figures that are queried beside them."""
    ids, values = list(pools), list(pools.values())
    await connection.execute(
        """
        UPDATE pools SET
            name = new.name, district = new.district, founded_on = new.founded_on, ends_on = new.ends_on,
            size_fen = new.size_fen, rules_version = new.rules_version, share_rate_bp = new.share_rate_bp,
            share_rate_max_bp = new.share_rate_max_bp, profile_sha256 = new.profile_sha256,
            managing_institution = new.managing_institution, cooperating_institution = new.cooperating_institution,
            supervising_bank = new.supervising_bank, state = new.state
        FROM unnest($1::uuid[], $2::text[], $3::text[], $4::date[], $5::date[], $6::bigint[], $7::bigint[],
                    $8::bigint[], $9::bigint[], $10::text[], $11::text[], $12::text[], $13::text[], $14::text[])
            AS new (pool_id, name, district, founded_on, ends_on, size_fen, rules_version, share_rate_bp,
                    share_rate_max_bp, profile_sha256, managing_institution, cooperating_institution, supervising_bank,
                    state)
        WHERE pools.pool_id = new.pool_id
        """,
        ids,
        [pool.name for pool in values],
        [pool.district for pool in values],
        [pool.founded_on for pool in values],
        [pool.ends_on for pool in values],
        [pool.size_fen for pool in values],
        [pool.latest_rules.version for pool in values],
        [pool.latest_rules.share_rate_bp for pool in values],
        [pool.share_rate_max_bp for pool in values],
        [pool.profile_sha256 for pool in values],
        [pool.managing_institution for pool in values],
        [pool.cooperating_institution for pool in values],
        [pool.supervising_bank for pool in values],
        [pool.model_dump_json() for pool in values],
    )


class OtherProfile(NamedTuple):
    """A pool, and the hash of the profile that its rules were adopted under, which is not the installed one's."""

    pool_id: UUID
    district: str
    profile_sha256: str


async def select_pools_under_other_profiles(
    connection: Connection, installed_sha256: Mapping[str, str]
) -> Sequence[OtherProfile]:
    """The founded pools whose rules are under another profile than is installed for their district, if any is."""
    rows = await connection.fetch(
        """
        SELECT pools.pool_id, pools.district, pools.profile_sha256
        FROM pools
        LEFT JOIN unnest($1::text[], $2::text[]) AS installed (district, sha256) USING (district)
        WHERE pools.profile_sha256 IS DISTINCT FROM installed.sha256 AND pools.state IS NOT NULL
        ORDER BY pools.pool_id
        """,
        list(installed_sha256),
        list(installed_sha256.values()),
    )
    return [OtherProfile(**row) for row in rows]


async def insert_rules_versions(connection: Connection, rows: Sequence[RulesVersionRow]) -> None:
    """Insert versions of these locked pools' rules."""
    await connection.execute(
        """
        INSERT INTO rules_versions (pool_id, version, effective_on, share_rate_bp, share_rate_max_bp, follows_version,
                                    follows_effective_on, proposal_sha256, adopted_at, rules)
        SELECT * FROM unnest($1::uuid[], $2::bigint[], $3::date[], $4::bigint[], $5::bigint[], $6::bigint[],
                             $7::date[], $8::text[], $9::timestamptz[], $10::text[])
        """,
        [row.pool_id for row in rows],
        [row.rules.version for row in rows],
        [row.rules.effective_on for row in rows],
        [row.rules.share_rate_bp for row in rows],
        [row.share_rate_max_bp for row in rows],
        [row.follows.version if row.follows else None for row in rows],
        [row.follows.effective_on if row.follows else None for row in rows],
        [row.proposal_sha256 for row in rows],
        [row.adopted_at for row in rows],
        [row.rules.model_dump_json() for row in rows],
    )


async def insert_new_rights(connection: Connection, holders: Mapping[str, UUID]) -> Set[str]:
    """Insert rows for those of these rights that are not there, and say which, in the order given.

    Two who file one right at once meet on its row. The project need be there only at the end of the transaction.
    """
    rows = await connection.fetch(
        """
        INSERT INTO pledged_rights (right_key, project_id)
        SELECT * FROM unnest($1::text[], $2::uuid[])
        ON CONFLICT (right_key) DO NOTHING
        RETURNING right_key
        """,
        list(holders),
        list(holders.values()),
    )
    return {row["right_key"] for row in rows}


async def lock_rights(
    connection: Connection, keys: Sequence[str], project_ids: Sequence[UUID]
) -> Mapping[str, UUID | None]:
    """Lock these rights, and those that secure these projects, in order; with the project each secures, None if free.

    The projects are locked already, so that what secures them stays as it is.
    """
    rows = await connection.fetch(
        """
        SELECT right_key, project_id FROM pledged_rights
        WHERE right_key = ANY ($1::text[]) OR project_id = ANY ($2::uuid[]) ORDER BY right_key FOR UPDATE
        """,
        keys,
        project_ids,
    )
    return {row["right_key"]: row["project_id"] for row in rows}


async def update_rights(connection: Connection, holders: Mapping[str, UUID | None]) -> None:
    """Write which project each of these locked rights secures from now on."""
    await connection.execute(
        """
        UPDATE pledged_rights SET project_id = new.project_id
        FROM unnest($1::text[], $2::uuid[]) AS new (right_key, project_id)
        WHERE pledged_rights.right_key = new.right_key
        """,
        list(holders),
        list(holders.values()),
    )


async def select_marked(
    connection: Connection, marks: Mapping[UUID, Set[Mark]]
) -> tuple[Mapping[UUID, Mapping[Mark, frozenset[UUID]]], Mapping[UUID, KnownLoan]]:
    """Which projects have each of these marks, by pool and mark, and what is to be known of their loans.

    The pools are locked already, so that nothing of it changes. Of a mark that many have, one more is read than are
    reported, since one of them can be the project that is asked for.
    """
    rows = await connection.fetch(
        """
        SELECT asked.pool_id, asked.mark, project_id, lender, loan_contract_number, borrower_uscc, stage
        FROM unnest($1::uuid[], $2::bigint[]) AS asked (pool_id, mark)
        CROSS JOIN LATERAL (
            SELECT project_id FROM loan_marks
            WHERE loan_marks.pool_id = asked.pool_id AND loan_marks.mark = asked.mark ORDER BY project_id LIMIT $3
        ) AS found
        JOIN projects USING (project_id)
        """,
        [pool_id for pool_id, of_pool in marks.items() for _ in of_pool],
        [mark for of_pool in marks.values() for mark in sorted(of_pool)],
        SIMILAR_LOANS_MAX + 1,
    )
    marked: dict[UUID, dict[Mark, frozenset[UUID]]] = {}
    for row in rows:
        of_pool = marked.setdefault(row["pool_id"], {})
        of_pool[row["mark"]] = of_pool.get(row["mark"], frozenset()) | {row["project_id"]}
    loans = {
        row["project_id"]: KnownLoan(
            row["lender"], row["loan_contract_number"], row["borrower_uscc"], row["stage"] == Stage.REJECTED
        )
        for row in rows
    }
    return marked, loans


async def insert_marks(connection: Connection, marks: Sequence[tuple[UUID, Mark, UUID]]) -> None:
    """Insert marks of projects of these locked pools, by pool, mark and project."""
    await connection.execute(
        """
        INSERT INTO loan_marks (pool_id, mark, project_id)
        SELECT * FROM unnest($1::uuid[], $2::bigint[], $3::uuid[])
        ON CONFLICT DO NOTHING
        """,
        [pool_id for pool_id, _, _ in marks],
        [mark for _, mark, _ in marks],
        [project_id for _, _, project_id in marks],
    )


async def insert_new_entries(connection: Connection, entries: Mapping[UUID, UUID]) -> None:
    """Insert empty rows for entries (by id, with their pools) that are not there, so that a beginning can lock one.

    An entry of a pool that is not there gets no row.
    """
    await connection.execute(
        """
        INSERT INTO register_entries (entry_id, pool_id)
        SELECT new.entry_id, new.pool_id
        FROM unnest($1::uuid[], $2::uuid[]) AS new (entry_id, pool_id)
        JOIN pools ON pools.pool_id = new.pool_id
        ORDER BY new.entry_id
        ON CONFLICT (entry_id) DO NOTHING
        """,
        list(entries),
        list(entries.values()),
    )


async def lock_entries(connection: Connection, entry_ids: Sequence[UUID]) -> Mapping[UUID, EntryRow]:
    """Lock these entries in the order of their ids; those that are not there are missing from the answer."""
    rows = await connection.fetch(
        """
        SELECT entry_id, pool_id, kind, state FROM register_entries
        WHERE entry_id = ANY ($1::uuid[]) ORDER BY entry_id FOR UPDATE
        """,
        entry_ids,
    )
    return {
        row["entry_id"]: EntryRow(
            row["pool_id"],
            ENTRIES[row["kind"]].model_validate_json(row["state"]) if row["state"] is not None else None,
        )
        for row in rows
    }


async def update_entries(connection: Connection, rows: Mapping[UUID, EntryRow]) -> None:
    """Write the states of these locked entries, and what they are looked for by."""
    entries = [row.entry for row in rows.values() if row.entry is not None]
    assert len(entries) == len(rows), "an entry that has begun can't become nothing"
    shares = [_proposed_share(entry) for entry in entries]
    await connection.execute(
        """
        UPDATE register_entries SET
            kind = new.kind, number = new.number, stage = new.stage, state = new.state,
            share_rate_bp = new.share_rate_bp, share_rate_max_bp = new.share_rate_max_bp
        FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::bigint[], $7::bigint[])
            AS new (entry_id, kind, number, stage, state, share_rate_bp, share_rate_max_bp)
        WHERE register_entries.entry_id = new.entry_id
        """,
        list(rows),
        [entry.entry_kind for entry in entries],
        [entry.number for entry in entries],
        [entry.stage for entry in entries],
        [entry.model_dump_json() for entry in entries],
        [share_rate_bp for share_rate_bp, _ in shares],
        [share_rate_max_bp for _, share_rate_max_bp in shares],
    )


def _proposed_share(entry: RegisterEntry) -> tuple[int | None, int | None]:
    """The share that a proposal of rules has, and the ceiling of its day; of any other entry neither (10.3)."""
    if not isinstance(entry, RulesProposal):
        return None, None
    return entry.rules.share_rate_bp, entry.share_rate_max_bp
