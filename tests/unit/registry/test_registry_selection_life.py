"""The life of a selection under any order of messages: whoever is selected was eligible, and only valid votes count."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from services.registry.domain.decide import decide
from services.registry.domain.selections.article_07_candidates import eligibility, is_eligible
from services.registry.domain.selections.state import Selection
from shared.contracts.receipts import Outcome
from shared.contracts.registry.ballots import BallotClosed
from shared.contracts.registry.selections import (
    CancelSelection,
    CandidateRecommended,
    CandidateSelected,
    Condition,
    CreditSource,
    SelectionCancelled,
    SelectionConcluded,
)
from shared.contracts.registry.words import Vote
from tests.unit.registry.registry_examples import MANAGING, NOON, received
from tests.unit.registry.selection_examples import (
    FIRST,
    MEMBERS,
    NUMBER,
    OPENED,
    SECOND,
    SECRETARY,
    SELECTOR,
    ballot,
    candidate,
    closing,
    concluding,
    credit,
    evidence,
    proven,
    recommending,
    scoring,
    vote,
)

candidates = st.sampled_from([FIRST, SECOND])
conditions = st.sampled_from([Condition.CREDIT_RECORD, Condition.MATCHING_CAPITAL, Condition.NO_SERIOUS_VIOLATION])


class SelectionLife(RuleBasedStateMachine):
    """``votes`` is the model: the votes for, cast since the question that is put now was put."""

    def __init__(self) -> None:
        super().__init__()
        self.given = proven(proven(OPENED, FIRST), SECOND)
        self.at: datetime = NOON
        self.messages = 0
        self.votes: dict[str, Vote] = {}
        self.ends = 0
        # What the candidate was on the day of its recommendation, reckoned from the state before it.
        self.was_eligible: dict[str, bool] = {}

    @property
    def selection(self) -> Selection:
        selection = self.given.state.entry
        assert isinstance(selection, Selection)
        return selection

    def _say(self, data: Any, who: str) -> bool:
        """Whether it was accepted; each message has bytes of its own."""
        self.messages += 1
        message = received(data, MANAGING, who, self.at)
        message = type(message)(
            data=message.data,
            message_id=f"m-{self.messages}",
            sender=message.sender,
            pool_id=message.pool_id,
            content_sha256=f"{self.messages:064x}",
            received_at=message.received_at,
            acting=message.acting,
        )
        before = self.given.state
        eligible = {
            uscc: is_eligible(eligibility(each, self.selection.rules, self.at.date()))
            for uscc, each in self.selection.candidates.items()
        }
        decision = decide(before, message, self.given.reference_data)
        self.given = self.given.having(decision.events)
        if decision.outcome is not Outcome.ACCEPTED:
            assert self.given.state == before, "what isn't accepted changes nothing"
            return False
        for event in decision.events:
            if isinstance(event, CandidateRecommended):
                self.was_eligible[event.subject_sha256] = eligible[event.uscc]
            if isinstance(event, BallotClosed):
                counted = list(self.votes.values()).count(Vote.FOR)
                assert event.votes_for == counted, "only votes on this question count"
            if isinstance(event, CandidateSelected):
                assert self.was_eligible[event.subject_sha256], "only an eligible candidate is selected"
                assert list(self.votes.values()).count(Vote.FOR) >= 2
            if isinstance(event, SelectionConcluded):
                agreed_with = self.selection.candidates[event.uscc]
                assert all(evidence.met for evidence in agreed_with.evidence), "what has turned bad keeps it waiting"
            self.ends += isinstance(event, SelectionConcluded | SelectionCancelled)
        return True

    def _changes(self, data: Any) -> None:
        if self._say(data, SELECTOR):
            self.votes = {}

    @rule(uscc=candidates, condition=conditions, met=st.booleans(), source=st.sampled_from(CreditSource))
    def evidence_comes(self, uscc: str, condition: Condition, met: bool, source: CreditSource) -> None:
        found_on = self.at.date()
        if condition is Condition.CREDIT_RECORD:
            self._changes(credit(source, uscc, met=met, found_on=found_on))
        else:
            self._changes(evidence(condition, uscc, met=met, found_on=found_on))

    @rule(uscc=candidates, skill=st.integers(0, 60))
    def scores_come(self, uscc: str, skill: int) -> None:
        self._changes(scoring(uscc, skill))

    @rule()
    def another_applies(self) -> None:
        self._changes(candidate("91110105MA0000005E"))

    @rule(uscc=candidates)
    def somebody_is_recommended(self, uscc: str) -> None:
        self._changes(recommending(uscc))

    @rule()
    def a_ballot_is_opened(self) -> None:
        question = self.selection.question
        sha256 = question.sha256 if question else "f" * 64
        self._say(ballot(subject_sha256=sha256, closes_at=self.at + timedelta(days=1)), SECRETARY)

    @rule(member=st.sampled_from(MEMBERS), answer=st.sampled_from(Vote), is_old=st.booleans())
    def a_member_votes(self, member: str, answer: Vote, is_old: bool) -> None:
        question = self.selection.question
        sha256 = "f" * 64 if is_old or question is None else question.sha256
        if self._say(vote(answer, subject_sha256=sha256), member):
            assert member not in self.votes, "each member has one vote"
            self.votes[member] = answer

    @rule()
    def the_ballot_is_closed(self) -> None:
        question = self.selection.question
        self._say(closing(subject_sha256=question.sha256 if question else "f" * 64), SECRETARY)

    @rule()
    def everything_is_done(self) -> None:
        """The straight way to a selected candidate, from wherever the selection is."""
        for uscc, skill in ((FIRST, 60), (SECOND, 10)):
            for source in CreditSource:
                self._changes(credit(source, uscc, found_on=self.at.date()))
            for condition in (Condition.MATCHING_CAPITAL, Condition.NO_SERIOUS_VIOLATION):
                self._changes(evidence(condition, uscc, found_on=self.at.date()))
            self._changes(scoring(uscc, skill))
        self.somebody_is_recommended(FIRST)
        self.a_ballot_is_opened()
        for member in MEMBERS:
            self.a_member_votes(member, Vote.FOR, is_old=False)

    @rule()
    def an_agreement_is_made(self) -> None:
        self._say(concluding(), SELECTOR)

    @rule(reasons=st.sampled_from(["理由一", "理由二"]))
    def it_is_cancelled(self, reasons: str) -> None:
        self._changes(CancelSelection(number=NUMBER, reasons=reasons))

    @rule(days=st.integers(1, 20))
    def time_passes(self, days: int) -> None:
        self.at = min(self.at + timedelta(days=days), NOON + timedelta(days=200))

    @invariant()
    def it_ends_once(self) -> None:
        assert self.ends <= 1

    @invariant()
    def it_survives_being_written_down(self) -> None:
        assert type(self.selection).model_validate_json(self.selection.model_dump_json()) == self.selection


SelectionLife.TestCase.settings = settings(max_examples=40, stateful_step_count=25, deadline=None)
TestSelectionLife = pytest.mark.clause("8.1")(SelectionLife.TestCase)
