"""Random histories of proposals and adoptions: whatever is said in whatever order, the versions stay in theirs."""

from dataclasses import replace
from datetime import date, datetime, timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from services.registry.domain.decide import decide
from services.registry.domain.register_entry import RegisterEntry
from services.registry.domain.state import State
from services.registry.domain.subjects import evolve
from shared.contracts.envelope import Command
from shared.contracts.receipts import Outcome
from shared.contracts.registry.rules import Rules
from shared.contracts.registry.rules_versions import RulesAdopted
from shared.decisions.days import beijing_day
from tests.unit.registry.registry_examples import (
    COOPERATING,
    LENDER,
    MANAGING,
    NOON,
    PROFILE,
    REFERENCE_DATA,
    received,
)
from tests.unit.registry.rules_examples import (
    DRAFTER,
    REGULATED,
    REGULATOR,
    adoption,
    declining,
    proposal,
    version,
    withdrawal,
)

NUMBERS = st.sampled_from([f"规则-{number}" for number in range(12)])
SPEAKERS = st.sampled_from([(MANAGING, REGULATOR), (COOPERATING, DRAFTER), (LENDER, "administrator")])
HASHES = st.sampled_from(["a" * 64, "a" * 64, "a" * 64, "b" * 64])


class RulesHistory(RuleBasedStateMachine):
    """A pool, its proposals by number, a clock that only goes on, and what was in force when something was decided."""

    def __init__(self) -> None:
        super().__init__()
        self.pool = REGULATED.pool
        self.entries: dict[str, RegisterEntry] = {}
        self.proposed: dict[tuple[str, str], Rules] = {}
        self.now = NOON
        self.decided_under: list[tuple[datetime, int]] = []
        self.adoption_days: dict[int, date] = {}

    def say(self, data: Command, number: str, speaker: tuple[str, str], sha256: str = "a" * 64) -> None:
        """Decide on the message; whatever isn't accepted changes nothing."""
        before = State(self.pool, None, self.entries.get(number))
        message = replace(received(data, *speaker, self.now), content_sha256=sha256)
        decision = decide(before, message, REFERENCE_DATA)
        after = before
        for event in decision.events:
            after = evolve(after, event)
            if isinstance(event, RulesAdopted):
                assert event.rules == self.proposed[event.number, event.proposal_sha256]
                self.adoption_days[event.rules.version] = beijing_day(self.now)
        assert (after is before) == (decision.outcome is not Outcome.ACCEPTED)
        assert all(refused.clause and refused.text_zh for refused in decision.refusals)
        assert after.pool is not None
        self.pool = after.pool
        if after.entry is not None:
            self.entries[number] = after.entry
        self.decided_under.append((self.now, self.pool.rules_at(self.now).version))

    @rule(minutes=st.integers(1, 60 * 24 * 10))
    def time_passes(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    @rule(
        number=NUMBERS,
        speaker=SPEAKERS,
        sha256=HASHES,
        ahead=st.sampled_from([0, 1, 1, 1, 2]),
        day=st.integers(-1, 20),
        share=st.sampled_from([0, 1000, 2000, 2001]),
    )
    def propose(self, number: str, speaker: tuple[str, str], sha256: str, ahead: int, day: int, share: int) -> None:
        next_version = max(1, self.pool.latest_rules.version + ahead)
        rules = version(next_version, beijing_day(self.now) + timedelta(days=day), share_rate_bp=share)
        existed = number in self.entries
        self.say(proposal(number, rules), number, speaker, sha256)
        if not existed and number in self.entries:
            self.proposed[number, sha256] = rules

    @rule(number=NUMBERS, day=st.integers(0, 20), share=st.sampled_from([0, 1000, 2000]))
    def propose_what_is_in_order(self, number: str, day: int, share: int) -> None:
        """What is proposed at random is seldom adoptable; histories need versions to be about something."""
        earliest = max(beijing_day(self.now), self.pool.latest_rules.effective_on)
        rules = version(self.pool.latest_rules.version + 1, earliest + timedelta(days=day), share_rate_bp=share)
        existed = number in self.entries
        self.say(proposal(number, rules), number, (COOPERATING, DRAFTER))
        if not existed:
            assert number in self.entries, "a proposal that is in order is accepted"
            self.proposed[number, "a" * 64] = rules

    @precondition(lambda self: self.entries)
    @rule(data=st.data())
    def adopt_one_that_is_there(self, data: st.DataObject) -> None:
        number, sha256 = data.draw(st.sampled_from(sorted(self.proposed)))
        self.say(adoption(number, sha256), number, (MANAGING, REGULATOR))

    @precondition(lambda self: self.entries)
    @rule(number=NUMBERS, speaker=SPEAKERS, sha256=HASHES)
    def adopt(self, number: str, speaker: tuple[str, str], sha256: str) -> None:
        self.say(adoption(number, sha256), number, speaker)

    @precondition(lambda self: self.entries)
    @rule(number=NUMBERS, speaker=SPEAKERS)
    def decline(self, number: str, speaker: tuple[str, str]) -> None:
        self.say(declining(number), number, speaker)

    @precondition(lambda self: self.entries)
    @rule(number=NUMBERS, speaker=SPEAKERS)
    def withdraw(self, number: str, speaker: tuple[str, str]) -> None:
        self.say(withdrawal(number), number, speaker)

    @invariant()
    def versions_are_gapless_in_order_and_within_the_ceiling(self) -> None:
        versions = [self.pool.first_rules, *(adopted.rules for adopted in self.pool.adopted_rules)]
        assert [each.version for each in versions] == list(range(1, len(versions) + 1))
        days = [each.effective_on for each in versions]
        assert days == sorted(days)
        assert all(each.share_rate_bp <= PROFILE.share_rate_max_bp for each in versions)
        assert all(each.effective_on >= self.adoption_days[each.version] for each in versions[1:])
        assert all(self.pool.rules_of_version(each.version) == each for each in versions)

    @invariant()
    def what_was_in_force_stays_what_was_in_force(self) -> None:
        """An adoption never changes under which version an earlier moment stands, except at its own moment."""
        for at, version_then in self.decided_under:
            assert self.pool.rules_at(at).version >= version_then
            if at < self.now:
                assert self.pool.rules_at(at).version == self.last_known_at(at)
        assert self.pool.rules_at(self.now).version >= self.pool.rules_at(NOON - timedelta(days=1)).version

    def last_known_at(self, at: datetime) -> int:
        return max(version_then for moment, version_then in self.decided_under if moment == at)


TestRulesHistory = RulesHistory.TestCase
TestRulesHistory.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
