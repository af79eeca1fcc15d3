"""The claims service's tables: set-based statements, each for a whole batch."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from services.claims.batch import StoredClaim
from services.claims.domain.claim import Claim
from services.claims.domain.pool import Pool
from shared.messaging.database import Connection


async def insert_new_pools(connection: Connection, pools: Sequence[Pool], at: datetime) -> None:
    """Insert pools that are not there, so that they can be locked; those that are there stay as they are."""
    await connection.execute(
        """
        INSERT INTO pools (pool_id, state, updated_at)
        SELECT pool_id, state, $3 FROM unnest($1::uuid[], $2::text[]) AS given (pool_id, state)
        ORDER BY pool_id
        ON CONFLICT (pool_id) DO NOTHING
        """,
        [pool.pool_id for pool in pools],
        [pool.model_dump_json() for pool in pools],
        at,
    )


async def lock_pools(connection: Connection, pool_ids: Sequence[UUID]) -> dict[UUID, Pool]:
    """The pools with these ids, locked in the order of their ids, for whoever is going to change them."""
    rows = await connection.fetch(
        "SELECT pool_id, state FROM pools WHERE pool_id = ANY($1::uuid[]) ORDER BY pool_id FOR UPDATE", pool_ids
    )
    return {row["pool_id"]: Pool.model_validate_json(row["state"]) for row in rows}


async def update_pools(connection: Connection, pools: Sequence[Pool], at: datetime) -> None:
    """Store what these pools have become."""
    await connection.execute(
        """
        UPDATE pools
        SET managing_institution = given.managing_institution, cooperating_institution = given.cooperating_institution,
            rules_version = given.rules_version, state = given.state, updated_at = $6
        FROM unnest($1::uuid[], $2::text[], $3::text[], $4::int[], $5::text[])
             AS given (pool_id, managing_institution, cooperating_institution, rules_version, state)
        WHERE pools.pool_id = given.pool_id
        """,
        [pool.pool_id for pool in pools],
        [pool.managing_institution for pool in pools],
        [pool.cooperating_institution for pool in pools],
        [pool.latest_rules_version for pool in pools],
        [pool.model_dump_json() for pool in pools],
        at,
    )


async def insert_new_claims(connection: Connection, claims: Sequence[Claim], at: datetime) -> None:
    """Insert cases that are not there, so that they can be locked; those that are there stay as they are."""
    await connection.execute(
        """
        INSERT INTO claims (project_id, pool_id, stage, state, updated_at)
        SELECT project_id, pool_id, stage, state, $5
        FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[]) AS given (project_id, pool_id, stage, state)
        ORDER BY project_id
        ON CONFLICT (project_id) DO NOTHING
        """,
        [claim.project_id for claim in claims],
        [claim.pool_id for claim in claims],
        [claim.stage.value for claim in claims],
        [claim.model_dump_json() for claim in claims],
        at,
    )


async def lock_claims(
    connection: Connection, project_ids: Sequence[UUID], pool_ids: Sequence[UUID]
) -> tuple[dict[UUID, StoredClaim], dict[UUID, Pool]]:
    """The cases of these projects, locked in the order of their ids, and these pools, as they are committed.

    Cases only read their pools, and must not wait for each other there. It is one statement because a message waits for
    every one.
    """
    rows = await connection.fetch(
        """
        WITH locked AS (
            SELECT project_id, state, trace_parent, updated_at FROM claims
            WHERE project_id = ANY($1::uuid[])
            ORDER BY project_id FOR UPDATE
        )
        SELECT project_id, NULL::uuid AS pool_id, state, trace_parent, updated_at FROM locked
        UNION ALL
        SELECT NULL, pool_id, state, NULL, NULL FROM pools WHERE pool_id = ANY($2::uuid[])
        """,
        project_ids,
        pool_ids,
    )
    claims: dict[UUID, StoredClaim] = {}
    pools: dict[UUID, Pool] = {}
    for row in rows:
        if row["pool_id"] is not None:
            pools[row["pool_id"]] = Pool.model_validate_json(row["state"])
        else:
            # Without a trace it was only put there to be locked, and has reached no stage.
            reached_at = row["updated_at"] if row["trace_parent"] is not None else None
            claim = Claim.model_validate_json(row["state"])
            claims[row["project_id"]] = StoredClaim(claim, row["trace_parent"], reached_at)
    return claims, pools


async def update_claims(connection: Connection, changed: Mapping[UUID, tuple[StoredClaim, datetime]]) -> None:
    """Store what these cases have become, each with the time of the message that changed it last."""
    stored = [(project_id, *changed[project_id]) for project_id in sorted(changed)]
    claims = [case.claim for _, case, _ in stored]
    await connection.execute(
        """
        UPDATE claims
        SET case_number = given.case_number, stage = given.stage, lender = given.lender, guarantor = given.guarantor,
            state = given.state, trace_parent = given.trace_parent, updated_at = given.updated_at
        FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[],
                    $8::timestamptz[])
             AS given (project_id, case_number, stage, lender, guarantor, state, trace_parent, updated_at)
        WHERE claims.project_id = given.project_id
        """,
        [claim.project_id for claim in claims],
        [claim.case_number for claim in claims],
        [claim.stage.value for claim in claims],
        [None if claim.project is None else claim.project.loan.lender for claim in claims],
        [None if claim.project is None else claim.project.loan.guarantor for claim in claims],
        [claim.model_dump_json() for claim in claims],
        [case.trace_parent for _, case, _ in stored],
        [at for _, _, at in stored],
    )


async def upsert_compensations(connection: Connection, claims: Sequence[Claim]) -> None:
    """Store what these cases' compensations have become; what was released stands as it is."""
    rows = [
        (claim.project_id, compensation, compensation.plan) for claim in claims for compensation in claim.compensations
    ]
    if not rows:
        return
    plans = [plan for _, _, plan in rows]
    bases = [None if plan is None else plan.basis for plan in plans]
    await connection.execute(
        """
        INSERT INTO compensations (project_id, number, stage, notice_sha256, compensation_id, plan_sha256, payee,
                                   total_loss_fen, claimed_fen, share_rate_bp, committed_before_fen, pool_share_fen,
                                   fiscal_part_fen, social_part_fen, confirmed_at, released_at, paid_fen, decided_fen,
                                   reimbursed_fen)
        SELECT * FROM unnest($1::uuid[], $2::int[], $3::text[], $4::text[], $5::uuid[], $6::text[], $7::text[],
                             $8::bigint[], $9::bigint[], $10::int[], $11::bigint[], $12::bigint[], $13::bigint[],
                             $14::bigint[], $15::timestamptz[], $16::timestamptz[], $17::bigint[], $18::bigint[],
                             $19::bigint[])
        ON CONFLICT (project_id, number) DO UPDATE
        SET stage = excluded.stage, notice_sha256 = excluded.notice_sha256, compensation_id = excluded.compensation_id,
            plan_sha256 = excluded.plan_sha256, payee = excluded.payee, total_loss_fen = excluded.total_loss_fen,
            claimed_fen = excluded.claimed_fen, share_rate_bp = excluded.share_rate_bp,
            committed_before_fen = excluded.committed_before_fen, pool_share_fen = excluded.pool_share_fen,
            fiscal_part_fen = excluded.fiscal_part_fen, social_part_fen = excluded.social_part_fen,
            confirmed_at = excluded.confirmed_at, released_at = excluded.released_at, paid_fen = excluded.paid_fen,
            decided_fen = excluded.decided_fen, reimbursed_fen = excluded.reimbursed_fen
        """,
        [project for project, _, _ in rows],
        [each.number for _, each, _ in rows],
        [each.stage.value for _, each, _ in rows],
        [each.notice.sha256 for _, each, _ in rows],
        [plan and plan.compensation_id for plan in plans],
        [plan and plan.sha256 for plan in plans],
        [plan and plan.payee for plan in plans],
        [basis and basis.total_loss_fen for basis in bases],
        [basis and basis.claimed_fen for basis in bases],
        [basis and basis.share_rate_bp for basis in bases],
        [basis and basis.committed_before_fen for basis in bases],
        [basis and basis.pool_share_fen for basis in bases],
        [basis and basis.fiscal_part_fen for basis in bases],
        [basis and basis.social_part_fen for basis in bases],
        [plan and plan.confirmed_at for plan in plans],
        [plan and plan.released_at for plan in plans],
        [each.paid_fen for _, each, _ in rows],
        [each.decided_fen for _, each, _ in rows],
        [each.reimbursed_fen for _, each, _ in rows],
    )
