"""An expectation beside what was observed: each figure that differs, in the scenario's own words."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from scenarios.player.model import AmountsOfAccounts, Answer, Expectation
from scenarios.player.view import FISCAL, SOCIAL_CAPITAL, CaseView, PoolView
from shared.decisions.amounts import yuan_figure
from simulator.party_messages import Message

NOTHING = "nothing"
_SERVICES = ("registry", "claims", "treasury")


@dataclass(frozen=True)
class Difference:
    """What was expected and what was there instead."""

    what: str
    expected: str
    got: str


def differences_of_answer(expected: Answer, receipt: Message | None) -> list[Difference]:
    """How a receipt differs from the expected answer; None is no receipt at all."""
    if receipt is None:
        return [] if expected.outcome == "none" else [Difference("answer", expected.said(), "no answer")]
    reasons: Sequence[Message] = receipt["reasons"]
    right = receipt["outcome"] == expected.outcome and (
        (expected.clause is None and expected.code is None)
        or any(
            expected.clause in (None, reason["clause"]) and expected.code in (None, reason["code"])
            for reason in reasons
        )
    )
    if right:
        return []
    got = [receipt["outcome"], *(f"{reason['clause']} {reason['code']}: {reason['text']}" for reason in reasons)]
    return [Difference("answer", expected.said(), "; ".join(got))]


def differences(expected: Expectation, pool: PoolView, case: CaseView, events_before: int) -> list[Difference]:
    """How pool and case differ from the expectation; the case's first ``events_before`` events don't count."""
    found = [
        *_compared("stage", expected.stage, case.stage),
        *_accounts("balances", expected.balances, pool.balances),
        *_accounts("reserved", expected.reserved, pool.reserved),
        *_amount("queued", expected.queued, sum(case.queued.values())),
        *_amount("due from fiscal", expected.due_from_fiscal, case.due.total()),
        *_amount("paid", expected.paid, case.settled["payout"]),
        *_amount("reimbursed", expected.reimbursed, case.settled["reimbursement"]),
    ]
    for name in ("cap", "pool_share", "fiscal_part", "social_part"):
        figure = None if case.basis is None else case.basis[f"{name}_fen"]
        found.extend(_amount(name.replace("_", " "), getattr(expected, name), figure))
    deadline = None if expected.filing_deadline is None else expected.filing_deadline.isoformat()
    found.extend(_compared("filing deadline", deadline, case.filing_deadline or NOTHING))
    found.extend(_events(expected, case.events[events_before:]))
    wanted = expected.pool_events_contain
    if wanted is not None and not _contains_in_order(pool.events, wanted):
        found.append(Difference("pool events contain", ", ".join(wanted), ", ".join(pool.events) or NOTHING))
    if expected.announced is not None and sorted(expected.announced) != sorted(pool.announced):
        wanted_words, got = ", ".join(expected.announced) or NOTHING, ", ".join(pool.announced) or NOTHING
        found.append(Difference("announced", wanted_words, got))
    return found


def _compared(what: str, expected: str | None, got: str) -> list[Difference]:
    return [] if expected in (None, got) else [Difference(what, str(expected), got)]


def _amount(what: str, expected_fen: int | None, got_fen: int | None) -> list[Difference]:
    if expected_fen in (None, got_fen):
        return []
    assert expected_fen is not None
    return [Difference(what, yuan_figure(expected_fen), NOTHING if got_fen is None else yuan_figure(got_fen))]


def _accounts(what: str, expected: AmountsOfAccounts | None, got: Counter[str]) -> list[Difference]:
    if expected is None:
        return []
    return [
        *_amount(f"{what}, fiscal", expected.fiscal, got[FISCAL]),
        *_amount(f"{what}, social capital", expected.social_capital, got[SOCIAL_CAPITAL]),
    ]


def _events(expected: Expectation, got: Sequence[str]) -> list[Difference]:
    """Events are compared service by service: between two services' topics there is no order."""
    found: list[Difference] = []
    for service in _SERVICES:
        said = _of(service, got)
        shown = ", ".join(said) or NOTHING
        if expected.events is not None and (wanted := _of(service, expected.events)) != said:
            found.append(Difference(f"events of {service}", ", ".join(wanted) or NOTHING, shown))
        wanted = _of(service, expected.events_contain or ())
        if not _contains_in_order(said, wanted):
            found.append(Difference(f"events of {service}, among others", ", ".join(wanted), shown))
    unwanted = [event for event in expected.no_events or () if event in got]
    if unwanted:
        found.append(Difference("no events", ", ".join(expected.no_events or ()), ", ".join(unwanted)))
    return found


def _of(service: str, events: Iterable[str]) -> list[str]:
    return [event for event in events if event.startswith(f"{service}.")]


def _contains_in_order(said: Sequence[str], wanted: Sequence[str]) -> bool:
    left = iter(said)
    return all(event in left for event in wanted)
