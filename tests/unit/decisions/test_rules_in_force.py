"""Which version of the rules is in force: one at every moment, never an earlier one later, from its day's beginning."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.contracts.registry.rules import LossRatio, Rules
from shared.decisions.rules_in_force import AdoptedRules, rules_in_force, with_version

pytestmark = pytest.mark.clause("5.2")

FIRST_DAY = date(2026, 3, 2)
BEGINNING = datetime(2026, 3, 2, tzinfo=UTC)


def version(number: int, effective_on: date) -> Rules:
    ratio = LossRatio(fiscal_weight=1, social_weight=1)
    return Rules(version=number, effective_on=effective_on, share_rate_bp=2000, loss_ratio=ratio)


FIRST = version(1, FIRST_DAY)


def adopted(number: int, effective_on: date, adopted_at: datetime) -> AdoptedRules:
    return AdoptedRules(rules=version(number, effective_on), adopted_at=adopted_at)


@st.composite
def histories(draw: st.DrawFn) -> tuple[AdoptedRules, ...]:
    """Adoptions in their order, with effective days that don't fall; two may fall on one day."""
    minutes = sorted(draw(st.lists(st.integers(0, 60 * 24 * 60), max_size=6)))
    days = sorted(draw(st.lists(st.integers(0, 60), min_size=len(minutes), max_size=len(minutes))))
    return tuple(
        adopted(number, FIRST_DAY + timedelta(days=day), BEGINNING + timedelta(minutes=minute))
        for number, (minute, day) in enumerate(zip(minutes, days, strict=True), start=2)
    )


MOMENTS = st.integers(-60 * 24, 60 * 24 * 90).map(lambda minute: BEGINNING + timedelta(minutes=minute))


def test_a_version_is_in_force_from_midnight_in_beijing() -> None:
    """One microsecond before the effective day in Beijing the version before it still is in force."""
    later = (adopted(2, date(2026, 5, 1), BEGINNING),)
    midnight = datetime(2026, 4, 30, 16, 0, tzinfo=UTC)
    assert rules_in_force(FIRST, later, midnight).version == 2
    assert rules_in_force(FIRST, later, midnight - timedelta(microseconds=1)).version == 1


def test_a_version_in_force_on_the_day_of_its_adoption_binds_nothing_said_before_it() -> None:
    """What was taken in on the same day before the adoption was decided under the version before it, for everybody."""
    at = datetime(2026, 5, 1, 2, 0, tzinfo=UTC)
    later = (adopted(2, date(2026, 5, 1), at),)
    assert rules_in_force(FIRST, later, at).version == 2
    assert rules_in_force(FIRST, later, at - timedelta(microseconds=1)).version == 1


def test_of_two_versions_with_one_effective_day_the_later_is_in_force() -> None:
    """An adoption can take the place of one that has not begun yet."""
    later = (adopted(2, date(2026, 5, 1), BEGINNING), adopted(3, date(2026, 5, 1), BEGINNING))
    assert rules_in_force(FIRST, later, datetime(2026, 5, 2, tzinfo=UTC)).version == 3


@given(later=histories(), data=st.data())
def test_versions_are_kept_in_their_order_however_they_are_observed(
    later: tuple[AdoptedRules, ...], data: st.DataObject
) -> None:
    """Observed in any order, and some of them again, they come to the same."""
    observed = data.draw(st.permutations([*later, *later]))
    kept: tuple[AdoptedRules, ...] = ()
    for observed_version in observed:
        kept = with_version(kept, observed_version)
    assert kept == later


@given(later=histories(), at=MOMENTS, after=st.integers(0, 60 * 24 * 90))
def test_every_moment_has_one_version_and_no_later_moment_an_earlier_one(
    later: tuple[AdoptedRules, ...], at: datetime, after: int
) -> None:
    """The version in force is total and never goes back, and it is one that was adopted and has begun."""
    now = rules_in_force(FIRST, later, at)
    assert now.version <= rules_in_force(FIRST, later, at + timedelta(minutes=after)).version
    begun = [adopted.rules.version for adopted in later if _is_begun(adopted, at)]
    assert now.version == max(begun, default=1)


def _is_begun(adopted: AdoptedRules, at: datetime) -> bool:
    midnight = datetime.combine(adopted.rules.effective_on, datetime.min.time(), UTC) - timedelta(hours=8)
    return at >= max(midnight, adopted.adopted_at)
