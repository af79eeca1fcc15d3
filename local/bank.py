"""A small stand-in for the supervising bank: it answers the treasury's signed instructions, through Kafka.

``python -m local.bank`` runs it as a process of its own. It checks what a bank would check before it pays: that the
treasury signed the instruction, and that the instruction is whole. It keeps no books; the treasury does.
"""

import asyncio
import os
import signal
from pathlib import Path
from zoneinfo import ZoneInfo

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.structs import ConsumerRecord

from local.cast import SUPERVISING_BANK, Cast
from local.wire import Sender, write_message
from shared.contracts.catalogue import EVENT_MESSAGES
from shared.contracts.envelope import SIGNATURE_HEADER
from shared.contracts.topics import TREASURY_COMMANDS, outcomes_topic
from shared.contracts.treasury import ConfirmPayment, PaymentInstruction
from shared.messaging.signatures import SignatureInvalid, verify
from shared.messaging.telemetry import TRACEPARENT, configure_logging, logger

BEIJING = ZoneInfo("Asia/Shanghai")
POLL_MS = 500


def answer(record: "ConsumerRecord[bytes, bytes]", treasury_public_key: str, bank: Sender) -> bytes | None:
    """The bytes of the confirmation to a record, if it is an instruction that the treasury has signed.

    They follow from the instruction alone: answering twice after a restart is a repeat and no second payment.
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
    return write_message(bank, confirmation, f"confirm-{instruction.instruction_id}", at=message.time)[1]


async def run(bootstrap: str, cast: Cast, ready_file: Path | None, *, idempotent: bool) -> None:
    """Answer instructions until SIGTERM."""
    stopping = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    bank = cast.system(SUPERVISING_BANK)
    treasury_public_key = cast.signer("treasury", "system").public_key
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
                    value = answer(record, treasury_public_key, bank)
                    if value is None:
                        continue
                    # The bank hands the trace context on, so that the payment can be followed through it.
                    headers = [(name, given) for name, given in record.headers if name == TRACEPARENT]
                    headers.append((SIGNATURE_HEADER, bank.signer.sign(value).encode()))
                    await producer.send_and_wait(TREASURY_COMMANDS, value, headers=headers)
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
        )
    )


if __name__ == "__main__":
    main()
