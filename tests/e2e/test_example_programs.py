"""The programs that a bank's integrator copies, run against the pool as the README says."""

import asyncio
import json
from pathlib import Path
from uuid import uuid4

import pytest

from devstack.case import Play
from shared.contracts.claims import RecordReview
from shared.messaging.signatures import read_private_key
from simulator.parties import COOPERATING, LENDER, SYSTEM
from tests.contract.example_programs import LANGUAGES, program, run, write_key
from tests.e2e.conftest import PlayedCase

pytestmark = pytest.mark.asyncio

OBSERVED_SECONDS_MAX = 30.0


@pytest.mark.parametrize("language", LANGUAGES)
async def test_an_example_notifies_a_loss(played_case: PlayedCase, tmp_path: Path, language: str) -> None:
    """It sends its notice, waits for the receipt, and the notice is accepted; nothing is left in the folder."""
    pool, cast = played_case.pool, played_case.pool.cast
    contract = f"LOAN-{uuid4()}"
    play = Play(played_case.wire, cast, lambda _: None, contract_number=contract)
    await play.file_and_approve()
    await _until_claims_has_observed_the_approval(played_case, play)
    write_key(read_private_key(pool.keys.file(LENDER, SYSTEM)), tmp_path)
    before = sorted(tmp_path.iterdir())
    options = ["--bootstrap", pool.stack.kafka_bootstrap, "--pool", str(cast.pool_id)]
    options += ["--lender", LENDER, "--contract", contract]
    found = await asyncio.to_thread(run, await program(language), tmp_path, *options)
    assert found.returncode == 0, found.stdout.decode() + found.stderr.decode()
    said = json.loads(found.stdout)
    receipt = said.get("data", said)
    assert receipt["outcome"] == "accepted", receipt
    assert receipt["project_id"] == str(play.project_id)
    assert sorted(tmp_path.iterdir()) == before
    accepted = await played_case.wire.event("claims.notice.accepted.v1", project_id=str(play.project_id))
    assert accepted["data"]["project_id"] == str(play.project_id)


async def _until_claims_has_observed_the_approval(played_case: PlayedCase, play: Play) -> None:
    """A notice that comes before that is held; a review is refused, and the refusal tells what claims knows."""
    reviewer = played_case.pool.cast.officer(COOPERATING, "reviewer")
    probe = play.usual(RecordReview, {"notice_sha256": "0" * 64})
    async with asyncio.timeout(OBSERVED_SECONDS_MAX):
        while True:
            receipt = await played_case.wire.ask(reviewer, probe)
            if "approval_missing" not in {reason["code"] for reason in receipt["reasons"]}:
                break
    assert [reason["code"] for reason in receipt["reasons"]] == ["notice_missing"]
