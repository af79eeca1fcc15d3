"""What registering an institution brings about, by whichever command that comes."""

from datetime import datetime

from services.registry.domain.article_04_administrators import refuse_unless_administrators_are_distinct
from services.registry.domain.article_04_institutional_roles import (
    refuse_unless_key_is_unused,
    refuse_unless_key_proves_who_signs,
)
from services.registry.domain.pool import Register
from shared.contracts.envelope import Event
from shared.contracts.ids import key_id
from shared.contracts.refusals import Refusal
from shared.contracts.registry.people import KeyRegistered, OfficerRegistered
from shared.contracts.registry.pools import InstitutionRegistered
from shared.contracts.registry.words import Administrator, Duty, InstitutionData, Role
from shared.decisions.checks import all_faults


def is_registered(pool: Register, institution: InstitutionData, role: Role) -> bool:
    """Whether the institution is registered just so: same role, name, code, administrators and keys."""
    registered = pool.institutions.get(institution.institution)
    return (
        registered is not None
        and (registered.name, registered.uscc, registered.role) == (institution.name, institution.uscc, role)
        and all(_is_administrator(pool, institution.institution, each) for each in institution.administrators)
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


def registration(institution: InstitutionData, role: Role, registered_with: str, at: datetime) -> tuple[Event, ...]:
    """What registering an institution brings about: itself, its administrators, and their keys."""
    registered = InstitutionRegistered(
        institution=institution.institution, name=institution.name, uscc=institution.uscc, role=role
    )
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
        KeyRegistered(
            key_id=key_id(administrator.public_key),
            public_key=administrator.public_key,
            institution=institution,
            officer=administrator.officer,
            valid_from=at,
            registered_with=registered_with,
        ),
    )


def _is_administrator(pool: Register, institution: str, administrator: Administrator) -> bool:
    officer = pool.institutions[institution].officers.get(administrator.officer)
    key = pool.keys.get(key_id(administrator.public_key))
    return (
        officer is not None
        and (officer.name, officer.person) == (administrator.name, administrator.person)
        and key is not None
        and (key.institution, key.officer) == (institution, administrator.officer)
    )
