"""``replay``: after the broker was lost, the services' past is published on the new one."""

import asyncio
import sys
import time
from dataclasses import dataclass
from typing import Annotated

import asyncpg
from aiokafka.errors import KafkaError
from cyclopts import Parameter
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from devstack.exit_status import FAILED, OK
from riskpool.output import Json, print_json
from riskpool.places import Bootstrap, BrokerPlace
from riskpool.service_places import ServicePlaces, service_database
from services.audit.unanswered import unanswered_pages
from shared.messaging.replay import Replayed, ReplayRefused
from shared.messaging.replay import replay as replay_service


@dataclass(frozen=True)
class _Done:
    """What came of one service's replay."""

    service: str
    replayed: Replayed
    seconds: float

    def as_json(self) -> dict[str, object]:
        """For machines."""
        return {
            "service": self.service,
            "epoch": self.replayed.epoch,
            "records": self.replayed.records,
            "was_done": self.replayed.was_done,
            "seconds": round(self.seconds, 3),
        }

    def as_text(self) -> str:
        """For people."""
        if self.replayed.was_done:
            return f"{self.service}: was replayed into epoch {self.replayed.epoch} before; once more with --again"
        return (
            f"{self.service}: {self.replayed.records} records published in epoch {self.replayed.epoch}, "
            f"{self.seconds:.1f} s"
        )


def replay(
    *,
    places: ServicePlaces = ServicePlaces(),  # noqa: B008  # frozen, and the way to say "none was given"
    bootstrap: Bootstrap = None,
    again: Annotated[bool, Parameter(negative="", help="publish everything once more, though it is through")] = False,
    json: Json = False,
) -> int:
    """Publish what the services have received and published again, after the broker was lost and built anew.

    First stop all services, create the topics, and start all services with the next RISKPOOL_EPOCH; docs/operations.md
    has it step by step. Each service publishes nothing new before its replay is through. An interrupted replay goes on
    where it stood when the same command is given again. Whoever reads a record twice knows it already.
    """
    address, idempotent = BrokerPlace(places.data, bootstrap).broker()
    return asyncio.run(_replay_all(places.urls(), address, idempotent=idempotent, again=again, json=json))


async def _replay_all(urls: list[str], bootstrap: str, *, idempotent: bool, again: bool, json: bool) -> int:
    done: list[_Done] = []
    failed = False
    bars = Progress(
        TextColumn("{task.description:<10}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        disable=json or not sys.stderr.isatty(),
    )
    with bars:
        for url in urls:
            async with service_database(url) as (service, _):
                pass
            try:
                done.append(await _replay_one(service, url, bootstrap, bars, idempotent=idempotent, again=again))
            except ReplayRefused as error:
                failed = True
                sys.stderr.write(f"error: {service}: {error}\n")
            except (KafkaError, OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
                failed = True
                why = str(error) or type(error).__name__
                sys.stderr.write(
                    f"error: {service}: interrupted ({why}); when it is mended, give the same command again: it goes "
                    "on where it stood\n"
                )
    if json:
        print_json([each.as_json() for each in done])
    else:
        sys.stdout.writelines(f"{each.as_text()}\n" for each in done)
    return FAILED if failed else OK


async def _replay_one(
    service: str, url: str, bootstrap: str, bars: Progress, *, idempotent: bool, again: bool
) -> _Done:
    bar: TaskID = bars.add_task(service, total=None)

    def progress(records: int, records_total: int) -> None:
        bars.update(bar, completed=records, total=records_total)

    began = time.monotonic()
    # Audit has recorded what the others may have missed.
    more = unanswered_pages if service == "audit" else None
    replayed = await replay_service(url, bootstrap, progress, idempotent=idempotent, again=again, more=more)
    return _Done(service, replayed, time.monotonic() - began)
