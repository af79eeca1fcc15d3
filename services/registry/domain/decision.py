"""What deciding a message comes to: its outcome, and either events or the reasons why there are none."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from pydantic import BaseModel

from shared.contracts.envelope import Command, Event
from shared.contracts.receipts import Outcome
from shared.contracts.refusals import Refusal
from shared.contracts.registry.words import Rules


@dataclass(frozen=True, slots=True)
class Decision:
    """Events are what happened, refusals why something did not: what is held or deficient can have both."""

    outcome: Outcome
    events: tuple[Event, ...] = ()
    refusals: tuple[Refusal, ...] = ()

    def __post_init__(self) -> None:
        assert self.events or self.outcome is not Outcome.ACCEPTED
        assert not self.events or self.outcome not in {Outcome.DUPLICATE, Outcome.REFUSED}
        assert self.refusals or self.outcome not in {Outcome.HELD, Outcome.DEFICIENT, Outcome.REFUSED}
        assert not self.refusals or self.outcome is not Outcome.ACCEPTED


DUPLICATE = Decision(Outcome.DUPLICATE)


def accepted(*events: Event) -> Decision:
    """It happened."""
    return Decision(Outcome.ACCEPTED, events=events)


def is_repeat(data: Command, *, of: BaseModel | None) -> bool:
    """Whether all that the command says is there under the same names already."""
    return of is not None and all(getattr(of, name) == getattr(data, name) for name in type(data).model_fields)


def said(data: Command) -> dict[str, Any]:
    """What the command says, by the names of its fields, for an event that says it too; it ignores what it has not."""
    return {name: getattr(data, name) for name in type(data).model_fields}


def under_rules(rules: Rules, decision: Decision) -> Decision:
    """The decision whose events name the version of the rules that it was taken under (5.2).

    What a ballot comes to names the version of its opening itself.
    """
    version = {"rules_version": rules.version}
    events = tuple(
        event.model_copy(update=version) if getattr(event, "rules_version", 0) is None else event
        for event in decision.events
    )
    return replace(decision, events=events)


def refused(refusals: Refusal | Iterable[Refusal]) -> Decision:
    """It did not happen, for these reasons."""
    return Decision(Outcome.REFUSED, refusals=(refusals,) if isinstance(refusals, Refusal) else tuple(refusals))


def held(events: Iterable[Event], reasons: Iterable[Refusal]) -> Decision:
    """It is recorded and waits, for these reasons."""
    return Decision(Outcome.HELD, events=tuple(events), refusals=tuple(reasons))


def deficient(events: Iterable[Event], missing: Iterable[Refusal]) -> Decision:
    """Something is missing, and what that is may be recorded."""
    return Decision(Outcome.DEFICIENT, events=tuple(events), refusals=tuple(missing))
