"""Article 19: fiscal money that was used unlawfully is claimed back, to its amount; by itself that ends nothing."""

from datetime import date

from services.registry.domain.article_04_register import refuse_unless_number_is_free
from services.registry.domain.misuse.state import MisuseClaim, Receipt, Referral
from shared.contracts.refusals import Refusal, refusal
from shared.contracts.registry.misuse import RecordMisuseRecovery, ReferMisuse
from shared.decisions.amounts import yuan, yuan_zh
from shared.decisions.days import refuse_unless_day_is_between

RECEIPTS_PER_CLAIM_MAX = 100
REFERRALS_PER_CLAIM_MAX = 20


def refuse_unless_misuse_number_is_free(claim: MisuseClaim | None) -> Refusal | None:
    """Article 19.3. A claim stays as it was made; another amount or other facts are another claim."""
    taken = claim.number if claim else None
    return refuse_unless_number_is_free("claim of misused money", "追回请求", taken, "19.3")


def refuse_unless_misuse_was_claimed(claim: MisuseClaim | None, number: str) -> Refusal | None:
    """Article 19.3. What comes back, and what is referred, belongs to a claim."""
    if claim is not None:
        return None
    return refusal(
        "misuse_not_claimed",
        "19.3",
        f"there is no claim {number} in this pool; make it first, or correct the number.",
        f"本资金池没有编号为 {number} 的追回请求；请先提出，或更正编号。",
    )


def refuse_if_more_comes_back_than_was_misused(claim: MisuseClaim, amount_fen: int) -> Refusal | None:
    """Article 19.3. The misused amount is claimed, and no more: a claim is recovered when nothing is outstanding."""
    if amount_fen <= claim.outstanding_fen:
        return None
    return refusal(
        "recovery_above_misuse",
        "19.3",
        f"{yuan(amount_fen)} are more than the {yuan(claim.outstanding_fen)} outstanding of claim {claim.number}; "
        "record what belongs to it, and the rest where it belongs.",
        f"金额 {yuan_zh(amount_fen)} 超过编号 {claim.number} 尚未追回的 {yuan_zh(claim.outstanding_fen)}；"
        "请仅登记属于该请求的金额，其余另行处理。",
    )


def refuse_if_receipt_was_recorded(receipt: Receipt | None, command: RecordMisuseRecovery) -> Refusal | None:
    """Article 19.3. Money that came back is counted once, by its receipt."""
    return refuse_unless_number_is_free(
        "receipt of this claim", "本请求的收款凭证", command.receipt if receipt else None, "19.3"
    )


def refuse_unless_recovery_followed_the_claim(claim: MisuseClaim, recovered_on: date, today: date) -> Refusal | None:
    """Article 19.3. What came back came after the claim, and not on a day to come."""
    return refuse_unless_day_is_between(
        "day of the recovery", "追回日期", recovered_on, claim.claimed_on, today, "19.3"
    )


def refuse_if_referral_was_recorded(referral: Referral | None, command: ReferMisuse) -> Refusal | None:
    """Article 19.3. A referral to an authority stays as it was recorded."""
    if referral is None:
        return None
    return refusal(
        "misuse_referred_before",
        "19.3",
        f"the case was referred to {command.authority} on {referral.referred_on} with another document, which "
        "stays; refer it to another authority, or send what is to be added to that one directly.",
        f"该案已于 {referral.referred_on} 移送 {command.authority}，所附文件不同，原登记不变；"
        "请移送其他机关，或将补充材料直接提交该机关。",
    )


def refuse_unless_referral_followed_the_claim(claim: MisuseClaim, referred_on: date, today: date) -> Refusal | None:
    """Article 19.3. A case is referred after it was found, and not on a day to come."""
    return refuse_unless_day_is_between("day of the referral", "移送日期", referred_on, claim.claimed_on, today, "19.3")
