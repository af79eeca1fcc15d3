"""One case through the whole system: signed messages in, money moved, everything recorded."""

import asyncio
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from services.audit.check import check
from shared.contracts.examples import CONTRIBUTION_FEN, FISCAL_PART_FEN, LOSS_FEN, SHARE_FEN
from simulator.parties import LENDER
from tests.e2e.conftest import PlayedCase

pytestmark = pytest.mark.asyncio

SPANS_WAIT_SECONDS = 30.0
POLL_SECONDS = 0.1
SERVICES = ("registry", "claims", "treasury", "audit")
DECIDING = SERVICES[:3]


def balance(fen: int, reserved_fen: int = 0) -> dict[str, int]:
    return {"balance_fen": fen, "reserved_fen": reserved_fen}


@pytest.mark.clause("10.3")
@pytest.mark.clause("10.5")
async def test_the_payout_comes_from_the_social_capital_account(played_case: PlayedCase) -> None:
    """A loss of 1,000,000.01 yuan pays 200,000.00, all from the social capital account; 100,000.00 is then due."""
    outcome = played_case.outcome
    assert LOSS_FEN == 100_000_001
    assert outcome.balances_before == {"fiscal": balance(CONTRIBUTION_FEN), "social_capital": balance(CONTRIBUTION_FEN)}
    assert outcome.balances_after_payout == {
        "fiscal": balance(CONTRIBUTION_FEN),
        "social_capital": balance(CONTRIBUTION_FEN - SHARE_FEN),
    }
    assert outcome.due_from_fiscal_after_payout_fen == FISCAL_PART_FEN


@pytest.mark.clause("15.2")
async def test_the_reimbursement_comes_from_the_fiscal_account(played_case: PlayedCase) -> None:
    """After the collective decision the fiscal account pays its half to the social capital account."""
    outcome = played_case.outcome
    assert outcome.balances_after == {
        "fiscal": balance(CONTRIBUTION_FEN - FISCAL_PART_FEN),
        "social_capital": balance(CONTRIBUTION_FEN - SHARE_FEN + FISCAL_PART_FEN),
    }
    assert outcome.due_from_fiscal_fen == 0


@pytest.mark.clause("19.2")
async def test_everything_is_recorded(played_case: PlayedCase) -> None:
    """The record is what the broker holds, byte for byte, under one root, gapless, each message answered."""
    stack = played_case.pool.stack
    report = await check(stack.database_urls["audit"], stack.kafka_bootstrap, patience_seconds=15)
    assert report.holds, report


async def test_a_case_can_be_followed_by_trace_and_by_id(played_case: PlayedCase) -> None:
    """Each stage's spans hang together through all services, and each stage is linked to the one before it."""
    case = str(played_case.outcome.project_id)
    spans = await spans_of(played_case)
    of_case = [span for span in spans if span["attributes"].get("claim_id") == case]
    by_type = {span["attributes"]["message_type"]: span for span in of_case if "message_type" in span["attributes"]}
    by_id = {span["context"]["span_id"]: span for span in spans}

    # Through the services: the release is one trace from the officer's command to the treasury and back.
    release = by_type["claims.payout.release.v1"]
    released = by_type["claims.payout.released.v1"]
    settled = [span for span in of_case if span["attributes"].get("message_type") == "treasury.payment.settled.v1"]
    confirmed = by_type["treasury.payment.confirm.v1"]
    assert service_of(release) == "claims"
    assert service_of(released) == "treasury"
    assert released["parent_id"] == release["context"]["span_id"]
    assert trace_of(confirmed) != trace_of(by_type["claims.plan.confirm.v1"])
    assert {service_of(span) for span in settled} == {"claims"}
    assert all(span["parent_id"] in by_id for span in settled), "the settlement's parent is the bank's confirmation"

    # Between the stages: people take days, so each is a trace of its own, linked to the stage before.
    for stage in STAGES_LINKED:
        span = by_type[stage]
        links = [link for link in span["links"] if link["attributes"].get("riskpool.link") == "stage_before"]
        assert links, f"{stage} is linked to no stage before it"
        before = by_id[links[0]["context"]["span_id"]]
        assert before["attributes"]["claim_id"] == case
        assert before["start_time"] <= span["start_time"]

    # Ids, and nothing about people.
    for span in of_case:
        assert span["attributes"]["pool_id"] == str(played_case.pool.cast.pool_id)
    assert "示例" not in json.dumps(spans, ensure_ascii=False)


async def test_a_case_can_be_followed_through_the_logs(played_case: PlayedCase) -> None:
    """Every service's log says by claim what became of each message, under the trace whose spans tell the rest."""
    stack = played_case.pool.stack
    case = str(played_case.outcome.project_id)
    of_case = await spans_of(played_case)
    lines = {service: lines_of(stack.log_files[service], case) for service in SERVICES}
    spans = {
        (span["context"]["trace_id"].removeprefix("0x"), span["context"]["span_id"].removeprefix("0x"))
        for span in of_case
        if span["attributes"].get("claim_id") == case
    }
    decided = [line for service in SERVICES for line in lines[service] if line["event"] == "message"]
    assert {(line["trace_id"], line["span_id"]) for line in decided} == spans
    assert {line["service"] for line in decided} == {"registry", "claims", "treasury"}
    assert all(line["pool_id"] == str(played_case.pool.cast.pool_id) for line in decided)

    # What one service publishes under a trace is decided by the next, and recorded by audit, under the same one.
    published = {
        line["message_id"]: line for service in SERVICES for line in lines[service] if line["event"] == "published"
    }
    recorded = {line["message_id"]: line for line in lines["audit"]}
    assert published.keys() <= recorded.keys()
    for message_id, line in published.items():
        assert recorded[message_id]["trace_id"] == line["trace_id"]
    observed = [line for line in decided if line["message_id"] in published]
    assert observed
    assert all(line["trace_id"] == published[line["message_id"]]["trace_id"] for line in observed)
    notice = next(line for line in decided if line["type"] == "claims.loss.notify.v1")
    assert (notice["outcome"], notice["sender"]) == ("accepted", LENDER)
    assert notice["case_number"]
    assert recorded[notice["message_id"]]["offset"] == notice["offset"]
    stages = {line["type"] for line in decided if "stage_seconds" in line}
    assert stages >= set(STAGES_LINKED)
    assert "示例" not in json.dumps(lines, ensure_ascii=False)


async def spans_of(played_case: PlayedCase) -> list[dict[str, Any]]:
    """The deciding services' spans, once every decided message of the case has its own and audit has observed all."""
    stack, case = played_case.pool.stack, str(played_case.outcome.project_id)
    async with asyncio.timeout(SPANS_WAIT_SECONDS):
        while True:
            lines = [line for service in DECIDING for line in lines_of(stack.log_files[service], case)]
            recorded = {line["message_id"] for line in lines_of(stack.log_files["audit"], case)}
            files = [stack.data_dir / "services" / service / "spans.jsonl" for service in DECIDING]
            spans = [json.loads(line) for file in files for line in whole_lines(file)]
            ids = {span["context"]["span_id"].removeprefix("0x") for span in spans}
            if {line["span_id"] for line in lines if line["event"] == "message"} <= ids and {
                line["message_id"] for line in lines if line["event"] == "published"
            } <= recorded:
                return spans
            await asyncio.sleep(POLL_SECONDS)


def whole_lines(file: Path) -> list[str]:
    """The lines of a file that is still written; the last one may be half a line yet."""
    return file.read_text(encoding="utf-8").rpartition("\n")[0].splitlines()


def lines_of(log: Path, case: str) -> list[dict[str, Any]]:
    """What the log says of the case, as grep finds it."""
    found = [json.loads(line) for line in whole_lines(log) if case in line]
    return [line for line in found if line.get("claim_id") == case]


STAGES_LINKED = (
    "claims.review.record.v1",
    "claims.verification.record.v1",
    "claims.plan.draw_up.v1",
    "claims.plan.confirm.v1",
    "claims.payout.release.v1",
    "claims.reimbursement.apply.v1",
    "claims.ballot.open.v1",
    "claims.ballot.close.v1",
)


def service_of(span: Mapping[str, Any]) -> str:
    return str(span["resource"]["attributes"]["service.name"])


def trace_of(span: Mapping[str, Any]) -> str:
    return str(span["context"]["trace_id"])


@pytest.mark.clause("10.3")
async def test_the_cap_stands_in_the_database_too(played_case: PlayedCase) -> None:
    """The share that was paid could not have been stored above the cap, whatever the code had said."""
    connection = await asyncpg.connect(played_case.pool.stack.database_urls["claims"])
    try:
        with pytest.raises(asyncpg.CheckViolationError):
            await connection.execute("UPDATE compensations SET pool_share_fen = pool_share_fen + 100000")
    finally:
        await connection.close()


async def test_every_receipt_is_on_its_senders_own_topic(played_case: PlayedCase) -> None:
    """The lender reads its answer on outcomes.<lender>, and nobody else's."""
    answers = [observed.content for observed in played_case.wire.observed if observed.topic == f"outcomes.{LENDER}"]
    assert any(answer["data"].get("message_type_received") == "claims.loss.notify.v1" for answer in answers)
    assert {answer["type"].rsplit(".", 2)[1] for answer in answers} == {"issued"}
