"""Creates the topics, the one explicit step that does: their partition counts are fixed for life."""

import asyncio
import sys
import time
from collections.abc import Iterable, Mapping
from typing import Annotated, Any

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import KafkaError, for_code
from cyclopts import App, Parameter

from devstack.command_line import run_command
from devstack.exit_status import OK
from devstack.id_form import ID_FORM, is_id
from devstack.kafka import admin_client
from devstack.supervisor import DevstackError, Say, UsageError
from shared.contracts.topics import OUTCOMES_PARTITIONS, TOPICS, outcomes_topic

CREATE_TIMEOUT_MS = 30_000
VISIBLE_TIMEOUT_S = 30.0
VISIBLE_POLL_S = 0.03
NO_ERROR = 0
TOPIC_ALREADY_EXISTS = 36

# What is said on a topic is kept for ever.
TOPIC_CONFIG: Mapping[str, str] = {
    "retention.ms": "-1",
    "retention.bytes": "-1",
    # The broker unpacks what an outsider compresses, and so holds it to its limit of a message's size.
    "compression.type": "uncompressed",
}

# Copies of each record, how many have it before it is acknowledged, and no copy that is behind becomes the first.
COPIES = 3
COPIES_CONFIG: Mapping[str, str] = {"min.insync.replicas": "2", "unclean.leader.election.enable": "false"}


def pool_topics(institutions: Iterable[str] = ()) -> list[tuple[str, int]]:
    """Return name and partition count of every topic of the pool, with an answer topic for each institution."""
    topics = [(topic.name, topic.partitions) for topic in TOPICS]
    return topics + [(outcomes_topic(institution), OUTCOMES_PARTITIONS) for institution in institutions]


async def create_topics(
    bootstrap: str,
    topics: Iterable[tuple[str, int]],
    replication_factor: int | None = None,
    config: Mapping[str, str] = TOPIC_CONFIG,
) -> list[str]:
    """Create what is missing of the (name, partitions), wait until each partition has a leader, return the new names.

    Without a replication factor it is 3, or the number of brokers if there are fewer; with three copies or more each
    record is acknowledged when a second one has it. An existing topic stays as it is; one with another partition count
    raises DevstackError: if it were changed, a key's records would change their partition, and so lose their order.
    """
    wanted = dict(topics)
    async with admin_client(bootstrap) as admin:
        brokers = len((await admin.describe_cluster())["brokers"])
        factor = min(COPIES, brokers) if replication_factor is None else replication_factor
        settings = {**config, **(COPIES_CONFIG if factor >= COPIES else {})}
        # All topics are described, never a wanted one by name: Tansu creates what is asked for, with a count of its
        # own.
        existing = await _described(admin)
        missing = {name: partitions for name, partitions in wanted.items() if name not in existing}
        if missing:
            new = [NewTopic(name, partitions, factor, topic_configs=settings) for name, partitions in missing.items()]
            _raise_refusals(await admin.create_topics(new, timeout_ms=CREATE_TIMEOUT_MS))
        await _wait_visible(admin, wanted)
    return list(missing)


def _raise_refusals(response: Any) -> None:
    """Raise for topics that weren't created, but not for those that another run created meanwhile."""
    refusals = [
        f"{name}: {message or for_code(code).__name__}"
        for name, code, message in response.topic_errors
        if code not in (NO_ERROR, TOPIC_ALREADY_EXISTS)
    ]
    if refusals:
        raise DevstackError(
            f"the broker refused to create topics, mend what it says and try again: {'; '.join(refusals)}"
        )


async def _described(admin: AIOKafkaAdminClient) -> dict[str, list[Mapping[str, Any]]]:
    """Return the partitions of every topic there is."""
    return {topic["topic"]: topic["partitions"] for topic in await admin.describe_topics()}


async def _wait_visible(admin: AIOKafkaAdminClient, wanted: Mapping[str, int]) -> None:
    """Wait until each topic is in the metadata with a leader for each partition, and its count is the wanted one."""
    deadline = time.monotonic() + VISIBLE_TIMEOUT_S
    while True:
        existing = await _described(admin)
        others = {
            name: len(existing[name])
            for name, count in wanted.items()
            if name in existing and len(existing[name]) != count
        }
        if others:
            lines = [f"{name}: has {count} partitions, {wanted[name]} are wanted" for name, count in others.items()]
            raise DevstackError(
                "topics exist with another partition count, which is fixed for life; use a fresh broker:\n  "
                + "\n  ".join(lines)
            )
        waiting = [
            name
            for name in wanted
            if name not in existing
            or any(part["error_code"] != NO_ERROR or part["leader"] < 0 for part in existing[name])
        ]
        if not waiting:
            return
        if time.monotonic() > deadline:
            raise DevstackError(
                f"no leader after {VISIBLE_TIMEOUT_S:.0f} s for {', '.join(waiting)}; look at the broker's log"
            )
        await asyncio.sleep(VISIBLE_POLL_S)


async def warm_group_coordinator(bootstrap: str, say: Say) -> None:
    """Ask for a group's coordinator until there is one, so that no service has to wait for it at its start.

    A cold broker creates the offsets topic at the first such request, and answers with an error until it is done.
    """
    deadline = time.monotonic() + VISIBLE_TIMEOUT_S
    async with admin_client(bootstrap) as admin:
        while time.monotonic() < deadline:
            try:
                await admin.find_coordinator("riskpool-warm-up")
            except KafkaError:
                await asyncio.sleep(VISIBLE_POLL_S)
            else:
                return
    say(f"the broker has no group coordinator after {VISIBLE_TIMEOUT_S:.0f} s; the services will wait for it")


app = App()


@app.default
def main(
    *,
    bootstrap: Annotated[str, Parameter(env_var=["RISKPOOL_KAFKA_BOOTSTRAP", "KAFKA_BOOTSTRAP_SERVERS"])],
    institution: tuple[str, ...] = (),
    replication_factor: int | None = None,
) -> int:
    """Create the topics that are missing and wait until they can be written to; running it again changes nothing.

    The exit status is 1 if no broker answers, if it refuses a topic, or if a topic is there with another number of
    partitions, which is left as it is; 2 if an institution's id is none.

    Args:
        bootstrap: Address of a broker, host:port.
        institution: Id of an institution that gets an answer topic; can be given again.
        replication_factor: Copies of each record; 3 without it, or the number of brokers if there are fewer.

    """
    for each in institution:
        if not is_id(each):
            raise UsageError(f"--institution {each!r} is no id; {ID_FORM}")
    try:
        created = asyncio.run(create_topics(bootstrap, pool_topics(institution), replication_factor))
    except (KafkaError, OSError, TimeoutError) as error:
        raise DevstackError(
            f"no broker answers at {bootstrap} ({type(error).__name__}); is it running, and is that its host:port?"
        ) from None
    sys.stdout.write(f"created: {', '.join(created)}\n" if created else "all topics are there\n")
    return OK


if __name__ == "__main__":
    run_command(app, "python -m devstack.topics")
