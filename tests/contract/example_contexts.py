"""The scenarios that the examples were recorded from, played once more, and the keys that are known in them."""

from dataclasses import replace
from functools import cache

from riskpool.contracts import examples
from scenarios.player.run import Readable
from scenarios.recorded import example_party_keys, messages_from_outside, scenarios_for_examples, simulated
from shared.contracts.envelope import SIGNATURE_HEADER
from shared.messaging.keyring import Keys, root_signing_keys
from shared.messaging.message import Record
from shared.messaging.signatures import named_key
from simulator.parties import Cast
from simulator.simulator import Simulator


@cache
def context(scenario: str) -> Simulator:
    """What the scenario was played in."""
    return simulated(readable(scenario))


def fresh(scenario: str) -> Simulator:
    """A simulator in which nothing of the scenario has been said yet."""
    found = readable(scenario)
    by_hand = [found.pool_id] if found.scenario.is_bank_by_hand else []
    return Simulator(Cast(found.pool_id, example_party_keys()), by_hand=by_hand)


def readable(scenario: str) -> Readable:
    return _readables()[scenario]


@cache
def _readables() -> dict[str, Readable]:
    """All scenarios by name, read once: there are many, and YAML takes its time."""
    return {each.path.stem: each for each in scenarios_for_examples()}


@cache
def context_keys(scenario: str) -> Keys:
    """The keys with which messages of the scenario are signed and that its registry knows, whatever became of them."""
    roots = root_signing_keys(Cast(readable(scenario).pool_id, example_party_keys()).root_keys())
    key_ids = {named_key(signature) for record in context(scenario).records if (signature := signature_of(record))}
    registered = context(scenario).registry.keyring.find(key_ids)
    return {place: replace(key, valid_until=None) for place, key in {**registered, **roots}.items()}


def example_keys(message_type: str) -> Keys:
    """The keys that signed the example of this type, and what it carries."""
    return context_keys(examples()[message_type].scenario)


def signature_of(record: Record) -> str | None:
    values = record.header_values(SIGNATURE_HEADER)
    return None if not values or values[0] is None else values[0].decode()


def outside(scenario: str) -> list[Record]:
    """What the parties said in the scenario."""
    return messages_from_outside(context(scenario))
