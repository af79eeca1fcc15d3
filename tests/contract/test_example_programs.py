"""The programs that a bank's integrator copies: quoted as they are, and what they sign is taken."""

import asyncio
import json
import os
import re
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from riskpool.contracts import CONTRACTS, READMES, examples
from scenarios.recorded import example_party_keys
from shared.contracts.catalogue import command_messages
from shared.contracts.claims import NotifyLoss
from shared.contracts.envelope import SIGNATURE_HEADER
from shared.contracts.topics import LOSS_NOTICES
from shared.messaging.intake import open_record, read_command
from shared.messaging.message import Incoming, Record
from simulator.parties import LENDER, SYSTEM
from tests.contract.example_contexts import example_keys
from tests.contract.example_programs import (
    JAVA,
    LANGUAGES,
    PYTHON,
    compiled_program,
    forms_and_ids,
    program,
    run,
    write_key,
)

# Real contract numbers look like this, and a message id or a file name can't.
CONTRACT = "（2026）示例贷字第7/1号"
POOL = examples()[NotifyLoss.message_type].payload["poolid"]
WHAT = ("--pool", str(POOL), "--lender", LENDER, "--contract", CONTRACT)
BEIJING = timezone(timedelta(hours=8))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the lender's system key."""
    write_key(example_party_keys().private_key(LENDER, SYSTEM), tmp_path)
    return tmp_path


@pytest.fixture(scope="module")
def classes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the Java program is compiled to, once."""
    folder: Path = tmp_path_factory.mktemp("java") / "classes"
    return folder


def printed(command: list[str], folder: Path, *options: str) -> tuple[bytes, bytes]:
    """Value and signature that a program shows; it leaves nothing behind."""
    before = sorted(folder.iterdir())
    found = run(command, folder, *WHAT, "--print", *options)
    assert found.returncode == 0, found.stderr.decode()
    assert sorted(folder.iterdir()) == before
    value, signature = found.stdout.splitlines()
    return value, signature


def taken(value: bytes, signature: bytes) -> Incoming:
    """A service takes the value with its signature."""
    record = Record(LOSS_NOTICES, 0, 0, None, value, ((SIGNATURE_HEADER, signature),), 0)
    opened = open_record(record, 64 * 1024)
    message = read_command(
        opened, example_keys(NotifyLoss.message_type), command_messages(LOSS_NOTICES), datetime.now(UTC)
    )
    assert isinstance(message, Incoming), message
    return message


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_example_signs_what_the_pool_takes(language: str, folder: Path, classes: Path) -> None:
    """Value and signature are right, whatever the contract is called; each time it is a new notice, as of today."""
    began = datetime.now(BEIJING).date()
    commands = (asyncio.run(program(language)), compiled_program(language, classes))
    message, another = (taken(*printed(command, folder)) for command in commands)
    data = message.received.data
    assert isinstance(data, NotifyLoss)
    assert data.loan_contract_number == CONTRACT
    assert began <= data.loss.as_of <= datetime.now(BEIJING).date()
    components = data.loss.model_dump(exclude={"as_of", "total_fen"})
    assert sum(components.values()) == data.loss.total_fen
    assert message.received.message_id != another.received.message_id


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_example_knows_a_loan_in_any_writing_of_its_number(language: str, tmp_path: Path, classes: Path) -> None:
    """Its form of each published number is the published one, and so is the project's id."""
    published = json.loads((CONTRACTS / "examples" / "contract-numbers.json").read_text(encoding="utf-8"))
    numbers = [number["written"] for number in published["numbers"]]
    found = forms_and_ids(language, tmp_path, classes, published["pool"], published["lender"], numbers)
    assert found == [f"{number['canonical']} {number['project_id']}" for number in published["numbers"]]


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_example_says_the_same_again_as_the_same_bytes(language: str, folder: Path, classes: Path) -> None:
    """What was kept is sent as it was kept, and the figures' day is the one that is asked for."""
    command = compiled_program(language, classes)
    value, signature = printed(command, folder, "--as-of", "2026-10-31")
    (folder / "kept.json").write_bytes(value)
    assert b'"as_of":"2026-10-31"' in value
    assert printed(command, folder, "--again", "kept.json") == (value, signature)


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_example_needs_the_public_key_or_says_so(language: str, folder: Path, classes: Path) -> None:
    """Python reads it from the private one; Java says with which command to make it, and shows no stack trace."""
    (folder / "key.pub.pem").unlink()
    found = run(compiled_program(language, classes), folder, *WHAT, "--print")
    if language == "python":
        assert found.returncode == 0
        return
    assert found.returncode == 1
    assert found.stderr.decode() == "the public key is missing: openssl pkey -in key.pem -pubout -out key.pub.pem\n"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("options", "said"),
    [
        ("--pool nonsense --print", "nonsense"),
        ("--key nowhere.pem --print", "nowhere.p"),
        ("--key junk.pem --print", "junk.pem"),
        ("--as-of tomorrow --print", "tomorrow"),
        ("--again nowhere.json --print", "nowhere.json"),
        ("--user bank --bootstrap 127.0.0.1:1", "POOL_PASSWORD"),
        ("--bootstrap 127.0.0.1:1", "--again loss-"),
    ],
)
def test_what_is_wrong_is_told_with_the_next_thing_to_do(
    language: str, folder: Path, classes: Path, options: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A wrong argument, a file that is not there, no broker: one line, and no traceback to read it out of."""
    monkeypatch.delenv("POOL_PASSWORD", raising=False)
    (folder / "junk.pem").write_text("junk", encoding="ascii")
    (folder / "junk.pub.pem").write_text("junk", encoding="ascii")
    found = run(compiled_program(language, classes), folder, *WHAT, *options.split())
    error = found.stderr.decode()
    assert (found.returncode != 0, found.stdout) == (True, b""), error
    # Before that Python's own parser shows how it is called, and Kafka's Java client says that it has no log.
    faults_printed = [line for line in error.splitlines() if not line.startswith(("usage: ", " ", "SLF4J: "))]
    assert len(faults_printed) == 1, error
    assert said in faults_printed[0]
    assert not re.search("lambda|fromisoformat", faults_printed[0]), (
        "a name of the program's own says nothing to its user"
    )


def test_ci_tries_both_programs() -> None:
    """Where nobody looks, nothing is left out."""
    assert "java" in LANGUAGES or not os.environ.get("CI")


@pytest.mark.parametrize("readme", READMES, ids=lambda path: path.name)
def test_readme_quotes_both_programs_whole(readme: Path) -> None:
    """Who copies from the README copies what is tested."""
    text = readme.read_text(encoding="utf-8")
    for source, language in ((PYTHON, "python"), (JAVA, "java")):
        assert f"```{language}\n{source.read_text(encoding='utf-8')}```\n" in text, "run make contracts"
