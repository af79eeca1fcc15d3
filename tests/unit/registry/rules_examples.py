"""Proposals and adoptions of rules to try things on: both institutions have an officer for rules."""

from datetime import date, datetime, timedelta
from typing import Any

from shared.contracts.registry.rules import AdoptRules, DeclineRules, ProposeRules, RulesProposed, WithdrawRules
from shared.contracts.registry.words import Duty, Rules
from tests.unit.registry.registry_examples import (
    COOPERATING,
    MANAGING,
    NOON,
    STAFFED,
    TODAY,
    Given,
    officer,
    rules,
)

REGULATOR, DRAFTER = "regulator", "drafter"
TOMORROW = TODAY + timedelta(days=1)
# A proposal of the examples is signed; its bytes are all that stands in this hash.
SHA256 = "0" * 64

REGULATED = STAFFED.after(officer(REGULATOR, Duty.RULES), MANAGING).after(officer(DRAFTER, Duty.RULES), COOPERATING)


def version(number: int = 2, effective_on: date = TOMORROW, **changed: Any) -> Rules:
    return rules(version=number, effective_on=effective_on, **changed)


def proposal(number: str = "规则-1", proposed: Rules | None = None, **changed: Any) -> ProposeRules:
    values = {"number": number, "rules": proposed or version(), "reasons": "协商比例调整"}
    return ProposeRules.model_validate({**values, **changed})


def adoption(number: str = "规则-1", sha256: str = SHA256) -> AdoptRules:
    return AdoptRules(number=number, proposal_sha256=sha256)


def declining(number: str = "规则-1") -> DeclineRules:
    return DeclineRules(number=number, reasons="暂不调整")


def withdrawal(number: str = "规则-1") -> WithdrawRules:
    return WithdrawRules(number=number, reasons="另行提议")


def proposed(given: Given = REGULATED, data: ProposeRules | None = None) -> Given:
    """After a proposal of the cooperating institution."""
    return given.after(data or proposal(), COOPERATING, DRAFTER)


def adopted(given: Given = REGULATED, data: ProposeRules | None = None, at: datetime = NOON) -> Given:
    """After a proposal of the cooperating institution, and its adoption. The state holds one matter at a time."""
    data = data or proposal()
    decision = given.when(data, COOPERATING, DRAFTER, at)
    (event,) = decision.events
    assert isinstance(event, RulesProposed)
    after = given.having(decision.events).after(adoption(data.number), MANAGING, REGULATOR, at)
    return after.without_matter()
