"""Article 4: who signed what a payment rests on, judged at the time of its intake."""

from services.treasury.domain.pool import Pool
from services.treasury.domain.signer_labels import signer, signer_zh
from shared.contracts.envelope import Command
from shared.contracts.received import Received
from shared.contracts.refusals import Refusal, refusal
from shared.contracts.registry.words import Duty


def refuse_unless_signer_has_duty(
    pool: Pool, original: Received[Command], institution: str, duty: Duty, clause: str
) -> Refusal | None:
    """Article 4.1. An officer of ``institution`` signed, whose duty it was when the message was taken in.

    ``clause`` is the one that gives the matter to that institution.
    """
    acting = original.acting
    assert acting is not None, "an original comes from outside"
    if acting.institution == institution and pool.has_duty(institution, acting.officer, duty, original.received_at):
        return None
    what, whose = original.data.message_type, pool.name_of(institution)
    return refusal(
        "signer_without_duty",
        clause,
        f"{what} was signed by {signer(pool, acting)}; have an officer of {whose} with the duty {duty.english} sign it",
        f"{what}由{signer_zh(pool, acting)}签署；请由{whose}具有“{duty.chinese}”职责的人员签署",
    )
