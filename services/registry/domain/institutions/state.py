"""How institutions come into a pool's register."""

from services.registry.domain.evolution import of_register
from services.registry.domain.pool import Institution, Register
from shared.contracts.registry.pools import InstitutionRegistered


def evolve(register: Register, event: InstitutionRegistered) -> Register:
    """The register after ``event``."""
    assert event.institution not in register.institutions, "an institution is registered once"
    institution = Institution(name=event.name, uscc=event.uscc, role=event.role)
    return register.model_copy(update={"institutions": {**register.institutions, event.institution: institution}})


EVOLUTIONS = (of_register(evolve),)
