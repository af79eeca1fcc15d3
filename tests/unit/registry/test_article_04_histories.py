"""Article 4: random histories of officers and keys; no history lets a stranger sign or locks an institution out."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from services.registry.domain.decide import Decision, decide
from services.registry.domain.keys.article_04_keys import faults_of_the_chain
from services.registry.domain.pool import Pool
from shared.contracts.envelope import Command, Event
from shared.contracts.ids import key_id
from shared.contracts.receipts import Outcome
from shared.contracts.registry.people import (
    ChangeDuties,
    EndOfficer,
    KeyRegistered,
    KeyReplacement,
    KeyRetired,
    KeyRevoked,
    OfficerEnded,
    OfficerRegistered,
    RegisterOfficer,
    RegisterOfficerKey,
    RegisterSystemKey,
    RevokeKey,
    RotateKey,
)
from shared.contracts.registry.pools import RegisterInstitution
from shared.contracts.registry.registrations import ConfirmRegistration, RegistrationProposed
from shared.contracts.registry.words import Duty, Role, SystemUse
from tests.unit.registry.registry_examples import (
    ADMINISTRATOR,
    COOPERATING,
    LENDER,
    MANAGING,
    NOON,
    NOTHING,
    Given,
    acting,
    document,
    founding,
    institution,
    officer,
    person,
    public_key,
    received,
)

ROOT = key_id(public_key(f"{MANAGING}/{ADMINISTRATOR}"))
INSTITUTIONS = (MANAGING, COOPERATING, LENDER)
OFFICERS = (ADMINISTRATOR, "deputy", "guest", "nobody")
DUTIES = ((Duty.ADMINISTRATION,), (Duty.ADMINISTRATION, Duty.FILING), (Duty.FILING,), (Duty.VOTE,))
# Few keys, so that histories often try one again; the first ones are the administrators' own.
KEYS = (
    *(public_key(f"{where}/{ADMINISTRATOR}") for where in INSTITUTIONS),
    *(public_key(f"key {number}") for number in range(9)),
)

people, keys = st.sampled_from(OFFICERS), st.sampled_from(KEYS)
# One of the keys that were ever registered, by its place; most histories are made by those that still sign.
signers = st.integers(0, 11)
ends = st.none() | st.integers(-1, 4)


@dataclass
class Held:
    """A key as a reader of the events knows it, who shares no code with the registry."""

    institution: str
    officer: str | None
    until_day: int | None
    has_ended: bool = False

    def signs(self, day: int) -> bool:
        return not self.has_ended and (self.until_day is None or day < self.until_day)


class Histories(RuleBasedStateMachine):
    """Whoever holds whatever key says whatever there is to say about officers and keys, on any day."""

    def __init__(self) -> None:
        super().__init__()
        self.day = 0
        self.given: Given = NOTHING
        self.published: list[Event] = []
        self.held: dict[str, Held] = {}
        self.duties: dict[tuple[str, str], tuple[Duty, ...]] = {}
        self.left: set[tuple[str, str]] = set()
        self.persons: dict[tuple[str, str | None], str] = {}
        self.proposed: dict[str, Held] = {}
        self.replacing: RevokeKey | None = None
        self.is_confirming = True
        self.messages = 0

    @initialize()
    def a_pool_is_founded(self) -> None:
        lender = RegisterInstitution(role=Role.LENDER, institution=institution(LENDER))
        self.take(self.given.when(founding(), MANAGING), None)
        self.say(0, lender)
        assert LENDER in self.given.pool.institutions

    @rule(is_confirming=st.sampled_from([True, True, False]))
    def a_second_person_is_there_or_not(self, *, is_confirming: bool) -> None:
        self.is_confirming = is_confirming

    @rule()
    def what_waits_is_confirmed(self) -> None:
        self.confirm()

    @rule(days=st.integers(1, 3))
    def time_passes(self, days: int) -> None:
        self.day += days

    @rule(by=signers, who=people, duties=st.sampled_from(DUTIES), new=keys, until=ends)
    def somebody_registers_an_officer(
        self, by: int, who: str, duties: tuple[Duty, ...], new: str, until: int | None
    ) -> None:
        self.say(
            by,
            RegisterOfficer(
                officer=who, person=person(who), name=who, duties=duties, public_key=new, valid_until=self.moment(until)
            ),
        )

    @rule(by=signers, who=people, duties=st.sampled_from(DUTIES))
    def somebody_changes_duties(self, by: int, who: str, duties: tuple[Duty, ...]) -> None:
        self.say(by, ChangeDuties(officer=who, duties=duties))

    @rule(by=signers, who=people)
    def somebody_has_an_officer_leave(self, by: int, who: str) -> None:
        self.say(by, EndOfficer(officer=who, reason="调离"))

    @rule(by=signers, who=people, new=keys, until=ends)
    def somebody_registers_a_further_key(self, by: int, who: str, new: str, until: int | None) -> None:
        self.say(by, RegisterOfficerKey(officer=who, public_key=new, valid_until=self.moment(until)))

    @rule(by=signers, new=keys, until=ends)
    def somebody_registers_a_system(self, by: int, new: str, until: int | None) -> None:
        data = RegisterSystemKey(use=SystemUse.LOSS_NOTICES, public_key=new, valid_until=self.moment(until))
        self.say(by, data)

    @rule(by=signers, new=keys)
    def somebody_rotates(self, by: int, new: str) -> None:
        self.say(by, RotateKey(public_key=new))

    @rule(by=signers, lost=keys, new=st.none() | keys)
    def somebody_revokes(self, by: int, lost: str, new: str | None) -> None:
        replacement = None if new is None else KeyReplacement(public_key=new, request=document())
        self.say(by, RevokeKey(key_id=key_id(lost), reason="遗失", replacement=replacement))

    @invariant()
    def every_key_goes_back_to_the_root(self) -> None:
        """From the events alone; and nobody was ever given a key twice."""
        of_keys = [event for event in self.published if isinstance(event, KeyRegistered | KeyRetired | KeyRevoked)]
        assert faults_of_the_chain([ROOT], of_keys) == ()
        registered = [event.key_id for event in of_keys if isinstance(event, KeyRegistered)]
        assert len(registered) == len(set(registered))

    @invariant()
    def who_has_left_can_do_nothing(self) -> None:
        """No duty, and no key that signs on this day or any other."""
        for where, who in self.left:
            assert self.duties[where, who] == ()
            assert not self.holds_a_key(where, who)

    @invariant()
    def every_institution_has_a_way_back(self) -> None:
        """An administrator's key without an end, with which it can register whom it needs, today and in ten years."""
        if not self.published:
            return
        for where in INSTITUTIONS:
            found = self.lasting_administrators(where)
            if not found:
                self.is_helped(where)
                continue
            key, held = found[0]
            again = officer("rescuer", Duty.ADMINISTRATION)
            decision = self.decision(key, held.institution, held.officer, again, self.day + 3_650)
            assert decision.outcome is Outcome.ACCEPTED

    def is_helped(self, where: str) -> None:
        """Its last key was revoked, and the one in its place waits; the managing institution can name it again."""
        assert where != MANAGING, "the managing institution is locked out"
        assert self.replacing is not None
        assert self.held[self.replacing.key_id].institution == where, f"{where} is locked out"
        key, held = self.lasting_administrators(MANAGING)[0]
        again = self.replacing
        assert again.replacement is not None
        if key_id(again.replacement.public_key) in self.held:
            # While it waited it became somebody else's.
            free = again.replacement.model_copy(update={"public_key": public_key("a free key")})
            again = again.model_copy(update={"replacement": free})
        decision = self.decision(key, MANAGING, held.officer, again, self.day + 3_650)
        assert decision.outcome is Outcome.ACCEPTED

    def lasting_administrators(self, where: str) -> list[tuple[str, Held]]:
        return [
            (key, held)
            for key, held in self.held.items()
            if held.institution == where
            and held.until_day is None
            and not held.has_ended
            and Duty.ADMINISTRATION in self.duties.get((where, held.officer or ""), ())
        ]

    def holds_a_key(self, where: str, who: str) -> bool:
        return any(
            (held.institution, held.officer) == (where, who) and held.signs(self.day) for held in self.held.values()
        )

    def teardown(self) -> None:
        if self.published:
            assert Pool.model_validate_json(self.given.pool.model_dump_json()) == self.given.pool

    def say(self, by: int, data: Command) -> None:
        """The holder of a key says it; what nobody's key has signed, intake lets past nowhere."""
        key = list(self.held)[by % len(self.held)]
        held = self.held[key]
        decision = self.decision(key, held.institution, held.officer, data, self.day)
        if decision.outcome is not Outcome.ACCEPTED:
            assert decision.events == ()
            return
        assert held.signs(self.day), "a key signed that had ended"
        self.take(decision, held)
        if isinstance(data, RevokeKey) and data.replacement is not None:
            self.replacing = data
        if self.is_confirming:
            self.confirm()

    def confirm(self) -> None:
        """Everybody tries to confirm what waits, until it doesn't; who confirms is another person than who proposed."""
        for sha256, proposer in list(self.proposed.items()):
            for key, held in list(self.held.items()):
                data = ConfirmRegistration(registration_sha256=sha256)
                decision = self.decision(key, held.institution, held.officer, data, self.day)
                if decision.outcome is Outcome.ACCEPTED:
                    second = self.persons[held.institution, held.officer]
                    assert second != self.persons[proposer.institution, proposer.officer], "no super user"
                    del self.proposed[sha256]
                    self.take(decision, proposer, second)
                    break

    def decision(self, key: str, where: str, who: str | None, data: Command, day: int) -> Decision:
        self.messages += 1
        sha256 = f"{self.messages:064x}"
        message = replace(received(data, where, who, NOON + timedelta(days=day)), content_sha256=sha256)
        signer = replace(acting(where, who), key_id=key)
        return decide(self.given.state, replace(message, acting=signer), self.given.reference_data)

    def take(self, decision: Decision, by: Held | None, second: str | None = None) -> None:
        """What ``by`` has said, and a ``second`` person confirmed if it needed one."""
        self.given = self.given.having(decision.events)
        self.published.extend(decision.events)
        for event in decision.events:
            match event:
                case KeyRegistered():
                    assert event.key_id not in self.held, "two hold one key"
                    registrar = self.held.get(event.registered_with)
                    if by is not None and registrar is not None and registrar.institution != event.institution:
                        assert not self.lasting_administrators(event.institution), "a key from outside, without need"
                    if event.officer is not None and self.holds_a_key(event.institution, event.officer):
                        assert registrar is not None
                        assert (registrar.institution, registrar.officer) == (event.institution, event.officer)
                    until = None if event.valid_until is None else (event.valid_until - NOON).days
                    self.held[event.key_id] = Held(event.institution, event.officer, until)
                    is_own = by is not None and (by.institution, by.officer) == (event.institution, event.officer)
                    assert by is None or second or is_own, "no key on one person's word but for oneself"
                case KeyRetired() | KeyRevoked():
                    self.held[event.key_id].has_ended = True
                case OfficerRegistered():
                    assert (event.institution, event.officer) not in self.left, "who has left came back"
                    assert by is None or second, "no officer and no duties on one person's word"
                    assert second != event.person, "nobody confirms duties of its own"
                    reference_data = self.persons.setdefault((event.institution, event.officer), event.person)
                    assert reference_data == event.person, "an officer is one person for ever"
                    self.duties[event.institution, event.officer] = event.duties
                case RegistrationProposed():
                    assert by is not None
                    self.proposed[event.registration_sha256] = by
                case OfficerEnded():
                    self.duties[event.institution, event.officer] = ()
                    self.left.add((event.institution, event.officer))
                case _:
                    pass

    def moment(self, days: int | None) -> datetime | None:
        return None if days is None else NOON + timedelta(days=self.day + days)


TestHistories = pytest.mark.clause("4.1")(Histories.TestCase)
TestHistories.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
