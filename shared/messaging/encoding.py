"""Bytes as they are stored and compared: hashes, and headers without any loss."""

import base64
import hashlib
import json
from collections.abc import Sequence

# Marks what is published again after the broker was lost: its sender did not ask twice, and is not answered twice.
REPLAY_HEADER = "riskpool-replay"

Headers = Sequence[tuple[str, bytes | None]]


def sha256_hex(value: bytes) -> str:
    """The SHA-256 of the bytes, in lower-case hexadecimal."""
    return hashlib.sha256(value).hexdigest()


def headers_to_text(headers: Headers) -> str:
    """Headers as JSON, in order, with duplicates, and with bytes that are no text."""
    return json.dumps(
        [[name, None if value is None else base64.b64encode(value).decode("ascii")] for name, value in headers]
    )


def headers_from_text(text: str) -> tuple[tuple[str, bytes | None], ...]:
    """The headers in a text that ``headers_to_text`` made."""
    return tuple((name, None if value is None else base64.b64decode(value)) for name, value in json.loads(text))
