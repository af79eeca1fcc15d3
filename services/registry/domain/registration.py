"""What registering an institution brings about, by whichever command that comes."""

from datetime import datetime

from services.registry.domain.pool import Register
from shared.contracts.envelope import Event
from shared.contracts.ids import key_id
from shared.contracts.registry.people import KeyRegistered, OfficerRegistered
from shared.contracts.registry.pools import InstitutionRegistered
from shared.contracts.registry.words import Duty, InstitutionData, Role


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


def registration(institution: InstitutionData, role: Role, registered_with: str, at: datetime) -> tuple[Event, ...]:
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
