"""Whether what was acknowledged outlives the loss of one broker: how many have it, and who may lead after that."""

from collections.abc import Mapping, Sequence
from typing import Any

from devstack.topics import COPIES, COPIES_CONFIG
from riskpool.finding import Finding, note, ok, wrong

NAME = "copies of each record"
IN_SYNC = "min.insync.replicas"
UNCLEAN = "unclean.leader.election.enable"
IN_SYNC_MIN = int(COPIES_CONFIG[IN_SYNC])


def fewest_copies(described: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    """The copies of each topic's partition that has the fewest, from the broker's description of its topics."""
    return {topic["topic"]: min(len(part["replicas"]) for part in topic["partitions"]) for topic in described}


def copies_finding(
    brokers: int, copies: Mapping[str, int], settings: Mapping[str, Mapping[str, str]], bootstrap: str
) -> Finding:
    """What the fewest copies of each topic and its settings come to; what the broker does not tell is no fault.

    With one broker there can be no second copy: that is how a pool is tried out.
    """
    if brokers == 1:
        mend = f"nothing to try it out; a production cluster has {COPIES} brokers or more (docs/operations.md)"
        return note(NAME, "one broker has the only copy: what it loses is lost", mend)
    few = [
        f"{topic} has {number} {'copy' if number == 1 else 'copies'} and not {COPIES}"
        for topic, number in sorted(copies.items())
        if number < COPIES
    ]
    others = [
        fault for topic, found in sorted(settings.items()) for fault in _faults_of(topic, found, copies.get(topic))
    ]
    mends = [
        "kafka-reassign-partitions.sh (docs/operations.md)" if few else "",
        f"kafka-configs.sh --bootstrap-server {bootstrap} --alter --topic … --add-config "
        + ",".join(f"{name}={value}" for name, value in COPIES_CONFIG.items())
        if others
        else "",
    ]
    if few or others:
        return wrong(NAME, "; ".join((*few, *others)), "; ".join(filter(None, mends)))
    return ok(NAME, f"{COPIES} or more, acknowledged when {IN_SYNC_MIN} have it; none that is behind may lead")


def _faults_of(topic: str, found: Mapping[str, str], copies: int | None) -> list[str]:
    faults = []
    in_sync = int(found.get(IN_SYNC, IN_SYNC_MIN))
    if in_sync < IN_SYNC_MIN:
        faults.append(f"{topic} has {IN_SYNC}={in_sync} and not {IN_SYNC_MIN}: what was acknowledged can be lost")
    elif copies is not None and in_sync >= max(copies, IN_SYNC_MIN + 1):
        faults.append(f"{topic} has {IN_SYNC}={in_sync} with {copies} copies: without one broker nothing is taken")
    if found.get(UNCLEAN, "false") != "false":
        faults.append(f"{topic} has {UNCLEAN}={found[UNCLEAN]}: a copy that is behind can become the leader")
    return faults
