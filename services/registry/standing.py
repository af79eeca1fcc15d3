"""How it stands with one project, for people: read with one statement by the project's id, whatever its table holds."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from services.registry.domain.project import FILING, Draft, Project
from shared.contracts.documents import Document
from shared.contracts.money import Fen
from shared.contracts.registry.projects import FiledDrawdown, Loan, ProjectTerms
from shared.decisions.amounts import percent, yuan
from shared.messaging.database import Connection

SELECT_PROJECT = "SELECT pool_id, state FROM projects WHERE project_id = $1 AND state IS NOT NULL"


class Standing(BaseModel):
    """A project as the registry has it now. What a filing that was never complete doesn't have yet is None or empty.

    ``missing`` are the codes of what the filing lacked when it was last sent, ``flags`` the spot checks that stand.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    project_id: UUID
    pool_id: UUID
    stage: str
    borrower_name: str
    borrower_uscc: str
    loan: Loan
    filing_deadline: date
    filing_deadline_provisional: bool
    filing: int | None = None
    filed_on: date | None = None
    filed_by: str | None = None
    reasons: str | None = None
    late_because: str | None = None
    missing: tuple[str, ...] = ()
    terms: ProjectTerms | None = None
    drawdowns: tuple[FiledDrawdown, ...] = ()
    covered_principal_fen: Fen | None = None
    repaid_fen: Fen | None = None
    outstanding_fen: Fen | None = None
    flags: tuple[str, ...] = ()
    documents: tuple[Document, ...] = ()


async def select_standing(connection: Connection, project_id: UUID) -> Standing | None:
    """Read the project by its id; None if nothing of it was ever filed."""
    row = await connection.fetchrow(SELECT_PROJECT, project_id)
    return None if row is None else standing_of(row["pool_id"], FILING.validate_json(row["state"]))


def standing_of(pool_id: UUID, filing: Project | Draft) -> Standing:
    """The standing of what the registry has filed."""
    always = {
        "project_id": filing.project_id,
        "pool_id": pool_id,
        "stage": filing.stage.value,
        "borrower_uscc": filing.borrower_uscc,
        "loan": filing.loan,
        "filing_deadline": filing.filing_deadline,
        "filing_deadline_provisional": filing.filing_deadline_provisional,
        "missing": tuple(item.code for item in filing.items),
    }
    if isinstance(filing, Draft):
        return Standing.model_validate({**always, "borrower_name": filing.borrower_name})
    return Standing.model_validate(
        {
            **always,
            "borrower_name": filing.borrower.name,
            "filing": filing.filing,
            "filed_on": filing.filed_on,
            "filed_by": filing.filed_by,
            "reasons": filing.reasons,
            "late_because": filing.late_because,
            "terms": filing.terms,
            "drawdowns": filing.drawdowns,
            "covered_principal_fen": filing.covered_principal_fen,
            "repaid_fen": filing.repaid_fen,
            "outstanding_fen": filing.outstanding_fen,
            "flags": filing.flags,
            "documents": filing.documents,
        }
    )


def as_text(standing: Standing) -> str:
    """The standing for people to read, a line for each thing there is."""
    return "\n".join(_lines(standing)) + "\n"


def _lines(standing: Standing) -> Iterable[str]:
    loan = standing.loan
    yield f"project     {standing.project_id} in pool {standing.pool_id}"
    yield f"stage       {standing.stage}" + ("" if standing.reasons is None else f": {standing.reasons}")
    yield f"borrower    {standing.borrower_name} ({standing.borrower_uscc})"
    guarantor = "" if loan.guarantor is None else f", guaranteed by {loan.guarantor}"
    yield f"loan        {loan.contract_number} of {loan.lender}{guarantor}"
    yield f"principal   {yuan(loan.principal_fen)}, due on {loan.due_on}"
    provisional = " (provisional)" if standing.filing_deadline_provisional else ""
    yield f"to be filed until {standing.filing_deadline}{provisional}"
    if standing.filing is not None:
        yield f"filing      {standing.filing}, first complete on {standing.filed_on}, by {standing.filed_by}"
    if standing.late_because is not None:
        yield f"late        {standing.late_because}"
    if standing.missing:
        yield f"missing     {', '.join(standing.missing)}"
    if standing.terms is not None:
        ratio = f"{standing.terms.loss_ratio.fiscal_weight}:{standing.terms.loss_ratio.social_weight}"
        yield f"terms       rules {standing.terms.rules_version}, {percent(standing.terms.share_rate_bp)}, {ratio}"
    for drawdown in standing.drawdowns:
        late = ", late" if drawdown.late else ""
        yield (
            f"drawdown    {drawdown.number}: {yuan(drawdown.amount_fen)} on {drawdown.disbursed_on}, filed "
            f"{drawdown.filed_on}, until {drawdown.filing_deadline}{late}"
        )
    if standing.outstanding_fen is not None:
        assert standing.covered_principal_fen is not None
        assert standing.repaid_fen is not None
        yield f"covered     {yuan(standing.covered_principal_fen)}, repaid {yuan(standing.repaid_fen)}"
        yield f"outstanding {yuan(standing.outstanding_fen)}"
    if standing.flags:
        yield f"flags       spot checks {', '.join(standing.flags)}"
    for document in standing.documents:
        yield f"document    {document.kind.value}: {document.title} ({document.sha256[:12]}…)"
