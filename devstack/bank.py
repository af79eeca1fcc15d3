"""A small stand-in for the supervising bank: it answers the treasury's signed instructions, through Kafka.

``python -m devstack.bank`` runs it as a process of its own. What it answers is the simulator's bank's answer.
"""

import asyncio
import os
import signal
from collections.abc import Collection
from pathlib import Path
from uuid import UUID

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.structs import ConsumerRecord

from devstack.key_folder import KeyFolder
from shared.contracts.envelope import SIGNATURE_HEADER
from shared.contracts.topics import TREASURY_COMMANDS, outcomes_topic
from shared.messaging.business_time import BUSINESS_TIME_HEADER
from shared.messaging.cluster import stop_consumer
from shared.messaging.message import Record
from shared.messaging.signatures import SignatureInvalid
from shared.messaging.telemetry import TRACEPARENT, configure_logging, logger
from simulator.bank import answer
from simulator.parties import SUPERVISING_BANK, SYSTEM, Cast

POLL_MS = 500
# Pools, by their ids, in which the stand-in stays silent: a scenario gives the bank's answers itself.
BY_HAND_SETTING = "RISKPOOL_BANK_BY_HAND"


async def run(
    bootstrap: str, cast: Cast, ready_file: Path | None, *, idempotent: bool, by_hand: Collection[UUID] = ()
) -> None:
    """Answer instructions until SIGTERM."""
    stopping = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    signer = cast.signer(SUPERVISING_BANK, SYSTEM)
    treasury_public_key = cast.signer("treasury", SYSTEM).public_key
    consumer = AIOKafkaConsumer(
        outcomes_topic(SUPERVISING_BANK),
        bootstrap_servers=bootstrap,
        group_id="supervising-bank",
        enable_auto_commit=False,
        auto_offset_reset="earliest",
    )
    producer = AIOKafkaProducer(bootstrap_servers=bootstrap, acks="all", enable_idempotence=idempotent)
    await producer.start()
    await consumer.start()
    if ready_file is not None:
        ready_file.write_text("ready\n", encoding="utf-8")
    try:
        while not stopping.is_set():
            for records in (await consumer.getmany(timeout_ms=POLL_MS)).values():
                for record in records:
                    try:
                        said = answer(_record(record), treasury_public_key, signer, by_hand)
                    except SignatureInvalid:
                        logger().error(
                            "an instruction that the treasury has not signed is not carried out", offset=record.offset
                        )
                        continue
                    if said is None:
                        continue
                    # The bank hands the trace context on, so that the payment can be followed through it.
                    headers = [(name, given) for name, given in record.headers if name == TRACEPARENT]
                    headers.append((SIGNATURE_HEADER, signer.sign(said.value).encode()))
                    # Heeded only by services that take business time from the messages.
                    headers.append((BUSINESS_TIME_HEADER, said.at.isoformat().encode()))
                    await producer.send_and_wait(TREASURY_COMMANDS, said.value, headers=headers)
                await consumer.commit()
    finally:
        await stop_consumer(consumer)
        await producer.stop()


def _record(record: "ConsumerRecord[bytes, bytes]") -> Record:
    headers = tuple(record.headers)
    return Record(record.topic, record.partition, record.offset, record.key, record.value, headers, record.timestamp)


def main() -> None:
    """Read the settings from the environment and run."""
    configure_logging("supervising-bank")
    ready = os.environ.get("RISKPOOL_READY_FILE")
    asyncio.run(
        run(
            os.environ["RISKPOOL_KAFKA_BOOTSTRAP"],
            KeyFolder(Path(os.environ["RISKPOOL_KEYS_DIR"])).cast,
            Path(ready) if ready else None,
            idempotent=os.environ.get("RISKPOOL_KAFKA_IDEMPOTENT", "true") == "true",
            by_hand=[UUID(pool) for pool in os.environ.get(BY_HAND_SETTING, "").split()],
        )
    )


if __name__ == "__main__":
    main()
