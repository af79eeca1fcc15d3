"""What a reader of the registry's events knows of people: who each officer is, and what waits for a second one.

It shares no rule with the registry; ``history_reader`` asks it of each message that was accepted.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from shared.contracts.received import Acting
from shared.contracts.registry.people import KeyRegistered, OfficerRegistered
from shared.contracts.registry.pools import InstitutionRegistered, PoolFounded, PoolPrepared
from shared.contracts.registry.registrations import RegistrationConfirmed, RegistrationProposed
from shared.contracts.registry.words import Role
from tests.unit.registry.history_identities import person_meant


@dataclass
class PeopleReader:
    """Officers by institution and id, and who registered what nobody has confirmed yet."""

    persons: dict[tuple[str, str | None], str] = field(default_factory=dict)
    waiting: dict[str, Acting] = field(default_factory=dict)

    def person(self, institution: str, officer: str | None) -> str:
        return self.persons[institution, officer]

    def answerable(self, events: Sequence[Any], acting: Acting) -> Acting:
        """Who has said what the events tell of: of a confirmed registration whoever made it, who is somebody else."""
        confirmed = next((event for event in events if isinstance(event, RegistrationConfirmed)), None)
        if confirmed is None:
            self._judge_alone(events, acting)
            said_by = acting
        else:
            said_by = self.waiting.pop(confirmed.registration_sha256)
            second = self.person(acting.institution, acting.officer)
            assert self.person(said_by.institution, said_by.officer) != second, "4.1: the second person is another one"
            concerned = [person_meant(event.person) for event in events if isinstance(event, OfficerRegistered)]
            assert second not in concerned, "4.1: nobody confirms duties of its own"
        for event in events:
            if isinstance(event, RegistrationProposed):
                self.waiting[event.registration_sha256] = acting
            elif isinstance(event, OfficerRegistered):
                person = person_meant(event.person)
                known = self.persons.setdefault((event.institution, event.officer), person)
                assert known == person, "4.1: an officer is one person for ever"
        return said_by

    def _judge_alone(self, events: Sequence[Any], acting: Acting) -> None:
        """Nobody alone makes officers or keys but for a founding, and each a further key of its own."""
        if any(isinstance(event, PoolFounded | PoolPrepared) for event in events):
            return
        by_both = {
            event.institution
            for event in events
            if isinstance(event, InstitutionRegistered) and event.role is Role.SUPERVISING_BANK
        }
        for event in events:
            if isinstance(event, OfficerRegistered):
                assert event.institution in by_both, "4.1: no officer and no duty on one person's word"
            elif isinstance(event, KeyRegistered) and event.institution not in by_both:
                own = (acting.institution, acting.officer)
                assert (event.institution, event.officer) == own, "4.1: no key on one person's word"
