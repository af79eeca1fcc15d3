"""Institutions, officers and keys: who is registered, by whom, and for what."""

from datetime import datetime

from services.registry.domain.article_03_pool import (
    institution_code_is_free,
    institution_code_is_valid,
    institution_id_is_free,
)
from services.registry.domain.article_04_institutional_roles import (
    duties_fit_role,
    has_room,
    key_is_canonical,
    key_is_unused,
    officer_id_is_free,
    role_is_for_registration,
    use_fits_role,
)
from services.registry.domain.article_04_officers_and_keys import key_end_lies_ahead, voters_fit_a_ballot
from services.registry.domain.asked import Asked
from services.registry.domain.decision import DUPLICATE, Decision, accepted, every, refused
from services.registry.domain.holders import Key, Officer
from services.registry.domain.pool import Register
from services.registry.domain.state import RegistryEvent
from shared.contracts.ids import key_id
from shared.contracts.registry.people import KeyRegistered, OfficerRegistered, RegisterOfficer, RegisterSystemKey
from shared.contracts.registry.pools import InstitutionRegistered, RegisterInstitution
from shared.contracts.registry.words import Duty, InstitutionData, Role

INSTITUTIONS_PER_POOL_MAX = 500
OFFICERS_PER_INSTITUTION_MAX = 200
SYSTEM_KEYS_PER_INSTITUTION_MAX = 20
# Ended ones too, which are kept for ever: a key a month for twenty years, and as many again.
SYSTEM_KEYS_EVER_PER_INSTITUTION_MAX = 500


def register_institution(asked: Asked[RegisterInstitution]) -> Decision:
    """Register a lender or a guarantor with its administrator."""
    pool, data, acting, at = asked.pool, asked.data, asked.acting, asked.at
    if is_registered(pool, data.institution, data.role):
        return DUPLICATE
    wrong = every(
        role_is_for_registration(data.role),
        institution_id_is_free(pool, data.institution.institution),
        institution_code_is_valid(data.institution),
        institution_code_is_free(pool, data.institution),
        key_is_canonical(data.institution.public_key),
        key_is_unused(pool, data.institution.public_key),
        has_room(len(pool.institutions), INSTITUTIONS_PER_POOL_MAX, "institutions in this pool", "本资金池登记机构"),
    )
    if wrong:
        return refused(wrong)
    return accepted(*registration(data.institution, data.role, acting.key_id, at))


def register_officer(asked: Asked[RegisterOfficer]) -> Decision:
    """Register an officer of the sender's own institution, with its duties and its key."""
    pool, data, acting, at = asked.register, asked.data, asked.acting, asked.at
    institution = pool.institutions[acting.institution]
    duties = tuple(dict.fromkeys(data.duties))
    key = pool.keys.get(key_id(data.public_key))
    if (
        institution.officers.get(data.officer) == Officer(name=data.name, duties=duties)
        and key is not None
        and (key.institution, key.officer) == (acting.institution, data.officer)
        # Of a key that has ended nobody knows any more until when it was to be valid.
        and (key.has_ended or key.valid_until == data.valid_until)
    ):
        return DUPLICATE
    wrong = every(
        duties_fit_role(institution.role, duties),
        voters_fit_a_ballot(institution, data.officer, duties),
        officer_id_is_free(pool, acting.institution, data.officer),
        key_is_canonical(data.public_key),
        key_is_unused(pool, data.public_key),
        key_end_lies_ahead(data.valid_until, at),
        has_room(
            len(institution.officers), OFFICERS_PER_INSTITUTION_MAX, "officers of your institution", "贵机构登记人员"
        ),
    )
    if wrong:
        return refused(wrong)
    return accepted(
        OfficerRegistered(
            institution=acting.institution, officer=data.officer, name=data.name, duties=duties, valid_from=at
        ),
        KeyRegistered(
            key_id=key_id(data.public_key),
            public_key=data.public_key,
            institution=acting.institution,
            officer=data.officer,
            valid_from=at,
            registered_with=acting.key_id,
            valid_until=data.valid_until,
        ),
    )


def register_system_key(asked: Asked[RegisterSystemKey]) -> Decision:
    """Register a key that a system of the sender's institution signs with."""
    pool, data, acting, at = asked.register, asked.data, asked.acting, asked.at
    registered = pool.keys.get(key_id(data.public_key))
    if registered is not None and _is_registered_so(registered, data, acting.institution, at):
        return DUPLICATE
    system_keys = [key for key in pool.keys.values() if key.institution == acting.institution and key.use]
    wrong = every(
        use_fits_role(pool.institutions[acting.institution].role, data.use),
        key_is_canonical(data.public_key),
        key_is_unused(pool, data.public_key),
        key_end_lies_ahead(data.valid_until, at),
        has_room(
            sum(key.is_in_force(at) for key in system_keys),
            SYSTEM_KEYS_PER_INSTITUTION_MAX,
            "system keys of your institution",
            "贵机构登记系统密钥",
        ),
        has_room(
            len(system_keys),
            SYSTEM_KEYS_EVER_PER_INSTITUTION_MAX,
            "system keys of your institution, ended ones included",
            "贵机构历次登记系统密钥",
        ),
    )
    if wrong:
        return refused(wrong)
    return accepted(
        KeyRegistered(
            key_id=key_id(data.public_key),
            public_key=data.public_key,
            institution=acting.institution,
            use=data.use,
            valid_from=at,
            registered_with=acting.key_id,
            valid_until=data.valid_until,
        )
    )


def _is_registered_so(key: Key, data: RegisterSystemKey, institution: str, at: datetime) -> bool:
    """Whether the key signs for this institution's system until then; one that has ended never will again."""
    same = (key.holder, key.valid_until) == ((institution, None, data.use), data.valid_until)
    return same and key.is_in_force(at)


def is_registered(pool: Register, institution: InstitutionData, role: Role) -> bool:
    """Whether the institution is registered just so: same role, name, code, administrator and key."""
    registered = pool.institutions.get(institution.institution)
    key = pool.keys.get(key_id(institution.public_key))
    return (
        registered is not None
        and (registered.name, registered.uscc, registered.role) == (institution.name, institution.uscc, role)
        and key is not None
        and (key.institution, key.officer) == (institution.institution, institution.administrator)
    )


def registration(
    institution: InstitutionData, role: Role, registered_with: str, at: datetime
) -> tuple[RegistryEvent, ...]:
    """What registering an institution brings about: itself, its administrator, and the administrator's key.

    The message gives no name of the administrator; the id stands for it.
    """
    return (
        InstitutionRegistered(
            institution=institution.institution, name=institution.name, uscc=institution.uscc, role=role
        ),
        OfficerRegistered(
            institution=institution.institution,
            officer=institution.administrator,
            name=institution.administrator,
            duties=(Duty.ADMINISTRATION,),
            valid_from=at,
        ),
        KeyRegistered(
            key_id=key_id(institution.public_key),
            public_key=institution.public_key,
            institution=institution.institution,
            officer=institution.administrator,
            valid_from=at,
            registered_with=registered_with,
        ),
    )
