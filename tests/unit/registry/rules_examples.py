"""Proposals and adoptions of rules to try things on: both institutions have an officer for rules."""

from datetime import date, datetime, timedelta
from typing import Any

from shared.contracts.registry.rules import Rules
from shared.contracts.registry.rules_versions import (
    AdoptRules,
    DeclineRules,
    ProposeRules,
    RulesProposed,
    WithdrawRules,
)
from shared.contracts.registry.words import Duty
from simulator.samples import sample
from tests.unit.registry.registry_examples import (
    COOPERATING,
    HERE,
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
    return sample(ProposeRules, HERE, {"number": number, "rules": proposed or version(), **changed})


def adoption(number: str = "规则-1", sha256: str = SHA256) -> AdoptRules:
    return AdoptRules(number=number, proposal_sha256=sha256)


def declining(number: str = "规则-1") -> DeclineRules:
    return sample(DeclineRules, HERE, {"number": number})


def withdrawal(number: str = "规则-1") -> WithdrawRules:
    return sample(WithdrawRules, HERE, {"number": number})


def proposed(given: Given = REGULATED, data: ProposeRules | None = None, by: str = DRAFTER) -> Given:
    """After a proposal of the cooperating institution."""
    return given.after(data or proposal(), COOPERATING, by)


def adopted(given: Given = REGULATED, data: ProposeRules | None = None, at: datetime = NOON) -> Given:
    """After a proposal of the cooperating institution, and its adoption. The state holds one matter at a time."""
    data = data or proposal()
    decision = given.when(data, COOPERATING, DRAFTER, at)
    (event,) = decision.events
    assert isinstance(event, RulesProposed)
    after = given.having(decision.events).after(adoption(data.number), MANAGING, REGULATOR, at)
    return after.without_matter()
