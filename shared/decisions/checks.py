"""Checks put together: each is a rule's answer, which is why it refuses, or None."""

from collections.abc import Iterable
from itertools import chain

from shared.contracts.refusals import Refusal


def first_fault(*checks: Refusal | None) -> Refusal | None:
    """The first reason alone: who may not do a thing at all isn't told what else is wrong with it."""
    return next((check for check in checks if check is not None), None)


def all_faults(*checks: Refusal | Iterable[Refusal] | None) -> tuple[Refusal, ...]:
    """All reasons in the order of the checks, so that the sender can mend everything before sending again."""
    return tuple(chain.from_iterable((check,) if isinstance(check, Refusal) else check or () for check in checks))
