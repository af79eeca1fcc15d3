"""The story's beginning: a pool is founded, its institutions get keys and accounts."""

from datetime import date, datetime
from uuid import UUID

from shared.contracts.documents import Document, DocumentKind
from shared.contracts.ids import project_id
from shared.contracts.registry.people import (
    ApprovePayeeAccount,
    KeyRegistered,
    KeyRetired,
    OfficerRegistered,
    PayeeAccountProposed,
    PayeeAccountRegistered,
    ProposePayeeAccount,
    RegisterOfficer,
    RegisterSystemKey,
    RotateKey,
)
from shared.contracts.registry.pools import (
    ConsentToSupervisingBank,
    FoundPool,
    InstitutionRegistered,
    PoolFounded,
    ProposeSupervisingBank,
    RegisterInstitution,
    SupervisingBankProposed,
)
from shared.contracts.registry.projects import Loan, ProjectTerms
from shared.contracts.registry.words import (
    Agreement,
    Duty,
    InstitutionData,
    LossRatio,
    PlannedInstalment,
    Role,
    Rules,
    SystemUse,
)
from shared.decisions.days import BEIJING
from simulator.golden.story import (
    COOPERATING,
    CUSTODIAN,
    GUARANTOR,
    KEYS_VALID_FROM,
    LENDER,
    MANAGING,
    POOL,
    Story,
    example_signer,
    sha256_of_title,
)

CONTRACT = "LC-2026-0007"
BORROWER, BORROWER_USCC = "示例光学仪器有限公司", "91110105MA0EXAMPLQ"
ACCOUNT, ACCOUNT_NAME, ACCOUNT_BANK = "1100 0000 0000 0042", "示例银行股份有限公司", "示例银行营业部"
SHARE_RATE_BP = 2_000
RATIO = LossRatio(fiscal_weight=1, social_weight=1)
TERMS = ProjectTerms(rules_version=1, share_rate_bp=SHARE_RATE_BP, loss_ratio=RATIO)
SIZE_FEN = 1_000_000_000


def beijing(year: int, month: int, day: int, hour: int = 9, minute: int = 30) -> datetime:
    """A moment of the story in Beijing time."""
    return datetime(year, month, day, hour, minute, tzinfo=BEIJING)


def document(kind: DocumentKind, title: str) -> Document:
    """An example document."""
    return Document(kind=kind, title=title, sha256=sha256_of_title(title))


def project_of(contract: str = CONTRACT) -> UUID:
    """The project of one of the lender's loan contracts."""
    return project_id(POOL, LENDER, contract)


def loan_of(contract: str = CONTRACT) -> Loan:
    """The loan that the story is about: five million yuan, guaranteed."""
    return Loan(
        lender=LENDER,
        guarantor=GUARANTOR,
        contract_number=contract,
        contracted_on=date(2026, 2, 26),
        principal_fen=500_000_000,
        disbursed_on=date(2026, 3, 2),
        due_on=date(2027, 3, 1),
    )


def add_founding(story: Story) -> None:
    """The pool, its institutions, their keys, and the lender's account."""
    _found(story)
    _register_institutions(story)
    _register_keys_and_accounts(story)
    _rotate_key(story)


def _institution(institution: str, name: str, uscc: str) -> InstitutionData:
    return InstitutionData(
        institution=institution,
        name=name,
        uscc=uscc,
        administrator="administrator",
        public_key=example_signer(institution, "administrator").public_key,
    )


def _agreement(number: str, title: str) -> Agreement:
    return Agreement(number=number, signed_on=date(2026, 1, 12), document=document(DocumentKind.AGREEMENT, title))


def _found(story: Story) -> None:
    instalments = tuple(
        PlannedInstalment(instalment=number, fiscal_fen=fen, social_fen=fen, due_on=due_on)
        for number, fen, due_on in ((1, 15_000_000, date(2026, 3, 31)), (2, 485_000_000, date(2026, 12, 31)))
    )
    rules = Rules(effective_on=date(2026, 1, 15), share_rate_bp=SHARE_RATE_BP, loss_ratio=RATIO)
    agreement = _agreement("HZ-2026-001", "资金池合作协议")
    managing = _institution(MANAGING, "示例区市场监督管理局", "111101050000000017")
    cooperating = _institution(COOPERATING, "示例知识产权运营有限公司", "91110105EXAMPL9X2L")
    name = "示例区知识产权质押融资风险补偿资金池"
    story.says(
        MANAGING,
        "administrator",
        "found-pool",
        KEYS_VALID_FROM.astimezone(BEIJING),
        FoundPool(
            name=name,
            district="110105",
            founded_on=date(2026, 1, 15),
            size_fen=SIZE_FEN,
            managing_institution=managing,
            cooperating_institution=cooperating,
            cooperation_agreement=agreement,
            contributions=instalments,
            rules=rules,
        ),
    )
    story.publishes(
        "registry",
        str(POOL),
        PoolFounded(
            name=name,
            district="110105",
            founded_on=date(2026, 1, 15),
            ends_on=date(2030, 1, 15),
            size_fen=SIZE_FEN,
            share_rate_max_bp=2_000,
            managing_institution=MANAGING,
            cooperating_institution=COOPERATING,
            cooperation_agreement=agreement,
            contributions=instalments,
            rules=rules,
        ),
    )


def _register_institutions(story: Story) -> None:
    lender = _institution(LENDER, "示例银行股份有限公司", "91110105MA01EXMP87")
    story.says(
        MANAGING,
        "administrator",
        "register-example-bank",
        beijing(2026, 1, 20),
        RegisterInstitution(role=Role.LENDER, institution=lender),
    )
    story.publishes(
        "registry",
        str(POOL),
        InstitutionRegistered(institution=LENDER, name=lender.name, uscc=lender.uscc, role=Role.LENDER),
    )
    bank = _institution(CUSTODIAN, "示例监管银行股份有限公司", "91110105MA02EXMP8R")
    agreement = _agreement("JG-2026-001", "资金监管协议")
    story.says(
        COOPERATING,
        "administrator",
        "propose-custodian",
        beijing(2026, 1, 21),
        ProposeSupervisingBank(bank=bank, agreement=agreement),
    )
    story.publishes(
        "registry",
        str(POOL),
        SupervisingBankProposed(bank=CUSTODIAN, proposed_by=COOPERATING, proposal=bank, agreement=agreement),
    )
    story.says(
        MANAGING,
        "administrator",
        "consent-to-custodian",
        beijing(2026, 1, 22),
        ConsentToSupervisingBank(bank=CUSTODIAN),
    )


def _register_keys_and_accounts(story: Story) -> None:
    officer_key = example_signer(LENDER, "cashier")
    registered = beijing(2026, 1, 26)
    duties = (Duty.ADMINISTRATION,)
    story.says(
        LENDER,
        "administrator",
        "register-cashier",
        registered,
        RegisterOfficer(officer="cashier", name="出纳岗", duties=duties, public_key=officer_key.public_key),
    )
    story.publishes(
        "registry",
        str(POOL),
        OfficerRegistered(institution=LENDER, officer="cashier", name="出纳岗", duties=duties, valid_from=registered),
    )
    system_key = example_signer(LENDER, SystemUse.LOSS_NOTICES)
    story.says(
        LENDER,
        "administrator",
        "register-system-key",
        registered,
        RegisterSystemKey(use=SystemUse.LOSS_NOTICES, public_key=system_key.public_key),
    )
    story.publishes(
        "registry",
        str(POOL),
        KeyRegistered(
            key_id=system_key.key_id,
            public_key=system_key.public_key,
            institution=LENDER,
            use=SystemUse.LOSS_NOTICES,
            valid_from=registered,
            registered_with=example_signer(LENDER, "administrator").key_id,
        ),
    )
    story.says(
        LENDER,
        "cashier",
        "propose-account",
        beijing(2026, 1, 27),
        ProposePayeeAccount(account_number=ACCOUNT, account_name=ACCOUNT_NAME, bank_name=ACCOUNT_BANK),
    )
    story.publishes(
        "registry",
        str(POOL),
        PayeeAccountProposed(
            institution=LENDER,
            account_number=ACCOUNT,
            account_name=ACCOUNT_NAME,
            bank_name=ACCOUNT_BANK,
            proposed_by="cashier",
        ),
    )
    story.says(
        LENDER, "controller", "approve-account", beijing(2026, 1, 28), ApprovePayeeAccount(account_number=ACCOUNT)
    )
    story.publishes(
        "registry",
        str(POOL),
        PayeeAccountRegistered(
            institution=LENDER,
            account_number=ACCOUNT,
            account_name=ACCOUNT_NAME,
            bank_name=ACCOUNT_BANK,
            proposed_by="cashier",
            approved_by="controller",
        ),
    )


def _rotate_key(story: Story) -> None:
    rotated = beijing(2026, 1, 29)
    old, new = example_signer(LENDER, "cashier"), example_signer(LENDER, "cashier's second key")
    story.says(LENDER, "cashier", "rotate-key", rotated, RotateKey(public_key=new.public_key))
    story.publishes(
        "registry",
        str(POOL),
        KeyRegistered(
            key_id=new.key_id,
            public_key=new.public_key,
            institution=LENDER,
            officer="cashier",
            valid_from=rotated,
            registered_with=old.key_id,
        ),
    )
    story.publishes("registry", str(POOL), KeyRetired(key_id=old.key_id, institution=LENDER, valid_until=rotated))
