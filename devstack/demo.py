"""The demonstration: one case through the whole system, what it came to, and whether all of it held."""

import json
import time
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import asyncpg
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from devstack.case import Outcome, Play
from devstack.console import plain_console
from devstack.output_paths import write_report
from devstack.party_client import PartyClient
from devstack.pool import RunningPool, running_pool, start_calendar
from devstack.processes import left_running
from services.audit.check import check
from services.audit.domain.journey import Journey
from services.audit.domain.proof import CheckReport
from services.audit.journey import journey
from shared.contracts.examples import CONTRIBUTION_FEN, FISCAL_PART_FEN, LOSS_FEN, SHARE_FEN
from shared.contracts.registry.cycle import DayBegan
from shared.decisions.amounts import yuan, yuan_figure
from simulator.party_messages import Message

AUDIT_PATIENCE_SECONDS = 20.0
ENDING_SECONDS_MAX = 5.0
# What the project promises of all processes together, and of the whole run once everything is downloaded.
MEMORY_MAX_BYTES = 1_536 * 1024 * 1024
# Every stage that a case passes on its straight way; a journey without one of them did not happen as it should.
TYPES_EXPECTED = (
    "registry.project.approved.v1",
    "claims.notice.accepted.v1",
    "claims.review.recorded.v1",
    "claims.verification.recorded.v1",
    "claims.plan.drawn_up.v1",
    "claims.plan.confirmed.v1",
    "claims.payout.released.v1",
    "treasury.payment.reserved.v1",
    "treasury.payment.instructed.v1",
    "treasury.payment.settled.v1",
    "claims.compensation.paid.v1",
    "claims.reimbursement.applied.v1",
    "claims.ballot.opened.v1",
    "claims.reimbursement.approved.v1",
    "claims.compensation.reimbursed.v1",
)


@dataclass(frozen=True)
class Report:
    """What the demonstration found."""

    outcome: Outcome
    journey: Journey
    record: CheckReport
    memory_pss_bytes: int
    left_running: tuple[int, ...] = ()

    def failures(self) -> list[str]:
        """What did not hold; nothing, if all of it did."""
        outcome = self.outcome
        found: list[str] = []
        types = {step.type for step in self.journey.steps}
        found.extend(f"the journey has no {name}" for name in TYPES_EXPECTED if name not in types)
        found.extend(f"the record's check {check.name!r} fails" for check in self.record.results if not check.holds)
        before, after = outcome.balances_before, outcome.balances_after
        social_after_fen = CONTRIBUTION_FEN - SHARE_FEN + FISCAL_PART_FEN
        figures = {
            "the social capital account before": (_fen(before, "social_capital"), CONTRIBUTION_FEN),
            "the fiscal account before": (_fen(before, "fiscal"), CONTRIBUTION_FEN),
            "the social capital account after": (_fen(after, "social_capital"), social_after_fen),
            "the fiscal account after": (_fen(after, "fiscal"), CONTRIBUTION_FEN - FISCAL_PART_FEN),
            "due from fiscal after the payout": (outcome.due_from_fiscal_after_payout_fen, FISCAL_PART_FEN),
            "due from fiscal at the end": (outcome.due_from_fiscal_fen, 0),
            "the loss as notified": (outcome.loss_fen, LOSS_FEN),
            "the payout as settled": (outcome.paid_fen, SHARE_FEN),
            "the reimbursement as settled": (outcome.reimbursed_fen, FISCAL_PART_FEN),
        }
        found.extend(
            f"{what} is {yuan(given)}, expected {yuan(expected)}"
            for what, (given, expected) in figures.items()
            if given != expected
        )
        if self.memory_pss_bytes > MEMORY_MAX_BYTES:
            found.append(f"{self.memory_pss_bytes} bytes of memory were used, more than {MEMORY_MAX_BYTES}")
        found.extend(f"process {pid} is still running" for pid in self.left_running)
        return found

    def as_json(self, seconds: float) -> dict[str, Any]:
        """The report for machines: amounts in whole fen."""
        outcome, failures = self.outcome, self.failures()
        return {
            "held": not failures,
            "failures": failures,
            "project_id": str(outcome.project_id),
            "receipts": outcome.receipts,
            "loss_fen": outcome.loss_fen,
            "paid_fen": outcome.paid_fen,
            "reimbursed_fen": outcome.reimbursed_fen,
            "accounts": {
                "before": outcome.balances_before,
                "after_payout": outcome.balances_after_payout,
                "after": outcome.balances_after,
            },
            "due_from_fiscal_after_payout_fen": outcome.due_from_fiscal_after_payout_fen,
            "due_from_fiscal_fen": outcome.due_from_fiscal_fen,
            "journey": self.journey.model_dump(mode="json"),
            "audit": self.record.model_dump(mode="json"),
            "memory_pss_bytes": self.memory_pss_bytes,
            "left_running": list(self.left_running),
            "seconds": round(seconds, 1),
        }


async def demo(json_file: Path | None) -> int:
    """Start everything, play the case, stop everything, report; the exit status is 0 only if all of it held."""
    started = time.monotonic()
    console = plain_console()
    async with running_pool(None, console.print) as pool:
        report = await _play(pool)
        processes = pool.stack.supervisor.processes()
    report = replace(report, left_running=tuple(await left_running(processes, ENDING_SECONDS_MAX)))
    seconds = time.monotonic() - started
    _print(console, report)
    failures = report.failures()
    for failure in failures:
        console.print(Text.assemble(("did not hold:", "bold red"), f" {failure}"))
    verdict = "all of it held" if not failures else "NOT all of it held"
    left = "nothing is left running" if not report.left_running else "some of it is still running"
    took = f"; {seconds:.1f} s from start to stop, {left} ({len(processes)} processes looked at)"
    console.print(Text.assemble((verdict, "bold"), took))
    if json_file is not None:
        write_report(json_file, json.dumps(report.as_json(seconds), ensure_ascii=False, indent=2) + "\n")
        console.print(f"the same for machines: {json_file}")
    console.print("\nNext:\n  make up                      the same stack, kept running, with every address printed")
    console.print("  .venv/bin/riskpool --help    everything else that can be done from here")
    console.print("  make test                    all tests")
    console.print("  docs/flow.md                 the way of a loss notice, topic by topic")
    console.print("  docs/contracts/README.md     connect your bank")
    return 1 if failures else 0


async def _play(pool: RunningPool) -> Report:
    """Play the case, wait for the record to be whole, and look at it."""
    stack = pool.stack
    async with PartyClient(stack.kafka_bootstrap, idempotent=stack.broker.idempotent) as wire:
        outcome = await Play(wire, pool.cast, stack.say).whole_case()
        await start_calendar(pool)
        await wire.event(DayBegan.message_type)
    memory = stack.memory_pss_bytes()
    stack.say("audit compares its record with the broker, byte for byte")
    record = await check(stack.database_urls["audit"], stack.kafka_bootstrap, patience_seconds=AUDIT_PATIENCE_SECONDS)
    connection = await asyncpg.connect(stack.database_urls["audit"])
    try:
        found = await journey(connection, outcome.project_id)
    finally:
        await connection.close()
    return Report(outcome, found, record, memory)


def _print(console: Console, report: Report) -> None:
    """The journey, the accounts, the check of the record, and the memory."""
    outcome = report.outcome
    table = Table(title=f"\nThe journey of case {report.journey.case_number} ({outcome.project_id})", box=SIMPLE_HEAD)
    for column in ("time (Beijing)", "who", "topic", "message", "trace id"):
        table.add_column(column, no_wrap=True)
    table.add_column("after", no_wrap=True, justify="right")
    counted: datetime | None = None
    for step in report.journey.steps:
        # The time by which "after" is counted: of a message from outside that of its intake, whatever its sender says.
        if counted is None:
            counted = step.at or step.kafka_at
        elif step.since_before_ms is not None:
            counted += timedelta(milliseconds=step.since_before_ms)
        at = counted.strftime("%H:%M:%S.%f")[:-3]
        waited = "" if step.since_before_ms is None else f"{step.since_before_ms} ms"
        table.add_row(at, step.who, step.topic, step.type, step.trace_id or "", waited)
    _print_table(console, table)
    stages = Table(title="Time spent in each stage", box=SIMPLE_HEAD)
    stages.add_column("stage")
    stages.add_column("took", justify="right")
    for passage in report.journey.passages:
        stages.add_row(passage.stage, "it begins" if passage.took_ms is None else f"{passage.took_ms} ms")
    _print_table(console, stages)
    accounts = Table(title="The two accounts (yuan)", box=SIMPLE_HEAD)
    for column in ("account", "before", "after the payout", "after the reimbursement"):
        accounts.add_column(column, justify="left" if column == "account" else "right")
    for account, name in (
        ("fiscal", "fiscal account 财政资金账户"),
        ("social_capital", "social capital account 社会资本账户"),
    ):
        accounts.add_row(
            name,
            *(
                yuan_figure(_fen(balances, account))
                for balances in (outcome.balances_before, outcome.balances_after_payout, outcome.balances_after)
            ),
        )
    _print_table(console, accounts)
    console.print(
        f"loss {yuan(outcome.loss_fen)}, paid {yuan(outcome.paid_fen)} (20 %, 第十条第二款), "
        f"due from fiscal after the payout {yuan(outcome.due_from_fiscal_after_payout_fen)}, "
        f"at the end {yuan(outcome.due_from_fiscal_fen)}"
    )
    for result in report.record.results:
        console.print(f"audit record, {result.name}: {'holds' if result.holds else 'FAILS'} ({result.detail})")
        for problem in result.problems:
            console.print(f"    {problem}")
    console.print(f"memory of all processes together: {report.memory_pss_bytes / 1024 / 1024:.0f} MiB (summed PSS)")


def _print_table(console: Console, table: Table) -> None:
    """Print the table without the blanks with which its last column is filled up."""
    with console.capture() as captured:
        console.print(table)
    console.file.write("".join(f"{line.rstrip()}\n" for line in captured.get().splitlines()))


def _fen(balances: Message, account: str) -> int:
    amount: int = balances[account]["balance_fen"]
    return amount
