"""What must be refused: each bad notice gets its answer, the next good one goes through, and no account moves."""

import asyncio
import hashlib
import json
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest

from devstack.case import Play
from services.audit.domain.journey import NOT_VOUCHED_FOR
from services.audit.journey import journey
from shared.contracts.examples import PRINCIPAL_FEN
from shared.contracts.topics import LOSS_NOTICES
from shared.messaging.signatures import Signer, new_private_key
from simulator.parties import COOPERATING, LENDER
from simulator.party_messages import Message, Sender, receipt_of, write_message
from tests.e2e.conftest import PlayedCase

pytestmark = pytest.mark.asyncio

AUDIT_SECONDS_MAX = 30.0


async def balances(case: PlayedCase) -> list[tuple[Any, ...]]:
    connection = await asyncpg.connect(case.pool.stack.database_urls["treasury"])
    try:
        rows = await connection.fetch("SELECT kind, balance_fen, reserved_fen FROM accounts ORDER BY kind, account_id")
        return [tuple(row) for row in rows]
    finally:
        await connection.close()


async def quarantined(case: PlayedCase, sha256: str) -> str | None:
    connection = await asyncpg.connect(case.pool.stack.database_urls["claims"])
    try:
        found: str | None = await connection.fetchval("SELECT code FROM quarantine WHERE sha256 = $1", sha256)
        return found
    finally:
        await connection.close()


@pytest.mark.clause("14.1")
@pytest.mark.clause("10.1")
@pytest.mark.clause("10.2")
@pytest.mark.clause("4.1")
async def test_bad_notices_are_answered_and_move_nothing(played_case: PlayedCase) -> None:
    """Malformed, unsigned, wrongly signed, a stranger's, above the loan, repeated, and one id with another amount."""
    case, wire, cast = played_case, played_case.wire, played_case.pool.cast
    play = Play(wire, cast, lambda _: None, contract_number=f"LOAN-{uuid4()}")
    await play.file_and_approve()
    await wire.event("registry.project.approved.v1", project_id=str(play.project_id))
    before = await balances(case)
    lender = cast.system(LENDER)

    # A malformed one whose signature tells who sent it is answered; its amount is a fraction of a fen.
    message_id, good = write_message(lender, play.loss_notice())
    malformed = good.replace(b'"interest_fen":1,', b'"interest_fen":1.0,')
    assert malformed != good
    answer = await refused(case, malformed, lender.signer)
    assert answer["reasons"][0]["code"] == "malformed"
    assert answer["reasons"][0]["clause"]

    # An unsigned one and a wrongly signed one name nobody who could be answered: kept, without effect.
    unsigned_id, unsigned = write_message(lender, play.loss_notice())
    await wire.send_bytes(LOSS_NOTICES, unsigned, None)
    wrong_id, wrong = write_message(lender, play.loss_notice())
    await wire.send_bytes(LOSS_NOTICES, wrong, lender.signer.sign(wrong + b" "))

    # A stranger's key is registered nowhere; a registered institution that is neither lender nor guarantor is refused.
    stranger = Sender(cast.pool_id, "stranger", None, Signer(new_private_key()))
    _, strange = write_message(stranger, play.loss_notice())
    await wire.send_bytes(LOSS_NOTICES, strange, stranger.signer.sign(strange))
    outsider = await wire.ask(cast.administrator(COOPERATING), play.loss_notice())
    assert (outsider["outcome"], outsider["reasons"][0]["clause"]) == ("refused", "14.1")

    # One above the loan.
    above = await wire.ask(
        lender, play.loss_notice(principal_fen=PRINCIPAL_FEN + 1, interest_fen=0, total_fen=PRINCIPAL_FEN + 1)
    )
    assert (above["outcome"], above["reasons"][0]["clause"]) == ("refused", "10.1")

    # The next good one goes through.
    await wire.send_bytes(LOSS_NOTICES, good, lender.signer.sign(good))
    accepted = await wire.receipt(LENDER, message_id)
    assert accepted["outcome"] == "accepted"
    assert accepted["reasons"] == []

    # A repeated one gets the stored receipt again, as the same event.
    observed_before = len(wire.observed)
    await wire.send_bytes(LOSS_NOTICES, good, lender.signer.sign(good))
    assert await wire.receipt(LENDER, message_id, since=observed_before) == accepted
    is_its_receipt = receipt_of(LENDER, message_sha256=accepted["message_sha256"])
    assert len({observed.content["id"] for observed in filter(is_its_receipt, wire.observed)}) == 1

    # A known id with another amount is refused, and the first one stands.
    changed = json.loads(good)
    changed["data"]["claimed_fen"] -= 1
    other = json.dumps(changed).encode()
    answer = await refused(case, other, lender.signer)
    assert answer["reasons"][0]["code"] == "message_id_reused"

    # The two accounts did not move, and what was quarantined is kept byte for byte.
    assert await balances(case) == before
    for value, code in ((malformed, "malformed"), (unsigned, "signature_missing"), (wrong, "signature_wrong")):
        assert await quarantined(case, sha256_of(value)) == code
    unanswered = {unsigned_id, wrong_id}
    assert not unanswered & {observed.content.get("data", {}).get("message_id") for observed in wire.observed}

    codes = ["malformed", "message_id_reused", *(each["reasons"][0]["code"] for each in (outsider, above))]
    await journey_tells(case, play.project_id, ["accepted", *[NOT_VOUCHED_FOR] * 3, *(f"refused: {c}" for c in codes)])


async def journey_tells(case: PlayedCase, project_id: UUID, answers: list[str]) -> None:
    """Wait until the project's journey says this of its notices, in any order; audit observes them a moment later."""
    connection = await asyncpg.connect(case.pool.stack.database_urls["audit"])
    answers_shown: list[str] = []
    try:
        async with asyncio.timeout(AUDIT_SECONDS_MAX):
            while answers_shown != sorted(answers):
                steps = (await journey(connection, project_id)).steps
                answers_shown = sorted(str(step.answer) for step in steps if step.topic == LOSS_NOTICES)
                await asyncio.sleep(0.1)
    except TimeoutError:
        pytest.fail(f"the journey tells {answers_shown}, not {sorted(answers)}")
    finally:
        await connection.close()


async def refused(case: PlayedCase, value: bytes, signer: Signer) -> Message:
    """Send the bytes as they are and wait for the refusal of exactly these bytes."""
    await case.wire.send_bytes(LOSS_NOTICES, value, signer.sign(value))
    sha256 = sha256_of(value)
    observed = await case.wire.receive(
        lambda observed: observed.content.get("data", {}).get("message_sha256") == sha256, "the refusal"
    )
    data: Message = observed.content["data"]
    assert data["outcome"] == "refused"
    return data


def sha256_of(value: bytes) -> str:
    return hashlib.sha256(value).hexdigest()
