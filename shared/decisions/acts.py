"""What the registry still calls acts, until its cases hold ``duties_exercised`` too."""

from collections.abc import Iterable, Sequence

from shared.contracts.registry.words import Duty
from shared.decisions.duties_exercised import ClaimsDutyEvent as ActsInClaims
from shared.decisions.duties_exercised import duties_exercised_in as acts_of
from shared.decisions.duties_exercised import with_duties_exercised as with_acts

__all__ = ["ActsInClaims", "acts_of", "duty_in_the_way", "with_acts"]


# accept: None
def duty_in_the_way(
    exclusive: Sequence[Duty], done: Iterable[tuple[Duty, str, str]], duty: Duty, whose: str, officer: str
) -> Duty | None:
    """Article 4.1. The first duty that keeps this officer from ``duty`` in the case: one exercises one exclusive duty.

    ``exclusive`` are the duties that exclude each other, a field of the rules. ``done`` is who did what so far: duty,
    whose officer, officer. ``whose`` is the institution or its role, as the service knows it.
    """
    if duty not in exclusive:
        return None
    in_the_way = (
        before
        for before, whose_before, officer_before in done
        if (whose_before, officer_before) == (whose, officer) and before in exclusive and before is not duty
    )
    return next(in_the_way, None)
