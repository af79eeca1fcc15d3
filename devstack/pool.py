"""A running stack with its cast: the services know the pool's root key, and the supervising bank's stand-in answers."""

import sys
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from devstack.bank import BY_HAND_SETTING
from devstack.child import ChildSpec
from devstack.fallback import REPOSITORY
from devstack.key_folder import KeyFolder
from devstack.readiness import forget_file, when_file
from devstack.stack import ServiceEnv, Stack
from devstack.supervisor import Say
from simulator.parties import CALENDAR, INSTITUTIONS, Cast

KEYS_FOLDER = "keys"
BANK = "supervising-bank"


@dataclass(frozen=True)
class RunningPool:
    """The stack and the keys of those who take part."""

    stack: Stack
    keys: KeyFolder

    @property
    def cast(self) -> Cast:
        """Who takes part."""
        return self.keys.cast


@asynccontextmanager
async def running_pool(
    data_dir: Path | None,
    say: Say,
    *,
    more_pools: Sequence[UUID] = (),
    by_hand: Collection[UUID] = (),
    institutions: Sequence[str] = INSTITUTIONS,
    settings: Mapping[str, str] | None = None,
) -> AsyncIterator[RunningPool]:
    """Start everything for one pool, and stop it at the end; a given data folder is kept.

    ``more_pools`` can be founded too, with the same root key; in those of ``by_hand`` the bank's stand-in is silent.
    ``settings`` are for every service.
    """
    keys: list[KeyFolder] = []

    def service_env(folder: Path) -> ServiceEnv:
        keys.append(KeyFolder(folder / KEYS_FOLDER))
        own = keys[0].service_env(more_pools)
        return {service: {**env, **(settings or {})} for service, env in own.items()}

    async with Stack(data_dir, say=say, service_env=service_env, institutions=institutions) as stack:
        await start_bank(stack, keys[0], by_hand)
        yield RunningPool(stack, keys[0])


async def start_bank(stack: Stack, keys: KeyFolder, by_hand: Collection[UUID] = ()) -> None:
    """Start the supervising bank's stand-in; in the pools of ``by_hand`` it is silent."""
    silent_in = {BY_HAND_SETTING: " ".join(str(pool) for pool in by_hand)}
    await _start_outside(stack, keys, BANK, "devstack.bank", silent_in)
    stack.say("the supervising bank's stand-in is ready")


async def start_calendar(pool: RunningPool) -> None:
    """Start the managing institution's calendar, once the pool is founded and knows the calendar's key."""
    await _start_outside(pool.stack, pool.keys, CALENDAR, "devstack.calendar", {})
    pool.stack.say("the calendar is ready")


async def _start_outside(stack: Stack, keys: KeyFolder, name: str, module: str, env: Mapping[str, str]) -> None:
    """Start a party outside the services, which has keys and Kafka alone, as a process of its own."""
    folder = stack.data_dir / "services" / name
    folder.mkdir(parents=True, exist_ok=True)
    ready_file = folder / "ready"
    log_file = stack.log_files[name] = stack.data_dir / "logs" / f"{name}.log"
    await stack.supervisor.start(
        ChildSpec(
            name=name,
            argv=(sys.executable, "-m", module),
            env={
                "PATH": "/usr/bin:/bin",
                "RISKPOOL_KAFKA_BOOTSTRAP": stack.kafka_bootstrap,
                "RISKPOOL_KAFKA_IDEMPOTENT": "true" if stack.broker.idempotent else "false",
                "RISKPOOL_KEYS_DIR": str(keys.folder),
                **env,
                "RISKPOOL_READY_FILE": str(ready_file),
                "PYTHONUNBUFFERED": "1",
            },
            cwd=REPOSITORY,
            log_file=log_file,
            ready=when_file(ready_file),
            before_start=forget_file(ready_file),
            restart=True,
        )
    )
