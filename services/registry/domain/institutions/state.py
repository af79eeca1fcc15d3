"""How institutions come into a pool's register, and to further roles in it."""

from services.registry.domain.evolution import of_register
from services.registry.domain.pool import Institution, Register
from shared.contracts.registry.pools import InstitutionRegistered


def evolve(register: Register, event: InstitutionRegistered) -> Register:
    """The register after ``event``."""
    registered = register.institutions.get(event.institution)
    if registered is not None:
        assert event.role not in registered.roles, "an institution is registered once for a role"
        return register.with_institution(event.institution, roles=(*registered.roles, event.role))
    institution = Institution(name=event.name, uscc=event.uscc, roles=(event.role,))
    return register.model_copy(update={"institutions": {**register.institutions, event.institution: institution}})


EVOLUTIONS = (of_register(evolve),)
