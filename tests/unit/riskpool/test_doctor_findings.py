"""What the doctor makes of what it sees."""

from datetime import UTC, datetime, timedelta

import pytest

from devstack.topics import COPIES_CONFIG, TOPIC_CONFIG
from riskpool.copies_check import copies_finding, fewest_copies
from riskpool.finding import Status, missing, ok, wrong
from riskpool.running_checks import (
    CLOCK_DIFFERENCE_MAX_SECONDS,
    clock_finding,
    compared_answer_topics,
    compared_finding,
    service_of,
    settings_finding,
    topics_finding,
)
from shared.contracts.topics import TOPICS

COUNTS = {topic.name: topic.partitions for topic in TOPICS} | {"outcomes.bank": 1}
NOON = datetime(2026, 11, 2, 4, tzinfo=UTC)
FILES = ["20260101000000_first.sql", "20260201000000_second.sql"]


def test_only_what_is_needed_is_in_the_way() -> None:
    """What has a stand-in is told, and stops nothing."""
    assert missing("x", "", "do").is_in_the_way
    assert wrong("x", "", "do").is_in_the_way
    assert not missing("x", "", "do", needed=False).is_in_the_way
    assert not ok("x", "").is_in_the_way


def test_topics_with_their_partition_counts_are_in_order() -> None:
    """Topics of others on the same broker are nobody's concern."""
    assert topics_finding({**COUNTS, "somebody-elses": 7}, "b:1").status is Status.OK


def test_a_topic_that_lacks_is_named_with_the_command_that_makes_it() -> None:
    """Every missing one is named."""
    found = topics_finding({"outcomes.bank": 1, "loss-notices": 4}, "b:1")
    assert found.status is Status.MISSING
    assert "audit.events" in found.found
    assert "devstack.topics --bootstrap b:1" in found.mend


@pytest.mark.parametrize("name", ["loss-notices", "outcomes.bank"])
def test_a_wrong_partition_count_is_worse_than_a_missing_topic(name: str) -> None:
    """It can't be mended by making topics, so it is said first."""
    counts = {topic: count for topic, count in COUNTS.items() if topic != "audit.events"}
    found = topics_finding({**counts, name: 9}, "b:1")
    assert found.status is Status.WRONG
    assert f"{name} has 9" in found.found


def test_a_pool_without_answer_topics_answers_nobody() -> None:
    """All other topics are there, and still no institution could read a receipt."""
    found = topics_finding({topic.name: topic.partitions for topic in TOPICS}, "b:1")
    assert found.status is Status.MISSING


def test_topics_that_forget_or_are_kept_compressed_are_named() -> None:
    """With the value that is there and the command that mends it; what the broker does not tell is no fault."""
    assert settings_finding({"loss-notices": TOPIC_CONFIG, "outcomes.bank": {}}, "b:1").status is Status.OK
    kept = {"loss-notices": {**TOPIC_CONFIG, "compression.type": "producer"}, "outcomes.bank": TOPIC_CONFIG}
    found = settings_finding({**kept, "audit.events": {"retention.ms": "1000"}}, "b:1")
    assert found.status is Status.WRONG
    assert found.found == (
        "audit.events has retention.ms=1000 and not -1; loss-notices has compression.type=producer and not uncompressed"
    )
    assert "--bootstrap-server b:1" in found.mend
    assert "compression.type=uncompressed" in found.mend


def test_one_broker_with_its_one_copy_is_noted() -> None:
    """It is how a pool is tried out, and stops nothing; what production has is said beside."""
    found = copies_finding(1, {"loss-notices": 1}, {"loss-notices": {"min.insync.replicas": "1"}}, "b:1")
    assert found.status is Status.NOTE
    assert not found.is_in_the_way
    assert "3 brokers" in found.mend


def test_copies_as_production_has_them_are_in_order() -> None:
    """More copies are welcome, and what the broker does not tell is no fault."""
    copies = {"loss-notices": 3, "audit.events": 5, "claims.events": 3}
    found = copies_finding(3, copies, {"loss-notices": COPIES_CONFIG, "audit.events": COPIES_CONFIG}, "b:1")
    assert found.status is Status.OK


@pytest.mark.parametrize(
    ("copies", "setting", "said", "mended_by"),
    [
        (1, {}, "loss-notices has 1 copy and not 3", "kafka-reassign-partitions.sh"),
        (2, {}, "loss-notices has 2 copies and not 3", "kafka-reassign-partitions.sh"),
        (3, {"min.insync.replicas": "1"}, "min.insync.replicas=1 and not 2", "min.insync.replicas=2"),
        (3, {"min.insync.replicas": "3"}, "min.insync.replicas=3 with 3 copies", "min.insync.replicas=2"),
        (
            3,
            {"unclean.leader.election.enable": "true"},
            "loss-notices has unclean.leader.election.enable=true",
            "unclean.leader.election.enable=false",
        ),
    ],
)
def test_too_few_copies_are_in_the_way(copies: int, setting: dict[str, str], said: str, mended_by: str) -> None:
    """Each topic is named with what it has; the others are not."""
    settings = {"loss-notices": {**COPIES_CONFIG, **setting}, "audit.events": COPIES_CONFIG}
    found = copies_finding(3, {"loss-notices": copies, "audit.events": 3}, settings, "b:1")
    assert found.status is Status.WRONG
    assert found.is_in_the_way
    assert said in found.found
    assert "audit.events" not in found.found
    assert mended_by in found.mend


def test_a_topic_has_as_many_copies_as_its_poorest_partition() -> None:
    """One partition with a single copy is enough to lose something."""
    parts = [{"replicas": [1, 2, 3]}, {"replicas": [2]}]
    assert fewest_copies([{"topic": "loss-notices", "partitions": parts}]) == {"loss-notices": 1}


@pytest.mark.parametrize(
    ("database", "service"),
    [("riskpool_claims", "claims"), ("riskpool_audit__test", "audit"), ("claims", None), ("riskpool_x", None)],
)
def test_a_database_is_known_by_its_name(database: str, service: str | None) -> None:
    """A copy for a test is its service's database too."""
    assert service_of(database) == service


def test_migrations_are_compared_by_version() -> None:
    """All there, one missing, one that this code does not know, and a role that may not look."""
    versions = {"20260101000000", "20260201000000"}
    assert compared_finding("database x", "claims", versions, FILES).status is Status.OK
    lacks = compared_finding("database x", "claims", {"20260101000000"}, FILES)
    assert (lacks.status, "20260201000000_second.sql" in lacks.found) == (Status.MISSING, True)
    assert "devstack.migrate claims" in lacks.mend
    newer = compared_finding("database x", "claims", {*versions, "20270101000000"}, FILES)
    assert (newer.status, newer.is_in_the_way) == (Status.WRONG, False)
    assert compared_finding("database x", "claims", None, FILES).is_in_the_way


@pytest.mark.parametrize("seconds", [-1, 1])
def test_clocks_that_differ_are_wrong(seconds: int) -> None:
    """A slow answer is no difference: theirs only has to lie between our two readings, or near."""
    after = NOON + timedelta(seconds=30)
    assert clock_finding("d", NOON, NOON + timedelta(seconds=15), after).status is Status.OK
    edge = NOON if seconds < 0 else after
    near = edge + timedelta(seconds=seconds * CLOCK_DIFFERENCE_MAX_SECONDS)
    assert clock_finding("d", NOON, near, after).status is Status.OK
    far = near + timedelta(milliseconds=seconds)
    assert clock_finding("d", NOON, far, after).status is Status.WRONG


def test_an_institution_without_its_topic_is_named_with_the_command_that_makes_it() -> None:
    """Its receipts wait in an outbox, and nothing else would tell the operator why."""
    found = compared_answer_topics({"bank-a", "bank-new", "bank-z"}, {"outcomes.bank-a", "bank-new"}, "b:1")
    assert found.status is Status.MISSING
    assert "bank-new, bank-z" in found.found
    assert (
        found.mend == ".venv/bin/python -m devstack.topics --bootstrap b:1 --institution bank-new --institution bank-z"
    )
    assert compared_answer_topics({"bank-a"}, {"outcomes.bank-a", "outcomes.bank-b"}, "b:1").status is Status.OK
