"""How officers come, get other duties, and leave."""

from services.registry.domain.evolution import of_register
from services.registry.domain.officers_and_keys import Officer
from services.registry.domain.pool import Register
from shared.contracts.registry.people import OfficerEnded, OfficerRegistered


def evolve(register: Register, event: OfficerRegistered | OfficerEnded) -> Register:
    """The register after ``event``."""
    officers = register.institutions[event.institution].officers
    former = officers.get(event.officer)
    assert former is None or former.ended_at is None, "who has left does not come back"
    if isinstance(event, OfficerRegistered):
        officer = Officer(name=event.name, duties=event.duties)
    else:
        assert former is not None, "only an officer can leave"
        officer = Officer(name=former.name, duties=(), ended_at=event.ended_at, ended_because=event.reason)
    return register.with_institution(event.institution, officers={**officers, event.officer: officer})


EVOLUTIONS = (of_register(evolve),)
