"""The papers of the demonstration's pool and project: who they are, the founding, the filing, and their documents.

The figures are worked cases 1 and 2 of the regulation's reading: a loss of 1,000,000.01 yuan, of which the pool
bears 20 %.
"""

import hashlib
from datetime import date, timedelta
from uuid import UUID

from shared.contracts.documents import Document, DocumentKind
from shared.contracts.registry import pools, projects, words
from simulator.parties import (
    ADMINISTRATOR,
    COOPERATING,
    GUARANTOR,
    LENDER,
    MANAGING,
    OTHER_LENDER,
    SUPERVISING_BANK,
    Cast,
)

PRINCIPAL_FEN = 100_000_000
INTEREST_FEN = 1
LOSS_FEN = PRINCIPAL_FEN + INTEREST_FEN
SHARE_FEN = 20_000_000
FISCAL_PART_FEN = 10_000_000
CONTRIBUTION_FEN = 500_000_000
BORROWER = "borrower"
# Valid check digits over invented numbers.
USCC = {
    MANAGING: "111101050000000017",
    COOPERATING: "91110105MA00000012",
    SUPERVISING_BANK: "91110105MA00000025",
    LENDER: "91110105MA00000038",
    GUARANTOR: "91110105MA0000004B",
    BORROWER: "91110105MA0000005E",
    OTHER_LENDER: "91110105MA0000006H",
}
NAMES = {
    MANAGING: "示例管理机构",
    COOPERATING: "示例合作机构",
    SUPERVISING_BANK: "示例监管银行",
    LENDER: "示例银行",
    GUARANTOR: "示例担保公司",
    BORROWER: "示例科技有限公司",
    OTHER_LENDER: "另一示例银行",
}


def document(kind: DocumentKind, title: str) -> Document:
    """A document of the case; what stands in for its bytes is its title."""
    return Document(kind=kind, title=title, sha256=hashlib.sha256(title.encode()).hexdigest())


def agreement(number: str, title: str, today: date) -> words.Agreement:
    """An agreement signed before the pool was founded."""
    return words.Agreement(
        number=number, signed_on=today - timedelta(days=95), document=document(DocumentKind.AGREEMENT, title)
    )


def name_of(cast: Cast, institution: str) -> str:
    """What an institution, or the borrower, is called in the cast's pool."""
    return cast.names.get(institution, NAMES[institution])


def institution_data(cast: Cast, institution: str) -> words.InstitutionData:
    """An institution with its administrator's key."""
    return words.InstitutionData(
        institution=institution,
        name=name_of(cast, institution),
        uscc=USCC[institution],
        administrator=ADMINISTRATOR,
        public_key=cast.signer(institution, ADMINISTRATOR).public_key,
    )


def founding(cast: Cast, today: date) -> pools.FoundPool:
    """The managing institution's founding message, with rules and planned contributions."""
    return pools.FoundPool(
        name="示例知识产权质押融资风险补偿资金池",
        district="110105",
        founded_on=today - timedelta(days=90),
        size_fen=2 * CONTRIBUTION_FEN,
        managing_institution=institution_data(cast, MANAGING),
        cooperating_institution=institution_data(cast, COOPERATING),
        cooperation_agreement=agreement("COOPERATION-1", "合作协议", today),
        contributions=(
            words.PlannedInstalment(
                instalment=1, fiscal_fen=CONTRIBUTION_FEN, social_fen=CONTRIBUTION_FEN, due_on=today
            ),
        ),
        rules=words.Rules(
            effective_on=today - timedelta(days=90),
            share_rate_bp=2_000,
            loss_ratio=words.LossRatio(fiscal_weight=1, social_weight=1),
        ),
        selection_record=document(DocumentKind.SELECTION_RECORD, "合作机构遴选记录"),
    )


def right_number(pool_id: UUID, contract_number: str) -> str:
    """A patent number of the contract's own: a right secures one project only, in any pool of the deployment."""
    digits = int.from_bytes(hashlib.sha256(f"{pool_id}/{contract_number}".encode()).digest()[:8], "big") % 10**16
    return f"ZL{digits:016d}.0"


def filing(pool_id: UUID, contract_number: str, today: date) -> projects.FileProject:
    """The filing of one financing project, complete with its documents."""
    disbursed_on = today - timedelta(days=20)
    evidence = document(DocumentKind.OTHER, "尽职调查报告")
    finding = projects.Finding(met=True, found_on=disbursed_on - timedelta(days=5), evidence=evidence)
    return projects.FileProject(
        loan=projects.Loan(
            lender=LENDER,
            guarantor=GUARANTOR,
            contract_number=contract_number,
            contracted_on=disbursed_on - timedelta(days=2),
            principal_fen=PRINCIPAL_FEN,
            disbursed_on=disbursed_on,
            due_on=disbursed_on + timedelta(days=365),
        ),
        borrower=projects.Borrower(
            name=NAMES[BORROWER],
            uscc=USCC[BORROWER],
            district="110105",
            good_credit=finding,
            operating_normally=finding,
            capable_team=finding,
            own_technology=finding,
            competitive=finding,
        ),
        rights=(
            projects.IpRight(
                kind=words.RightKind.PATENT,
                registration_number=right_number(pool_id, contract_number),
                title="一种示例装置",
                owner_uscc=USCC[BORROWER],
                core=True,
                why_core="覆盖主营产品的核心技术方案",
                valuer="示例资产评估机构",
                valued_on=disbursed_on - timedelta(days=10),
                valuation_fen=150_000_000,
                pledge_registration_number="Y2026110000001",
                pledge_registered_on=disbursed_on - timedelta(days=1),
                pledge_authority="国家知识产权局",
            ),
        ),
        promoted_by_cooperating=True,
        borrower_is_affiliate=False,
        documents=(
            document(DocumentKind.THREE_PARTY_AGREEMENT, "知识产权质押融资三方协议"),
            document(DocumentKind.LOAN_CONTRACT, "流动资金借款合同"),
            document(DocumentKind.PLEDGE_CONTRACT, "专利权质押合同"),
            document(DocumentKind.GUARANTEE_CONTRACT, "委托保证合同"),
            document(DocumentKind.PLEDGE_REGISTRATION_PROOF, "专利权质押登记通知书"),
            document(DocumentKind.IP_ANALYSIS, "知识产权分析报告"),
        ),
    )
