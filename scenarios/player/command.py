"""``scenario FILE…``: play scenarios on a stack of their own or in memory, and say line by line what differed."""

import asyncio
import json as json_module
import sys
import time
from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter, validators

from devstack.output_paths import can_become_file, write_report
from devstack.stack import run_until_signal
from scenarios.player import report
from scenarios.player.messages import MESSAGES
from scenarios.player.play import Played
from scenarios.player.run import AT_ONCE, Readable, play_all, play_simulated, read_all, running_stack

ALL_HELD, DIFFERED, UNREADABLE = 0, 1, 2

app = App(name="scenario", help="Plays cases that are written in the words of the regulation (docs/scenarios.md).")


@app.default
def scenario_command(
    *files: Annotated[Path, Parameter(help="YAML files, or folders of them")],
    json: Annotated[
        Path | None, Parameter(help="also write what was played to this file", validator=can_become_file)
    ] = None,
    at_once: Annotated[
        int, Parameter(help="how many to play at the same time", validator=validators.Number(gte=1, lte=32))
    ] = AT_ONCE,
    simulated: Annotated[
        bool, Parameter(negative="", help="play in memory, without Kafka and PostgreSQL, in a moment")
    ] = False,
    check: Annotated[bool, Parameter(negative="", help="only read the files and say what is wrong in them")] = False,
    words: Annotated[
        bool, Parameter(negative="", help="only list the messages, who usually says each, and its words")
    ] = False,
) -> int:
    """Play every scenario in the files or folders, each in a fresh pool on one running stack, or in memory.

    The exit status is 0 only if everything was as expected, 1 if something differed, 2 if a file can't be read.
    """
    if words:
        for word, message in sorted(MESSAGES.items()):
            _say(f"{word}  ({message.who})\n    {', '.join(message.allowed_words()) or 'no words'}")
        return ALL_HELD
    scenarios, faults = read_all(files)
    for fault in faults:
        sys.stderr.write(f"{fault}\n")
    if faults:
        return UNREADABLE
    if check:
        count = "1 scenario" if len(scenarios) == 1 else f"{len(scenarios)} scenarios"
        sys.stdout.write(f"{count} can be played\n")
        return ALL_HELD
    if simulated:
        return asyncio.run(_simulate(scenarios, json))
    return run_until_signal(_play(scenarios, json, at_once))


async def _simulate(scenarios: list[Readable], json: Path | None) -> int:
    started = time.monotonic()
    played = await play_simulated(scenarios, _print)
    return _sum_up(played, time.monotonic() - started, json)


async def _play(scenarios: list[Readable], json: Path | None, at_once: int) -> int:
    async with running_stack(scenarios, _say) as pool:
        started = time.monotonic()
        played = await play_all(scenarios, pool, _print, at_once)
        seconds = time.monotonic() - started
    return _sum_up(played, seconds, json)


def _sum_up(played: list[Played], seconds: float, json: Path | None) -> int:
    _say(report.summary(played, seconds))
    if json is not None:
        content = json_module.dumps(report.as_json(played, seconds), ensure_ascii=False, indent=2)
        write_report(json, f"{content}\n")
    return ALL_HELD if all(each.held for each in played) else DIFFERED


def _print(played: Played) -> None:
    for line in report.lines(played):
        _say(line)


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()
