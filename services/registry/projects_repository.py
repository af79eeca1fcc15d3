"""The registry's statements about projects, as in ``repository``: each for a whole set, in the caller's transaction."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from services.registry.batch import ProjectRow
from services.registry.domain.enterprise_name import Enterprise, legal_person
from services.registry.domain.project import FILING, Draft, Project
from shared.messaging.database import Connection


async def lock_projects(connection: Connection, project_ids: Sequence[UUID]) -> Mapping[UUID, ProjectRow]:
    """Lock these projects in the order of their ids; those that are not there are missing from the answer."""
    rows = await connection.fetch(
        """
        SELECT project_id, pool_id, state, trace_parent FROM projects
        WHERE project_id = ANY ($1::uuid[]) ORDER BY project_id FOR UPDATE
        """,
        project_ids,
    )
    return {
        row["project_id"]: ProjectRow(
            row["pool_id"],
            FILING.validate_json(row["state"]),
            row["trace_parent"],
        )
        for row in rows
    }


async def select_at_stake(connection: Connection, affiliates: Sequence[tuple[UUID, Enterprise]]) -> Sequence[UUID]:
    """The projects of these enterprises, by code or by name, on which their pools may still have to pay.

    The pools are locked already, so that no project joins or leaves them. All live ones are looked through for the
    whole batch at once: affiliates are registered some times a year, and an index would cost every filing.
    """
    rows = await connection.fetch(
        """
        SELECT project_id FROM projects
        WHERE pool_id = ANY ($1::uuid[]) AND (borrower_uscc = ANY ($2::text[]) OR borrower_person = ANY ($3::text[]))
            AND (stage IN ('late', 'filed', 'returned', 'approved') OR (stage = 'ended' AND outstanding_fen > 0))
        """,
        sorted({pool_id for pool_id, _ in affiliates}),
        [affiliate.uscc for _, affiliate in affiliates],
        [legal_person(affiliate.name) for _, affiliate in affiliates],
    )
    return [row["project_id"] for row in rows]


async def upsert_projects(connection: Connection, rows: Mapping[UUID, ProjectRow]) -> None:
    """Write the states of these projects, new or locked, and the figures that are queried beside them."""
    projects = [row.project for row in rows.values()]
    await connection.execute(
        """
        INSERT INTO projects (
            project_id, pool_id, stage, filing, filed_on, filing_deadline, borrower_uscc, lender, guarantor,
            loan_contract_number, principal_fen, disbursed_on, due_on, rules_version, share_rate_bp, outstanding_fen,
            flags, correction, state, trace_parent, borrower_person
        )
        SELECT * FROM unnest(
            $1::uuid[], $2::uuid[], $3::text[], $4::bigint[], $5::date[], $6::date[], $7::text[], $8::text[],
            $9::text[], $10::text[], $11::bigint[], $12::date[], $13::date[], $14::bigint[], $15::bigint[],
            $16::bigint[], $17::bigint[], $18::bigint[], $19::text[], $20::text[],
            $21::text[]
        )
        ON CONFLICT (project_id) DO UPDATE SET
            stage = excluded.stage, filing = excluded.filing, filed_on = excluded.filed_on,
            filing_deadline = excluded.filing_deadline, borrower_uscc = excluded.borrower_uscc,
            lender = excluded.lender, guarantor = excluded.guarantor,
            loan_contract_number = excluded.loan_contract_number, principal_fen = excluded.principal_fen,
            disbursed_on = excluded.disbursed_on, due_on = excluded.due_on, rules_version = excluded.rules_version,
            share_rate_bp = excluded.share_rate_bp, outstanding_fen = excluded.outstanding_fen,
            flags = excluded.flags, correction = excluded.correction, state = excluded.state,
            trace_parent = excluded.trace_parent, borrower_person = excluded.borrower_person
        """,
        list(rows),
        [row.pool_id for row in rows.values()],
        [project.stage.value for project in projects],
        [project.filing if isinstance(project, Project) else None for project in projects],
        [project.filed_on if isinstance(project, Project) else None for project in projects],
        [project.filing_deadline for project in projects],
        [project.borrower_uscc for project in projects],
        [project.loan.lender for project in projects],
        [project.loan.guarantor for project in projects],
        [project.loan.contract_number for project in projects],
        [project.loan.principal_fen for project in projects],
        [project.loan.disbursed_on for project in projects],
        [project.loan.due_on for project in projects],
        [project.terms.rules_version if isinstance(project, Project) else None for project in projects],
        [project.terms.share_rate_bp if isinstance(project, Project) else None for project in projects],
        [project.outstanding_fen if isinstance(project, Project) else None for project in projects],
        [len(project.flags) if isinstance(project, Project) else None for project in projects],
        [_waiting_correction(project) for project in projects],
        [project.model_dump_json() for project in projects],
        [row.trace_parent for row in rows.values()],
        [legal_person(project.borrower.name) if isinstance(project, Project) else None for project in projects],
    )


def _waiting_correction(project: Project | Draft) -> int | None:
    return project.correction.filing if isinstance(project, Project) and project.correction else None
