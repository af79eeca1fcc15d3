"""A filing that waits and a project that is approved are corrected."""

from datetime import date

from shared.contracts.documents import DocumentKind
from shared.contracts.registry.corrections import (
    CorrectionApproved,
    CorrectionRejected,
    CorrectionReturned,
    CorrectProject,
    ProjectCorrected,
)
from shared.contracts.registry.projects import ApproveProject, FiledDrawdown, RejectProject, ReturnProject
from simulator.golden.filing import filing_of
from simulator.golden.founding import BORROWER, BORROWER_USCC, TERMS, beijing, document, loan_of, project_of
from simulator.golden.story import COOPERATING, MANAGING, Story

CONTRACT = "LC-2026-0015"
PROJECT = project_of(CONTRACT)


def add_corrections(story: Story) -> None:
    """One correction of an approved project is approved, the next one returned, the last one rejected."""
    filed = filing_of((document(DocumentKind.GUARANTEE_CONTRACT, "委托保证合同"),), CONTRACT)
    correction = CorrectProject(
        project_id=PROJECT,
        corrects=1,
        reasons="专利评估值录入有误，现按评估报告更正",
        loan=filed.loan,
        borrower=filed.borrower,
        rights=filed.rights,
        promoted_by_cooperating=True,
        borrower_is_affiliate=False,
        documents=filed.documents,
    )
    sent = story.says(COOPERATING, "filer", "correction-15-2", beijing(2026, 6, 3), correction)
    first = FiledDrawdown(
        number=1,
        amount_fen=correction.loan.principal_fen,
        disbursed_on=correction.loan.disbursed_on,
        filed_on=date(2026, 3, 18),
        filing_deadline=date(2026, 4, 1),
    )
    story.publishes(
        "registry",
        PROJECT,
        ProjectCorrected(
            project_id=PROJECT,
            filing=2,
            corrects=1,
            approved_filing=1,
            reasons=correction.reasons,
            filed_by="filer",
            institution=COOPERATING,
            corrected_on=date(2026, 6, 3),
            loan=correction.loan,
            borrower=correction.borrower,
            rights=correction.rights,
            other_collateral_fen=0,
            documents=correction.documents,
            terms=TERMS,
            filing_deadline=first.filing_deadline,
            drawdowns=(first,),
            message_sha256=sent.sha256,
        ),
    )
    story.says(MANAGING, "approver", "approve-15-2", beijing(2026, 6, 5), ApproveProject(project_id=PROJECT, filing=2))
    story.publishes(
        "registry",
        PROJECT,
        CorrectionApproved(
            project_id=PROJECT,
            filing=2,
            replaces=1,
            loan=loan_of(CONTRACT),
            borrower_name=BORROWER,
            borrower_uscc=BORROWER_USCC,
            documents=correction.documents,
            terms=TERMS,
            filed_by="filer",
            approved_by="approver",
            institution=MANAGING,
            covered_principal_fen=correction.loan.principal_fen,
        ),
    )
    _decline(story)


def _decline(story: Story) -> None:
    """Two further corrections of the same project."""
    why_returned, why_rejected = "请附评估报告", "更正无依据"
    returning = ReturnProject(project_id=PROJECT, reasons=why_returned, filing=3)
    story.says(MANAGING, "approver", "return-15-3", beijing(2026, 6, 9), returning)
    story.publishes(
        "registry",
        PROJECT,
        CorrectionReturned(
            project_id=PROJECT, filing=3, reasons=why_returned, returned_by="approver", institution=MANAGING
        ),
    )
    rejecting = RejectProject(project_id=PROJECT, reasons=why_rejected, filing=4)
    story.says(MANAGING, "approver", "reject-15-4", beijing(2026, 6, 12), rejecting)
    story.publishes(
        "registry",
        PROJECT,
        CorrectionRejected(
            project_id=PROJECT, filing=4, reasons=why_rejected, rejected_by="approver", institution=MANAGING
        ),
    )
