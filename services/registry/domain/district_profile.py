"""A district's profile: what its own regulation fixes above the rules of any pool."""

import hashlib
import json
from collections.abc import Mapping
from fractions import Fraction
from typing import Annotated, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    field_validator,
    model_validator,
)

from services.registry.domain.rules_figures import FIGURE_PATHS, SHARE_RATE
from shared.contracts.clauses import CLAUSES
from shared.contracts.money import BASIS_POINTS
from shared.contracts.words import DistrictCode, Name, Text


def _as_fraction(value: object) -> object:
    """A part of a whole is written as a text, such as "1/2": no number in between is exact."""
    if isinstance(value, str):
        return Fraction(value)
    return Fraction(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _of_the_regulation(clause: str) -> str:
    if clause not in CLAUSES:
        raise ValueError(f"the regulation has no clause {clause}")
    return clause


Number = Annotated[Fraction, BeforeValidator(_as_fraction), PlainSerializer(str)]


class Bound(BaseModel):
    """Between what a figure of the rules lies, or what it includes, under which clause; ends count as within.

    Of several numbers each lies there, and there are ``several_min`` of them at least. A list of pairs has each pair of
    what it ``includes``, and none but the pairs of ``only``.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    clause: Annotated[str, AfterValidator(_of_the_regulation)]
    source: Annotated[Literal["text", "reading"], Field(description="the regulation's own text, or a reading of it")]
    least: Number | None = None
    most: Number | None = None
    several_min: Annotated[int, Field(ge=0)] = 0
    includes: Annotated[tuple[str, ...], Field(strict=False)] = ()
    only: Annotated[tuple[Annotated[tuple[str, str], Field(strict=False)], ...] | None, Field(strict=False)] = None

    @model_validator(mode="after")
    def _something_is_bounded(self) -> Self:
        if self.least is None and self.most is None and not self.includes and self.only is None:
            raise ValueError("a bound says what is least, most, included or the only ones")
        if self.least is not None and self.most is not None and self.least > self.most:
            raise ValueError(f"the least, {self.least}, is above the most, {self.most}")
        return self


class DistrictProfile(BaseModel):
    """What a district's own regulation fixes above any pool's rules; ``source`` says where it stands.

    ``bounds`` are by the figure's path in the rules, such as ``ballot.voters_min``: one for every figure that there is.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    code: DistrictCode
    name: Name
    source: Text
    bounds: Mapping[str, Bound]

    @field_validator("bounds")
    @classmethod
    def _every_figure_has_a_bound(cls, bounds: Mapping[str, Bound]) -> Mapping[str, Bound]:
        if missing := sorted(FIGURE_PATHS - bounds.keys()):
            raise ValueError(f"no bound for {', '.join(missing)}: every figure of the rules has one")
        if unknown := sorted(bounds.keys() - FIGURE_PATHS):
            raise ValueError(f"the rules have no figure {', '.join(unknown)}")
        ceiling = bounds[SHARE_RATE].most
        if ceiling is None or ceiling.denominator != 1 or not 0 <= ceiling <= BASIS_POINTS:
            raise ValueError(f"the most of {SHARE_RATE} is the ceiling of the pool's share, 0 to {BASIS_POINTS}")
        return bounds

    @property
    def share_rate_max_bp(self) -> int:
        """The ceiling of the pool's share of a loss, which PostgreSQL holds every version of the rules to (10.3)."""
        ceiling = self.bounds[SHARE_RATE].most
        assert ceiling is not None, "a profile without it is not read"
        return int(ceiling)

    @property
    def sha256(self) -> str:
        """The hash of what the profile says, however its file writes that."""
        canonical = json.dumps(self.model_dump(mode="json"), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(canonical.encode()).hexdigest()
