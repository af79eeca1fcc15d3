"""What deciding a command comes to: its outcome, and either events or the reasons why there are none."""

from collections.abc import Iterable
from dataclasses import dataclass

from shared.contracts.envelope import Event
from shared.contracts.receipts import Outcome
from shared.contracts.refusals import Refusal


@dataclass(frozen=True, slots=True)
class Decision:
    """Events are what happened, refusals why something did not: what is held or deficient can have both."""

    outcome: Outcome
    events: tuple[Event, ...] = ()
    refusals: tuple[Refusal, ...] = ()

    def __post_init__(self) -> None:
        assert not self.events or self.outcome not in {Outcome.DUPLICATE, Outcome.REFUSED}
        assert self.refusals or self.outcome not in {Outcome.HELD, Outcome.DEFICIENT, Outcome.REFUSED}
        assert not self.refusals or self.outcome is not Outcome.ACCEPTED


# What a repeat is answered with beyond that, ``answered`` says.
DUPLICATE = Decision(Outcome.DUPLICATE)


def accepted(*events: Event) -> Decision:
    """It happened."""
    assert events, "what is accepted has happened"
    return Decision(Outcome.ACCEPTED, events=events)


def refused(refusals: Refusal | Iterable[Refusal]) -> Decision:
    """It did not happen, for these reasons."""
    return Decision(Outcome.REFUSED, refusals=(refusals,) if isinstance(refusals, Refusal) else tuple(refusals))


def held(events: Iterable[Event], reasons: Iterable[Refusal]) -> Decision:
    """It is recorded and waits, for these reasons."""
    return Decision(Outcome.HELD, events=tuple(events), refusals=tuple(reasons))


def deficient(events: Iterable[Event], missing: Iterable[Refusal]) -> Decision:
    """Something is missing, and what that is may be recorded."""
    return Decision(Outcome.DEFICIENT, events=tuple(events), refusals=tuple(missing))
