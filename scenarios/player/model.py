"""What a scenario is made of: a title, what is given, steps with their answers, and expectations."""

from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, Field, field_validator, model_validator

from scenarios.player.given import Given
from scenarios.player.messages import MESSAGES
from scenarios.player.view import EVENT_WORDS, STAGES
from scenarios.player.words import Day, Duration, Fen, Instant, Listed, Words, one_of
from shared.contracts.clauses import citation
from shared.contracts.receipts import Outcome

STEPS_MAX = 200


def _clause(given: str) -> str:
    """The clause; raises ValueError, which says so, if there is none."""
    citation(given)
    return given


Clause = Annotated[str, AfterValidator(_clause)]
EventWords = Annotated[tuple[Annotated[str, one_of(EVENT_WORDS, "event")], ...], Listed]


class Answer(Words):
    """The expected receipt: its outcome, and among its reasons one with this clause and this code."""

    outcome: Annotated[
        Outcome | Literal["none"], Field(union_mode="left_to_right"), one_of([*Outcome, "none"], "answer")
    ] = Outcome.ACCEPTED
    clause: Clause | None = None
    code: str | None = None

    @model_validator(mode="before")
    @classmethod
    def _one_word_is_the_outcome(cls, given: Any) -> Any:
        return {"outcome": given} if isinstance(given, str) else given

    @model_validator(mode="after")
    def _reasons_come_with_a_refusal(self) -> Self:
        if self.outcome in (Outcome.ACCEPTED, "none") and (self.clause or self.code):
            raise ValueError(f"the answer {self.outcome} has no clause and no code; those are for refusals")
        return self

    def said(self) -> str:
        """The answer in a line."""
        return " ".join(word for word in (self.outcome, self.clause, self.code) if word)


class AmountsOfAccounts(Words):
    """Amounts on the two accounts; an account that isn't named isn't looked at."""

    fiscal: Fen | None = None
    social_capital: Fen | None = None


class Expectation(Words):
    """What has to be so once all that follows from the steps so far has arrived; what isn't named isn't looked at."""

    stage: Annotated[str, one_of(STAGES, "stage")] | None = None
    balances: AmountsOfAccounts | None = None
    reserved: AmountsOfAccounts | None = None
    queued: Fen | None = None
    due_from_fiscal: Fen | None = None
    paid: Fen | None = None
    reimbursed: Fen | None = None
    cap: Fen | None = None
    pool_share: Fen | None = None
    fiscal_part: Fen | None = None
    social_part: Fen | None = None
    filing_deadline: Day | None = None
    events: EventWords | None = None
    events_contain: EventWords | None = None
    no_events: EventWords | None = None
    pool_events_contain: Annotated[tuple[str, ...], Listed] | None = None
    announced: Annotated[tuple[str, ...], Listed] | None = None
    loan: str | None = None


class Step(Words):
    """One message of each of the named parties with its expected answer, an expectation, or both.

    ``repeats`` sends the very same bytes of a named message again.
    """

    at: Instant | None = None
    after: Duration | None = None
    who: Annotated[tuple[str, ...], Listed] = ()
    says: Annotated[str, one_of(MESSAGES, "message")] | None = None
    repeats: str | None = None
    words: Annotated[dict[str, Any], Field(alias="with", default_factory=dict)]
    loan: str | None = None
    name: Annotated[str | None, Field(alias="as")] = None
    answer: Answer = Answer.model_validate({})
    expect: Expectation | None = None
    note: str | None = None

    @model_validator(mode="after")
    def _says_or_expects_something(self) -> Self:
        if self.says is not None and self.repeats is not None:
            raise ValueError("a step says something or repeats something, not both")
        if self.says is None and self.repeats is None:
            if self.expect is None:
                raise ValueError("a step says something, repeats something, or expects something")
            if self.who or self.words or self.name or self.at or self.after:
                raise ValueError("a step that only expects something has no time, no party and no message")
        if self.at is not None and self.after is not None:
            raise ValueError("a step is at a time or after a duration, not both")
        if len(self.who) > 1 and self.name is not None:
            raise ValueError("'as' names one message; this step has several")
        return self


class Scenario(Words):
    """A case as a committee member reads it."""

    title: Annotated[str, Field(min_length=1, max_length=200)]
    title_zh: Annotated[str, Field(alias="标题")] = ""
    about: str = ""
    clauses: Annotated[tuple[Clause, ...], Listed] = ()
    bank: Literal["answers by itself", "by hand"] = "answers by itself"
    given: Given = Given.model_validate({})
    steps: tuple[Step, ...]
    expect: Expectation | None = None

    @field_validator("steps", mode="before")
    @classmethod
    def _has_steps(cls, given: Any) -> Any:
        # Counted before they are looked into: a step that can't be read is one all the same.
        if not isinstance(given, list) or not 1 <= len(given) <= STEPS_MAX:
            raise ValueError(f"here comes a list of 1 to {STEPS_MAX} steps")
        return given

    @property
    def is_bank_by_hand(self) -> bool:
        """Whether the scenario's steps give the supervising bank's answers."""
        return self.bank == "by hand"
