"""How it stands with one project, for people: read with one statement by the project's id, whatever its table holds."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from services.registry.domain.project import FILING, Draft, Flag, Project
from shared.contracts.documents import Document
from shared.contracts.money import Fen
from shared.contracts.registry.projects import FiledDrawdown, Loan, ProjectTerms, SimilarLoan
from shared.decisions.amounts import percent, yuan
from shared.decisions.article_06_flags import words_of_flags
from shared.messaging.database import Connection

SELECT_PROJECT = "SELECT pool_id, state FROM projects WHERE project_id = $1"


class ProjectStatus(BaseModel):
    """A project as the registry has it now. What a filing that was never complete doesn't have yet is None or empty.

    ``missing`` are the codes of what the filing lacked when it was last sent, ``flags`` those that stand.
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
    similar_loans: tuple[SimilarLoan, ...] = ()
    terms: ProjectTerms | None = None
    drawdowns: tuple[FiledDrawdown, ...] = ()
    covered_principal_fen: Fen | None = None
    repaid_fen: Fen | None = None
    outstanding_fen: Fen | None = None
    flags: tuple[Flag, ...] = ()
    documents: tuple[Document, ...] = ()


async def select_project_status(connection: Connection, project_id: UUID) -> ProjectStatus | None:
    """Read the project by its id; None if nothing of it was ever filed."""
    row = await connection.fetchrow(SELECT_PROJECT, project_id)
    return None if row is None else project_status_of(row["pool_id"], FILING.validate_json(row["state"]))


def project_status_of(pool_id: UUID, filing: Project | Draft) -> ProjectStatus:
    """The status of what the registry has filed."""
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
        return ProjectStatus.model_validate({**always, "borrower_name": filing.borrower_name})
    return ProjectStatus.model_validate(
        {
            **always,
            "borrower_name": filing.borrower.name,
            "filing": filing.filing,
            "filed_on": filing.filed_on,
            "filed_by": filing.filed_by,
            "reasons": filing.reasons,
            "late_because": filing.late_because,
            "similar_loans": filing.similar_loans,
            "terms": filing.terms,
            "drawdowns": filing.drawdowns,
            "covered_principal_fen": filing.covered_principal_fen,
            "repaid_fen": filing.repaid_fen,
            "outstanding_fen": filing.outstanding_fen,
            "flags": filing.flags,
            "documents": filing.documents,
        }
    )


def as_text(status: ProjectStatus) -> str:
    """The status for people to read, a line for each thing there is."""
    return "\n".join(_lines(status)) + "\n"


def _lines(status: ProjectStatus) -> Iterable[str]:
    loan = status.loan
    yield f"project     {status.project_id} in pool {status.pool_id}"
    yield f"stage       {status.stage}" + ("" if status.reasons is None else f": {status.reasons}")
    yield f"borrower    {status.borrower_name} ({status.borrower_uscc})"
    guarantor = "" if loan.guarantor is None else f", guaranteed by {loan.guarantor}"
    yield f"loan        {loan.contract_number} of {loan.lender}{guarantor}"
    yield f"principal   {yuan(loan.principal_fen)}, due on {loan.due_on}"
    provisional = " (provisional)" if status.filing_deadline_provisional else ""
    yield f"to be filed until {status.filing_deadline}{provisional}"
    if status.filing is not None:
        yield f"filing      {status.filing}, first complete on {status.filed_on}, by {status.filed_by}"
    if status.late_because is not None:
        yield f"late        {status.late_because}"
    if status.missing:
        yield f"missing     {', '.join(status.missing)}"
    for similar in status.similar_loans:
        alike = ", ".join(likeness.english for likeness in similar.alike)
        yield f"could be    {similar.contract_number} of {similar.lender}: same {alike}"
    if status.terms is not None:
        ratio = f"{status.terms.loss_ratio.fiscal_weight}:{status.terms.loss_ratio.social_weight}"
        yield f"terms       rules {status.terms.rules_version}, {percent(status.terms.share_rate_bp)}, {ratio}"
    for drawdown in status.drawdowns:
        late = ", late" if drawdown.late else ""
        yield (
            f"drawdown    {drawdown.number}: {yuan(drawdown.amount_fen)} on {drawdown.disbursed_on}, filed "
            f"{drawdown.filed_on}, until {drawdown.filing_deadline}{late}"
        )
    if status.outstanding_fen is not None:
        assert status.covered_principal_fen is not None
        assert status.repaid_fen is not None
        yield f"covered     {yuan(status.covered_principal_fen)}, repaid {yuan(status.repaid_fen)}"
        yield f"outstanding {yuan(status.outstanding_fen)}"
    if status.flags:
        yield f"flags       {words_of_flags(status.flags)[0]}"
    for document in status.documents:
        yield f"document    {document.kind.value}: {document.title} ({document.sha256[:12]}…)"
