"""Deciding on agreements made after the founding, and on the operating period that one fixes (5.1, 5.3, 5.7, 6.3)."""

from services.registry.domain.agreements.article_05_agreements import (
    refuse_unless_agreement_is_with_a_party,
    refuse_unless_agreement_number_is_free,
    refuse_unless_amended_agreement_is_with_the_same,
    refuse_unless_operating_period_is_the_cooperations,
)
from services.registry.domain.agreements.article_06_consent import refuse_unless_agreement_awaits_consent
from services.registry.domain.agreements.state import AgreementStage, RecordedAgreement
from services.registry.domain.article_04_administrators import refuse_if_approved_by_the_same_person
from services.registry.domain.article_04_institutional_roles import refuse_unless_there_is_room
from services.registry.domain.article_05_agreements import (
    refuse_unless_agreement_is_recorded,
    refuse_unless_further_period_has_a_new_agreement,
)
from services.registry.domain.article_05_operating_period import (
    refuse_unless_going_on_is_decided,
    refuse_unless_operating_period_is_ahead,
)
from services.registry.domain.article_19_termination import refuse_unless_cooperation_goes_on
from services.registry.domain.article_22_stop import refuse_if_pool_has_stopped
from services.registry.domain.command_spec import CommandSpec
from services.registry.domain.context import CommandContext
from services.registry.domain.decision import is_repeat
from shared.contracts.refusals import Refusal
from shared.contracts.registry.agreements import (
    AgreementConsented,
    AgreementRecorded,
    ConsentToAgreement,
    RecordAgreement,
)
from shared.contracts.registry.performance import OperatingPeriodFixed
from shared.contracts.registry.words import Agreement, Duty
from shared.decisions.checks import all_faults
from shared.decisions.decision import DUPLICATE, Decision, accepted, refused
from shared.decisions.permission import cooperating, managing

AGREEMENTS_WITH_ONE_MAX = 200


def record_agreement(ctx: CommandContext[RecordAgreement]) -> Decision:
    """Record the agreement; where it names an operating period, that is fixed with it."""
    pool, command, today = ctx.pool, ctx.command, ctx.today
    recorded = ctx.entry_as(RecordedAgreement)
    if is_repeat(command, of=recorded):
        return DUPLICATE
    if fault := refuse_unless_agreement_number_is_free(pool, recorded, command):
        return refused(fault)
    agreement = Agreement(number=command.number, signed_on=command.signed_on, document=command.document)
    wrong = all_faults(
        refuse_unless_agreement_is_with_a_party(pool, command.institution),
        refuse_unless_agreement_is_recorded(agreement, today),
        refuse_unless_amended_agreement_is_with_the_same(pool, command),
        _not_fixable(ctx, agreement),
        refuse_unless_there_is_room(
            len(pool.agreements_with(command.institution)),
            AGREEMENTS_WITH_ONE_MAX,
            "agreements with one institution",
            "与同一机构的协议",
        ),
    )
    if wrong:
        return refused(wrong)
    waits = command.institution != pool.cooperating_institution
    event = AgreementRecorded(
        entry_id=ctx.entry_id,
        **dict(command),
        awaits_consent_of=pool.cooperating_institution if waits else None,
        recorded_on=today,
        recorded_by=ctx.officer,
        rules_version=ctx.rules.version,
    )
    if command.operating_until is None:
        return accepted(event)
    return accepted(
        event,
        OperatingPeriodFixed(
            **dict(command),
            operating_until_before=pool.cycle.operating_until,
            agreement=agreement,
            fixed_on=today,
            fixed_by=ctx.officer,
            rules_version=ctx.rules.version,
        ),
    )


def _not_fixable(ctx: CommandContext[RecordAgreement], agreement: Agreement) -> tuple[Refusal, ...]:
    """Why the operating period, if the agreement names one, can't be the pool's next one."""
    pool, command = ctx.pool, ctx.command
    if fault := refuse_unless_operating_period_is_the_cooperations(pool, command):
        return (fault,)
    if command.operating_until is None:
        return ()
    return all_faults(
        refuse_unless_cooperation_goes_on(pool),
        refuse_if_pool_has_stopped(pool),
        refuse_unless_operating_period_is_ahead(pool, command.operating_until, ctx.today),
        refuse_unless_further_period_has_a_new_agreement(pool, agreement),
        refuse_unless_going_on_is_decided(pool, command.decision),
    )


def consent_to_agreement(ctx: CommandContext[ConsentToAgreement]) -> Decision:
    """Consent to an agreement with the supervising bank, which counts from now on."""
    pool, command, today = ctx.pool, ctx.command, ctx.today
    recorded = ctx.entry_as(RecordedAgreement)
    has_consent = recorded is not None and recorded.stage is AgreementStage.RECORDED
    if recorded is not None and has_consent and recorded.institution != pool.cooperating_institution:
        return DUPLICATE
    if fault := refuse_unless_agreement_awaits_consent(recorded, command.number):
        return refused(fault)
    assert recorded is not None
    recorder = (pool.managing_institution, recorded.recorded_by)
    consenter = (ctx.acting.institution, ctx.officer)
    if fault := refuse_if_approved_by_the_same_person(pool, recorder, consenter, "6.3"):
        return refused(fault)
    return accepted(
        AgreementConsented(
            entry_id=recorded.entry_id,
            number=recorded.number,
            institution=recorded.institution,
            consented_on=today,
            consented_by=ctx.officer,
            rules_version=ctx.rules.version,
        )
    )


COMMANDS = (
    CommandSpec(RecordAgreement, record_agreement, "5.3", managing(Duty.OVERSIGHT), begins=RecordedAgreement),
    CommandSpec(
        ConsentToAgreement,
        consent_to_agreement,
        "6.3",
        cooperating(Duty.ADMINISTRATION),
        continues=RecordedAgreement,
    ),
)
