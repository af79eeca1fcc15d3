"""The command line on a running pool: what people type, what they read, and what a script gets as the exit status."""

import asyncio
import json
import os
import shutil
import sys
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import asyncpg
import pytest
import pytest_asyncio

from devstack.addresses import forget_addresses, write_addresses
from devstack.case import Play
from devstack.console import plain_console
from devstack.up import addresses_of, print_addresses
from shared.contracts.envelope import Command
from shared.contracts.examples import PRINCIPAL_FEN
from shared.messaging.signatures import Signer, read_private_key
from simulator.parties import GUARANTOR, LENDER, MANAGING
from tests.e2e.conftest import PlayedCase

pytestmark = pytest.mark.asyncio

COMMAND_SECONDS_MAX = 60.0
# Most of a command's time is its start; those that a test runs side by side share the processors.
AT_ONCE = asyncio.Semaphore(os.cpu_count() or 1)
NOTICE = "claims.loss.notify.v1"


@dataclass(frozen=True)
class Ran:
    """What a command wrote, and its exit status."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


async def riskpool(*arguments: object) -> Ran:
    """Run the command line as a process of its own; a traceback fails the test."""
    async with AT_ONCE:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "riskpool", *map(str, arguments)),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        async with asyncio.timeout(COMMAND_SECONDS_MAX):
            out, err = await process.communicate()
    assert process.returncode is not None
    ran = Ran(process.returncode, out.decode(), err.decode())
    assert "Traceback" not in ran.out + ran.err, ran
    return ran


@pytest_asyncio.fixture(scope="module")
async def data(played_case: PlayedCase, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder as `riskpool up` leaves it: addresses, and keys that a test may change."""
    folder = tmp_path_factory.mktemp("data")
    addresses = addresses_of(played_case.pool)
    shutil.copytree(addresses.keys, folder / "keys")
    write_addresses(folder, type(addresses)(**{**vars(addresses), "keys": str(folder / "keys")}))
    return folder


@pytest_asyncio.fixture
async def play(played_case: PlayedCase) -> Play:
    """A fresh approved project."""
    play = Play(played_case.wire, played_case.pool.cast, lambda _: None, contract_number=f"LOAN-{uuid4()}")
    await play.file_and_approve()
    await played_case.wire.event("registry.project.approved.v1", project_id=str(play.project_id))
    return play


def as_said(command: Command) -> dict[str, Any]:
    return {"type": command.message_type, "data": command.model_dump(mode="json", exclude_none=True)}


def outcomes(ran: Ran) -> list[str]:
    return [each["outcome"] for each in ran.json]


@pytest.mark.clause("14.1")
async def test_a_published_notice_is_answered_and_its_journey_told(data: Path, play: Play, tmp_path: Path) -> None:
    """From a file with type and data to the receipt, and from any name of the case to its journey."""
    file, kept = tmp_path / "notice.json", tmp_path / "kept.json"
    file.write_text(json.dumps(as_said(play.loss_notice()), indent=2))
    ran = await riskpool("publish", file, "--as", LENDER, "--data", data, "--json", "--save", kept)
    assert (ran.status, outcomes(ran)) == (0, ["accepted"]), ran
    (published,) = ran.json
    receipt = published["receipt"]
    assert receipt["project_id"] == str(play.project_id)

    again = await riskpool("publish", kept, "--as", LENDER, "--data", data, "--json")
    assert (again.status, again.json[0]["receipt"]) == (0, receipt), "what was kept is a repeat, byte for byte"

    names = (play.project_id, receipt["case_number"], published["message_id"])
    by_contract = ("project", play.contract_number, "--pool", play.cast.pool_id, "--lender", LENDER)
    *journeys, text, by_id, by_number, table = await asyncio.gather(
        *(riskpool("journey", name, "--data", data, "--json") for name in names),
        riskpool("journey", play.project_id, "--data", data),
        riskpool("project", play.project_id, "--data", data, "--json"),
        riskpool(*by_contract, "--data", data, "--json"),
        riskpool("publish", kept, "--as", LENDER, "--data", data),
    )
    for journey in journeys:
        assert journey.status == 0, journey
        assert journey.json["project_id"] == str(play.project_id)
        assert {step["type"] for step in journey.json["steps"]} >= {NOTICE, "registry.project.approved.v1"}
    assert receipt["case_number"] in text.out
    for standing in (by_id, by_number):
        assert (standing.status, standing.json["stage"]) == (0, "approved"), standing
    assert "accepted" in table.out
    assert receipt["case_number"] in table.out


async def test_lines_are_sent_in_order_and_every_outcome_told(data: Path, play: Play, tmp_path: Path) -> None:
    """One above the loan is refused, the good one is accepted, the same again is a duplicate: status 3."""
    above = play.loss_notice(principal_fen=PRINCIPAL_FEN + 1, interest_fen=0, total_fen=PRINCIPAL_FEN + 1)
    file = tmp_path / "notices.jsonl"
    file.write_text("\n".join(json.dumps(as_said(each)) for each in (above, play.loss_notice(), play.loss_notice())))
    ran = await riskpool("publish", file, "--as", LENDER, "--data", data, "--json")
    assert (ran.status, outcomes(ran)) == (3, ["refused", "accepted", "duplicate"]), ran
    assert [each["line"] for each in ran.json] == [1, 2, 3]
    assert ran.json[0]["receipt"]["reasons"][0]["clause"] == "10.1"
    at_once = await riskpool("publish", file, "--as", LENDER, "--data", data, "--json", "--at-once")
    assert sorted(outcomes(at_once)) == ["duplicate", "duplicate", "refused"]


async def test_nothing_is_sent_of_a_file_that_is_not_in_order(
    data: Path, play: Play, tmp_path: Path, played_case: PlayedCase
) -> None:
    """Each fault is named with line and field, the good message stays here too; --send-invalid sends all of it."""
    good, bad = as_said(play.loss_notice()), as_said(play.loss_notice())
    good["id"], bad["id"] = f"good-{uuid4()}", f"bad-{uuid4()}"
    bad["data"]["claimed_fen"] = "much"
    file = tmp_path / "notices.jsonl"
    file.write_text(f"{json.dumps(good)}\n{json.dumps(bad)}\n")
    ran = await riskpool("publish", file, "--as", LENDER, "--data", data)
    assert ran.status == 2, ran
    assert f"{file}:2: data.claimed_fen: " in ran.err
    assert "nothing was sent" in ran.err

    sent = await riskpool("publish", file, "--as", LENDER, "--data", data, "--json", "--send-invalid")
    assert (sent.status, outcomes(sent)) == (3, ["accepted", "refused"]), sent
    assert sent.json[1]["receipt"]["reasons"][0]["code"] == "schema"
    answers = [each.content["data"] for each in played_case.wire.observed if each.topic == f"outcomes.{LENDER}"]
    assert [each["message_id"] for each in answers].count(good["id"]) == 1, "it was not sent before"


async def test_a_key_that_nobody_knows_gets_no_answer(data: Path, play: Play, tmp_path: Path) -> None:
    """The exit status is 4, and what that means and where to look is said."""
    key, file = tmp_path / "stranger.pem", tmp_path / "notice.json"
    made = await riskpool("keys", "make", key, "--json")
    assert key.stat().st_mode & 0o077 == 0
    file.write_text(json.dumps([as_said(play.loss_notice()), as_said(play.loss_notice())]))
    pool = (data / "keys" / "pool").read_text().strip()
    arguments = ("--as", LENDER, "--key", key, "--pool", pool, "--data", data, "--timeout", 1)
    ran = await riskpool("publish", file, *arguments, "--json")
    assert (ran.status, outcomes(ran)) == (4, ["no answer", "not sent"]), ran
    assert made.json["key_id"] in ran.err
    assert "records list" in ran.err


async def test_a_key_is_made_and_shown(tmp_path: Path) -> None:
    """Both show the same public half, as a JSON Web Key too; a key is never overwritten."""
    file = tmp_path / "key.pem"
    made = await riskpool("keys", "make", file, "--json")
    signer = Signer(read_private_key(file))
    shown, text, again = await asyncio.gather(
        riskpool("keys", "show", file, "--json"), riskpool("keys", "show", file), riskpool("keys", "make", file)
    )
    assert made.json == shown.json
    assert (made.json["key_id"], made.json["public_key"]) == (signer.key_id, signer.public_key)
    assert made.json["jwk"]["x"] == signer.public_key
    assert signer.key_id in text.out
    assert (again.status, again.err.count("\n")) == (2, 1)
    assert Signer(read_private_key(file)).key_id == signer.key_id


@pytest.mark.clause("4.1")
async def test_a_rotated_key_signs_nothing_more_and_the_new_one_does(
    data: Path, play: Play, tmp_path: Path, played_case: PlayedCase
) -> None:
    """Even if the first answer is lost the rotation is one; afterwards every service goes by it."""
    file, notice = data / "keys" / f"{GUARANTOR}.system.pem", tmp_path / "notice.json"
    old = Signer(read_private_key(file))
    lost = await riskpool("keys", "rotate", "--as", GUARANTOR, "--data", data, "--timeout", 0.001)
    assert lost.status == 4, lost
    assert Signer(read_private_key(file)).key_id == old.key_id
    ran = await riskpool("keys", "rotate", "--as", GUARANTOR, "--data", data, "--json")
    assert ran.status == 0, (ran, lost)
    assert ran.json["receipt"]["outcome"] == "accepted"
    assert ran.json["old_key_until"].endswith("+08:00")
    new, aside = Signer(read_private_key(file)), Path(ran.json["old_key_file"])
    assert (ran.json["key_id"], Signer(read_private_key(aside)).key_id) == (new.key_id, old.key_id)
    assert new.key_id != old.key_id
    assert aside.stat().st_mode & 0o077 == 0
    assert sorted(path.name for path in file.parent.glob(f"{GUARANTOR}.system*")) == sorted([file.name, aside.name])
    await played_case.wire.event("registry.key.retired.v1", key_id=old.key_id)
    for service in ("registry", "claims", "treasury"):
        assert await validities(played_case, service, old, new) == {old.key_id: False, new.key_id: True}, service

    notice.write_text(json.dumps(as_said(play.loss_notice())))
    pool = ("--pool", str(played_case.pool.cast.pool_id))
    refused = await riskpool("publish", notice, "--as", GUARANTOR, "--key", aside, *pool, "--data", data, "--json")
    assert refused.status == 3, refused
    assert refused.json[0]["receipt"]["reasons"][0]["code"] == "key_not_valid"
    accepted = await riskpool("publish", notice, "--as", GUARANTOR, "--data", data, "--json")
    assert (accepted.status, outcomes(accepted)) == (0, ["accepted"]), accepted


async def validities(case: PlayedCase, service: str, old: Signer, new: Signer) -> dict[str, bool]:
    """Whether the keys are open-ended in the service's copy, once it has observed both changes."""
    connection = await asyncpg.connect(case.pool.stack.database_urls[service])
    try:
        async with asyncio.timeout(COMMAND_SECONDS_MAX):
            while True:
                rows = await connection.fetch(
                    "SELECT key_id, valid_until IS NULL AS open FROM signing_keys WHERE key_id = ANY($1::text[])",
                    [old.key_id, new.key_id],
                )
                found = {row["key_id"]: row["open"] for row in rows}
                if len(found) == 2 and not found[old.key_id]:
                    return found
                await asyncio.sleep(0.05)
    finally:
        await connection.close()


@pytest.mark.clause("4.1")
async def test_the_root_key_is_not_rotated(data: Path) -> None:
    """The reason is said with its clause, and no file has changed."""
    folder = data / "keys"
    before = sorted((path.name, path.read_bytes()) for path in folder.iterdir())
    ran = await riskpool("keys", "rotate", "--as", f"{MANAGING}/administrator", "--data", data)
    assert ran.status == 3, ran
    assert "root_key_not_rotatable, 4.1" in ran.err
    assert sorted((path.name, path.read_bytes()) for path in folder.iterdir()) == before


async def test_the_doctor_finds_a_running_pool_in_order(data: Path, played_case: PlayedCase) -> None:
    """Machine, broker, topics, databases, migrations and clocks; a place where nothing runs is named."""
    url = played_case.pool.stack.database_urls["claims"].replace("riskpool_claims?", "nowhere?")
    ran, sick = await asyncio.gather(
        riskpool("doctor", "--data", data, "--json"),
        riskpool("doctor", "--bootstrap", "127.0.0.1:1", "--database-url", url),
    )
    assert ran.status == 0, ran
    by_name = {each["name"]: each for each in ran.json}
    databases = {f"database {name}" for name in ("riskpool_registry", "riskpool_claims", "riskpool_audit")}
    assert {"Python", "Java", "broker", "topics", "clock of riskpool_treasury", *databases} <= by_name.keys()
    assert {name for name in by_name if by_name[name]["status"] != "ok" and by_name[name]["needed"]} == set()

    assert sick.status == 1, sick
    assert "no answer at 127.0.0.1:1" in sick.out
    assert "the pool, or a part of it, can't work before this is mended" in sick.out


# What is typed, the exit status, and what the next thing to do is.
ERRORS = (
    (("journey", "nothing-of-that-name", "--data", "DATA"), 1, "is it a project's id"),
    (("journey", uuid4()), 2, "--database-url"),
    (("project", uuid4()), 2, "--database-url"),
    (("project", "LOAN-1"), 2, "give --pool and --lender"),
    (("project", uuid4(), "--data", "DATA"), 1, "the registry knows no project"),
    (("journey", uuid4(), "--database-url", "postgresql://x@127.0.0.1:1/x"), 1, "is the server running"),
    (("journey", uuid4(), "--data", "NOWHERE"), 1, "riskpool up --data"),
    (("publish", "NOWHERE", "--as", LENDER, "--data", "DATA"), 2, "there is no file"),
    (("publish", "FILE", "--as", "nobody", "--data", "DATA"), 2, "there are those of"),
    (("publish", "FILE", "--as", LENDER, "--keys", "DATA/keys"), 2, "--bootstrap"),
    (("publish", "FILE", "--as", LENDER, "--keys", "DATA/keys", "--bootstrap", "127.0.0.1:1"), 1, "is it running"),
    (("publish", "FILE", "--as", "audit", "--data", "DATA"), 1, "there is no topic outcomes.audit"),
    (("keys", "show", "FILE"), 2, "no Ed25519 private key"),
    (("keys", "show", "NOWHERE"), 2, "riskpool keys make"),
)


async def test_an_error_is_one_line_with_the_next_thing_to_do(data: Path, tmp_path: Path) -> None:
    """What a user can mend is no traceback."""
    file = tmp_path / "message.json"
    file.write_text(json.dumps({"type": "registry.key.rotate.v1", "data": {"public_key": "A" * 43}}))
    places = {"DATA": str(data), "DATA/keys": str(data / "keys"), "FILE": str(file), "NOWHERE": str(tmp_path / "no")}
    typed = [tuple(places.get(str(each), str(each)) for each in arguments) for arguments, _, _ in ERRORS]
    wrong = [
        f"riskpool {' '.join(arguments)}: status {ran.status} and not {status}, {ran.out!r}, {ran.err!r}, {next_step!r}"
        for arguments, ran, (_, status, next_step) in zip(
            typed, await asyncio.gather(*(riskpool(*arguments) for arguments in typed)), ERRORS, strict=True
        )
        if (ran.status, ran.out, ran.err.count("\n")) != (status, "", 1)
        or not ran.err.startswith("error: ")
        or next_step not in ran.err
    ]
    assert wrong == []


async def test_the_addresses_are_printed_as_they_are_and_without_passwords(
    played_case: PlayedCase, tmp_path: Path
) -> None:
    """What `up` prints stays on screens and in logs; a folder's name with brackets is not taken for markup."""
    urls, file = played_case.pool.stack.database_urls, StringIO()
    notice = tmp_path / "[bold]" / ":smile:.json"
    print_addresses(plain_console(file), played_case.pool, notice, keeps_data=True)
    printed = file.getvalue()
    assert str(notice) in printed
    for url in urls.values():
        password = urlsplit(url).password
        assert password
        assert password not in printed
        assert url.replace(password, "***") in printed
    assert f"{played_case.pool.stack.data_dir}/addresses.json" in printed
    assert printed.endswith("Ctrl-C stops everything; the data stays.\n")


async def test_a_pool_that_was_killed_is_not_taken_for_a_running_one(data: Path, played_case: PlayedCase) -> None:
    """The addresses of a clean stop are gone, those of a kill are seen through."""
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", "pass")
    await process.wait()
    other = data.parent / "killed"
    other.mkdir()
    addresses = addresses_of(played_case.pool)
    write_addresses(other, type(addresses)(**{**vars(addresses), "pid": process.pid}))
    assert (other / "addresses.json").stat().st_mode & 0o077 == 0, "it holds passwords"
    killed = await riskpool("journey", uuid4(), "--data", other)
    assert "was killed" in killed.err
    forget_addresses(other)
    stopped = await riskpool("journey", uuid4(), "--data", other)
    assert "no pool runs on" in stopped.err
