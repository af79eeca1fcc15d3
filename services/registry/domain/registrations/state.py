"""How registrations wait for a second person, and how that ends."""

from services.registry.domain.evolution import of_register
from services.registry.domain.pool import Register
from services.registry.domain.waiting_registration import WaitingRegistration
from shared.contracts.registry.registrations import RegistrationConfirmed, RegistrationProposed


def evolve(register: Register, event: RegistrationProposed | RegistrationConfirmed) -> Register:
    """The register after ``event``; with a new registration those are forgotten that nobody can confirm any more."""
    waiting = dict(register.registrations)
    if isinstance(event, RegistrationConfirmed):
        del waiting[event.registration_sha256]
    else:
        waiting = {sha256: each for sha256, each in waiting.items() if event.proposed_at < each.confirm_until}
        waiting[event.registration_sha256] = WaitingRegistration.from_message(event)
    return register.model_copy(update={"registrations": waiting})


EVOLUTIONS = (of_register(evolve),)
