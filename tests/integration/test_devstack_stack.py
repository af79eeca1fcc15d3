"""The whole infrastructure: topics, records, a kept data folder, and a kill -9 of everything."""

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from pathlib import Path

import asyncpg
import psutil
import pytest
import pytest_asyncio
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer

from devstack.kafka import admin_client
from devstack.kafka_jars import KafkaJars, find_kafka_jars
from devstack.stack import Stack
from devstack.supervisor import DevstackError
from devstack.topics import create_topics

pytestmark = pytest.mark.asyncio

REPOSITORY = Path(__file__).resolve().parents[2]
GONE_TIMEOUT_S = 15.0
CONSUME_TIMEOUT_S = 20.0
TOPICS = (("loss-notices", 4), ("audit.events", 1))


@pytest.fixture(autouse=True, scope="module")
def nothing_given() -> Iterator[None]:
    """A server that the machine's environment offers isn't ours to restart."""
    with pytest.MonkeyPatch.context() as environment:
        for name in ("DATABASE_URL", "KAFKA_BOOTSTRAP_SERVERS", "RISKPOOL_BROKER", "RISKPOOL_POSTGRES"):
            environment.delenv(name, raising=False)
        yield


@pytest_asyncio.fixture(scope="module")
async def stack() -> AsyncIterator[Stack]:
    """A running stack without services, in a temporary folder."""
    async with Stack(None, say=print, services=(), topics=TOPICS) as running:
        yield running
    assert not running.data_dir.exists(), "a temporary folder is removed at the end"


async def produce(bootstrap: str, count: int, *, idempotent: bool = True) -> None:
    """Send records and wait for each acknowledgement."""
    async with AIOKafkaProducer(bootstrap_servers=bootstrap, acks="all", enable_idempotence=idempotent) as producer:
        for number in range(count):
            await producer.send_and_wait("loss-notices", b"notice", key=str(number).encode())


async def consume(bootstrap: str, count: int, group: str) -> int:
    """Read so many records as a member of a group, commit, and return how many came in time."""
    consumer = AIOKafkaConsumer(
        "loss-notices",
        bootstrap_servers=bootstrap,
        group_id=group,
        auto_offset_reset="earliest",
        enable_auto_commit=False,
        isolation_level="read_committed",
    )
    read = 0
    deadline = time.monotonic() + CONSUME_TIMEOUT_S
    async with consumer:
        while read < count and time.monotonic() < deadline:
            read += sum(len(records) for records in (await consumer.getmany(timeout_ms=200)).values())
        await consumer.commit()
    return read


async def test_records_go_through_the_broker(stack: Stack) -> None:
    """An idempotent producer's records are read by a consumer group, which needn't wait for a coordinator."""
    await produce(stack.kafka_bootstrap, 5)
    assert await consume(stack.kafka_bootstrap, 5, "readers") == 5


async def test_creating_topics_again_changes_nothing_and_other_counts_are_refused(stack: Stack) -> None:
    """Partition counts are fixed for life; several runs at the same time do no harm; nothing else is created."""
    assert await create_topics(stack.kafka_bootstrap, TOPICS) == []
    await asyncio.gather(*(create_topics(stack.kafka_bootstrap, [("claims.events", 3)]) for _ in range(3)))
    with pytest.raises(DevstackError, match=r"audit\.events: has 1 partitions, 7 are wanted"):
        await create_topics(stack.kafka_bootstrap, [("audit.events", 7)])
    async with admin_client(stack.kafka_bootstrap) as admin:
        names = {name for name in await admin.list_topics() if not name.startswith("__")}
    assert names == {"loss-notices", "audit.events", "claims.events"}


async def test_memory_counts_the_broker_and_the_database(stack: Stack) -> None:
    """A JVM with 256 MiB of heap and a database server are more than 100 MiB together, and less than 2 GiB."""
    assert 100 * 2**20 < stack.memory_pss_bytes() < 2 * 2**30


async def test_a_second_stack_on_the_same_folder_waits_and_gives_up(
    stack: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two servers on one folder would destroy it."""
    monkeypatch.setattr("devstack.stack.DATA_FOLDER_TIMEOUT_S", 0.3)
    with pytest.raises(DevstackError, match="another run uses the data folder"):
        async with Stack(stack.data_dir, say=print, services=(), topics=TOPICS):
            pytest.fail("two stacks ran on one folder")


async def test_broker_and_database_can_be_killed_and_restarted(stack: Stack) -> None:
    """A fault test kills and restarts them; addresses, records and rows stay, and it isn't told as a failure."""
    connection = await asyncpg.connect(stack.server.admin_url)
    await connection.execute("CREATE TABLE survives (id int)")
    await connection.close()
    await asyncio.gather(*(stack.supervisor.kill_child(name) for name in ("kafka", "postgres")))
    await asyncio.gather(*(stack.supervisor.restart(name) for name in ("kafka", "postgres")))
    assert await consume(stack.kafka_bootstrap, 5, "readers-after-restart") == 5
    connection = await asyncpg.connect(stack.server.admin_url)
    assert await connection.fetchval("SELECT count(*) FROM survives") == 0
    await connection.close()
    assert not stack.supervisor.failed.is_set()


RUNS = """
import asyncio, sys
from pathlib import Path
from devstack.stack import Stack, run_until_signal
async def main():
    data_dir = Path(sys.argv[1]) if sys.argv[1] else None
    say = lambda text: print(text, file=sys.stderr)
    async with Stack(data_dir, say=say, services=(), topics=[("loss-notices", 4)]) as stack:
        print(stack.kafka_bootstrap, stack.server.admin_url, stack.data_dir, flush=True)
        await stack.supervisor.failed.wait()
    return 0
sys.exit(run_until_signal(main()))
"""


def run_in_a_process(
    data_dir: Path | None, env: Mapping[str, str] | None = None
) -> tuple[subprocess.Popen[str], str, str, Path]:
    """Start a stack in a process of its own; return it, the broker's address, the database's and the data folder."""
    process = subprocess.Popen(
        [sys.executable, "-c", RUNS, str(data_dir or "")],
        cwd=REPOSITORY,
        env={**os.environ, **(env or {})},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    bootstrap, admin_url, folder = process.stdout.readline().split()
    return process, bootstrap, admin_url, Path(folder)


def wait_until_gone(family: list[psutil.Process]) -> None:
    """Wait until none of the processes runs."""
    _, left = psutil.wait_procs(family, timeout=GONE_TIMEOUT_S)
    assert not left


@pytest.mark.parametrize(
    ("number", "code", "broker"),
    [(signal.SIGKILL, -9, "java"), (signal.SIGTERM, 143, "tansu"), (signal.SIGINT, 130, "tansu")],
)
async def test_nothing_is_left_however_the_supervisor_is_stopped(
    number: signal.Signals, code: int, broker: str
) -> None:
    """The broker, PostgreSQL with its backends, the keeper and the temporary folder are gone within seconds."""
    process, _, _, folder = run_in_a_process(None, {"RISKPOOL_BROKER": broker})
    with process:
        family = psutil.Process(process.pid).children(recursive=True)
        names = {each.name() for each in family}
        assert {broker, "postgres"} <= names
        process.send_signal(number)
        wait_until_gone(family)
        assert process.wait(GONE_TIMEOUT_S) == code
        assert not folder.exists()


async def test_a_kept_folder_works_again_after_a_clean_stop_and_after_kill_9_of_everything(open_folder: Path) -> None:
    """Records, committed offsets and rows are there again; the keeper's own death doesn't spoil the folder."""
    data_dir = open_folder / "data"
    async with Stack(data_dir, say=print, services=(), topics=TOPICS) as stack:
        await produce(stack.kafka_bootstrap, 3)
        assert await consume(stack.kafka_bootstrap, 3, "readers") == 3
        async with admin_client(stack.kafka_bootstrap) as admin:
            cluster_id = (await admin.describe_cluster())["cluster_id"]

    process, bootstrap, admin_url, _ = run_in_a_process(data_dir)
    with process:
        await produce(bootstrap, 4)
        connection = await asyncpg.connect(admin_url)
        await connection.execute("CREATE TABLE kept (id int); INSERT INTO kept VALUES (1)")
        await connection.close()
        family = psutil.Process(process.pid).children(recursive=True)
        for each in (psutil.Process(process.pid), *family):
            # Some end by themselves meanwhile, such as a worker of the database's.
            with contextlib.suppress(psutil.NoSuchProcess):
                each.kill()
        wait_until_gone(family)

    async with Stack(data_dir, say=print, services=(), topics=TOPICS) as stack:
        assert stack.kafka_bootstrap == bootstrap, "a kept folder answers where it did before"
        assert await consume(stack.kafka_bootstrap, 4, "readers") == 4
        connection = await asyncpg.connect(stack.server.admin_url)
        assert await connection.fetchval("SELECT count(*) FROM kept") == 1
        await connection.close()
        async with admin_client(stack.kafka_bootstrap) as admin:
            assert (await admin.describe_cluster())["cluster_id"] == cluster_id


async def test_concurrent_first_runs_fetch_the_jars_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second run waits for the first one's download, and nothing unfinished stays in the cache."""
    monkeypatch.setenv("RISKPOOL_CACHE", str(tmp_path))
    said: list[str] = []
    first, second = await asyncio.gather(find_kafka_jars(said.append), find_kafka_jars(said.append))
    assert isinstance(first, KafkaJars)
    assert first == second
    assert sum("fetching Apache Kafka" in text and "once" in text for text in said) == 1
    assert sorted(each.name for each in (tmp_path / "kafka").iterdir()) == [first.version, "fetch.lock"]
    assert first.bootstrap_checkpoint.is_file()
    assert len(list(first.libs.glob("*.jar"))) > 40
