"""The treasury's statements about cases and the payments on them; each for a whole set, as in ``repository``."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from pydantic import TypeAdapter

from services.treasury.domain.case import (
    Case,
    Compensation,
    Mandate,
    MandateStage,
    Payment,
    PaymentStage,
    Project,
)
from shared.contracts.documents import SignedMessage
from shared.contracts.registry.words import LossRatio
from shared.contracts.treasury import Leg
from shared.decisions.duties_exercised import DutyExercised
from shared.messaging.database import Connection, Row

_DUTIES_EXERCISED = TypeAdapter(tuple[DutyExercised, ...])
_AUTHORITY = TypeAdapter(tuple[SignedMessage, ...])


async def load_payments(connection: Connection, instruction_ids: Collection[UUID]) -> list[tuple[UUID, Payment]]:
    """The payments of these instructions, each with its pool."""
    rows = await connection.fetch(
        """
        SELECT pool_id, instruction_id, project_id, compensation_id, mandate_id, leg, instalment, amount_fen, stage,
            bank_reference, value_on, booked_on, reason
        FROM payments WHERE instruction_id = ANY($1::uuid[])
        """,
        list(instruction_ids),
    )
    return [(row["pool_id"], _payment(row)) for row in rows]


def _payment(row: Row) -> Payment:
    return Payment(
        instruction_id=row["instruction_id"],
        project_id=row["project_id"],
        compensation_id=row["compensation_id"],
        mandate_id=row["mandate_id"],
        leg=Leg(row["leg"]),
        instalment=row["instalment"],
        amount_fen=row["amount_fen"],
        stage=PaymentStage(row["stage"]),
        bank_reference=row["bank_reference"],
        value_on=row["value_on"],
        booked_on=row["booked_on"],
        reason=row["reason"],
    )


async def upsert_payments(connection: Connection, payments: Sequence[tuple[UUID, Payment]], at: datetime) -> None:
    """Insert new payments, and what the bank answered to those that are there."""
    rows = [payment for _, payment in payments]
    await connection.execute(
        """
        INSERT INTO payments (pool_id, instruction_id, project_id, compensation_id, mandate_id, leg, instalment,
            amount_fen, stage, bank_reference, value_on, booked_on, reason, updated_at)
        SELECT *, $14::timestamptz FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::uuid[], $6::text[],
            $7::bigint[], $8::bigint[], $9::text[], $10::text[], $11::date[], $12::date[], $13::text[])
        ON CONFLICT (instruction_id) DO UPDATE SET stage = excluded.stage, bank_reference = excluded.bank_reference,
            value_on = excluded.value_on, booked_on = excluded.booked_on, reason = excluded.reason,
            updated_at = excluded.updated_at
        """,
        [pool_id for pool_id, _ in payments],
        [payment.instruction_id for payment in rows],
        [payment.project_id for payment in rows],
        [payment.compensation_id for payment in rows],
        [payment.mandate_id for payment in rows],
        [payment.leg.value for payment in rows],
        [payment.instalment for payment in rows],
        [payment.amount_fen for payment in rows],
        [payment.stage.value for payment in rows],
        [payment.bank_reference for payment in rows],
        [payment.value_on for payment in rows],
        [payment.booked_on for payment in rows],
        [payment.reason for payment in rows],
        at,
    )


async def load_queues(connection: Connection, places_max: Mapping[UUID, int]) -> list[tuple[UUID, Leg, UUID, UUID]]:
    """The first places of each pool's queues in order: pool, leg, project, mandate."""
    rows = await connection.fetch(
        """
        SELECT q.pool_id, q.leg, q.project_id, q.mandate_id
        FROM unnest($1::uuid[], $2::bigint[]) AS p (pool_id, places_max)
        CROSS JOIN (VALUES ('payout'), ('reimbursement')) AS l (leg)
        CROSS JOIN LATERAL (
            SELECT pool_id, leg, project_id, mandate_id, accepted_ordinal FROM mandates
            WHERE pool_id = p.pool_id AND leg = l.leg AND queued_fen > 0 AND stage = 'open'
            ORDER BY accepted_ordinal
            LIMIT p.places_max
        ) AS q
        ORDER BY q.accepted_ordinal
        """,
        list(places_max),
        list(places_max.values()),
    )
    return [(row["pool_id"], Leg(row["leg"]), row["project_id"], row["mandate_id"]) for row in rows]


async def load_mandates(
    connection: Connection, project_ids: Collection[UUID], paying_pool_ids: Collection[UUID]
) -> list[Mandate]:
    """The mandates of these projects; with their authority where a pool at hand may pay on them."""
    rows = await connection.fetch(
        """
        SELECT mandate_id, project_id, compensation_id, leg, number, decision_sha256, authorised_fen, queued_fen,
            settled_fen, stage,
            CASE WHEN queued_fen > 0 AND stage = 'open' AND pool_id = ANY($2::uuid[]) THEN authority END AS authority
        FROM mandates WHERE project_id = ANY($1::uuid[])
        """,
        list(project_ids),
        list(paying_pool_ids),
    )
    return [
        Mandate(
            mandate_id=row["mandate_id"],
            project_id=row["project_id"],
            compensation_id=row["compensation_id"],
            leg=Leg(row["leg"]),
            number=row["number"],
            decision_sha256=row["decision_sha256"],
            authorised_fen=row["authorised_fen"],
            queued_fen=row["queued_fen"],
            settled_fen=row["settled_fen"],
            stage=MandateStage(row["stage"]),
            authority=() if row["authority"] is None else _AUTHORITY.validate_json(row["authority"]),
        )
        for row in rows
    ]


async def upsert_mandates(connection: Connection, mandates: Sequence[tuple[UUID, Mandate]], at: datetime) -> None:
    """Insert new mandates in the order in which they were accepted, and what has changed on those that are there."""
    rows = [mandate for _, mandate in mandates]
    await connection.execute(
        """
        INSERT INTO mandates (pool_id, mandate_id, project_id, compensation_id, leg, number, decision_sha256,
            authorised_fen, queued_fen, settled_fen, stage, authority, accepted_at, updated_at)
        SELECT pool_id, mandate_id, project_id, compensation_id, leg, number, decision_sha256, authorised_fen,
            queued_fen, settled_fen, stage, authority, $13, $13
        FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::text[], $6::bigint[], $7::text[], $8::bigint[],
            $9::bigint[], $10::bigint[], $11::text[], $12::text[]) WITH ORDINALITY
            AS new (pool_id, mandate_id, project_id, compensation_id, leg, number, decision_sha256, authorised_fen,
                queued_fen, settled_fen, stage, authority, place)
        ORDER BY place
        ON CONFLICT (mandate_id) DO UPDATE SET queued_fen = excluded.queued_fen, settled_fen = excluded.settled_fen,
            stage = excluded.stage, updated_at = excluded.updated_at
        """,
        [pool_id for pool_id, _ in mandates],
        [mandate.mandate_id for mandate in rows],
        [mandate.project_id for mandate in rows],
        [mandate.compensation_id for mandate in rows],
        [mandate.leg.value for mandate in rows],
        [mandate.number for mandate in rows],
        [mandate.decision_sha256 for mandate in rows],
        [mandate.authorised_fen for mandate in rows],
        [mandate.queued_fen for mandate in rows],
        [mandate.settled_fen for mandate in rows],
        [mandate.stage.value for mandate in rows],
        [_AUTHORITY.dump_json(mandate.authority).decode() for mandate in rows],
        at,
    )


async def load_compensations(connection: Connection, project_ids: Collection[UUID]) -> list[Compensation]:
    """The compensations of these projects, with the money that moved on them as the ledger says."""
    rows = await connection.fetch(
        """
        SELECT compensation_id, project_id, number, plan_sha256, payee, total_loss_fen, share_rate_bp, fiscal_weight,
            social_weight, committed_before_fen, pool_share_fen, paid_fen, reserved_fen, reimbursed_fen,
            reimbursement_reserved_fen, payout_instalments, reimbursement_instalments
        FROM compensations WHERE project_id = ANY($1::uuid[])
        """,
        list(project_ids),
    )
    return [
        Compensation(
            compensation_id=row["compensation_id"],
            project_id=row["project_id"],
            number=row["number"],
            plan_sha256=row["plan_sha256"],
            payee=row["payee"],
            total_loss_fen=row["total_loss_fen"],
            share_rate_bp=row["share_rate_bp"],
            loss_ratio=LossRatio(fiscal_weight=row["fiscal_weight"], social_weight=row["social_weight"]),
            committed_before_fen=row["committed_before_fen"],
            pool_share_fen=row["pool_share_fen"],
            paid_fen=row["paid_fen"],
            reserved_fen=row["reserved_fen"],
            reimbursed_fen=row["reimbursed_fen"],
            reimbursement_reserved_fen=row["reimbursement_reserved_fen"],
            payout_instalments=row["payout_instalments"],
            reimbursement_instalments=row["reimbursement_instalments"],
        )
        for row in rows
    ]


async def upsert_compensations(
    connection: Connection, compensations: Sequence[tuple[UUID, Compensation, str]], at: datetime
) -> None:
    """Insert new compensations, and stage and instalments of those that are there; the money is the ledger's."""
    rows = [compensation for _, compensation, _ in compensations]
    await connection.execute(
        """
        INSERT INTO compensations (pool_id, compensation_id, project_id, number, plan_sha256, payee, total_loss_fen,
            share_rate_bp, fiscal_weight, social_weight, committed_before_fen, pool_share_fen, payout_instalments,
            reimbursement_instalments, stage, updated_at)
        SELECT *, $16::timestamptz FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::bigint[], $5::text[],
            $6::text[],
            $7::bigint[], $8::bigint[], $9::bigint[], $10::bigint[], $11::bigint[], $12::bigint[], $13::bigint[],
            $14::bigint[], $15::text[])
        ON CONFLICT (compensation_id) DO UPDATE SET payout_instalments = excluded.payout_instalments,
            reimbursement_instalments = excluded.reimbursement_instalments, stage = excluded.stage,
            updated_at = excluded.updated_at
        """,
        [pool_id for pool_id, _, _ in compensations],
        [compensation.compensation_id for compensation in rows],
        [compensation.project_id for compensation in rows],
        [compensation.number for compensation in rows],
        [compensation.plan_sha256 for compensation in rows],
        [compensation.payee for compensation in rows],
        [compensation.total_loss_fen for compensation in rows],
        [compensation.share_rate_bp for compensation in rows],
        [compensation.loss_ratio.fiscal_weight for compensation in rows],
        [compensation.loss_ratio.social_weight for compensation in rows],
        [compensation.committed_before_fen for compensation in rows],
        [compensation.pool_share_fen for compensation in rows],
        [compensation.payout_instalments for compensation in rows],
        [compensation.reimbursement_instalments for compensation in rows],
        [stage for _, _, stage in compensations],
        at,
    )


async def load_cases(connection: Connection, project_ids: Collection[UUID]) -> list[tuple[UUID, Case, str | None]]:
    """These projects' pools, cases without their money, and trace contexts of their latest stages."""
    rows = await connection.fetch(
        """
        SELECT project_id, pool_id, lender, guarantor, rules_version, share_rate_bp, fiscal_weight, social_weight,
            filed_by, approved_by, state, trace_parent
        FROM cases WHERE project_id = ANY($1::uuid[])
        """,
        list(project_ids),
    )
    return [
        (
            row["pool_id"],
            Case(row["project_id"], _project(row), _DUTIES_EXERCISED.validate_json(row["state"])),
            row["trace_parent"],
        )
        for row in rows
    ]


def _project(row: Row) -> Project | None:
    if row["lender"] is None:
        return None
    return Project(
        lender=row["lender"],
        guarantor=row["guarantor"],
        rules_version=row["rules_version"],
        share_rate_bp=row["share_rate_bp"],
        loss_ratio=LossRatio(fiscal_weight=row["fiscal_weight"], social_weight=row["social_weight"]),
        filed_by=row["filed_by"],
        approved_by=row["approved_by"],
    )


async def upsert_cases(connection: Connection, cases: Sequence[tuple[UUID, Case, str | None]], at: datetime) -> None:
    """Insert or update what is known of the projects; a project never changes its pool."""
    rows = [case for _, case, _ in cases]
    projects = [case.project for case in rows]
    await connection.execute(
        """
        INSERT INTO cases (pool_id, project_id, lender, guarantor, rules_version, share_rate_bp, fiscal_weight,
            social_weight, filed_by, approved_by, state, trace_parent, updated_at)
        SELECT *, $13::timestamptz FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::bigint[],
            $6::bigint[], $7::bigint[], $8::bigint[], $9::text[], $10::text[], $11::text[], $12::text[])
        ON CONFLICT (project_id) DO UPDATE SET lender = excluded.lender, guarantor = excluded.guarantor,
            rules_version = excluded.rules_version, share_rate_bp = excluded.share_rate_bp,
            fiscal_weight = excluded.fiscal_weight, social_weight = excluded.social_weight,
                filed_by = excluded.filed_by,
            approved_by = excluded.approved_by, state = excluded.state, trace_parent = excluded.trace_parent,
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
        at,
    )
