"""Article 19: what an auditor can tell from the record."""

import pytest

from services.audit.domain.rules.article_19_record_proof import (
    is_answered_once,
    is_audited,
    is_complete,
    is_next,
    is_root_of,
    is_unaltered,
)
from shared.contracts.topics import AUDIT_EVENTS, TOPICS, outcomes_topic


@pytest.mark.clause("19.2")
def test_every_topic_but_the_audits_own_is_audited() -> None:
    """All topics and every institution's outcomes are recorded; the audit's own and the broker's are not."""
    assert all(is_audited(topic.name) for topic in TOPICS if topic.name != AUDIT_EVENTS)
    assert is_audited(outcomes_topic("bank-of-example"))
    assert not is_audited(AUDIT_EVENTS)
    assert not is_audited("__consumer_offsets")


@pytest.mark.clause("19.2")
def test_an_altered_record_is_seen() -> None:
    """Other bytes at a recorded position are never taken for a repeat."""
    assert is_unaltered(b"a" * 32, b"a" * 32)
    assert not is_unaltered(b"a" * 32, b"b" * 32)


@pytest.mark.clause("19.2")
def test_a_removed_or_added_record_is_seen() -> None:
    """The record ends where the topic ends: neither behind nor ahead."""
    assert is_complete(7, 7)
    assert not is_complete(6, 7)
    assert not is_complete(8, 7)


@pytest.mark.clause("19.2")
def test_a_gap_in_a_stream_is_seen() -> None:
    """Streams begin with 1 and leave out nothing."""
    assert is_next(0, 1)
    assert is_next(4, 5)
    assert not is_next(0, 2)
    assert not is_next(4, 4)


@pytest.mark.clause("19.2")
def test_another_root_is_seen() -> None:
    """A tree computed again must have the root that was signed."""
    assert is_root_of(b"a" * 32, b"a" * 32)
    assert not is_root_of(b"a" * 32, b"b" * 32)


@pytest.mark.clause("19.2")
@pytest.mark.parametrize(
    ("receipts", "deliveries", "accepted", "holds"),
    [
        (1, 1, True, True),
        (1, 3, True, True),
        (0, 1, True, False),
        (2, 2, True, False),
        (0, 1, False, True),
        (2, 2, False, True),
        (2, 1, False, False),
    ],
)
def test_every_accepted_message_has_one_receipt(receipts: int, deliveries: int, accepted: bool, holds: bool) -> None:
    """What took effect has exactly one receipt however often it was sent; nothing has more than times it was sent."""
    assert is_answered_once(receipts, deliveries, accepted=accepted) is holds
