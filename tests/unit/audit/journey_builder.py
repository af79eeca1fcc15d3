"""A case as audit records it: answers before what they answer, as badly ordered as topics can be."""

import hashlib
import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from services.audit.domain.journey import Message, messages_of
from services.audit.domain.leaf import Leaf, Recorded, hash_of, headers_to_bytes
from shared.contracts.ids import causing_id, event_id, project_id, quarantined_id
from shared.contracts.topics import CLAIMS_COMMANDS, LOSS_NOTICES

POOL = UUID("11111111-2222-4333-8444-555555555555")
PROJECT = project_id(POOL, "bank-a", "LC-1")
NINE = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
TRACES = {"notice": "1" * 32, "review": "2" * 32}


class Story:
    """Records messages as they would arrive, and counts the sequences of the streams."""

    def __init__(self) -> None:
        self.recorded: list[Recorded] = []
        self._seqs: dict[tuple[str, str], int] = {}

    def record(self, topic: str, content: dict[str, Any], at: datetime, trace: str | None = None) -> bytes:
        headers = [] if trace is None else [("traceparent", f"00-{trace}-{'a' * 16}-01".encode())]
        value = json.dumps(content).encode()
        index = len(self.recorded)
        milliseconds = int(at.timestamp() * 1000)
        leaf = Leaf(1, topic, 0, index, milliseconds, str(PROJECT).encode(), value, headers_to_bytes(headers))
        self.recorded.append(Recorded(index, leaf, hash_of(leaf)))
        return value

    def command(self, topic: str, name: str, message_id: str, data: dict[str, Any], at: datetime) -> bytes:
        content = {"id": message_id, "source": "bank-a", "officer": "wang", "type": name, "poolid": str(POOL)}
        # What an outsider says about the time is not to be trusted.
        return self.record(topic, {**content, "time": "2031-01-01T00:00:00Z", "data": data}, at)

    def event(self, cause: tuple[str, str, int], name: str, at: datetime, trace: str | None = None, **data: Any) -> str:
        sender, message_id, index = cause
        service = name.partition(".")[0]
        topic = "outcomes.bank-a" if ".receipt." in name else f"{service}.events"
        seq = self._seqs[service, topic] = self._seqs.get((service, topic), 0) + 1
        identity = str(event_id(causing_id(sender, message_id), index))
        envelope = {"id": identity, "source": service, "type": name, "poolid": str(POOL), "subject": str(PROJECT)}
        said = {"time": at.isoformat(), "seq": seq, "causationid": message_id, "data": data}
        self.record(topic, {**envelope, **said}, at + timedelta(milliseconds=5), trace)
        return identity

    def receipt(self, message_id: str, value: bytes, at: datetime, outcome: str = "accepted") -> None:
        sha256 = hashlib.sha256(value).hexdigest()
        self.event(("bank-a", message_id, 0), "claims.receipt.issued.v1", at, message_sha256=sha256, outcome=outcome)

    def refused(self, value: bytes, *codes: str, index: int = -1) -> str:
        """What intake answers to the record with this index: under its place, and as a matter of the pool."""
        leaf = self.recorded[index].leaf
        identity = str(event_id(quarantined_id(*leaf.position), 0))
        data = {"message_sha256": hashlib.sha256(value).hexdigest(), "outcome": "refused"}
        said = {"type": "claims.receipt.issued.v1", "poolid": str(POOL), "subject": str(POOL), "time": NINE.isoformat()}
        reasons = {"reasons": [{"code": code, "clause": "19.2"} for code in codes]}
        self.record("outcomes.bank-a", {"id": identity, "source": "claims", **said, "data": data | reasons}, NINE)
        return identity

    def messages(self) -> list[Message]:
        return messages_of(self.recorded)


def notified() -> Story:
    """A notice and its review, recorded as badly ordered as topics can be: answers before what they answer."""
    story = Story()
    notice = {"lender": "bank-a", "loan_contract_number": "LC-1", "claimed_fen": 20_000_000}
    value = json.dumps(
        {
            "id": "m-1",
            "source": "bank-a",
            "officer": "wang",
            "type": "claims.loss.notify.v1",
            "poolid": str(POOL),
            "time": "2031-01-01T00:00:00Z",
            "data": notice,
        }
    ).encode()
    accepted = NINE + timedelta(seconds=1)
    story.event(
        ("bank-a", "m-1", 1),
        "claims.notice.accepted.v1",
        accepted,
        TRACES["notice"],
        case_number="2026-ABCDEFG",
        loss={"total_fen": 100_000_001, "other_fen": 0},
        claimed_fen=20_000_000,
    )
    story.receipt("m-1", value, accepted)
    assert story.command(LOSS_NOTICES, "claims.loss.notify.v1", "m-1", notice, NINE) == value
    reviewed = NINE + timedelta(days=2)
    review = story.command(CLAIMS_COMMANDS, "claims.review.record.v1", "m-2", {"project_id": str(PROJECT)}, reviewed)
    story.receipt("m-2", review, reviewed)
    story.event(("bank-a", "m-2", 1), "claims.review.recorded.v1", reviewed, TRACES["review"])
    return story
