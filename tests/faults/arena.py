"""The running pool in which case after case is played while something is broken."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from devstack.case import Play
from devstack.databases import with_database
from devstack.key_folder import KeyFolder
from devstack.party_client import PartyClient
from devstack.pool import KEYS_FOLDER, start_bank
from devstack.stack import ServiceEnv, Stack
from services.audit.check import check
from simulator.parties import INSTITUTIONS, Cast
from tests.faults.checker import courses_of, problems_of
from tests.faults.kept import keep_failing_run
from tests.faults.stores import Stores, read_stores

# A pool's first contributions pay for fifty cases.
CASES_PER_POOL = 40
POOLS_MAX = 25
# How many receipts a case brings: the filing's two, the payout's six and the reimbursement's eight.
CASE_RECEIPTS = 16
POLL_S = 0.005
QUIET_TIMEOUT_S = 45.0
QUIET_POLL_S = 0.3
AUDIT_PATIENCE_S = 20.0
READY_TIMEOUT_S = 60.0
PROBLEMS_NAMED_MAX = 20
# A takeover waits for a session's end; the broker allows no less than this.
SESSION_TIMEOUT_MS = 6_000

During = Callable[[Play], Coroutine[Any, Any, None]]


@dataclass
class Arena:
    """The pool, and the cases that were played in it. ``course`` is that of the first case, which nothing disturbed.

    ``planned`` are the faults that the present test is to bring about; ``happened`` tells of its cases and when the
    faults came.
    """

    stack: Stack
    cast: Cast
    pool_ids: list[UUID]
    casts: list[Cast] = field(default_factory=list)
    cases: list[UUID] = field(default_factory=list)
    course: Mapping[str, list[str]] | None = None
    cases_begun: int = 0
    planned: list[str] = field(default_factory=list)
    happened: list[str] = field(default_factory=list)
    founding: asyncio.Lock = field(default_factory=asyncio.Lock)

    def plan(self, fault: str) -> None:
        """Say a fault that is to come."""
        self.planned.append(fault)

    def note(self, what: str) -> None:
        """Say what happens now."""
        self.happened.append(f"{datetime.now(UTC).isoformat()} {what}")
        print(what)

    def forget_faults(self) -> None:
        """Another test begins."""
        self.planned.clear()
        self.happened.clear()

    async def play(self, *during: During) -> None:
        """Play one case to its reimbursement, and break things meanwhile; both have to end well."""
        # A connection of its own for each case: what one fault did to it is not to be seen in the next case.
        async with PartyClient(self.stack.kafka_bootstrap, idempotent=self.stack.broker.idempotent) as wire:
            play = await self._next_case(wire)
            breaking = [asyncio.create_task(each(play)) for each in during]
            try:
                await play.file_and_approve()
                await play.pay()
                await play.reimburse()
                await asyncio.gather(*breaking)
            finally:
                for task in breaking:
                    task.cancel()
                await asyncio.gather(*breaking, return_exceptions=True)
        assert play.receipts == CASE_RECEIPTS
        self.cases.append(play.project_id)

    async def check(self) -> None:
        """Wait until everything said has arrived everywhere, then look at all stores; raises AssertionError."""
        await self.wait_until_all_run()
        deadline = time.monotonic() + QUIET_TIMEOUT_S
        while problems := await self._problems():
            if time.monotonic() > deadline:
                named = "\n".join(problems[:PROBLEMS_NAMED_MAX])
                raise AssertionError(f"{len(problems)} problems are left:\n{named}")
            await asyncio.sleep(QUIET_POLL_S)
        report = await check(
            self.stack.database_urls["audit"], self.stack.kafka_bootstrap, patience_seconds=AUDIT_PATIENCE_S
        )
        assert report.holds, report.model_dump_json(indent=2)

    async def wait_until_all_run(self) -> None:
        """Wait until all children of the supervisor are ready that nobody has stopped."""
        children = self.stack.supervisor.children
        async with asyncio.timeout(READY_TIMEOUT_S):
            while not all(
                child.was_ready and (child.exit_code is None or child.stop_asked) for child in children.values()
            ):
                await asyncio.sleep(POLL_S)
        # The supervisor gives up a child that ends again and again; here each case counts as another day.
        self.stack.supervisor.forget_restarts()

    def admin_url(self, service: str) -> str:
        """The administrator's url of a service's database."""
        return with_database(self.stack.server.admin_url, self.stack.databases[service].name)

    def failpoint_file(self, service: str) -> Path:
        """Where a failpoint is named at which one process of the service is to end."""
        return self.stack.data_dir / "failpoints" / service

    async def _problems(self) -> list[str]:
        urls = {service: self.admin_url(service) for service in self.stack.services}
        stores = await read_stores(urls, self.stack.kafka_bootstrap)
        return [*problems_of(stores, self.cases), *self._other_courses(stores)]

    def _other_courses(self, stores: Stores) -> list[str]:
        courses = courses_of(stores, self.cases)
        wanted = self.course or courses[self.cases[0]]
        self.course = wanted
        return [f"case {case} ran as {course}, not as {wanted}" for case, course in courses.items() if course != wanted]

    async def _next_case(self, wire: PartyClient) -> Play:
        """The next case, in the present pool; a new one is founded where the last one's money is spent."""
        number = self.cases_begun
        self.cases_begun += 1
        pool = number // CASES_PER_POOL
        async with self.founding:
            while len(self.casts) <= pool:
                cast = self.cast.in_pool(self.pool_ids[len(self.casts)], {})
                await Play(wire, cast, _say_nothing).found_and_fund()
                self.casts.append(cast)
        play = Play(wire, self.casts[pool], _say_nothing, f"FAULTS-{number}")
        self.note(f"case FAULTS-{number} begins, project {play.project_id}")
        return play


def _say_nothing(_: str) -> None:
    pass


@contextlib.asynccontextmanager
async def running_arena() -> AsyncIterator[Arena]:
    """Start the pool with a failpoint file for each service, and play a first case in peace."""
    keys: list[KeyFolder] = []
    pool_ids = [uuid4() for _ in range(POOLS_MAX)]

    def service_env(folder: Path) -> ServiceEnv:
        keys.append(KeyFolder(folder / KEYS_FOLDER))
        failpoints = folder / "failpoints"
        failpoints.mkdir()
        return {
            service: {
                **env,
                "RISKPOOL_FAILPOINT_FILE": str(failpoints / service),
                "RISKPOOL_SESSION_TIMEOUT_MS": str(SESSION_TIMEOUT_MS),
            }
            for service, env in keys[0].service_env(pool_ids).items()
        }

    async with Stack(None, say=print, service_env=service_env, institutions=INSTITUTIONS) as stack:
        arena = Arena(stack, keys[0].cast, pool_ids)
        try:
            await start_bank(stack, keys[0])
            await arena.play()
            await arena.check()
        except Exception as error:
            await asyncio.to_thread(keep_failing_run, error, stack, "tests/faults", happened=arena.happened)
            raise
        yield arena
