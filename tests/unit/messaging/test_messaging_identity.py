"""Which broker an epoch may work with, and what an operator is told otherwise."""

from collections.abc import Mapping
from uuid import uuid4

import pytest

from shared.messaging.identity import fault_of, is_of_the_pool, topics_made_anew


@pytest.mark.parametrize(
    ("epoch", "cluster", "clusters"),
    [
        (1, "a", {}),
        (7, "a", {}),
        (1, "a", {1: "a"}),
        (2, "b", {1: "a", 2: "b"}),
        (2, "b", {1: "a"}),
        (9, "b", {1: "a", 2: "c"}),
        # Back to a cluster that was there before: told to by a higher epoch, so somebody has decided it.
        (3, "a", {1: "a", 2: "b"}),
    ],
)
def test_an_epoch_works_with_its_own_broker(epoch: int, cluster: str, clusters: Mapping[int, str]) -> None:
    """The first broker ever, the one that is known, and a new one that a higher epoch announces."""
    assert fault_of(epoch, cluster, clusters, []) is None


@pytest.mark.parametrize(
    ("epoch", "cluster", "clusters", "said"),
    [
        (1, "b", {1: "a"}, ["epoch 1 belongs to a, found b", "RISKPOOL_EPOCH=2", "riskpool replay"]),
        (2, "c", {1: "a", 2: "b"}, ["epoch 2 belongs to b, found c", "RISKPOOL_EPOCH=3"]),
        (1, "b", {1: "a", 2: "b"}, ["epoch 1 is over", "RISKPOOL_EPOCH=2"]),
        (1, "a", {1: "a", 2: "b"}, ["epoch 1 is over", "RISKPOOL_EPOCH=2"]),
        # The old broker answers again, or the address still leads to it.
        (2, "a", {1: "a", 2: "b"}, ["the old one of epoch 1", "belongs to b", "RISKPOOL_KAFKA_BOOTSTRAP"]),
        (2, "a", {1: "a"}, ["still that of epoch 1", "RISKPOOL_EPOCH=1"]),
    ],
)
def test_any_other_broker_is_refused_with_the_next_step(
    epoch: int, cluster: str, clusters: Mapping[int, str], said: list[str]
) -> None:
    """The message says what was found, what was expected, and what to do, and never sends anybody in a circle."""
    fault = fault_of(epoch, cluster, clusters, [])
    assert fault is not None
    assert [part for part in said if part not in fault] == []


def test_topics_made_anew_are_a_loss_on_the_same_cluster() -> None:
    """A deleted and rebuilt topic needs the next epoch, and the next epoch may then have the same cluster."""
    fault = fault_of(1, "a", {1: "a"}, ["claims.events"])
    assert fault is not None
    assert "topics were made anew: claims.events" in fault
    assert "RISKPOOL_EPOCH=2" in fault
    assert fault_of(2, "a", {1: "a"}, ["claims.events"]) is None


def test_a_topic_is_told_by_its_id() -> None:
    """New topics and absent ones are no change; another id under the same name is."""
    first, other = uuid4(), uuid4()
    assert topics_made_anew({"a": first}, {"a": first, "b": other}) == []
    assert topics_made_anew({"a": first, "b": first}, {"a": first}) == []
    assert topics_made_anew({"a": first, "b": first}, {"a": other, "b": first}) == ["a"]


def test_only_the_pools_own_topics_are_watched() -> None:
    """On a shared cluster others make and delete topics as they like."""
    assert is_of_the_pool("claims.events")
    assert is_of_the_pool("outcomes.bank-a")
    assert not is_of_the_pool("payroll")
    assert not is_of_the_pool("__consumer_offsets")
