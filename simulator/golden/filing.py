"""The story's second part: loans are filed and approved, returned or rejected."""

from datetime import date

from shared.contracts.documents import Document, DocumentKind
from shared.contracts.receipts import Outcome
from shared.contracts.refusals import refusal
from shared.contracts.registry import RegistryReceipt
from shared.contracts.registry.projects import (
    ApproveProject,
    Borrower,
    FileProject,
    FilingAdmitted,
    FilingFoundIncomplete,
    Finding,
    IpRight,
    ProjectApproved,
    ProjectFiled,
    ProjectRejected,
    ProjectReturned,
    RejectProject,
    ReturnProject,
)
from shared.contracts.registry.words import RightKind
from shared.contracts.topics import outcomes_topic
from simulator.golden.founding import BORROWER, BORROWER_USCC, CONTRACT, TERMS, beijing, document, loan_of, project_of
from simulator.golden.story import (
    COOPERATING,
    MANAGING,
    Sent,
    Story,
    sha256_of_title,
)

MISSING = refusal(
    "document_missing",
    "16.2",
    "the filing has no guarantee_contract, and its loan has a guarantor; file again with it",
    "备案缺少委托保证合同，而该贷款有担保公司；请补齐后重新备案",
)


def add_filings(story: Story) -> None:
    """From the filing of the story's loan to its approval; two others do not fare so well."""
    filed = _file(story)
    story.says(
        MANAGING, "approver", "approve-7", beijing(2026, 3, 24), ApproveProject(project_id=project_of(), filing=1)
    )
    story.publishes(
        "registry",
        project_of(),
        ProjectApproved(
            project_id=project_of(),
            loan=filed.loan,
            borrower_name=BORROWER,
            borrower_uscc=BORROWER_USCC,
            documents=filed.documents,
            terms=TERMS,
            filed_by="filer",
            approved_by="approver",
            filing=1,
            covered_principal_fen=filed.loan.principal_fen,
        ),
    )
    _return_and_reject(story)
    _admit(story)


def _file(story: Story) -> FileProject:
    filing = filing_of((document(DocumentKind.GUARANTEE_CONTRACT, "委托保证合同"),))
    story.says(COOPERATING, "filer", "file-7", beijing(2026, 3, 18), filing)
    story.publishes(
        "registry",
        project_of(),
        ProjectFiled(
            project_id=project_of(),
            filing=1,
            filed_by="filer",
            loan=filing.loan,
            borrower_name=BORROWER,
            borrower_uscc=BORROWER_USCC,
            documents=filing.documents,
            terms=TERMS,
            borrower=filing.borrower,
            rights=filing.rights,
            other_collateral_fen=0,
            filed_on=date(2026, 3, 18),
            filing_deadline=date(2026, 4, 1),
        ),
    )
    incomplete = story.says(COOPERATING, "filer", "file-12", beijing(2026, 3, 19), filing_of((), "LC-2026-0012"))
    _answer_deficient(story, incomplete)
    return filing


def _admit(story: Story) -> None:
    """A collective decision has admitted another filing, which came late."""
    story.publishes(
        "registry",
        project_of("LC-2026-0013"),
        FilingAdmitted(
            project_id=project_of("LC-2026-0013"),
            filing=1,
            filing_sha256=sha256_of_title("备案信息"),
            minutes=document(DocumentKind.MINUTES, "逾期备案集体决策纪要"),
        ),
    )


def _answer_deficient(story: Story, incomplete: Sent) -> None:
    project = project_of("LC-2026-0012")
    story.publishes(
        "registry",
        project,
        FilingFoundIncomplete(
            project_id=project,
            loan=loan_of("LC-2026-0012"),
            borrower_name=BORROWER,
            borrower_uscc=BORROWER_USCC,
            items=(MISSING,),
            found_on=date(2026, 3, 19),
            filing_deadline=date(2026, 4, 1),
            filed_by="filer",
        ),
    )
    story.publishes(
        "registry",
        project,
        RegistryReceipt(
            message_id=incomplete.envelope.id,
            message_type_received=incomplete.envelope.type,
            message_sha256=incomplete.sha256,
            outcome=Outcome.DEFICIENT,
            reasons=(MISSING,),
            project_id=project,
        ),
        topic=outcomes_topic(COOPERATING),
    )


def filing_of(more: tuple[Document, ...], contract: str = CONTRACT) -> FileProject:
    """The filing of a loan like the story's, with these documents beside those of every loan."""

    def finding(title: str) -> Finding:
        return Finding(met=True, found_on=date(2026, 2, 20), evidence=document(DocumentKind.OTHER, title))

    return FileProject(
        loan=loan_of(contract),
        borrower=Borrower(
            name=BORROWER,
            uscc=BORROWER_USCC,
            district="110105",
            good_credit=finding("企业信用报告"),
            operating_normally=finding("经营情况核查记录"),
            capable_team=finding("团队情况核查记录"),
            own_technology=finding("核心技术核查记录"),
            competitive=finding("产品竞争力核查记录"),
        ),
        rights=(
            IpRight(
                kind=RightKind.PATENT,
                registration_number="ZL202410000001.X",
                title="一种光学测量装置",
                owner_uscc=BORROWER_USCC,
                core=True,
                why_core="该专利覆盖企业主营产品的测量方法",
                valuer="示例资产评估有限公司",
                valued_on=date(2026, 2, 10),
                valuation_fen=800_000_000,
                pledge_registration_number="Y2026110000001",
                pledge_registered_on=date(2026, 2, 27),
                pledge_authority="国家知识产权局",
            ),
        ),
        promoted_by_cooperating=True,
        borrower_is_affiliate=False,
        documents=(
            document(DocumentKind.THREE_PARTY_AGREEMENT, "三方协议"),
            document(DocumentKind.LOAN_CONTRACT, "借款合同"),
            document(DocumentKind.PLEDGE_CONTRACT, "质押合同"),
            document(DocumentKind.PLEDGE_REGISTRATION_PROOF, "质押登记证明"),
            document(DocumentKind.IP_ANALYSIS, "知识产权分析报告"),
            *more,
        ),
    )


def _return_and_reject(story: Story) -> None:
    """Two other filings did not fare so well."""
    returned, why_returned = project_of("LC-2026-0011"), "评估报告已过有效期，请更新后重新备案"
    story.says(
        MANAGING,
        "approver",
        "return-11",
        beijing(2026, 4, 2),
        ReturnProject(project_id=returned, reasons=why_returned),
    )
    story.publishes(
        "registry", returned, ProjectReturned(project_id=returned, reasons=why_returned, returned_by="approver")
    )
    rejected, why_rejected = project_of("LC-2026-0008"), "出质的专利权已被宣告无效"
    story.says(
        MANAGING,
        "approver",
        "reject-8",
        beijing(2026, 4, 3),
        RejectProject(project_id=rejected, reasons=why_rejected),
    )
    story.publishes(
        "registry", rejected, ProjectRejected(project_id=rejected, reasons=why_rejected, rejected_by="approver")
    )
