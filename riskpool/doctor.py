"""``doctor``: what is missing or wrong, and how to mend it."""

import asyncio
import inspect
from collections.abc import Sequence
from dataclasses import asdict
from typing import Annotated

from cyclopts import Parameter
from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from devstack.addresses import read_addresses
from devstack.exit_status import FAILED, OK
from riskpool.finding import Finding, Status
from riskpool.machine_checks import CHECKS
from riskpool.output import Json, print_json, table_console
from riskpool.places import DataFolder
from riskpool.running_checks import answer_topics_finding, broker_findings, database_findings


def doctor(
    *,
    data: DataFolder = None,
    bootstrap: Annotated[str | None, Parameter(help="look at the broker at this address too, host:port")] = None,
    database_url: Annotated[
        tuple[str, ...], Parameter(negative="", help="look at this service's database too; can be given again")
    ] = (),
    json: Json = False,
) -> int:
    """Say what is missing on this machine or wrong with a running pool, and how to mend it.

    Nothing is installed or changed. The exit status is 1 if something is missing that is needed; what has a stand-in,
    or is good enough to try things out, is only told.
    """
    addresses = None if data is None else read_addresses(data)
    if addresses is not None:
        bootstrap = bootstrap or addresses.kafka_bootstrap
        database_url = (*database_url, *addresses.database_urls.values())
    findings = asyncio.run(_look(bootstrap, database_url))
    if json:
        print_json([asdict(each) for each in findings])
    else:
        _print(findings)
    return FAILED if any(each.is_in_the_way for each in findings) else OK


async def _look(bootstrap: str | None, database_urls: Sequence[str]) -> list[Finding]:
    findings: list[Finding] = []
    for check in CHECKS:
        found = check()
        findings.append(await found if inspect.isawaitable(found) else found)
    if bootstrap is not None:
        findings.extend(await broker_findings(bootstrap))
    for url in database_urls:
        findings.extend(await database_findings(url))
    if bootstrap is not None and database_urls:
        findings.append(await answer_topics_finding(bootstrap, database_urls))
    return findings


def _print(findings: Sequence[Finding]) -> None:
    console = table_console()
    table = Table(box=SIMPLE_HEAD)
    for column in ("what", "", "found", "how to mend it"):
        table.add_column(column, overflow="fold")
    for each in findings:
        style = "green" if each.status is Status.OK else "bold red" if each.needed else "yellow"
        table.add_row(Text(each.name), Text(each.status, style=style), Text(each.found), Text(each.mend))
    console.print(table)
    in_the_way = [each.name for each in findings if each.is_in_the_way]
    if in_the_way:
        names = (", ".join(in_the_way), "bold red")
        console.print(Text.assemble(names, ": the pool, or a part of it, can't work before this is mended"))
    else:
        console.print("Nothing that is needed is missing.")
