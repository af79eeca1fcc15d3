"""The programs that a bank's integrator copies: quoted as they are, and what they sign is taken."""

import asyncio
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from local.contracts import CONTRACTS, READMES
from local.golden.story import LENDER, POOL, example_keys, example_signer
from local.kafka_jars import find_kafka_jars
from shared.contracts.catalogue import command_messages
from shared.contracts.claims import NotifyLoss
from shared.contracts.envelope import SIGNATURE_HEADER
from shared.contracts.ids import project_id
from shared.contracts.topics import LOSS_NOTICES
from shared.messaging.intake import open_record, read_command
from shared.messaging.message import Incoming, Record

PYTHON = CONTRACTS / "examples" / "notify_loss.py"
JAVA = CONTRACTS / "examples" / "NotifyLoss.java"
# Real contract numbers look like this, and a message id or a file name can't.
CONTRACT = "（2026）示例贷字第7/1号"
RUN_TIMEOUT_S = 60


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    """The lender's system key as openssl writes it: the private one, and the public one beside it."""
    private = example_signer(LENDER, "loss_notices").private
    path = tmp_path / "key.pem"
    path.write_bytes(private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    public = private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    path.with_name("key.pub.pem").write_bytes(public)
    return path


def printed(command: list[str], key_file: Path) -> tuple[bytes, bytes]:
    """Value and signature that a program shows."""
    options = ["--pool", str(POOL), "--lender", LENDER, "--contract", CONTRACT, "--key", str(key_file), "--print"]
    found = subprocess.run(
        [*command, *options],
        cwd=key_file.parent,
        env={**os.environ, "LC_ALL": "C.UTF-8", "PYTHONUTF8": "1"},
        capture_output=True,
        timeout=RUN_TIMEOUT_S,
        check=False,
    )
    assert found.returncode == 0, found.stderr.decode()
    value, signature = found.stdout.splitlines()
    return value, signature


def assert_taken(value: bytes, signature: bytes) -> None:
    """A service takes the value with its signature as the lender's loss notice."""
    record = Record(LOSS_NOTICES, 0, 0, None, value, ((SIGNATURE_HEADER, signature),), 0)
    message = read_command(
        open_record(record, 64 * 1024), example_keys(), command_messages(LOSS_NOTICES), datetime.now(UTC)
    )
    assert isinstance(message, Incoming), message
    data = message.received.data
    assert isinstance(data, NotifyLoss)
    assert data.loan_contract_number == CONTRACT
    assert message.received.message_id == f"loss-{project_id(POOL, LENDER, CONTRACT)}-1"
    components = data.loss.model_dump(exclude={"as_of", "total_fen"})
    assert sum(components.values()) == data.loss.total_fen


def test_python_example_signs_what_the_pool_takes(key_file: Path) -> None:
    """Value, signature and project id of the Python example are right, whatever the contract is called."""
    assert_taken(*printed([sys.executable, str(PYTHON)], key_file))


def test_java_example_signs_what_the_pool_takes(key_file: Path) -> None:
    """The Java example compiles against kafka-clients alone, also where other digits than 0 to 9 are usual."""
    jars = asyncio.run(find_kafka_jars(print))
    if isinstance(jars, str):
        assert not os.environ.get("CI"), f"Java and Kafka's jars are there in CI: {jars}"
        pytest.skip(jars)
    (clients,) = jars.libs.glob("kafka-clients-*.jar")
    java = [
        jars.java,
        "-XX:TieredStopAtLevel=1",
        "-Duser.language=ar",
        "-Duser.country=EG",
        "-cp",
        str(clients),
        str(JAVA),
    ]
    assert_taken(*printed(java, key_file))


@pytest.mark.parametrize("readme", READMES, ids=lambda path: path.name)
def test_readme_quotes_both_programs_whole(readme: Path) -> None:
    """Who copies from the README copies what is tested."""
    text = readme.read_text(encoding="utf-8")
    for program, language in ((PYTHON, "python"), (JAVA, "java")):
        assert f"```{language}\n{program.read_text(encoding='utf-8')}```\n" in text, "run make contracts"
