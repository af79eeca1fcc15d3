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
    if former is not None and isinstance(event, OfficerRegistered):
        assert event.person == former.person, "an officer is one person for ever"
    if isinstance(event, OfficerRegistered):
        officer = Officer(name=event.name, person=event.person, duties=event.duties)
    else:
        assert former is not None, "only an officer can leave"
        ended = {"duties": (), "ended_at": event.ended_at, "ended_because": event.reason}
        officer = former.model_copy(update=ended)
    return register.with_institution(event.institution, officers={**officers, event.officer: officer})


EVOLUTIONS = (of_register(evolve),)
