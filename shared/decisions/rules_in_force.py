"""Which version of a pool's rules is in force at a moment: frozen values in, the version out.

Registry, claims and treasury each keep all versions; what they decide on must not depend on who of them is asked.
"""

from collections.abc import Sequence
from datetime import datetime

from pydantic import AwareDatetime, BaseModel, ConfigDict

from shared.contracts.registry.rules import Rules
from shared.decisions.days import beijing_day


class AdoptedRules(BaseModel):
    """A version after the first, and when its adoption was taken in: it binds nothing that was taken in before."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    rules: Rules
    adopted_at: AwareDatetime


# accept: later
def with_version(later: tuple[AdoptedRules, ...], adopted: AdoptedRules) -> tuple[AdoptedRules, ...]:
    """Article 5.2. The versions with one more in its place, in whatever order and however often they are observed."""
    others = (version for version in later if version.rules.version != adopted.rules.version)
    return tuple(sorted((*others, adopted), key=lambda version: version.rules.version))


# accept: first
def rules_in_force(first: Rules, later: Sequence[AdoptedRules], at: datetime) -> Rules:
    """Article 5.2. The latest version that has been adopted and has taken effect by ``at``, an aware moment.

    ``first`` is the founding's, which no moment lies before; ``later`` are the versions after it, in their order. Days
    are Beijing's.
    """
    day = beijing_day(at)
    in_force = (
        version.rules for version in reversed(later) if version.adopted_at <= at and version.rules.effective_on <= day
    )
    return next(in_force, first)
