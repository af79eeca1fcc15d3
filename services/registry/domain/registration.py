"""What registering an institution brings about, by whichever command that comes."""

from collections.abc import Sequence
from datetime import datetime

from services.registry.domain.article_03_pool import (
    refuse_if_institution_id_is_anothers,
    refuse_unless_institution_code_is_free,
    refuse_unless_institution_code_is_valid,
)
from services.registry.domain.article_04_administrators import (
    refuse_unless_administration_is_its_own,
    refuse_unless_administrators_are_distinct,
)
from services.registry.domain.article_04_institutional_roles import (
    refuse_unless_key_is_unused,
    refuse_unless_key_proves_who_signs,
    refuse_unless_roles_go_together,
)
from services.registry.domain.officers_and_keys import key_registered
from services.registry.domain.pool import Register
from shared.contracts.envelope import Event
from shared.contracts.ids import key_id
from shared.contracts.refusals import Refusal
from shared.contracts.registry.people import OfficerRegistered
from shared.contracts.registry.pools import InstitutionRegistered
from shared.contracts.registry.rules import Rules
from shared.contracts.registry.words import Administrator, Duty, InstitutionData, Role
from shared.decisions.checks import all_faults


def is_registered(pool: Register, institution: InstitutionData, role: Role) -> bool:
    """Whether the institution is registered just so: in this role, with this name, code, administrators and keys."""
    registered = pool.institutions.get(institution.institution)
    return (
        registered is not None
        and (registered.name, registered.uscc) == (institution.name, institution.uscc)
        and role in registered.roles
        and _is_administrated_so(pool, institution)
    )


def faults_of_registration(
    pool: Register, rules: Rules, institution: InstitutionData, role: Role
) -> tuple[Refusal, ...]:
    """What is wrong with registering the institution in the role, be it new in the pool or there in another one."""
    registered = pool.institutions.get(institution.institution)
    taken = refuse_if_institution_id_is_anothers(pool, institution)
    return all_faults(
        taken,
        refuse_unless_institution_code_is_valid(institution),
        refuse_unless_institution_code_is_free(pool, institution),
        faults_of_administrators(pool, institution) if registered is None else (),
        _faults_of_further_role(pool, rules, institution, registered.roles, role) if registered and not taken else (),
    )


def _faults_of_further_role(
    pool: Register, rules: Rules, institution: InstitutionData, held: Sequence[Role], role: Role
) -> tuple[Refusal, ...]:
    return all_faults(
        refuse_unless_roles_go_together(rules, institution.name, held, role),
        refuse_unless_administration_is_its_own(institution, is_its_own=_is_administrated_so(pool, institution)),
    )


def faults_of_administrators(pool: Register | None, institution: InstitutionData) -> tuple[Refusal, ...]:
    """What is wrong with those with whom the institution's administration begins, and with their keys."""
    keys = [administrator.public_key for administrator in institution.administrators]
    return all_faults(
        refuse_unless_administrators_are_distinct(institution),
        *(refuse_unless_key_proves_who_signs(key) for key in keys),
        faults_of_used_keys(pool, institution),
    )


def faults_of_used_keys(pool: Register | None, institution: InstitutionData) -> tuple[Refusal, ...]:
    """Which of the administrators' keys somebody has in the pool already."""
    return all_faults(*(refuse_unless_key_is_unused(pool, each.public_key) for each in institution.administrators))


def registration(
    pool: Register | None,
    institution: InstitutionData,
    role: Role,
    registered_with: str,
    at: datetime,
    replaces: str | None = None,
) -> tuple[Event, ...]:
    """What registering an institution brings about: itself, its administrators, and their keys.

    One that takes part in the pool already has all that but the role.
    """
    registered = InstitutionRegistered(
        institution=institution.institution,
        name=institution.name,
        uscc=institution.uscc,
        role=role,
        replaces=replaces,
    )
    if pool is not None and institution.institution in pool.institutions:
        return (registered,)
    begun = (
        event
        for each in institution.administrators
        for event in _administrator(institution.institution, each, registered_with, at)
    )
    return (registered, *begun)


def _administrator(
    institution: str, administrator: Administrator, registered_with: str, at: datetime
) -> tuple[Event, Event]:
    return (
        OfficerRegistered(
            institution=institution,
            officer=administrator.officer,
            name=administrator.name,
            person=administrator.person,
            duties=(Duty.ADMINISTRATION,),
            valid_from=at,
        ),
        key_registered(administrator.public_key, (institution, administrator.officer, None), registered_with, at),
    )


def _is_administrated_so(pool: Register, institution: InstitutionData) -> bool:
    """Whether all these administrators are the registered institution's, with these keys."""
    return all(_is_administrator(pool, institution.institution, each) for each in institution.administrators)


def _is_administrator(pool: Register, institution: str, administrator: Administrator) -> bool:
    officer = pool.institutions[institution].officers.get(administrator.officer)
    key = pool.keys.get(key_id(administrator.public_key))
    return (
        officer is not None
        and (officer.name, officer.person) == (administrator.name, administrator.person)
        and key is not None
        and (key.institution, key.officer) == (institution, administrator.officer)
    )
