"""Confirming what one administrator has registered; what takes effect then, the registration's own subject says."""

from services.registry.domain.article_04_administrators import refuse_if_approved_by_the_same_person
from services.registry.domain.command_spec import CommandSpec
from services.registry.domain.context import CommandContext
from services.registry.domain.registrations.article_04_registrations import (
    refuse_if_confirmation_is_late,
    refuse_if_confirmed_by_whom_it_concerns,
    refuse_if_registration_is_in_doubt,
    refuse_unless_confirmed_by_those_entitled,
    refuse_unless_registration_waits,
)
from shared.contracts.registry.registrations import ConfirmRegistration, RegistrationConfirmed
from shared.decisions.checks import first_fault
from shared.decisions.decision import Decision, accepted, refused
from shared.decisions.permission import ANYBODY


def confirm_registration(ctx: CommandContext[ConfirmRegistration]) -> Decision:
    """Confirm a registration as the second person."""
    register, acting, sha256 = ctx.register, ctx.acting, ctx.command.registration_sha256
    waiting = register.registrations.get(sha256)
    if fault := refuse_unless_registration_waits(waiting, sha256):
        return refused(fault)
    assert waiting is not None
    if fault := refuse_unless_confirmed_by_those_entitled(register, waiting, acting):
        return refused(fault)
    proposer = (waiting.proposed_by_institution, waiting.proposed_by)
    fault = first_fault(
        refuse_if_approved_by_the_same_person(register, proposer, (acting.institution, ctx.officer), "4.1"),
        refuse_if_confirmed_by_whom_it_concerns(register, waiting, acting),
        refuse_if_confirmation_is_late(waiting, ctx.at),
        refuse_if_registration_is_in_doubt(register, waiting, ctx.at),
    )
    if fault:
        return refused(fault)
    return accepted(
        RegistrationConfirmed(
            institution=waiting.institution,
            registration_sha256=sha256,
            confirmed_by_institution=acting.institution,
            confirmed_by=ctx.officer,
        )
    )


COMMANDS = (CommandSpec(ConfirmRegistration, confirm_registration, "4.1", ANYBODY, before_founding=True),)
