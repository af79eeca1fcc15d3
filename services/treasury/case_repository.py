"""The treasury's statements about cases and the payments on them; each for a whole set, as in ``repository``."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from pydantic import TypeAdapter

from services.treasury.domain.case import Case, Compensation, Mandate, Payment, Project
from shared.contracts.documents import SignedMessage
from shared.contracts.registry.rules import LossRatio
from shared.contracts.treasury import Leg
from shared.decisions.duties_exercised import DutyExercised
from shared.messaging.database import Connection, Row, arrays_of

_PAYMENT = TypeAdapter(Payment)
_MANDATE = TypeAdapter(Mandate)
_COMPENSATION = TypeAdapter(Compensation)
_PROJECT = TypeAdapter(Project)
_DUTIES_EXERCISED = TypeAdapter(tuple[DutyExercised, ...])
_AUTHORITY = TypeAdapter(tuple[SignedMessage, ...])

# The columns that are called like the domain's fields, in the order in which the statements take them.
_PAYMENT_COLUMNS = (
    "instruction_id, project_id, compensation_id, mandate_id, leg, instalment, amount_fen, stage, bank_reference, "
    "value_on, booked_on, reason"
)
_MANDATE_COLUMNS = (
    "mandate_id, project_id, compensation_id, leg, number, decision_sha256, authorised_fen, queued_fen, settled_fen, "
    "stage, follows"
)
_COMPENSATION_COLUMNS = (
    "compensation_id, project_id, number, plan_sha256, payee, total_loss_fen, share_rate_bp, committed_before_fen, "
    "pool_share_fen, payout_instalments, reimbursement_instalments"
)
# They follow from the transfers, and are only read.
_LEDGER_COLUMNS = "paid_fen, reserved_fen, reimbursed_fen, reimbursement_reserved_fen"
_RATIO_COLUMNS = "fiscal_weight, social_weight"
_PROJECT_COLUMNS = "lender, guarantor, rules_version, share_rate_bp, filed_by, approved_by"


async def load_payments(connection: Connection, instruction_ids: Collection[UUID]) -> list[tuple[UUID, Payment]]:
    """The payments of these instructions, each with its pool."""
    rows = await connection.fetch(
        f"SELECT pool_id, {_PAYMENT_COLUMNS} FROM payments WHERE instruction_id = ANY($1::uuid[])",  # noqa: S608  # constants
        list(instruction_ids),
    )
    return [(row["pool_id"], _PAYMENT.validate_python(dict(row))) for row in rows]


async def upsert_payments(connection: Connection, payments: Sequence[tuple[UUID, Payment]], at: datetime) -> None:
    """Insert new payments, and what the bank answered to those that are there."""
    await connection.execute(
        f"""
        INSERT INTO payments (pool_id, updated_at, {_PAYMENT_COLUMNS})
        SELECT pool_id, $14, {_PAYMENT_COLUMNS}
        FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::uuid[], $6::text[], $7::bigint[], $8::bigint[],
            $9::text[], $10::text[], $11::date[], $12::date[], $13::text[]) AS new (pool_id, {_PAYMENT_COLUMNS})
        ON CONFLICT (instruction_id) DO UPDATE SET stage = excluded.stage, bank_reference = excluded.bank_reference,
            value_on = excluded.value_on, booked_on = excluded.booked_on, reason = excluded.reason,
            updated_at = excluded.updated_at
        """,  # noqa: S608  # constants
        [pool_id for pool_id, _ in payments],
        *arrays_of(_PAYMENT_COLUMNS, (payment for _, payment in payments)),
        at,
    )


async def load_queues(
    connection: Connection, places_max: Mapping[UUID, int], lifted: Collection[UUID]
) -> list[tuple[UUID, Leg, UUID, UUID]]:
    """The first places of each pool's queues in order: pool, leg, project, mandate.

    Payouts that a flag holds are in nobody's way and stand in none, but for those of the projects in ``lifted``.
    """
    rows = await connection.fetch(
        """
        SELECT q.pool_id, q.leg, q.project_id, q.mandate_id
        FROM unnest($1::uuid[], $2::bigint[]) AS p (pool_id, places_max)
        CROSS JOIN (VALUES ('payout'), ('reimbursement')) AS l (leg)
        CROSS JOIN LATERAL (
            SELECT pool_id, leg, project_id, mandate_id, accepted_ordinal FROM mandates
            WHERE pool_id = p.pool_id AND leg = l.leg AND queued_fen > 0 AND stage = 'open'
                AND (leg <> 'payout' OR project_id = ANY($3::uuid[]) OR NOT EXISTS (
                    SELECT FROM cases AS c
                    WHERE c.project_id = mandates.project_id AND cardinality(c.affiliate_flags) > 0
                ))
            ORDER BY accepted_ordinal
            LIMIT p.places_max
        ) AS q
        ORDER BY q.accepted_ordinal
        """,
        list(places_max),
        list(places_max.values()),
        list(lifted),
    )
    return [(row["pool_id"], Leg(row["leg"]), row["project_id"], row["mandate_id"]) for row in rows]


async def load_mandates(
    connection: Connection,
    project_ids: Collection[UUID],
    paying_pool_ids: Collection[UUID],
    taken_up: Collection[UUID],
) -> list[Mandate]:
    """The mandates of these projects; with their authority where a pool at hand may pay on them.

    So are those with a payment that is ``taken_up`` again, by its instruction.
    """
    rows = await connection.fetch(
        f"""
        SELECT {_MANDATE_COLUMNS},
            CASE
                WHEN queued_fen > 0 AND stage = 'open' AND pool_id = ANY($2::uuid[])
                    OR mandate_id IN (SELECT mandate_id FROM payments WHERE instruction_id = ANY($3::uuid[]))
                THEN authority
            END AS authority
        FROM mandates WHERE project_id = ANY($1::uuid[])
        """,  # noqa: S608  # constants
        list(project_ids),
        list(paying_pool_ids),
        list(taken_up),
    )
    return [
        _MANDATE.validate_python({**row, "authority": _AUTHORITY.validate_json(row["authority"] or "[]")})
        for row in rows
    ]


async def upsert_mandates(connection: Connection, mandates: Sequence[tuple[UUID, Mandate]], at: datetime) -> None:
    """Insert new mandates in the order in which they were accepted, and what has changed on those that are there."""
    await connection.execute(
        f"""
        INSERT INTO mandates (pool_id, authority, accepted_at, updated_at, {_MANDATE_COLUMNS})
        SELECT pool_id, authority, $14, $14, {_MANDATE_COLUMNS}
        FROM unnest($1::uuid[], $2::text[], $3::uuid[], $4::uuid[], $5::uuid[], $6::text[], $7::bigint[], $8::text[],
            $9::bigint[], $10::bigint[], $11::bigint[], $12::text[], $13::uuid[]) WITH ORDINALITY
            AS new (pool_id, authority, {_MANDATE_COLUMNS}, place)
        ORDER BY place
        ON CONFLICT (mandate_id) DO UPDATE SET queued_fen = excluded.queued_fen, settled_fen = excluded.settled_fen,
            stage = excluded.stage, updated_at = excluded.updated_at
        """,  # noqa: S608  # constants
        [pool_id for pool_id, _ in mandates],
        [_AUTHORITY.dump_json(mandate.authority).decode() for _, mandate in mandates],
        *arrays_of(_MANDATE_COLUMNS, (mandate for _, mandate in mandates)),
        at,
    )


async def load_compensations(connection: Connection, project_ids: Collection[UUID]) -> list[Compensation]:
    """The compensations of these projects, with the money that moved on them as the ledger says."""
    rows = await connection.fetch(
        f"""
        SELECT {_COMPENSATION_COLUMNS}, {_LEDGER_COLUMNS}, {_RATIO_COLUMNS}
        FROM compensations WHERE project_id = ANY($1::uuid[])
        """,  # noqa: S608  # constants
        list(project_ids),
    )
    return [_COMPENSATION.validate_python({**row, "loss_ratio": _loss_ratio(row)}) for row in rows]


async def upsert_compensations(
    connection: Connection, compensations: Sequence[tuple[UUID, Compensation, str]], at: datetime
) -> None:
    """Insert new compensations, and stage and instalments of those that are there; the money is the ledger's."""
    rows = [compensation for _, compensation, _ in compensations]
    await connection.execute(
        f"""
        INSERT INTO compensations (pool_id, stage, updated_at, {_COMPENSATION_COLUMNS}, {_RATIO_COLUMNS})
        SELECT pool_id, stage, $16, {_COMPENSATION_COLUMNS}, {_RATIO_COLUMNS}
        FROM unnest($1::uuid[], $2::text[], $3::uuid[], $4::uuid[], $5::bigint[], $6::text[], $7::text[], $8::bigint[],
            $9::bigint[], $10::bigint[], $11::bigint[], $12::bigint[], $13::bigint[], $14::bigint[], $15::bigint[])
            AS new (pool_id, stage, {_COMPENSATION_COLUMNS}, {_RATIO_COLUMNS})
        ON CONFLICT (compensation_id) DO UPDATE SET payout_instalments = excluded.payout_instalments,
            reimbursement_instalments = excluded.reimbursement_instalments, stage = excluded.stage,
            updated_at = excluded.updated_at
        """,  # noqa: S608  # constants
        [pool_id for pool_id, _, _ in compensations],
        [stage for _, _, stage in compensations],
        *arrays_of(_COMPENSATION_COLUMNS, rows),
        *arrays_of(_RATIO_COLUMNS, (compensation.loss_ratio for compensation in rows)),
        at,
    )


async def load_cases(connection: Connection, project_ids: Collection[UUID]) -> list[tuple[UUID, Case, str | None]]:
    """These projects' pools, cases without their money, and trace contexts of their latest stages."""
    rows = await connection.fetch(
        f"""
        SELECT project_id, pool_id, {_PROJECT_COLUMNS}, {_RATIO_COLUMNS}, state, trace_parent, affiliate_flags
        FROM cases WHERE project_id = ANY($1::uuid[])
        """,  # noqa: S608  # constants
        list(project_ids),
    )
    return [
        (
            row["pool_id"],
            Case(
                row["project_id"],
                _project(row),
                _DUTIES_EXERCISED.validate_json(row["state"]),
                tuple(row["affiliate_flags"]),
            ),
            row["trace_parent"],
        )
        for row in rows
    ]


def _project(row: Row) -> Project | None:
    return None if row["lender"] is None else _PROJECT.validate_python({**row, "loss_ratio": _loss_ratio(row)})


def _loss_ratio(row: Row) -> LossRatio:
    return LossRatio(fiscal_weight=row["fiscal_weight"], social_weight=row["social_weight"])


async def upsert_cases(connection: Connection, cases: Sequence[tuple[UUID, Case, str | None]], at: datetime) -> None:
    """Insert or update what is known of the projects; a project never changes its pool."""
    rows = [case for _, case, _ in cases]
    projects = [case.project for case in rows]
    await connection.execute(
        """
        INSERT INTO cases (pool_id, project_id, lender, guarantor, rules_version, share_rate_bp, fiscal_weight,
            social_weight, filed_by, approved_by, state, trace_parent, affiliate_flags, updated_at)
        SELECT pool_id, project_id, lender, guarantor, rules_version, share_rate_bp, fiscal_weight, social_weight,
            filed_by, approved_by, state, trace_parent, string_to_array(affiliate_flags, ' '), $14::timestamptz
        FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::bigint[], $6::bigint[], $7::bigint[],
            $8::bigint[], $9::text[], $10::text[], $11::text[], $12::text[], $13::text[]) AS new (pool_id, project_id,
            lender, guarantor, rules_version, share_rate_bp, fiscal_weight, social_weight, filed_by, approved_by, state,
            trace_parent, affiliate_flags)
        ON CONFLICT (project_id) DO UPDATE SET lender = excluded.lender, guarantor = excluded.guarantor,
            rules_version = excluded.rules_version, share_rate_bp = excluded.share_rate_bp,
            fiscal_weight = excluded.fiscal_weight, social_weight = excluded.social_weight,
                filed_by = excluded.filed_by,
            approved_by = excluded.approved_by, state = excluded.state, trace_parent = excluded.trace_parent,
            affiliate_flags = excluded.affiliate_flags,
            updated_at = excluded.updated_at
        WHERE cases.pool_id = excluded.pool_id
        """,
        [pool_id for pool_id, _, _ in cases],
        [case.project_id for case in rows],
        [project and project.lender for project in projects],
        [project and project.guarantor for project in projects],
        [project and project.rules_version for project in projects],
        [project and project.share_rate_bp for project in projects],
        [project and project.loss_ratio.fiscal_weight for project in projects],
        [project and project.loss_ratio.social_weight for project in projects],
        [project and project.filed_by for project in projects],
        [project and project.approved_by for project in projects],
        [_DUTIES_EXERCISED.dump_json(case.duties_exercised).decode() for case in rows],
        [trace_parent for _, _, trace_parent in cases],
        # An affiliate's code has no spaces; arrays of unequal length can't be passed as one array of arrays.
        [" ".join(case.affiliate_flags) for case in rows],
        at,
    )
