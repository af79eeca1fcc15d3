"""Deciding on fiscal money that was used unlawfully: its claim, what comes back, its referral (19.3)."""

from services.registry.domain.article_04_institutional_roles import refuse_unless_there_is_room
from services.registry.domain.command_spec import CommandSpec
from services.registry.domain.context import CommandContext
from services.registry.domain.decision import is_repeat
from services.registry.domain.misuse.article_19_misuse import (
    RECEIPTS_PER_CLAIM_MAX,
    REFERRALS_PER_CLAIM_MAX,
    refuse_if_more_comes_back_than_was_misused,
    refuse_if_receipt_was_recorded,
    refuse_if_referral_was_recorded,
    refuse_unless_misuse_number_is_free,
    refuse_unless_misuse_was_claimed,
    refuse_unless_recovery_followed_the_claim,
    refuse_unless_referral_followed_the_claim,
)
from services.registry.domain.misuse.state import MisuseClaim
from shared.contracts.registry.misuse import (
    ClaimMisuse,
    MisuseClaimed,
    MisuseRecovered,
    MisuseReferred,
    RecordMisuseRecovery,
    ReferMisuse,
)
from shared.contracts.registry.words import Duty
from shared.decisions.checks import all_faults
from shared.decisions.decision import DUPLICATE, Decision, accepted, refused
from shared.decisions.permission import managing


def claim_misuse(ctx: CommandContext[ClaimMisuse]) -> Decision:
    """Claim misused money back; the cooperation goes on unless it is ended."""
    command, claim = ctx.command, ctx.entry_as(MisuseClaim)
    if is_repeat(command, of=claim):
        return DUPLICATE
    if fault := refuse_unless_misuse_number_is_free(claim):
        return refused(fault)
    return accepted(
        MisuseClaimed(
            entry_id=ctx.entry_id,
            **dict(command),
            institution=ctx.pool.cooperating_institution,
            claimed_on=ctx.today,
            claimed_by=ctx.officer,
            rules_version=ctx.rules.version,
        )
    )


def record_misuse_recovery(ctx: CommandContext[RecordMisuseRecovery]) -> Decision:
    """Count the money that came back, once, and never above what was misused."""
    command, claim = ctx.command, ctx.entry_as(MisuseClaim)
    if fault := refuse_unless_misuse_was_claimed(claim, command.number):
        return refused(fault)
    assert claim is not None
    receipt = claim.receipts.get(command.receipt)
    if is_repeat(command, of=receipt):
        return DUPLICATE
    wrong = all_faults(
        refuse_if_receipt_was_recorded(receipt, command),
        refuse_if_more_comes_back_than_was_misused(claim, command.amount_fen),
        refuse_unless_recovery_followed_the_claim(claim, command.recovered_on, ctx.today),
        refuse_unless_there_is_room(
            len(claim.receipts), RECEIPTS_PER_CLAIM_MAX, "receipts of this claim", "该请求的收款凭证"
        ),
    )
    if wrong:
        return refused(wrong)
    return accepted(
        MisuseRecovered(
            entry_id=claim.entry_id,
            **dict(command),
            recovered_fen=claim.recovered_fen + command.amount_fen,
            outstanding_fen=claim.outstanding_fen - command.amount_fen,
            recorded_by=ctx.officer,
        )
    )


def refer_misuse(ctx: CommandContext[ReferMisuse]) -> Decision:
    """Record that the case was referred to an authority, once to each."""
    command, claim = ctx.command, ctx.entry_as(MisuseClaim)
    if fault := refuse_unless_misuse_was_claimed(claim, command.number):
        return refused(fault)
    assert claim is not None
    referral = claim.referrals.get(command.authority)
    if is_repeat(command, of=referral):
        return DUPLICATE
    wrong = all_faults(
        refuse_if_referral_was_recorded(referral, command),
        refuse_unless_referral_followed_the_claim(claim, command.referred_on, ctx.today),
        refuse_unless_there_is_room(
            len(claim.referrals), REFERRALS_PER_CLAIM_MAX, "referrals of this claim", "该请求的移送"
        ),
    )
    if wrong:
        return refused(wrong)
    return accepted(MisuseReferred(entry_id=claim.entry_id, **dict(command), recorded_by=ctx.officer))


COMMANDS = (
    CommandSpec(ClaimMisuse, claim_misuse, "19.3", managing(Duty.OVERSIGHT), begins=MisuseClaim),
    CommandSpec(RecordMisuseRecovery, record_misuse_recovery, "19.3", managing(Duty.OVERSIGHT), continues=MisuseClaim),
    CommandSpec(ReferMisuse, refer_misuse, "19.3", managing(Duty.OVERSIGHT), continues=MisuseClaim),
)
