"""A small stand-in for the supervising bank: what it answers to the treasury's signed instructions.

It checks what a bank would check before it pays: that the treasury signed the instruction, and that the instruction is
whole. It keeps no books; the treasury does.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from shared.contracts.catalogue import EVENT_MESSAGES
from shared.contracts.envelope import SIGNATURE_HEADER
from shared.contracts.treasury import ConfirmPayment, PaymentInstruction
from shared.decisions.days import beijing_day
from shared.messaging.message import Record
from shared.messaging.signatures import SignatureInvalid, Signer, verify
from simulator.parties import SUPERVISING_BANK
from simulator.party_messages import Sender, write_message


@dataclass(frozen=True)
class Confirmation:
    """The bank's answer to an instruction; ``at`` is the instruction's time."""

    value: bytes
    at: datetime


def answer(
    record: Record, treasury_public_key: str, signer: Signer, by_hand: Collection[UUID] = ()
) -> Confirmation | None:
    """The confirmation to a record, if it is an instruction.

    It follows from the instruction alone: answering twice after a restart is a repeat and no second payment. In the
    pools ``by_hand`` somebody else answers for the bank. Raises SignatureInvalid for an instruction that the treasury
    has not signed.
    """
    value = record.value or b""
    if f'"{PaymentInstruction.message_type}"'.encode() not in value:
        return None
    signatures = record.header_values(SIGNATURE_HEADER)
    if len(signatures) != 1 or signatures[0] is None:
        raise SignatureInvalid("an instruction has exactly one signature")
    verify(value, signatures[0].decode(errors="replace"), treasury_public_key)
    message = EVENT_MESSAGES[PaymentInstruction.message_type].model_validate_json(value)
    assert message.poolid is not None, "an instruction belongs to a pool"
    if message.poolid in by_hand:
        return None
    instruction: PaymentInstruction = message.data  # type: ignore[attr-defined]  # every model of the catalogue has data
    today = beijing_day(message.time)
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
    said = write_message(bank, confirmation, f"confirm-{instruction.instruction_id}", at=message.time)[1]
    return Confirmation(said, message.time)
