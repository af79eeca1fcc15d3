"""Corrections to try things on: of a filing that waits, and of a project that is approved."""

from typing import Any

from shared.contracts.registry.corrections import CorrectionApproved, CorrectProject, ProjectCorrected
from shared.contracts.registry.projects import ProjectApproved
from simulator.samples import sample
from tests.unit.registry.registry_examples import (
    COOPERATING,
    DISBURSED_ON,
    HERE,
    MANAGING,
    right,
)


def correction(corrects: int = 1, **changed: Any) -> CorrectProject:
    """A correction of the example's filing: the title of its right was wrong."""
    values = {"corrects": corrects, "rights": (right(title="一种改正的示例装置"),)}
    return sample(CorrectProject, HERE, {**values, **changed})


def corrected(
    approved: ProjectApproved, corrector: str = "corrector", institution: str = COOPERATING
) -> ProjectCorrected:
    """What the registry says of a correction of this project; it waits for its approval."""
    data = correction()
    return ProjectCorrected(
        project_id=approved.project_id,
        filing=2,
        corrects=1,
        approved_filing=1,
        reasons=data.reasons,
        filed_by=corrector,
        institution=institution,
        corrected_on=DISBURSED_ON,
        loan=approved.loan,
        borrower=data.borrower,
        rights=data.rights,
        other_collateral_fen=0,
        documents=data.documents,
        terms=approved.terms,
        filing_deadline=DISBURSED_ON,
        filing_deadline_provisional=False,
        drawdowns=(),
        message_sha256="0" * 64,
        rules_version=1,
    )


def correction_approved(
    approved: ProjectApproved, covered_fen: int, approver: str = "second-approver", institution: str = MANAGING
) -> CorrectionApproved:
    """What the registry says when that correction is approved."""
    return CorrectionApproved(
        project_id=approved.project_id,
        filing=2,
        replaces=1,
        loan=approved.loan,
        borrower_name=approved.borrower_name,
        borrower_uscc=approved.borrower_uscc,
        documents=approved.documents,
        terms=approved.terms,
        filed_by="corrector",
        approved_by=approver,
        institution=institution,
        covered_principal_fen=covered_fen,
        covered_principal_before_fen=approved.covered_principal_fen,
        rules_version=1,
    )
