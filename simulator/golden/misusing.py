"""What is said beside the story of fiscal money that was used unlawfully."""

from datetime import date

from shared.contracts.documents import DocumentKind
from shared.contracts.ids import matter_id
from shared.contracts.registry.misuse import (
    ClaimMisuse,
    MisuseClaimed,
    MisuseRecovered,
    MisuseReferred,
    RecordMisuseRecovery,
    ReferMisuse,
)
from simulator.golden.founding import beijing, document
from simulator.golden.story import COOPERATING, MANAGING, POOL, Story

NUMBER = "ZH-2027-1"
CLAIM = matter_id(POOL, "misuse_claim", NUMBER)


def add_misuse(story: Story) -> None:
    """An amount is claimed, a part of it comes back, and the case is referred."""
    evidence = (document(DocumentKind.OTHER, "审计取证单"),)
    claim = ClaimMisuse(number=NUMBER, amount_fen=3_000_000, facts="以资金池资金支付机构日常费用", evidence=evidence)
    story.says(MANAGING, "overseer", "misuse-2027-1", beijing(2027, 5, 6), claim)
    story.publishes(
        "registry",
        POOL,
        MisuseClaimed(
            matter_id=CLAIM,
            number=NUMBER,
            institution=COOPERATING,
            amount_fen=claim.amount_fen,
            facts=claim.facts,
            evidence=evidence,
            claimed_on=date(2027, 5, 6),
            claimed_by="overseer",
        ),
    )
    recovery = RecordMisuseRecovery(
        number=NUMBER,
        receipt="HK-0001",
        amount_fen=2_000_000,
        recovered_on=date(2027, 6, 1),
        evidence=document(DocumentKind.OTHER, "银行回单"),
    )
    story.says(MANAGING, "overseer", "misuse-2027-1-recovery-1", beijing(2027, 6, 2), recovery)
    story.publishes(
        "registry",
        POOL,
        MisuseRecovered(
            matter_id=CLAIM,
            **dict(recovery),
            recovered_fen=2_000_000,
            outstanding_fen=1_000_000,
            recorded_by="overseer",
        ),
    )
    referral = ReferMisuse(
        number=NUMBER,
        authority="朝阳区财政局",
        referred_on=date(2027, 6, 3),
        document=document(DocumentKind.OTHER, "移送函"),
    )
    story.says(MANAGING, "overseer", "misuse-2027-1-referral", beijing(2027, 6, 3), referral)
    story.publishes("registry", POOL, MisuseReferred(matter_id=CLAIM, **dict(referral), recorded_by="overseer"))
