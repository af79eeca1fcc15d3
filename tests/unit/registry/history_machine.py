"""A machine of histories: says each message to the registry and keeps its states as the transaction does."""

from dataclasses import replace
from datetime import date
from uuid import UUID

from hypothesis.stateful import RuleBasedStateMachine

from services.registry.domain.decide import Decision, decide
from services.registry.domain.project import Draft, Project
from services.registry.domain.register_entry import RegisterEntry
from services.registry.domain.state import State
from services.registry.domain.subjects import concern_of, evolve
from shared.contracts.envelope import Command
from shared.contracts.receipts import Outcome
from shared.contracts.registry.registrations import ConfirmRegistration, RegistrationProposed
from tests.unit.registry import history_examples as some
from tests.unit.registry.history_examples import DAY, id_of
from tests.unit.registry.history_reader import Reader, in_beijing
from tests.unit.registry.registry_examples import (
    ADMINISTRATOR,
    DISBURSED_ON,
    MANAGING,
    NOON,
    REFERENCE_DATA,
    received,
    second_person,
)
from tests.unit.registry.selection_examples import LATER, LATER_DAY, SELECTOR, concluding, recommending


class HistoryMachine(RuleBasedStateMachine):
    """States are kept as the transaction keeps them: the pool, each project, each entry, and who holds which right."""

    def __init__(self) -> None:
        super().__init__()
        self.at = NOON
        self.messages = 0
        self.pool = State()
        self.projects: dict[UUID | None, Project | Draft | None] = {}
        self.entries: dict[UUID | None, RegisterEntry | None] = {}
        self.holders: dict[str, UUID] = {}
        self.reader = Reader()
        self.proposed: dict[str, str] = {}
        # Whoever was appointed last with this duty, and where.
        self.appointed: dict[str, tuple[str, str]] = {}

    @property
    def today(self) -> date:
        return in_beijing(self.at)

    @property
    def sha256(self) -> str:
        """Of the message that was said last."""
        return f"{self.messages:064x}"

    def say(self, data: Command, where: str, who: str = ADMINISTRATOR, key: str | None = None) -> Decision:
        """Who says it signs with the newest key that still signs, unless it is said which one."""
        self.messages += 1
        message = received(data, where, who, self.at)
        assert message.acting
        key = key or self.reader.keys.newest(where, who, self.at) or message.acting.key_id
        message = replace(message, content_sha256=self.sha256, acting=replace(message.acting, key_id=key))
        concern = concern_of(message)
        before = replace(
            self.pool,
            project=self.projects.get(concern.project_id),
            entry=self.entries.get(concern.entry_id),
            holders=dict(self.holders),
        )
        decision = decide(before, message, REFERENCE_DATA)
        self.reader.answers(data, message.acting, self.at, decision.outcome, decision.refusals)
        self.reader.hear(decision.events, message.acting, self.at)
        after = before
        for event in decision.events:
            after = evolve(after, event)
        if decision.outcome is Outcome.REFUSED:
            assert not [event for event in decision.events if after != before], "what is refused changes nothing"
        # Under None stands what most messages concern: none.
        self.projects[concern.project_id], self.entries[concern.entry_id] = after.project, after.entry
        self.holders = dict(after.holders)
        self.pool = replace(after, project=None, entry=None, holders={})
        if any(isinstance(event, RegistrationProposed) for event in decision.events):
            self.say(ConfirmRegistration(registration_sha256=self.sha256), *second_person(where, who))
        return decision

    def somebody_is_selected(self, operating_days: int) -> None:
        for data, who in some.SELECTING:
            assert self.say(data, MANAGING, who).outcome is Outcome.ACCEPTED
        self.at = LATER
        assert self.say(recommending(), MANAGING, SELECTOR).outcome is Outcome.ACCEPTED
        for data, who in some.voting(self.sha256):
            assert self.say(data, MANAGING, who).outcome is Outcome.ACCEPTED
        agreed = concluding(operates_until=LATER_DAY + operating_days * DAY)
        assert self.say(agreed, MANAGING, SELECTOR).outcome is Outcome.ACCEPTED

    def paid_out_on(self, contract: str, days_ago: int) -> date:
        """A loan that is filed keeps its day, unless it is to be paid out today."""
        day = max(DISBURSED_ON, self.today - days_ago * DAY)
        project = self.projects.get(id_of(contract))
        return project.loan.disbursed_on if project and days_ago else day

    def filings(self, contract: str) -> int:
        project = self.projects.get(id_of(contract))
        return project.filing if isinstance(project, Project) else 1
