"""Whether anybody slows while audit is away for ten minutes, and how long audit takes to catch up.

A lender publishes notices at a steady rate. The time from a notice's acknowledgement to its receipt is taken minute by
minute: with audit, without it, and after it has come back. At the end the record is checked against the broker.
"""

import asyncio
import json
import statistics
import sys
import time
from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter
from rich.console import Console

from benchmarks.resume import Load, notices_flowing
from devstack.case import Play
from devstack.pool import running_pool
from devstack.stack import run_until_signal
from services.audit.check import as_text, check

NOTICES_PER_SECOND = 40
MINUTES_AWAY = 10
MINUTES_BEFORE = 2
MINUTE_S = 60.0
# Ratios under this mean nothing on a machine whose speed drifts.
SLOWER_MAX = 1.2
CATCH_UP_PATIENCE_S = 120.0

app = App(help="Whether anybody slows while audit is away.")


async def _minutes(load: Load, minutes: int, what: str, console: Console) -> list[float]:
    """The median time to a receipt, in milliseconds, of each of so many minutes."""
    medians = []
    for minute in range(1, minutes + 1):
        began = time.monotonic()
        await asyncio.sleep(MINUTE_S)
        times = [
            (load.answered[message] - at) * 1000
            for message, at in load.published.items()
            if at >= began and message in load.answered
        ]
        medians.append(statistics.median(times))
        console.print(f"{what}, minute {minute}: {len(times)} notices decided, p50 {medians[-1]:.1f} ms")
    return medians


async def _run(minutes: int, json_file: Path | None) -> int:
    console = Console(highlight=False)
    said: list[str] = []
    async with running_pool(None, said.append) as pool:
        stack = pool.stack
        play = await Play.founded(pool)
        async with notices_flowing(stack.kafka_bootstrap, play, NOTICES_PER_SECOND) as load:
            before = await _minutes(load, MINUTES_BEFORE, "audit there", console)
            await stack.supervisor.stop_child("audit")
            away = await _minutes(load, minutes, "audit away", console)
            await stack.supervisor.restart("audit")
            back_at = time.monotonic()
        report = await check(stack.database_urls["audit"], stack.kafka_bootstrap, patience_seconds=CATCH_UP_PATIENCE_S)
        caught_up_s = time.monotonic() - back_at
    console.print(as_text(report))
    ratio = statistics.median(away) / statistics.median(before)
    held = ratio <= SLOWER_MAX and report.holds
    console.print(
        f"p50 without audit against p50 with it: {ratio:.2f}, at most {SLOWER_MAX}; the record was whole at most "
        f"{caught_up_s:.0f} s after audit came back: {'held' if held else 'MISSED'}"
    )
    if json_file is not None:
        json_file.write_text(json.dumps({"before_ms": before, "away_ms": away, "ratio": ratio}), encoding="utf-8")
    return 0 if held else 1


@app.default
def main(
    *,
    minutes: Annotated[int, Parameter(help="for how many minutes audit is away")] = MINUTES_AWAY,
    json_file: Annotated[Path | None, Parameter(name="--json", help="also write the figures to this file")] = None,
) -> int:
    """Take audit away, print each minute's figures, and exit with 1 if somebody has slowed."""
    return run_until_signal(_run(minutes, json_file))


if __name__ == "__main__":
    sys.exit(app(result_action="return_value"))
