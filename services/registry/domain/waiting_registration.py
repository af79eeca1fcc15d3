"""A registration of one administrator that waits for a second person."""

from datetime import datetime

from services.registry.domain.state_model import StateModel
from shared.contracts.envelope import Command
from shared.contracts.registry.registrations import RegistrationParticulars


class WaitingRegistration(RegistrationParticulars, StateModel):
    """What an administrator has registered for ``institution``, with which key, and until when it can be confirmed."""

    institution: str
    proposed_by_institution: str
    proposed_by: str
    proposed_with: str
    confirm_until: datetime

    @property
    def command(self) -> Command:
        """What was said."""
        said = (getattr(self, name) for name in RegistrationParticulars.model_fields)
        command = next(each for each in said if each is not None)
        assert isinstance(command, Command), "all of them are commands"
        return command
