"""A cluster of several brokers, as production has it."""

import asyncio
import re
from collections.abc import Mapping
from pathlib import Path

from devstack.kafka import CHILD_NAME, kafka_spec, write_kafka_folder
from devstack.kafka_jars import find_kafka_jars, random_kafka_id
from devstack.ports import HOST, kept_ports
from devstack.supervisor import DevstackError, Supervisor

REPLICATION_FACTOR_MAX = 3


async def start_brokers(
    supervisor: Supervisor, data_dir: Path, number: int, properties: Mapping[int, Mapping[str, str]] | None = None
) -> str:
    """Start several brokers, called kafka-1, kafka-2 …; return all addresses.

    Every record has as many copies as there are brokers, up to three, and is acknowledged when a second one has it.
    `properties` overrides or adds broker properties, by the broker's number. Raises DevstackError where Apache Kafka
    can't be run.
    """
    jars = await find_kafka_jars(print)
    if isinstance(jars, str):
        raise DevstackError(f"{jars}; several brokers need Apache Kafka")
    names = [f"{CHILD_NAME}-{node}" for node in range(1, number + 1)]
    for name in names:
        (data_dir / name).mkdir(parents=True, exist_ok=True)
    ports = {name: kept_ports(data_dir / name / "ports.json", ("broker", "controller")) for name in names}
    voters = ",".join(f"{node}@{HOST}:{ports[name]['controller']}" for node, name in enumerate(names, start=1))
    copies = str(min(number, REPLICATION_FACTOR_MAX))
    together = {
        "controller.quorum.voters": voters,
        "default.replication.factor": copies,
        "offsets.topic.replication.factor": copies,
        "transaction.state.log.replication.factor": copies,
        "share.coordinator.state.topic.replication.factor": copies,
        "min.insync.replicas": "2",
        "unclean.leader.election.enable": "false",
    }
    cluster = random_kafka_id()
    async with asyncio.TaskGroup() as starting:
        for node, name in enumerate(names, start=1):
            its_own = {**together, "node.id": str(node), **(properties or {}).get(node, {})}
            settings = write_kafka_folder(jars, data_dir / name, ports[name], its_own)
            # Each folder was formatted as that of a broker alone.
            meta = data_dir / name / "log" / "meta.properties"
            meta.write_text(re.sub(r"(?m)^cluster\.id=.*$", f"cluster.id={cluster}", meta.read_text()))
            starting.create_task(supervisor.start(kafka_spec(jars, name, data_dir, settings, ports[name]["broker"])))
    return ",".join(f"{HOST}:{ports[name]['broker']}" for name in names)
