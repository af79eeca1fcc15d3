"""The examples of the contract: of each command one that was accepted, of each event the first one said.

They are recorded from the scenarios as the simulator plays them: keys, ids and pools are the same each time, and so is
every byte. What honest services never say is recorded from a treasury that was lied to.
"""

import asyncio
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from scenarios.player.run import Readable, read_all, simulate
from services.claims.app import SERVICE as CLAIMS
from services.treasury.app import SERVICE as TREASURY
from shared.contracts.catalogue import COMMANDS, EVENTS
from shared.contracts.claims import PayoutRefused, PayoutReleased, ReimbursementApproved, ReimbursementStopped
from shared.contracts.envelope import CONTENT_TYPE, SIGNATURE_HEADER, Event
from shared.contracts.topics import AUDIT_EVENTS, COMMAND_TOPICS, TREASURY_EVENTS
from shared.contracts.treasury import PaymentRefused
from shared.messaging.keyring import root_signing_keys
from shared.messaging.message import Record
from simulator.audit import checkpoint
from simulator.cores import ClaimsCore, TreasuryCore
from simulator.parties import LENDER, SYSTEM, Cast, SeededKeys
from simulator.party_messages import Message
from simulator.service import Publication, SimulatedService
from simulator.simulator import Simulator

SCENARIOS = Path(__file__).parent
# Most examples are of one case, which is looked at first.
FIRST = "worked-case-01"
# In which scenario the treasury is lied to, and in which message; what it and claims then say, nobody honest says.
_MISLED_BY: Mapping[str, type[Event]] = {FIRST: PayoutReleased, "worked-case-02": ReimbursementApproved}
_SAID_THEN = frozenset(each.message_type for each in (PaymentRefused, PayoutRefused, ReimbursementStopped))
# RFC 8037, appendix A: everybody's test key signs the lender's notices, so that anyone can make the same signature.
RFC_8037_SEED = bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")


@dataclass(frozen=True)
class Recorded:
    """An example. ``place`` is how many messages came from outside before it in its scenario, for a command.

    ``answer`` is the data of a command's receipt. Headers are those that the contract names.
    """

    type: str
    scenario: str
    topic: str
    headers: Mapping[str, str]
    payload: Message
    key: str | None = None
    place: int | None = None
    answer: Message | None = None


def example_party_keys() -> SeededKeys:
    """The keys of the parties in the examples; whoever reads this knows them."""
    return SeededKeys("examples", {(LENDER, SYSTEM): Ed25519PrivateKey.from_private_bytes(RFC_8037_SEED)})


def scenarios_for_examples() -> list[Readable]:
    """All scenarios of the repository, the first one first; raises ValueError if one can't be read."""
    found, faults = read_all([SCENARIOS])
    if faults:
        raise ValueError("; ".join(faults))
    return sorted(found, key=lambda each: (each.path.stem != FIRST, each.path.stem))


def record_examples() -> list[Recorded]:
    """Play all scenarios and keep the examples, in the order of the types; raises LookupError if one is missing."""
    found: dict[str, Recorded] = {}
    for each in scenarios_for_examples():
        simulator = simulated(each)
        for recorded in _recorded(each.path.stem, simulator):
            found.setdefault(recorded.type, recorded)
    missing = sorted({*COMMANDS, *EVENTS} - found.keys())
    if missing:
        raise LookupError(f"no scenario says {', '.join(missing)}; add one that does")
    return [found[message_type] for message_type in (*COMMANDS, *EVENTS)]


def simulated(each: Readable) -> Simulator:
    """What the scenario was played in, by the parties of the examples."""
    return asyncio.run(simulate(each, example_party_keys()))[1]


def messages_from_outside(simulator: Simulator) -> list[Record]:
    """What the parties said, in order, without what the bank's stand-in said by itself."""
    return [
        record
        for record in simulator.records
        if record.topic in COMMAND_TOPICS and not _content(record)["id"].startswith("confirm-")
    ]


def to_lines(examples: Sequence[Recorded]) -> str:
    """One example a line, as JSON."""
    lines = (
        json.dumps(
            {name: value for name, value in asdict(each).items() if value is not None},
            ensure_ascii=False,
            separators=(",", ":"),
        )
        for each in examples
    )
    return "".join(f"{line}\n" for line in lines)


def from_lines(text: str) -> list[Recorded]:
    """What ``to_lines`` was given."""
    return [Recorded(**json.loads(line)) for line in text.splitlines()]


def published_bytes(content: object) -> bytes:
    """The bytes of a message: JSON without spaces, in the order given, UTF-8."""
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode("utf-8")


def _recorded(scenario: str, simulator: Simulator) -> Iterator[Recorded]:
    answers = {
        content["data"].get("message_id"): content["data"]
        for content in map(_content, simulator.records)
        if content["type"].endswith(".receipt.issued.v1")
    }
    places = {id(record): place for place, record in enumerate(messages_from_outside(simulator))}
    for record in simulator.records:
        content = _content(record)
        if record.topic in COMMAND_TOPICS:
            answer, place = answers.get(content["id"]), places.get(id(record))
            if answer is not None and answer["outcome"] == "accepted" and place is not None:
                yield _example(scenario, record, content, place, answer)
        elif content["type"] in EVENTS and content["data"].get("outcome", "accepted") == "accepted":
            # The receipt that is shown is one of those that the commands are shown with.
            yield _example(scenario, record, content)
    if scenario in _MISLED_BY:
        yield from _beside_the_scenario(scenario, simulator)


def _example(
    scenario: str, record: Record, content: Message, place: int | None = None, answer: Message | None = None
) -> Recorded:
    headers = {
        name: value.decode()
        for name, value in record.headers
        if name in {"content-type", SIGNATURE_HEADER} and value is not None
    }
    key = None if record.key is None else record.key.decode()
    return Recorded(content["type"], scenario, record.topic, headers, content, key, place, answer)


def _content(record: Record) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(record.value or b"{}")
    return content


# What no scenario says


def _beside_the_scenario(scenario: str, simulator: Simulator) -> Iterator[Recorded]:
    cast = Cast(_pool_id_of(simulator), example_party_keys())
    at = datetime.fromtimestamp(simulator.records[-1].timestamp_ms / 1_000, UTC)
    said = checkpoint(simulator.records, cast.signer("audit", SYSTEM), at)
    content = json.loads(said.value)
    headers = {"content-type": CONTENT_TYPE}
    yield Recorded(content["type"], scenario, AUDIT_EVENTS, headers, content, content["subject"])
    yield from (
        _example(scenario, record, content)
        for record in _said_after_a_lie(simulator, cast, _MISLED_BY[scenario].message_type)
        if (content := _content(record))["type"] in _SAID_THEN
    )


def _pool_id_of(simulator: Simulator) -> Any:
    (pool_id,) = simulator.treasury.books
    return pool_id


def _said_after_a_lie(simulator: Simulator, cast: Cast, message_type: str) -> Iterator[Record]:
    """What the treasury and claims say if a release bears a signature that its officer has not given like that."""
    keys, signer = root_signing_keys(cast.root_keys()), cast.signer("treasury", SYSTEM)
    treasury = SimulatedService(TREASURY, TreasuryCore(), keys, signer)
    claims = SimulatedService(CLAIMS, ClaimsCore(), keys, None)
    for record in simulator.records:
        at = datetime.fromtimestamp(record.timestamp_ms / 1_000, UTC)
        if treasury.observes(record.topic):
            given = _forged(record) if _content(record)["type"] == message_type else record
            for said in _as_records(treasury.take(given, at, 0.0), record):
                yield said
                if claims.observes(said.topic):
                    yield from _as_records(claims.take(said, at, 0.0), record)
        if claims.observes(record.topic) and record.topic != TREASURY_EVENTS:
            claims.take(record, at, 0.0)


def _as_records(publications: Iterable[Publication], after: Record) -> Iterator[Record]:
    for said in publications:
        yield Record(said.topic, 0, 0, said.key, said.value, said.headers, after.timestamp_ms)


def _forged(record: Record) -> Record:
    content = _content(record)
    signed = content["data"]["plan" if "plan" in content["data"] else "closing"]
    signed["signature"] = content["data"]["confirmation" if "plan" in content["data"] else "opening"]["signature"]
    return replace(record, value=published_bytes(content))
