"""Deciding on fiscal money that was used unlawfully: its claim, what comes back, its referral (19.3)."""

from datetime import date
from typing import assert_never
from uuid import UUID

from services.registry.domain.decision import DUPLICATE, Decision, accepted, every, first, refused
from services.registry.domain.matter import MisuseCommand, matter_of
from services.registry.domain.misuse_claim import MisuseClaim, Receipt, Referral
from services.registry.domain.pool import Pool
from services.registry.domain.rules.article_04_institutional_roles import has_room, officer_has_duty
from services.registry.domain.rules.article_19_misuse import (
    RECEIPTS_PER_CLAIM_MAX,
    REFERRALS_PER_CLAIM_MAX,
    misuse_is_claimed_by_managing_institution,
    misuse_number_is_free,
    misuse_was_claimed,
    no_more_comes_back_than_was_misused,
    receipt_is_recorded_once,
    recovery_followed_the_claim,
    referral_followed_the_claim,
    referral_is_recorded_once,
)
from shared.contracts.received import Acting
from shared.contracts.registry.misuse import (
    ClaimMisuse,
    MisuseClaimed,
    MisuseRecovered,
    MisuseReferred,
    RecordMisuseRecovery,
    ReferMisuse,
)
from shared.contracts.registry.words import Duty


def decide_on_misuse(
    pool: Pool, claim: MisuseClaim | None, data: MisuseCommand, acting: Acting, pool_id: UUID, today: date
) -> Decision:
    """What becomes of a message about a claim for misused money; the cooperation goes on unless it is ended."""
    not_allowed = first(
        misuse_is_claimed_by_managing_institution(pool, acting), officer_has_duty(pool, acting, Duty.OVERSIGHT)
    )
    if not_allowed:
        return refused(not_allowed)
    assert acting.officer is not None
    if isinstance(data, ClaimMisuse):
        return _claim(pool, claim, data, acting.officer, pool_id, today)
    if unknown := misuse_was_claimed(claim, data.number):
        return refused(unknown)
    assert claim is not None
    match data:
        case RecordMisuseRecovery():
            return _record_recovery(claim, data, acting.officer, today)
        case ReferMisuse():
            return _refer(claim, data, acting.officer, today)
        case _:
            assert_never(data)


def _claim(
    pool: Pool, claim: MisuseClaim | None, data: ClaimMisuse, officer: str, pool_id: UUID, today: date
) -> Decision:
    if claim is not None and (claim.amount_fen, claim.facts, claim.evidence) == (
        data.amount_fen,
        data.facts,
        data.evidence,
    ):
        return DUPLICATE
    if taken := misuse_number_is_free(claim):
        return refused(taken)
    return accepted(
        MisuseClaimed(
            matter_id=matter_of(pool_id, data),
            number=data.number,
            institution=pool.cooperating_institution,
            amount_fen=data.amount_fen,
            facts=data.facts,
            evidence=data.evidence,
            claimed_on=today,
            claimed_by=officer,
        )
    )


def _record_recovery(claim: MisuseClaim, data: RecordMisuseRecovery, officer: str, today: date) -> Decision:
    """Count the money that came back, once, and never above what was misused."""
    known = claim.receipts.get(data.receipt)
    if known == Receipt(amount_fen=data.amount_fen, recovered_on=data.recovered_on, evidence=data.evidence):
        return DUPLICATE
    wrong = every(
        receipt_is_recorded_once(known, data),
        no_more_comes_back_than_was_misused(claim, data.amount_fen),
        recovery_followed_the_claim(claim, data.recovered_on, today),
        has_room(len(claim.receipts), RECEIPTS_PER_CLAIM_MAX, "receipts of this claim", "该请求的收款凭证"),
    )
    if wrong:
        return refused(wrong)
    return accepted(
        MisuseRecovered(
            matter_id=claim.matter_id,
            number=claim.number,
            receipt=data.receipt,
            amount_fen=data.amount_fen,
            recovered_on=data.recovered_on,
            evidence=data.evidence,
            recovered_fen=claim.recovered_fen + data.amount_fen,
            outstanding_fen=claim.outstanding_fen - data.amount_fen,
            recorded_by=officer,
        )
    )


def _refer(claim: MisuseClaim, data: ReferMisuse, officer: str, today: date) -> Decision:
    known = claim.referrals.get(data.authority)
    if known == Referral(referred_on=data.referred_on, document=data.document):
        return DUPLICATE
    wrong = every(
        referral_is_recorded_once(known, data),
        referral_followed_the_claim(claim, data.referred_on, today),
        has_room(len(claim.referrals), REFERRALS_PER_CLAIM_MAX, "referrals of this claim", "该请求的移送"),
    )
    if wrong:
        return refused(wrong)
    return accepted(
        MisuseReferred(
            matter_id=claim.matter_id,
            number=claim.number,
            authority=data.authority,
            referred_on=data.referred_on,
            document=data.document,
            recorded_by=officer,
        )
    )
