"""What is said of registrations that wait for a second person's word: officers, duties, keys, institutions (4.1)."""

from typing import Annotated, ClassVar

from pydantic import BaseModel, Field

from shared.contracts.envelope import Command, Event
from shared.contracts.examples import HashOf, Party, Spoken, example
from shared.contracts.registry.people import (
    ChangeDuties,
    EndOfficer,
    RegisterOfficer,
    RegisterOfficerKey,
    RegisterSystemKey,
    RevokeKey,
)
from shared.contracts.registry.pools import RegisterInstitution
from shared.contracts.registry.words import Duty
from shared.contracts.words import InstitutionId, KeyId, Moment, OfficerId, Sha256

_Registration = Annotated[Sha256, Field(description="of the bytes of the message that one administrator sent")]


class RegistrationParticulars(BaseModel):
    """What one administrator has registered, as it was said; one of these, and nothing else."""

    officer: RegisterOfficer | None = None
    change_of_duties: ChangeDuties | None = None
    end_of_officer: Annotated[
        EndOfficer | None, Field(description="its keys have ended already; that it has duties no more waits")
    ] = None
    officer_key: RegisterOfficerKey | None = None
    system_key: RegisterSystemKey | None = None
    replacement: Annotated[
        RevokeKey | None, Field(description="the key that it names is revoked already; the one in its place waits")
    ] = None
    new_institution: RegisterInstitution | None = None


class ConfirmRegistration(Command, name="registry.registration.confirm.v1"):
    """Confirm what one administrator has registered, exactly as it was published; by a second person (4.1).

    By any other officer of the institution that it is for, or by another administrator of the managing institution;
    never by whoever it is about.
    """

    spoken: ClassVar[Spoken] = Spoken(
        "registration confirmation", Party.COOPERATING, Duty.ADMINISTRATION, by_second=True
    )

    registration_sha256: Annotated[_Registration, example(HashOf(RegisterOfficer.message_type))]


class RegistrationProposed(RegistrationParticulars, Event, name="registry.registration.proposed.v1"):
    """One administrator has registered something; nothing of it takes effect before a second person confirms it."""

    institution: Annotated[InstitutionId, Field(description="whose officer, key or duties these would be")]
    registration_sha256: Annotated[_Registration, Field(description="what a confirmation names")]
    proposed_by_institution: InstitutionId
    proposed_by: OfficerId
    proposed_with: KeyId
    proposed_at: Moment
    confirm_until: Annotated[Moment, Field(description="a confirmation that is taken in at this moment is too late")]


class RegistrationConfirmed(Event, name="registry.registration.confirmed.v1"):
    """A second person has confirmed a registration, which takes effect with the events beside this."""

    institution: InstitutionId
    registration_sha256: _Registration
    confirmed_by_institution: InstitutionId
    confirmed_by: OfficerId
