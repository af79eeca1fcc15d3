"""Rotation: a holder puts a new key in the place of the one that it signs with."""

from services.registry.domain.article_04_institutional_roles import (
    has_room,
    key_is_canonical,
    key_is_not_the_root,
    key_is_unused,
)
from services.registry.domain.asked import Asked
from services.registry.domain.decision import Decision, accepted, every, refused
from services.registry.domain.holders import Key
from services.registry.domain.pool import Register
from shared.contracts.ids import key_id
from shared.contracts.refusals import Refusal
from shared.contracts.registry.people import KeyRegistered, KeyRetired, RotateKey

# A key a month for eight years; retired keys are kept for ever, since what they signed is checked for ever.
KEYS_PER_HOLDER_MAX = 100


def rotate_key(asked: Asked[RotateKey]) -> Decision:
    """Register the new key for the old one's holder, and retire the old one at the same moment."""
    pool, data, acting, at = asked.register, asked.data, asked.acting, asked.at
    if is_root := key_is_not_the_root(pool, acting):
        return refused(is_root)
    old = pool.keys[acting.key_id]
    assert old.is_in_force(at), "a key that has ended was refused before"
    if wrong := faults_of_successor(pool, data.public_key, old):
        return refused(wrong)
    return accepted(
        KeyRegistered(
            key_id=key_id(data.public_key),
            public_key=data.public_key,
            institution=old.institution,
            officer=old.officer,
            use=old.use,
            valid_from=at,
            registered_with=acting.key_id,
            # Whoever was given a key for a time can't prolong it by rotating.
            valid_until=old.valid_until,
        ),
        KeyRetired(key_id=acting.key_id, institution=old.institution, valid_until=at),
    )


def faults_of_successor(pool: Register, public_key: str, former: Key) -> tuple[Refusal, ...]:
    """Why the key can't come in the place of the ``former`` one, whoever puts it there."""
    keys = [key for key in pool.keys.values() if key.holder == former.holder]
    return every(
        key_is_canonical(public_key),
        key_is_unused(pool, public_key),
        has_room(len(keys), KEYS_PER_HOLDER_MAX, "keys of this holder, ended ones included", "该持有人历次密钥"),
    )
