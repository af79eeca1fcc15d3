"""The figures of the rules, and of a preparation before them: every number, fraction and list that has a bound.

They are read off the model, so that a field that is added to the rules is a figure from then on.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any, get_args, get_origin

from pydantic import BaseModel

from shared.contracts.labels import LabelledEnum
from shared.contracts.registry.rules import BallotRules, LossRatio, Ratio, Rules, meaning_of
from shared.contracts.registry.selections import SelectionRules

# They say which version it is: each is numbered and dated after the one before.
_NO_FIGURES = frozenset({"version", "effective_on"})
SHARE_RATE = "share_rate_bp"


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure of the rules by its path in them, with what it means in both languages.

    It is a number, several ``numbers``, or the ``codes`` of a list, or ``pairs`` of them; ``code_labels`` has their
    labels.
    """

    path: str
    english: str
    chinese: str
    numbers: tuple[Fraction, ...] = ()
    is_several: bool = False
    codes: frozenset[str] | None = None
    pairs: frozenset[frozenset[str]] = frozenset()
    code_labels: type[LabelledEnum] | None = None


def figures_of(rules: BaseModel, prefix: str = "") -> Iterator[Figure]:
    """Every figure of the rules, or of a part of them whose fields' paths begin with ``prefix``.

    Whether something is so or not is no figure, and a ratio without any weight has no number.
    """
    for name, field in type(rules).model_fields.items():
        value, path = getattr(rules, name), f"{prefix}{name}"
        stem, numerator, _ = name.rpartition("_numerator")
        if name in _NO_FIGURES or name.endswith("_denominator") or isinstance(value, bool):
            continue
        if numerator:
            part = Fraction(value, getattr(rules, f"{stem}_denominator"))
            yield Figure(f"{prefix}{stem}", *meaning_of(field), numbers=(part,))
        elif isinstance(value, Ratio):
            share = value.fiscal_share
            yield Figure(path, *meaning_of(field), numbers=() if share is None else (share,))
        elif isinstance(value, BaseModel):
            yield from figures_of(value, f"{path}.")
        elif isinstance(value, tuple):
            yield _list(path, meaning_of(field), value, field.annotation)
        else:
            assert isinstance(value, int), f"{path} is a figure of a new kind: say here how it is bounded"
            yield Figure(path, *meaning_of(field), numbers=(Fraction(value),))


def figures_of_preparation(
    ballot: BallotRules, selection: SelectionRules, confirmation_days_max: int
) -> Iterator[Figure]:
    """Every figure that a pool has before its rules: of ballots and registrations, as in the rules, and selections."""
    meaning = meaning_of(Rules.model_fields["confirmation_days_max"])
    yield Figure("confirmation_days_max", *meaning, numbers=(Fraction(confirmation_days_max),))
    yield from figures_of(ballot, "ballot.")
    yield from figures_of(selection, "selection.")


def _list(path: str, meaning: tuple[str, str], values: tuple[Any, ...], annotation: Any) -> Figure:
    """A list of numbers, or of pairs of codes; which of the two it is does not depend on whether there are any."""
    member = get_args(annotation)[0]
    if get_origin(member) is tuple:
        codes = get_args(member)[0]
        assert issubclass(codes, LabelledEnum), f"{path} lists pairs of a new kind: say here how they are bounded"
        return Figure(path, *meaning, pairs=frozenset(map(frozenset, values)), code_labels=codes)
    if isinstance(member, type) and issubclass(member, LabelledEnum):
        return Figure(path, *meaning, codes=frozenset(values), code_labels=member)
    member = getattr(member, "__origin__", member)
    assert member is int, f"{path} lists something of a new kind: say here how it is bounded"
    return Figure(path, *meaning, numbers=tuple(Fraction(value) for value in values), is_several=True)


_SPECIMEN = Rules(
    effective_on=date(2026, 1, 1), share_rate_bp=0, loss_ratio=LossRatio(fiscal_weight=1, social_weight=1)
)
# Where the figures stand in the rules and in a preparation, whatever they are.
FIGURE_PATHS = frozenset(
    figure.path
    for figures in (figures_of(_SPECIMEN), figures_of_preparation(BallotRules(), SelectionRules(), 1))
    for figure in figures
)
