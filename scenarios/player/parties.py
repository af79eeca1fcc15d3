"""Who speaks: the parties as a scenario names them, and the keys they sign with."""

from collections.abc import Iterable

from scenarios.player.message import INSTITUTION_WORDS
from scenarios.player.messages import MESSAGES
from scenarios.player.model import Scenario, Step
from scenarios.player.words import listed
from shared.contracts.registry.people import RegisterOfficer, RegisterSystemKey
from shared.messaging.signatures import Signer
from simulator.message_context import SECOND_SYSTEM
from simulator.parties import (
    ADMINISTRATOR,
    CALENDAR,
    FOUNDERS,
    GUARANTOR,
    LENDER,
    MANAGING,
    OFFICERS,
    OTHER_LENDER,
    SECOND_ADMINISTRATOR,
    SUPERVISING_BANK,
    SYSTEM,
    Cast,
)
from simulator.party_messages import Sender
from simulator.samples import example_of

Place = tuple[str | int, ...]

# Registered nowhere, with a key that nobody knows.
STRANGER = "stranger"
_SYSTEMS = frozenset({SYSTEM, SECOND_SYSTEM})
_WITH_SYSTEM = frozenset({SUPERVISING_BANK, LENDER, GUARANTOR, OTHER_LENDER})


class Parties:
    """The senders of one scenario; a rotated key is the scenario's own, since casts of other pools share the rest."""

    def __init__(self, cast: Cast) -> None:
        self._cast = cast
        self._rotated: dict[tuple[str, str], Signer] = {}
        self._stranger = cast.new_signer()

    def sender(self, who: str) -> Sender:
        """The sender whom ``who``, with its officer or system, names."""
        if who == STRANGER:
            return Sender(self._cast.pool_id, STRANGER, None, self._stranger)
        institution, holder = split(who)
        if (institution, holder) == (MANAGING, CALENDAR):
            return Sender(self._cast.pool_id, institution, None, self._cast.signer(CALENDAR, SYSTEM))
        signer = self._rotated.get((institution, holder)) or self._cast.signer(institution, holder)
        return Sender(self._cast.pool_id, institution, None if holder in _SYSTEMS else holder, signer)

    def rotate(self, sender: Sender, signer: Signer) -> None:
        """From now on the sender signs with another key."""
        self._rotated[sender.institution, sender.officer or SYSTEM] = signer


def speakers(step: Step) -> tuple[str, ...]:
    """Who speaks in a step, each with officer or system.

    An institution without one speaks by whoever says such a message by default; where that is another institution's
    part, by its administrator, or for a system's message by its system.
    """
    if step.says is None:
        return ()
    default = MESSAGES[step.says].who
    if not step.who:
        return (default,)
    return tuple(_completed(who, default) for who in step.who)


def _completed(who: str, default: str) -> str:
    if "/" in who or who == STRANGER:
        return who
    institution, _, holder = default.partition("/")
    if who == institution:
        return default
    has_system = INSTITUTION_WORDS.get(who) in _WITH_SYSTEM
    return f"{who}/{SYSTEM if holder == SYSTEM and has_system else ADMINISTRATOR}"


def split(who: str) -> tuple[str, str]:
    """The ids of institution and officer (or system) that a party's words stand for."""
    institution, _, holder = who.partition("/")
    return INSTITUTION_WORDS[institution], holder.replace(" ", "-")


def faults_of_parties(scenario: Scenario) -> list[tuple[Place, str]]:
    """Parties and references that the scenario names and that nobody has introduced before."""
    faults: list[tuple[Place, str]] = []
    officers = {(officer.institution, officer.officer) for officer in OFFICERS}
    officers |= {(institution, ADMINISTRATOR) for institution in INSTITUTION_WORDS.values()}
    officers |= {(founder, SECOND_ADMINISTRATOR) for founder in FOUNDERS}
    officers |= {(institution, SYSTEM) for institution in _WITH_SYSTEM} | {(MANAGING, CALENDAR)}
    names: set[str] = set()
    for number, step in enumerate(scenario.steps):
        for who in speakers(step) if step.says is not None else step.who:
            fault = _fault_of_party(who, officers)
            if fault is not None:
                faults.append((("steps", number, "who"), fault))
        for place, name in _references(step, number):
            if name not in names:
                allowed_names = ", ".join(sorted(names)) or "none"
                faults.append((place, f"no step before this one is called '{name}'; named are: {allowed_names}"))
        if step.name is not None:
            names.add(step.name)
        if step.says == RegisterOfficer.spoken.word and not any(fault for _, fault in faults):
            introduced = str(step.words.get("officer", example_of(RegisterOfficer, "officer"))).replace(" ", "-")
            officers |= {(split(who)[0], introduced) for who in speakers(step)}
        if step.says == RegisterSystemKey.spoken.word and not any(fault for _, fault in faults):
            officers |= {(split(who)[0], SECOND_SYSTEM) for who in speakers(step)}
    return faults


def _fault_of_party(who: str, officers: Iterable[tuple[str, str]]) -> str | None:
    if who == STRANGER:
        return None
    institution = who.partition("/")[0]
    if institution not in INSTITUTION_WORDS:
        return f"'{institution}' is no party; {listed(institution, (*INSTITUTION_WORDS, STRANGER))}"
    institution_id, holder = split(who)
    if (institution_id, holder) in officers:
        return None
    allowed_names = sorted(name.replace("-", " ") for named, name in officers if named == institution_id)
    named = who.partition("/")[2]
    return f"'{named}' is nobody at the {institution}; {listed(named, allowed_names)}"


def _references(step: Step, number: int) -> list[tuple[Place, str]]:
    found: list[tuple[Place, str]] = []
    if step.repeats is not None:
        found.append((("steps", number, "repeats"), step.repeats))
    words = MESSAGES[step.says].refers_to if step.says is not None else ()
    found.extend((("steps", number, "with", word), str(step.words[word])) for word in words if word in step.words)
    return found
