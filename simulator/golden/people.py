"""What is said beside the story of officers who change and leave, of keys that are lost, and of affiliates."""

from datetime import UTC, timedelta

from shared.contracts.documents import Document, DocumentKind
from shared.contracts.registry.affiliates import (
    AffiliateRegistered,
    AffiliateWithdrawn,
    RegisterAffiliate,
    WithdrawAffiliate,
)
from shared.contracts.registry.people import (
    ChangeDuties,
    EndOfficer,
    KeyRevoked,
    OfficerEnded,
    PayeeAccountProposed,
    PayeeAccountWithdrawn,
    ProposePayeeAccount,
    RegisterOfficerKey,
    RevokeKey,
    WithdrawPayeeAccount,
)
from shared.contracts.registry.words import Duty
from simulator.golden.founding import beijing
from simulator.golden.story import HANDLING, LENDER, MANAGING, POOL, Story, example_signer, sha256_of_title


def add_people(story: Story) -> None:
    """The lender's controller takes a key in reserve and loses the first one; the cashier leaves."""
    reserve = example_signer(LENDER, "controller's key in reserve")
    story.says(
        LENDER,
        "controller",
        "register-reserve-key",
        beijing(2026, 4, 7),
        RegisterOfficerKey(officer="controller", public_key=reserve.public_key, valid_until=beijing(2028, 4, 7)),
    )
    lost_at = beijing(2026, 5, 11)
    lost = example_signer(LENDER, "controller")
    revocation = RevokeKey(key_id=lost.key_id, reason="密钥介质遗失", exposed_since=lost_at - timedelta(days=2))
    story.says(MANAGING, "administrator", "revoke-lost-key", lost_at, revocation)
    story.publishes(
        "registry",
        str(POOL),
        KeyRevoked(
            key_id=lost.key_id,
            institution=LENDER,
            valid_until=lost_at.astimezone(UTC) + HANDLING,
            reason=revocation.reason,
            exposed_since=revocation.exposed_since,
            revoked_by_institution=MANAGING,
            revoked_by="administrator",
        ),
    )
    story.says(
        LENDER,
        "administrator",
        "change-duties-of-cashier",
        beijing(2026, 5, 12),
        ChangeDuties(officer="cashier", duties=(Duty.ADMINISTRATION,)),
    )
    left_at = beijing(2026, 5, 13)
    story.says(LENDER, "administrator", "end-cashier", left_at, EndOfficer(officer="cashier", reason="调离"))
    story.publishes(
        "registry",
        str(POOL),
        OfficerEnded(
            institution=LENDER,
            officer="cashier",
            ended_at=left_at.astimezone(UTC) + HANDLING,
            reason="调离",
            ended_by="administrator",
        ),
    )


def add_affiliates(story: Story) -> None:
    """The managing institution finds an affiliate; a year later it has been sold."""
    uscc, name = "91110105MA03EXMP82", "示例控股（北京）有限公司"
    register = RegisterAffiliate(
        uscc=uscc, name=name, relation="合作机构持股百分之六十", evidence=_evidence("企业信用信息公示报告")
    )
    story.says(MANAGING, "overseer", "register-affiliate", beijing(2026, 5, 18), register)
    story.publishes(
        "registry",
        str(POOL),
        AffiliateRegistered(
            **register.model_dump(exclude={"evidence"}),
            evidence=register.evidence,
            registered_by_institution=MANAGING,
            registered_by="overseer",
        ),
    )
    withdraw = WithdrawAffiliate(uscc=uscc, reason="股权已全部转让", evidence=_evidence("股权变更登记通知书"))
    story.says(MANAGING, "overseer", "withdraw-affiliate", beijing(2027, 5, 18), withdraw)
    story.publishes(
        "registry",
        str(POOL),
        AffiliateWithdrawn(
            uscc=uscc,
            reason=withdraw.reason,
            evidence=withdraw.evidence,
            withdrawn_by_institution=MANAGING,
            withdrawn_by="overseer",
        ),
    )


def add_withdrawn_account(story: Story) -> None:
    """The lender has proposed another account under a wrong name, and takes the proposal back."""
    account = ProposePayeeAccount(
        account_number="1100 0000 0000 0059", account_name="示例银行", bank_name="示例银行营业部"
    )
    story.says(LENDER, "administrator", "propose-second-account", beijing(2027, 6, 1), account)
    story.publishes(
        "registry",
        str(POOL),
        PayeeAccountProposed(institution=LENDER, **account.model_dump(), proposed_by="administrator"),
    )
    withdrawal = WithdrawPayeeAccount(account_number=account.account_number, reasons="户名录入有误")
    story.says(LENDER, "controller", "withdraw-second-account", beijing(2027, 6, 2), withdrawal)
    story.publishes(
        "registry",
        str(POOL),
        PayeeAccountWithdrawn(institution=LENDER, **withdrawal.model_dump(), withdrawn_by="controller"),
    )


def _evidence(title: str) -> Document:
    return Document(kind=DocumentKind.OTHER, title=title, sha256=sha256_of_title(title))
