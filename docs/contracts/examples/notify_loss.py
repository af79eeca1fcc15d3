# /// script
# requires-python = ">=3.11"
# dependencies = ["aiokafka>=0.14", "cryptography>=45"]
# ///
"""Sends a signed loss notice and waits for its receipt.

    python notify_loss.py --pool <UUID> --lender example-bank --contract LC-2026-0007 --key key.pem --print
    python notify_loss.py --pool <UUID> --lender example-bank --contract LC-2026-0007 --key key.pem \
        --bootstrap kafka.pool.example:9093 --user example-bank

The password is read from POOL_PASSWORD. Without --user the connection is plain, for a broker on your own machine.
--print shows the value and its signature and sends nothing.

Each run is a new notice under a new id. Its bytes are kept in a file in this folder until its receipt is there: if none
comes, send the same bytes again with --again FILE.
"""

import argparse
import asyncio
import base64
import contextlib
import hashlib
import json
import logging
import os
import re
import ssl
import sys
import unicodedata
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4, uuid5

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.errors import KafkaError
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key

TOPIC = "loss-notices"
ANSWER_SECONDS_MAX = 60
BEIJING = timezone(timedelta(hours=8))
# Each Latin letter (or digit) with the Greek and Cyrillic ones that look like it, as contract-numbers.json has them.
LOOK_ALIKES = (
    "AΑαАа BΒβВвЬь CСс DԀԁ EΕεЕе GԌԍ HΗНнҺһ IΙιІіӀӏ JͿϳЈј KΚκКк MΜМм NΝ OΟοОо PΡρРр QԚԛ SЅѕ TΤτТт VѴѵ WѠѡԜԝ XΧχХх "
    "YΥУуҮү ZΖζ 3Зз"
)
LETTERS = {ord(other): latin for latin, *others in LOOK_ALIKES.split() for other in others}


def base64url(raw: bytes) -> str:
    """Base64url without padding, as JWS has it."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def canonical_number(number: str) -> str:
    """The one form of a contract's number, whatever it is written with; README.md, step 3, says how it is made."""
    form = ""
    for character in unicodedata.normalize("NFKD", number).translate(LETTERS):
        category = unicodedata.category(character)
        if category[0] in "PS" or character in "第号號":
            form += "-"
        elif category[0] not in "MZ" and category not in ("Cc", "Cf"):
            form += character.upper() if character.isascii() else character
    return re.sub("(?<![0-9])-|-(?![0-9])", "", re.sub("-+", "-", form))


def project_id(pool: str, lender: str, contract: str) -> UUID:
    """The id of the project and of its case."""
    return uuid5(UUID(pool), f"project/{lender}/{canonical_number(contract)}")


def loss_notice(pool: str, lender: str, contract: str, as_of: date) -> bytes:
    """The bytes of a new notice. Everything below comes from your systems; the figures here are an example."""
    notice = {
        "specversion": "1.0",
        "id": f"loss-{uuid4()}",  # your own numbers will do, if none is ever used twice
        "source": lender,
        "type": "claims.loss.notify.v1",
        "time": datetime.now(BEIJING).isoformat(timespec="seconds"),
        "audience": TOPIC,
        "poolid": pool,
        "data": {
            "lender": lender,
            "loan_contract_number": contract,
            "origin": "compensation_notice",
            "loss": {
                "as_of": as_of.isoformat(),
                "principal_fen": 95_000_000,  # whole fen: 950,000.00 yuan
                "interest_fen": 3_000_000,
                "penalty_interest_fen": 1_200_000,
                "overdue_interest_fen": 600_000,
                "overdue_penalty_fen": 200_000,
                "other_fen": 1,
                "total_fen": 100_000_001,  # the sum of the six
            },
            "claimed_fen": 20_000_000,
            "maker": "maker-1",  # the two people of your bank who made and checked this notice
            "checker": "checker-1",
            "documents": [],
        },
    }
    return json.dumps(notice, ensure_ascii=False, separators=(",", ":")).encode()


def signature(value: bytes, key: Ed25519PrivateKey) -> str:
    """The detached JWS over exactly these bytes."""
    public = base64url(key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw))
    thumbprint = hashlib.sha256(f'{{"crv":"Ed25519","kty":"OKP","x":"{public}"}}'.encode()).digest()
    header = base64url(f'{{"alg":"Ed25519","kid":"{base64url(thumbprint)}"}}'.encode())
    return f"{header}..{base64url(key.sign(f'{header}.{base64url(value)}'.encode()))}"


def keep(value: bytes) -> Path:
    """Keep the bytes until they are answered: whoever repeats a message has to send the very same ones."""
    path = Path(f"{json.loads(value)['id']}.json")
    path.write_bytes(value)
    return path


async def send(value: bytes, signed: str, key: UUID, lender: str, connection: dict[str, Any]) -> dict[str, Any]:
    """Send the notice and wait for the receipt of these very bytes; raises TimeoutError if there is none."""
    answers = TopicPartition(f"outcomes.{lender}", 0)
    sha256 = hashlib.sha256(value).hexdigest()
    consumer = AIOKafkaConsumer(**connection)
    try:
        await consumer.start()
        # Look to the end first, so that the receipt is behind it. A service of yours would read with a group instead.
        consumer.assign([answers])
        await consumer.seek_to_end(answers)
        producer = AIOKafkaProducer(acks="all", enable_idempotence=True, **connection)
        try:
            await producer.start()
            headers = [
                ("signature", signed.encode()),
                ("content-type", b"application/cloudevents+json; charset=utf-8"),
            ]
            await producer.send_and_wait(TOPIC, value, key=str(key).encode(), headers=headers)
        finally:
            await producer.stop()
        async with asyncio.timeout(ANSWER_SECONDS_MAX):
            async for record in consumer:
                message: dict[str, Any] = json.loads(record.value)
                if message["data"].get("message_sha256") == sha256:
                    return message
        raise TimeoutError
    finally:
        # Where the broker is away, aiokafka 0.14 lets the cancellation of its own waiting fetch out of stop().
        with contextlib.suppress(asyncio.CancelledError):
            await consumer.stop()


def read_key(path: str) -> Ed25519PrivateKey:
    """The private key in the file."""
    try:
        key = load_pem_private_key(Path(path).read_bytes(), password=None)
    except (OSError, ValueError, TypeError) as error:
        sys.exit(f"{path} can't be read as a key ({error}): name a PEM file without a passphrase")
    if not isinstance(key, Ed25519PrivateKey):
        sys.exit(f"{path} holds no Ed25519 key: make one with openssl genpkey -algorithm ed25519 -out {path}")
    return key


def day(text: str) -> date:
    """A day, written YYYY-MM-DD; by this function's name argparse tells what a wrong one should have been."""
    return date.fromisoformat(text)


def main() -> int:
    """Send, or with --print only show."""
    arguments = argparse.ArgumentParser(description="Sends a signed loss notice and waits for its receipt.")
    arguments.add_argument("--pool", required=True, type=UUID, help="the pool's id, a UUID")
    for name in ("lender", "contract", "key"):
        arguments.add_argument(f"--{name}", required=True)
    arguments.add_argument("--as-of", type=day, default=datetime.now(BEIJING).date(), help="day of the figures")
    arguments.add_argument("--again", type=Path, metavar="FILE", help="send the bytes kept in this file once more")
    arguments.add_argument("--bootstrap", default="kafka.pool.example:9093")
    arguments.add_argument("--user")
    arguments.add_argument("--print", action="store_true", help="show value and signature and send nothing")
    given = arguments.parse_args()
    key = read_key(given.key)
    pool = str(given.pool)
    project = project_id(pool, given.lender, given.contract)
    try:
        value = given.again.read_bytes() if given.again else None
    except OSError as error:
        sys.exit(f"{given.again} can't be read ({error.strerror}): name the file that an earlier run has kept")
    value = value or loss_notice(pool, given.lender, given.contract, given.as_of)
    if given.print:
        print(value.decode(), signature(value, key), sep="\n")
        return 0
    if given.user and "POOL_PASSWORD" not in os.environ:
        sys.exit(f"the password is missing: set POOL_PASSWORD to that of {given.user}")
    kept = given.again or keep(value)
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)  # what it tries again and again is said once, below
    connection: dict[str, Any] = {"bootstrap_servers": given.bootstrap}
    if given.user:
        connection |= {
            "security_protocol": "SASL_SSL",
            "ssl_context": ssl.create_default_context(),
            "sasl_mechanism": "SCRAM-SHA-512",
            "sasl_plain_username": given.user,
            "sasl_plain_password": os.environ["POOL_PASSWORD"],
        }
    try:
        receipt = asyncio.run(send(value, signature(value, key), project, given.lender, connection))
    except TimeoutError:
        sys.exit(f"no receipt within {ANSWER_SECONDS_MAX} s: send the same bytes once more with --again {kept}")
    except (KafkaError, OSError) as error:
        sys.exit(f"{given.bootstrap}: {error}: look at the address, then send the same bytes with --again {kept}")
    kept.unlink()
    print(json.dumps(receipt["data"], ensure_ascii=False, indent=2))
    return 0 if receipt["data"]["outcome"] in {"accepted", "held", "duplicate"} else 1


if __name__ == "__main__":
    sys.exit(main())
