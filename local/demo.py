"""The demonstration: one case through the whole system, what it came to, and whether all of it held."""

import asyncio
import json
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from local.bank_process import start_bank
from local.case import FISCAL_PART_FEN, LENDER, LOSS_FEN, SHARE_FEN, Outcome, Play
from local.cast import INSTITUTIONS, Cast
from local.stack import Stack
from local.supervisor import LocalError
from local.wire import Wire

AUDIT_TIMEOUT_S = 20.0
AUDIT_POLL_S = 0.2
MEMORY_TARGET_BYTES = 1_536 * 1024 * 1024


@dataclass
class Report:
    """What the demonstration found; ``failures`` is empty if everything held."""

    outcome: Outcome
    journey: dict[str, Any]
    audit: dict[str, Any]
    memory_pss_bytes: int
    seconds: float
    failures: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """The report for machines: amounts in whole fen."""
        outcome = self.outcome
        return {
            "held": not self.failures,
            "failures": self.failures,
            "project_id": str(outcome.project_id),
            "receipts": outcome.receipts,
            "loss_fen": LOSS_FEN,
            "accounts": {
                "before": outcome.balances_before,
                "after_payout": outcome.balances_after_payout,
                "after": outcome.balances_after,
            },
            "due_from_fiscal_after_payout_fen": outcome.due_from_fiscal_after_payout_fen,
            "due_from_fiscal_fen": outcome.due_from_fiscal_fen,
            "journey": self.journey,
            "audit": self.audit,
            "memory_pss_bytes": self.memory_pss_bytes,
            "seconds": round(self.seconds, 1),
        }


async def demo(json_file: Path | None) -> int:
    """Start everything, play the case, report, stop everything; the exit status is 0 only if all of it held."""
    started = time.monotonic()
    console = Console(highlight=False)
    async with Stack(None, say=console.print, services=(), institutions=INSTITUTIONS) as stack:
        report = await _play(stack, console)
    report.seconds = time.monotonic() - started
    _print(console, report)
    if json_file is not None:
        json_file.write_text(json.dumps(report.as_json(), ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
        console.print(f"written for machines: {json_file}")
    return 1 if report.failures else 0
