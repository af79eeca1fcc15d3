"""What deciding a message comes to: its outcome, and either events or the reasons why there are none."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

from pydantic import BaseModel

from services.registry.domain.state import RegistryEvent
from shared.contracts.envelope import Command
from shared.contracts.receipts import Outcome
from shared.contracts.refusals import Refusal
from shared.contracts.registry.words import Rules


@dataclass(frozen=True, slots=True)
class Decision:
    """Events are what happened, refusals why something did not: what is held or deficient can have both."""

    outcome: Outcome
    events: tuple[RegistryEvent, ...] = ()
    refusals: tuple[Refusal, ...] = ()

    def __post_init__(self) -> None:
        assert self.events or self.outcome is not Outcome.ACCEPTED
        assert not self.events or self.outcome not in {Outcome.DUPLICATE, Outcome.REFUSED}
        assert self.refusals or self.outcome not in {Outcome.HELD, Outcome.DEFICIENT, Outcome.REFUSED}
        assert not self.refusals or self.outcome is not Outcome.ACCEPTED


DUPLICATE = Decision(Outcome.DUPLICATE)


def accepted(*events: RegistryEvent) -> Decision:
    """It happened."""
    return Decision(Outcome.ACCEPTED, events=events)


def says_the_same(known: BaseModel | None, data: Command, *, but: Collection[str] = ()) -> bool:
    """Whether all that the message says, ``but`` for these fields, is what is known under the same names already."""
    return known is not None and all(
        getattr(known, name) == getattr(data, name) for name in type(data).model_fields if name not in but
    )


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


def held(events: Iterable[RegistryEvent], reasons: Iterable[Refusal]) -> Decision:
    """It is recorded and waits, for these reasons."""
    return Decision(Outcome.HELD, events=tuple(events), refusals=tuple(reasons))


def deficient(events: Iterable[RegistryEvent], missing: Iterable[Refusal]) -> Decision:
    """Something is missing, and what that is may be recorded."""
    return Decision(Outcome.DEFICIENT, events=tuple(events), refusals=tuple(missing))


def first(*checks: Refusal | None) -> Refusal | None:
    """The first reason alone: who may not do a thing at all isn't told what else is wrong with it."""
    return next((check for check in checks if check is not None), None)


def every(*checks: Refusal | tuple[Refusal, ...] | None) -> tuple[Refusal, ...]:
    """All the reasons at once, so that the sender can mend everything before sending again."""
    found: list[Refusal] = []
    for check in checks:
        if isinstance(check, tuple):
            found.extend(check)
        elif check is not None:
            found.append(check)
    return tuple(found)
