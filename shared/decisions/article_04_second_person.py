"""Article 4: no super user: what one administrator registers takes effect when a second person has confirmed it."""

from shared.contracts.envelope import Command
from shared.contracts.registry.people import (
    ChangeDuties,
    EndOfficer,
    RegisterOfficer,
    RegisterOfficerKey,
    RegisterSystemKey,
    RevokeKey,
)
from shared.contracts.registry.pools import RegisterInstitution


# accept: False
def waits_for_a_second_person(command: Command, officer: str | None) -> bool:
    """Article 4.1. Officers, their duties and keys, and institutions wait; what ``officer`` does with its own keys not.

    A revocation is in force at once, and only the key that would take the revoked one's place waits. Of an officer who
    is ended the keys end at once, and the duties, by which committees are counted, when a second person has confirmed;
    whoever leaves by its own word needs nobody's.
    """
    match command:
        case RegisterOfficer() | ChangeDuties() | RegisterSystemKey() | RegisterInstitution():
            return True
        case RegisterOfficerKey() | EndOfficer():
            return command.officer != officer
        case RevokeKey():
            return command.replacement is not None
    return False
