"""Article 19.3: after all fiscal money was claimed back only what had passed gate 1 is paid."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest

from shared.contracts.registry.performance import CooperationEnded, EndGround
from shared.contracts.treasury import PaymentRefused
from simulator.samples import sample
from tests.unit.treasury.treasury_factories import (
    COOPERATING,
    HERE,
    TODAY,
    Signed,
    books_with,
    observed,
    payout,
    sign,
    then,
)

pytestmark = pytest.mark.clause("19.3")


def ended(on: date, *, ground: EndGround = EndGround.BREACH) -> CooperationEnded:
    claims_back = ground is not EndGround.PERIOD_OVER
    said = {"institution": COOPERATING, "ended_on": on, "decided_by": "overseer", "rules_version": 1}
    return sample(CooperationEnded, HERE, {**said, "ground": ground, "claims_back_fiscal_money": claims_back})


def _events(end: CooperationEnded) -> list[object]:
    books, _ = then(books_with(), observed(end, "end"))
    told = payout()
    return list(then(books, observed(told.released(), "release"), told.originals)[1].events)


def test_what_was_confirmed_after_the_end_is_not_paid() -> None:
    """Neither is it queued; the refusal names both days."""
    (refused,) = _events(ended(TODAY - timedelta(days=1)))
    assert isinstance(refused, PaymentRefused)
    assert (refused.code, refused.clause) == ("confirmed_after_the_end", "19.3")
    assert {str(TODAY), str(TODAY - timedelta(days=1))} <= set(refused.text.replace(",", "").split())


@pytest.mark.clause("16.1")
def test_the_days_are_beijings() -> None:
    """At 16:30 UTC of the day of the end it is the next day there."""
    evening = datetime.combine(TODAY - timedelta(days=1), time(16, 30), UTC)

    def signing(*args: Any) -> Signed[Any]:
        signed = sign(*args)
        return replace(signed, received=replace(signed.received, received_at=evening))

    told = payout(signing=signing)
    books, _ = then(books_with(), observed(ended(TODAY - timedelta(days=1)), "end"))
    (refused,) = then(books, observed(told.released(), "release"), told.originals)[1].events
    assert isinstance(refused, PaymentRefused)
    assert refused.code == "confirmed_after_the_end"


@pytest.mark.parametrize("end", [ended(TODAY), ended(TODAY - timedelta(days=1), ground=EndGround.PERIOD_OVER)])
def test_what_was_confirmed_by_then_is_paid(end: CooperationEnded) -> None:
    """On the day itself claims may have decided before it heard; a period that is over claims nothing back."""
    assert not any(isinstance(event, PaymentRefused) for event in _events(end))
