"""Keys over time: a further key for an officer, and the revocation of a key."""

from datetime import datetime

from services.registry.domain.article_04_institutional_roles import (
    has_room,
    key_is_canonical,
    key_is_unused,
    officer_has_duty,
)
from services.registry.domain.article_04_officers_and_keys import (
    administration_remains,
    exposure_has_begun,
    key_end_lies_ahead,
    key_ends_with_its_registrar,
    key_is_registered,
    key_is_revoked_by_those_entitled,
    key_is_revoked_once,
    officer_is_of_institution,
    officer_still_acts,
    officers_key_is_lost,
    replacement_is_needed,
)
from services.registry.domain.asked import Asked
from services.registry.domain.decision import DUPLICATE, Decision, accepted, every, refused
from services.registry.domain.holders import Key, Revocation
from services.registry.domain.keys.rotation import KEYS_PER_HOLDER_MAX, faults_of_successor
from services.registry.domain.pool import evolve_people
from shared.contracts.ids import key_id
from shared.contracts.received import Acting
from shared.contracts.registry.people import KeyRegistered, KeyRevoked, RegisterOfficerKey, RevokeKey
from shared.contracts.registry.words import Duty

# One in use, one in reserve, and one that is being changed over to.
KEYS_IN_FORCE_PER_OFFICER_MAX = 3


def register_officer_key(asked: Asked[RegisterOfficerKey]) -> Decision:
    """Register a further key for an officer: the officer's own doing, or its administration's once all are lost."""
    pool, data, acting, at = asked.register, asked.data, asked.acting, asked.at
    by_holder = acting.officer == data.officer
    if not by_holder and (no_administrator := officer_has_duty(pool, acting, Duty.ADMINISTRATION)):
        return refused(no_administrator)
    institution = pool.institutions[acting.institution]
    if not_ours := officer_is_of_institution(institution, data.officer):
        return refused(not_ours)
    registered = pool.keys.get(key_id(data.public_key))
    if registered is not None and _is_so(registered, data, acting, at):
        return DUPLICATE
    keys = pool.keys_of(acting.institution, data.officer)
    wrong = every(
        officer_still_acts(data.officer, institution.officers[data.officer]),
        key_ends_with_its_registrar(data.valid_until, pool.keys.get(acting.key_id))
        if by_holder
        else officers_key_is_lost(data.officer, keys, at),
        key_is_canonical(data.public_key),
        key_is_unused(pool, data.public_key),
        key_end_lies_ahead(data.valid_until, at),
        has_room(len(keys), KEYS_PER_HOLDER_MAX, "keys of this holder, ended ones included", "该持有人历次密钥"),
        has_room(
            sum(key.is_in_force(at) for key in keys),
            KEYS_IN_FORCE_PER_OFFICER_MAX,
            "valid keys of this officer",
            "该人员有效密钥",
        ),
    )
    if wrong:
        return refused(wrong)
    return accepted(
        KeyRegistered(
            key_id=key_id(data.public_key),
            public_key=data.public_key,
            institution=acting.institution,
            officer=data.officer,
            valid_from=at,
            registered_with=acting.key_id,
            valid_until=data.valid_until,
        )
    )


def revoke_key(asked: Asked[RevokeKey]) -> Decision:
    """Revoke a key from now on; the last administrator's key only together with the one that takes its place."""
    pool, data, acting, at = asked.register, asked.data, asked.acting, asked.at
    if unknown := key_is_registered(pool, data.key_id):
        return refused(unknown)
    key = pool.keys[data.key_id]
    if not_entitled := key_is_revoked_by_those_entitled(pool, key, acting):
        return refused(not_entitled)
    if key.revocation == Revocation(reason=data.reason, exposed_since=data.exposed_since):
        return DUPLICATE
    if revoked_before := key_is_revoked_once(data.key_id, key):
        return refused(revoked_before)
    new = data.replacement
    revoked = KeyRevoked(
        key_id=data.key_id,
        institution=key.institution,
        valid_until=min(at, key.valid_until or at),
        reason=data.reason,
        exposed_since=data.exposed_since,
        revoked_by_institution=acting.institution,
        revoked_by=asked.officer,
        replaced_by=key_id(new.public_key) if new else None,
        request=new.request if new else None,
    )
    after = evolve_people(pool, revoked)
    if new is None:
        wrong = every(exposure_has_begun(data.exposed_since, at), administration_remains(after, key.institution))
        return refused(wrong) if wrong else accepted(revoked)
    wrong = every(
        exposure_has_begun(data.exposed_since, at),
        replacement_is_needed(after, key, acting),
        faults_of_successor(pool, new.public_key, key),
    )
    if wrong:
        return refused(wrong)
    replacing = KeyRegistered(
        key_id=key_id(new.public_key),
        public_key=new.public_key,
        institution=key.institution,
        officer=key.officer,
        valid_from=at,
        registered_with=acting.key_id,
    )
    return accepted(revoked, replacing)


def _is_so(key: Key, data: RegisterOfficerKey, acting: Acting, at: datetime) -> bool:
    """Whether the key is registered just so, and can still sign."""
    return (
        key.holder == (acting.institution, data.officer, None)
        and key.valid_until == data.valid_until
        and key.is_in_force(at)
    )
