"""What has to be true of the stores after every fault, whatever the services themselves believe.

Each function takes what is stored and returns the problems as sentences; no sentence means that it holds.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from typing import Any
from uuid import UUID

from services.claims.app import SERVICE as CLAIMS
from services.treasury.app import SERVICE as TREASURY
from shared.contracts.catalogue import EVENTS
from shared.contracts.examples import FISCAL_PART_FEN, SHARE_FEN
from shared.contracts.receipts import Receipt
from simulator.simulator import REGISTRY
from tests.faults.stores import Ledger, PublishedRecord, ServiceStore, Stores

DECIDING = {service.name: service for service in (REGISTRY, CLAIMS, TREASURY)}
ANSWERED_BY = {topic: service.name for service in DECIDING.values() for topic in service.commands}
RECEIPTS = frozenset(name for name, data in EVENTS.items() if issubclass(data, Receipt))
LEGS = {"payout": SHARE_FEN, "reimbursement": FISCAL_PART_FEN}
CUSTODIAL = frozenset({"fiscal", "social_capital"})
# A notice that overtakes its project's approval is held until that has come: which of them is first, chance may decide.
BY_CHANCE = "claims.notice.held.v1"
# Facts that have to be on the topics exactly once for each case, under one event id.
ONCE_PER_CASE = (
    "claims.compensation.paid.v1",
    "claims.compensation.reimbursed.v1",
)


@dataclass(frozen=True)
class Content:
    """A record and what it says."""

    record: PublishedRecord
    said: Mapping[str, Any]

    @cached_property
    def stream(self) -> tuple[str, str, str]:
        """Who says it, where, and under which key."""
        return (str(self.said["source"]), self.record.topic, (self.record.key or b"").decode())


def problems_of(stores: Stores, cases: Collection[UUID]) -> list[str]:
    """Everything that is wrong; ``cases`` are the projects whose case was played to its reimbursement."""
    contents = [Content(record, json.loads(record.value)) for record in stores.records]
    commands = [content for content in contents if content.record.topic in ANSWERED_BY]
    events = [content for content in contents if content.record.topic not in ANSWERED_BY]
    found = [*ledger_problems(stores.ledger, cases)]
    found += answer_problems(stores.services, commands, events)
    found += stream_problems(stores.services, events)
    found += cursor_problems(stores.services)
    found += case_problems(events, cases)
    for name, store in stores.services.items():
        found += [f"{name}: {waiting}" for waiting in store.waiting]
    return found


def ledger_problems(ledger: Ledger, cases: Collection[UUID]) -> Iterator[str]:
    """Balances follow from transfers and sum to zero; each case has one payout and one reimbursement, both settled."""
    sums: Counter[UUID] = Counter()
    for account in ledger.accounts:
        name = f"ledger: the {account.kind} account of pool {account.pool_id}"
        sums[account.pool_id] += account.balance_fen
        if account.balance_fen != account.moved_fen:
            yield f"{name} says {account.balance_fen} fen, its transfers come to {account.moved_fen}"
        if account.kind in CUSTODIAL and account.reserved_fen != account.held_fen:
            yield f"{name} says {account.reserved_fen} fen are reserved, its transfers say {account.held_fen}"
        if account.kind in CUSTODIAL and account.balance_fen - account.reserved_fen < 0:
            yield f"{name} is below zero"
    yield from (f"ledger: the accounts of pool {pool} sum to {total} fen" for pool, total in sums.items() if total)
    ids = Counter(transfer.transfer_id for transfer in ledger.transfers)
    yield from (
        f"ledger: transfer {transfer} is there {number} times" for transfer, number in ids.items() if number > 1
    )
    moves = Counter(
        (transfer.project_id, transfer.leg, transfer.phase, transfer.amount_fen)
        for transfer in ledger.transfers
        if transfer.leg is not None
    )
    for project in cases:
        wanted = Counter({(project, leg, phase, fen): 1 for leg, fen in LEGS.items() for phase in ("reserve", "post")})
        booked = Counter({move: number for move, number in moves.items() if move[0] == project})
        if booked != wanted:
            yield f"ledger: case {project} has the transfers {sorted(booked.elements())}"
        stages = sorted((leg, stage) for its_project, leg, stage in ledger.stages if its_project == project)
        if stages != [(leg, "settled") for leg in sorted(LEGS)]:
            yield f"ledger: case {project} has the payments {stages}"


def answer_problems(
    services: Mapping[str, ServiceStore], commands: Collection[Content], events: Collection[Content]
) -> Iterator[str]:
    """Every message from outside is in its service's inbox, and has exactly one receipt, however often it was sent."""
    receipts: dict[tuple[str, str], set[str]] = defaultdict(set)
    for event in events:
        if event.said["type"] in RECEIPTS:
            receipts[event.said["source"], event.said["data"]["message_sha256"]].add(event.said["id"])
    asked: set[tuple[str, str]] = set()
    for command in commands:
        service = ANSWERED_BY[command.record.topic]
        digest = sha256(command.record.value).hexdigest()
        if (service, digest) in asked:
            continue
        asked.add((service, digest))
        name = f"answers: {command.said['type']} {command.said['id']} of {command.said['source']}"
        number = len(receipts.get((service, digest), ()))
        if number != 1:
            yield f"{name} has {number} receipts of {service}"
        if (command.said["source"], command.said["id"]) not in services[service].inbox:
            yield f"{name} is not in the inbox of {service}"
    for service, digest in receipts.keys() - asked:
        yield f"answers: {service} has answered {digest}, which nobody has sent"


def stream_problems(services: Mapping[str, ServiceStore], events: Collection[Content]) -> Iterator[str]:
    """Each stream is numbered 1, 2, 3 … in the outbox, and on its topic as the same bytes in the same order."""
    on_topic: dict[tuple[str, str, str], dict[int, bytes]] = defaultdict(dict)
    for event in events:
        seq, seen = event.said["seq"], on_topic[event.stream]
        if seen.setdefault(seq, event.record.value) != event.record.value:
            yield f"streams: {event.stream} has two different events {seq}"
    for service, store in services.items():
        written: dict[tuple[str, str], dict[int, bytes]] = defaultdict(dict)
        for said in store.said:
            written[said.stream][said.seq] = said.value
            if not said.is_published:
                yield f"outbox: {service} has not published {said.seq} of {said.stream}"
        for stream in written.keys() | store.last_seqs.keys():
            values, last = written[stream], store.last_seqs.get(stream, 0)
            if list(values) != list(range(1, last + 1)):
                yield f"outbox: {service} has given out {last} numbers on {stream} and written {sorted(values)}"
            published = on_topic.pop((service, *stream), {})
            # In the order of their first coming: a repeat later on does no harm.
            if list(published) != list(range(1, last + 1)):
                yield f"streams: {service} {stream} came as {list(published)}, not as 1 to {last}"
            elif published != values:
                yield f"streams: {service} {stream} was published with other bytes than were written"
    yield from (f"streams: {stream} is on its topic and in nobody's outbox" for stream in on_topic)


def cursor_problems(services: Mapping[str, ServiceStore]) -> Iterator[str]:
    """Whoever consumes a topic has taken in every stream on it to its end, and nothing that was never said."""
    for name, service in DECIDING.items():
        cursors = dict(services[name].cursors)
        for source, store in services.items():
            for (topic, key), last in store.last_seqs.items():
                if topic in service.observes:
                    cursor = cursors.pop((source, topic, key), 0)
                    if cursor != last:
                        yield f"cursors: {name} has taken in {cursor} of {last} of {source} {topic} {key}"
        yield from (f"cursors: {name} has taken in {stream}, which nobody has said" for stream in cursors)


def case_problems(events: Collection[Content], cases: Collection[UUID]) -> Iterator[str]:
    """A case has one settlement of each leg and one end, told under one event id each, however often published."""
    announced: dict[tuple[str, str], set[str]] = defaultdict(set)
    for event in events:
        project = str(event.said["data"].get("project_id"))
        if event.said["type"] == "treasury.payment.settled.v1":
            announced[project, event.said["data"]["leg"]].add(event.said["id"])
        elif event.said["type"] == "treasury.payment.instruction.v1":
            announced[project, f"instruction for the {event.said['data']['leg']}"].add(event.said["id"])
        elif event.said["type"] in ONCE_PER_CASE:
            announced[project, event.said["type"]].add(event.said["id"])
    wanted = (*LEGS, *(f"instruction for the {leg}" for leg in LEGS), *ONCE_PER_CASE)
    for project in cases:
        for what in wanted:
            number = len(announced[str(project), what])
            if number != 1:
                yield f"case {project}: {what} was told {number} times"


def courses_of(stores: Stores, cases: Collection[UUID]) -> dict[UUID, dict[str, list[str]]]:
    """By case, the types of the events that each deciding service has said of it, in order: the same for every case."""
    found: dict[UUID, dict[str, list[str]]] = {project: {name: [] for name in DECIDING} for project in cases}
    keys = {str(project): project for project in cases}
    for name in DECIDING:
        for said in stores.services[name].said:
            topic, key = said.stream
            if topic == f"{name}.events" and key in keys:
                message_type = json.loads(said.value)["type"]
                if message_type != BY_CHANCE:
                    found[keys[key]][name].append(message_type)
    return found
