"""Article 19: what has to hold so that an auditor can tell that nothing was altered, removed or slipped in."""

from shared.contracts.topics import AUDIT_EVENTS, OUTCOMES_PREFIX, TOPICS

_FIXED = frozenset(topic.name for topic in TOPICS) - {AUDIT_EVENTS}


def is_audited(topic: str) -> bool:
    """Article 19.2. Every topic is recorded, the institutions' outcomes included, but not the audit's own.

    The audit's checkpoints speak about the record; recording them would make each one bring about the next.
    """
    return topic in _FIXED or topic.startswith(OUTCOMES_PREFIX)


def is_unaltered(recorded_hash: bytes, found_hash: bytes) -> bool:
    """Article 19.2. Bytes found again at a recorded position are the recorded ones, told by their leaf hashes."""
    return recorded_hash == found_hash


def is_complete(audited_end: int, end: int) -> bool:
    """Article 19.2. The record of a partition ends exactly where the partition ends (offsets after the last one)."""
    return audited_end == end


def is_next(seq_last: int, seq: int) -> bool:
    """Article 19.2. A stream's sequence numbers have no gap: 1, 2, 3 …; ``seq_last`` is 0 before the first."""
    return seq == seq_last + 1


def is_root_of(recomputed_root: bytes, stated_root: bytes) -> bool:
    """Article 19.2. The root computed again from the recorded bytes is the one that was stated and signed."""
    return recomputed_root == stated_root


def is_answered_once(receipts: int, deliveries: int, *, accepted: bool) -> bool:
    """Article 19.2. What took effect has exactly one receipt; anything else at most one for each time it was sent.

    What can't be attributed to a sender stays without an answer, so that none at all is possible there.
    """
    return receipts == 1 if accepted else receipts <= deliveries
