"""A small stand-in for the supervising bank: it answers the treasury's signed instructions, through Kafka.

``python -m devstack.bank`` runs it as a process of its own. It checks what a bank would check before it pays: that the
treasury signed the instruction, and that the instruction is whole. It keeps no books; the treasury does.
"""

import asyncio
import os
import signal
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.structs import ConsumerRecord

from shared.contracts.catalogue import EVENT_MESSAGES
from shared.contracts.envelope import SIGNATURE_HEADER
from shared.contracts.topics import TREASURY_COMMANDS, outcomes_topic
from shared.contracts.treasury import ConfirmPayment, PaymentInstruction
from shared.decisions.days import BEIJING
from shared.messaging.business_time import BUSINESS_TIME_HEADER
from shared.messaging.signatures import SignatureInvalid, Signer, verify
from shared.messaging.telemetry import TRACEPARENT, configure_logging, logger
from simulator.parties import SUPERVISING_BANK, SYSTEM, Cast
from simulator.party_messages import Sender, write_message

POLL_MS = 500
# Pools, by their ids, in which the stand-in stays silent: a scenario gives the bank's answers itself.
BY_HAND_SETTING = "RISKPOOL_BANK_BY_HAND"


@dataclass(frozen=True)
class Confirmation:
    """The bank's answer to an instruction; ``at`` is the instruction's time."""

    value: bytes
    at: datetime


def answer(
    record: "ConsumerRecord[bytes, bytes]", treasury_public_key: str, signer: Signer, by_hand: Collection[UUID] = ()
) -> Confirmation | None:
    """The confirmation to a record, if it is an instruction that the treasury has signed.

    It follows from the instruction alone: answering twice after a restart is a repeat and no second payment. In the
    pools ``by_hand`` somebody else answers for the bank.
    """
    if f'"{PaymentInstruction.message_type}"'.encode() not in record.value:
        return None
    signatures = [value for name, value in record.headers if name == SIGNATURE_HEADER]
    try:
        (signature,) = signatures
        verify(record.value, signature.decode(), treasury_public_key)
    except (SignatureInvalid, ValueError):
        logger().error("an instruction that the treasury has not signed is not carried out", offset=record.offset)
        return None
    message = EVENT_MESSAGES[PaymentInstruction.message_type].model_validate_json(record.value)
    assert message.poolid is not None, "an instruction belongs to a pool"
    if message.poolid in by_hand:
        return None
    instruction: PaymentInstruction = message.data  # type: ignore[attr-defined]  # every model of the catalogue has data
    today = message.time.astimezone(BEIJING).date()
    confirmation = ConfirmPayment(
        instruction_id=instruction.instruction_id,
        amount_fen=instruction.amount_fen,
        bank_reference=f"CB{instruction.instruction_id.hex[:16].upper()}",
        value_on=today,
        booked_on=today,
        maker="payments-maker",
        checker="payments-checker",
    )
    bank = Sender(message.poolid, SUPERVISING_BANK, None, signer)
    value = write_message(bank, confirmation, f"confirm-{instruction.instruction_id}", at=message.time)[1]
    return Confirmation(value, message.time)


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
                    said = answer(record, treasury_public_key, signer, by_hand)
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
        await consumer.stop()
        await producer.stop()


def main() -> None:
    """Read the settings from the environment and run."""
    configure_logging("supervising-bank")
    ready = os.environ.get("RISKPOOL_READY_FILE")
    asyncio.run(
        run(
            os.environ["RISKPOOL_KAFKA_BOOTSTRAP"],
            Cast(Path(os.environ["RISKPOOL_KEYS_DIR"])),
            Path(ready) if ready else None,
            idempotent=os.environ.get("RISKPOOL_KAFKA_IDEMPOTENT", "true") == "true",
            by_hand=[UUID(pool) for pool in os.environ.get(BY_HAND_SETTING, "").split()],
        )
    )


if __name__ == "__main__":
    main()
