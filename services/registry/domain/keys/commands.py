"""Keys over time: a further key for an officer, and the revocation of a key."""

from dataclasses import replace
from datetime import datetime

from services.registry.domain.article_04_institutional_roles import (
    refuse_unless_key_is_unused,
    refuse_unless_key_proves_who_signs,
    refuse_unless_there_is_room,
)
from services.registry.domain.article_04_officers_and_keys import (
    refuse_unless_administration_remains,
    refuse_unless_key_end_lies_ahead,
    refuse_unless_officer_is_of_institution,
    refuse_unless_officer_still_acts,
)
from services.registry.domain.command_spec import CommandSpec
from services.registry.domain.context import CommandContext
from services.registry.domain.keys.article_04_keys import (
    refuse_if_key_is_the_root,
    refuse_if_key_was_revoked,
    refuse_unless_exposure_has_begun,
    refuse_unless_key_ends_with_its_registrar,
    refuse_unless_key_is_registered,
    refuse_unless_key_is_revoked_by_those_entitled,
    refuse_unless_officers_key_is_lost,
    refuse_unless_replacement_is_needed,
    refuse_unless_use_fits_roles,
)
from services.registry.domain.keys.state import evolve
from services.registry.domain.officers_and_keys import Key, Revocation, key_registered
from services.registry.domain.pool import Register
from shared.contracts.ids import key_id
from shared.contracts.received import Acting
from shared.contracts.refusals import Refusal
from shared.contracts.registry.people import (
    KeyReplacement,
    KeyRetired,
    KeyRevoked,
    RegisterOfficerKey,
    RegisterSystemKey,
    RevokeKey,
    RotateKey,
)
from shared.decisions.article_04_authorisation import refuse_unless_duty_is_held
from shared.decisions.checks import all_faults
from shared.decisions.decision import DUPLICATE, Decision, accepted, refused
from shared.decisions.permission import ADMINISTRATION, ANYBODY

# One in use, one in reserve, and one that is being changed over to.
KEYS_IN_FORCE_PER_OFFICER_MAX = 3


def register_officer_key(ctx: CommandContext[RegisterOfficerKey]) -> Decision:
    """Register a further key for an officer: the officer's own doing, or its administration's once all are lost."""
    pool, command, acting, at = ctx.register, ctx.command, ctx.acting, ctx.at
    by_holder = acting.officer == command.officer
    if not by_holder and (fault := refuse_unless_duty_is_held(pool, acting, ADMINISTRATION)):
        return refused(fault)
    institution = pool.institutions[acting.institution]
    if fault := refuse_unless_officer_is_of_institution(institution, command.officer):
        return refused(fault)
    registered = pool.keys.get(key_id(command.public_key))
    if registered is not None and _is_so(registered, command, acting, at):
        return DUPLICATE
    keys = pool.keys_of(acting.institution, command.officer)
    wrong = all_faults(
        refuse_unless_officer_still_acts(command.officer, institution.officers[command.officer]),
        refuse_unless_key_ends_with_its_registrar(command.valid_until, pool.keys.get(acting.key_id))
        if by_holder
        else refuse_unless_officers_key_is_lost(command.officer, keys, at),
        refuse_unless_key_proves_who_signs(command.public_key),
        refuse_unless_key_is_unused(pool, command.public_key),
        refuse_unless_key_end_lies_ahead(command.valid_until, at),
        refuse_unless_there_is_room(
            len(keys), KEYS_PER_HOLDER_MAX, "keys of this holder, ended ones included", "该持有人历次密钥"
        ),
        refuse_unless_there_is_room(
            sum(key.is_in_force(at) for key in keys),
            KEYS_IN_FORCE_PER_OFFICER_MAX,
            "valid keys of this officer",
            "该人员有效密钥",
        ),
    )
    if wrong:
        return refused(wrong)
    return accepted(
        key_registered(
            command.public_key, (acting.institution, command.officer, None), acting.key_id, at, command.valid_until
        )
    )


def revoke_key(ctx: CommandContext[RevokeKey]) -> Decision:
    """Revoke a key from now on; the last administrator's key only together with the one that takes its place."""
    pool, command, acting, at = ctx.register, ctx.command, ctx.acting, ctx.at
    if fault := refuse_unless_key_is_registered(pool, command.key_id):
        return refused(fault)
    key = pool.keys[command.key_id]
    if fault := refuse_unless_key_is_revoked_by_those_entitled(pool, key, acting):
        return refused(fault)
    new = command.replacement
    if key.revocation == Revocation(reason=command.reason, exposed_since=command.exposed_since):
        return DUPLICATE if new is None or _stands_in_place_of(key, new, pool) else _replaced(ctx, pool, key, new)
    if fault := refuse_if_key_was_revoked(command.key_id, key):
        return refused(fault)
    revoked = KeyRevoked(
        key_id=command.key_id,
        institution=key.institution,
        valid_until=min(at, key.valid_until or at),
        reason=command.reason,
        exposed_since=command.exposed_since,
        revoked_by_institution=acting.institution,
        revoked_by=ctx.officer,
        request=new.request if new else None,
    )
    after = evolve(pool, revoked)
    if new is None:
        wrong = all_faults(
            refuse_unless_exposure_has_begun(command.exposed_since, at),
            refuse_unless_administration_remains(after, key.institution),
        )
        return refused(wrong) if wrong else accepted(revoked)
    if fault := refuse_unless_exposure_has_begun(command.exposed_since, at):
        return refused(fault)
    decision = _replaced(ctx, after, key, new)
    return replace(decision, events=(revoked, *decision.events)) if decision.events else decision


def _stands_in_place_of(key: Key, new: KeyReplacement, register: Register) -> bool:
    """Whether the new key is its holder's; it can have become somebody else's while it waited."""
    registered = register.keys.get(key_id(new.public_key))
    return registered is not None and registered.holder == key.holder


def _replaced(ctx: CommandContext[RevokeKey], after: Register, key: Key, new: KeyReplacement) -> Decision:
    """The new key in the place of a revoked one, once a second person has confirmed it; ``after`` is without that."""
    wrong = all_faults(
        refuse_unless_replacement_is_needed(after, key, ctx.acting),
        faults_of_successor(after, new.public_key, key),
    )
    if wrong:
        return refused(wrong)
    return accepted(key_registered(new.public_key, key.holder, ctx.acting.key_id, ctx.at))


def _is_so(key: Key, command: RegisterOfficerKey, acting: Acting, at: datetime) -> bool:
    """Whether the key is registered just so, and can still sign."""
    return (
        key.holder == (acting.institution, command.officer, None)
        and key.valid_until == command.valid_until
        and key.is_in_force(at)
    )


SYSTEM_KEYS_PER_INSTITUTION_MAX = 20


# Ended ones too, which are kept for ever: a key a month for twenty years, and as many again.
SYSTEM_KEYS_EVER_PER_INSTITUTION_MAX = 500


def register_system_key(ctx: CommandContext[RegisterSystemKey]) -> Decision:
    """Register a key that a system of the sender's institution signs with."""
    pool, command, acting, at = ctx.register, ctx.command, ctx.acting, ctx.at
    registered = pool.keys.get(key_id(command.public_key))
    if registered is not None and _is_registered_so(registered, command, acting.institution, at):
        return DUPLICATE
    system_keys = [key for key in pool.keys.values() if key.institution == acting.institution and key.use]
    wrong = all_faults(
        refuse_unless_use_fits_roles(pool.institutions[acting.institution].roles, command.use),
        refuse_unless_key_proves_who_signs(command.public_key),
        refuse_unless_key_is_unused(pool, command.public_key),
        refuse_unless_key_end_lies_ahead(command.valid_until, at),
        refuse_unless_there_is_room(
            sum(key.is_in_force(at) for key in system_keys),
            SYSTEM_KEYS_PER_INSTITUTION_MAX,
            "system keys of your institution",
            "贵机构登记系统密钥",
        ),
        refuse_unless_there_is_room(
            len(system_keys),
            SYSTEM_KEYS_EVER_PER_INSTITUTION_MAX,
            "system keys of your institution, ended ones included",
            "贵机构历次登记系统密钥",
        ),
    )
    if wrong:
        return refused(wrong)
    return accepted(
        key_registered(
            command.public_key, (acting.institution, None, command.use), acting.key_id, at, command.valid_until
        )
    )


def _is_registered_so(key: Key, command: RegisterSystemKey, institution: str, at: datetime) -> bool:
    """Whether the key signs for this institution's system until then; one that has ended never will again."""
    same = (key.holder, key.valid_until) == ((institution, None, command.use), command.valid_until)
    return same and key.is_in_force(at)


# A key a month for eight years; retired keys are kept for ever, since what they signed is checked for ever.
KEYS_PER_HOLDER_MAX = 100


def rotate_key(ctx: CommandContext[RotateKey]) -> Decision:
    """Register the new key for the old one's holder, and retire the old one at the same moment."""
    pool, command, acting, at = ctx.register, ctx.command, ctx.acting, ctx.at
    if fault := refuse_if_key_is_the_root(pool, acting):
        return refused(fault)
    old = pool.keys[acting.key_id]
    assert old.is_in_force(at), "a key that has ended was refused before"
    if wrong := faults_of_successor(pool, command.public_key, old):
        return refused(wrong)
    return accepted(
        # Whoever was given a key for a time can't prolong it by rotating.
        key_registered(command.public_key, old.holder, acting.key_id, at, old.valid_until),
        KeyRetired(key_id=acting.key_id, institution=old.institution, valid_until=at),
    )


def faults_of_successor(pool: Register, public_key: str, former: Key) -> tuple[Refusal, ...]:
    """Why the key can't come in the place of the ``former`` one, whoever puts it there."""
    keys = [key for key in pool.keys.values() if key.holder == former.holder]
    return all_faults(
        refuse_unless_key_proves_who_signs(public_key),
        refuse_unless_key_is_unused(pool, public_key),
        refuse_unless_there_is_room(
            len(keys), KEYS_PER_HOLDER_MAX, "keys of this holder, ended ones included", "该持有人历次密钥"
        ),
    )


COMMANDS = (
    CommandSpec(RegisterOfficerKey, register_officer_key, "4.1", ANYBODY, before_founding=True),
    CommandSpec(RegisterSystemKey, register_system_key, "4.1", ADMINISTRATION, before_founding=True),
    CommandSpec(RotateKey, rotate_key, "4.1", ANYBODY, before_founding=True),
    CommandSpec(RevokeKey, revoke_key, "4.1", ADMINISTRATION, before_founding=True),
)
