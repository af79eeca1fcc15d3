"""How keys come and end."""

from services.registry.domain.evolution import of_register
from services.registry.domain.officers_and_keys import Key, Revocation
from services.registry.domain.pool import Register
from shared.contracts.registry.people import KeyRegistered, KeyRetired, KeyRevoked


def evolve(register: Register, event: KeyRegistered | KeyRetired | KeyRevoked) -> Register:
    """The register after ``event``."""
    if isinstance(event, KeyRegistered):
        assert event.key_id not in register.keys, "a key is registered once"
        key = Key.of(event)
    else:
        former = register.keys[event.key_id]
        assert former.revocation is None, "a key is revoked once, and no revoked one is retired"
        assert isinstance(event, KeyRevoked) or not former.has_ended, "a key is retired once"
        until = min(event.valid_until, former.valid_until or event.valid_until)
        key = former.model_copy(update={"valid_until": until, "has_ended": True})
    if isinstance(event, KeyRevoked):
        revocation = Revocation(reason=event.reason, exposed_since=event.exposed_since)
        key = key.model_copy(update={"revocation": revocation})
    return register.model_copy(update={"keys": {**register.keys, event.key_id: key}})


EVOLUTIONS = (of_register(evolve),)
