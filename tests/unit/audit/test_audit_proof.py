"""The check's computing part: a sound record holds, and each kind of damage is seen by the check that is for it."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.audit.domain.labels import read_object
from services.audit.domain.leaf import Leaf, Recorded, hash_of, headers_to_bytes
from services.audit.domain.merkle import root
from services.audit.domain.proof import (
    PROBLEMS_NAMED_MAX,
    AnswerReplay,
    CheckReport,
    CheckResult,
    Problems,
    StreamReplay,
    TreeReplay,
    compare,
)
from shared.contracts.ids import causing_id, event_id
from shared.contracts.topics import CLAIMS_COMMANDS, CLAIMS_EVENTS, LOSS_NOTICES

NO_HEADERS = headers_to_bytes(())


def _leaf(topic: str, offset: int, content: dict[str, Any], key: bytes = b"project") -> Leaf:
    return Leaf(1, topic, 0, offset, 0, key, json.dumps(content).encode(), NO_HEADERS)


def _event(seq: int, offset: int, says: str = "x") -> Leaf:
    return _leaf(CLAIMS_EVENTS, offset, {"source": "claims", "seq": seq, "id": f"{seq}", "says": says})


def _recorded(leaves: Sequence[Leaf]) -> list[Recorded]:
    return [Recorded(index, leaf, hash_of(leaf)) for index, leaf in enumerate(leaves)]


def _streams(leaves: Sequence[Leaf]) -> StreamReplay:
    replay = StreamReplay()
    for leaf in leaves:
        replay.take(leaf, read_object(leaf.value))
    return replay


LEAVES = [_event(seq, seq - 1) for seq in range(1, 6)]


def test_the_tree_of_a_sound_record() -> None:
    """The tree computed again has the root of the leaves' hashes, at every size that was signed."""
    replay = TreeReplay({2, 5})
    for recorded in _recorded(LEAVES):
        replay.take(recorded)
    hashes = [hash_of(leaf) for leaf in LEAVES]
    assert replay.problems.found == 0
    assert replay.frontier.root == root(hashes)
    assert replay.roots == {2: root(hashes[:2]), 5: root(hashes)}


@pytest.mark.clause("19.2")
@pytest.mark.parametrize("change", [{"value": b"other"}, {"key": None}, {"timestamp_ms": 1}, {"headers": b"other"}])
def test_altered_bytes_are_seen(change: dict[str, Any]) -> None:
    """Whatever of a recorded leaf is altered, the tree shows it."""
    recorded = _recorded(LEAVES)
    recorded[3] = replace(recorded[3], leaf=recorded[3].leaf._replace(**change))
    replay = TreeReplay({5})
    for each in recorded:
        replay.take(each)
    assert replay.problems.found == 1
    assert replay.roots[5] != root([hash_of(leaf) for leaf in LEAVES])


@pytest.mark.clause("19.2")
def test_a_removed_leaf_is_seen() -> None:
    """A leaf taken out of the middle leaves a hole in the indices."""
    recorded = _recorded(LEAVES)
    replay = TreeReplay(())
    for each in [*recorded[:2], *recorded[3:]]:
        replay.take(each)
    assert replay.problems.found > 0


@given(st.lists(st.integers(0, 4), max_size=6))
def test_a_gapless_stream_with_repeats_holds(repeated: list[int]) -> None:
    """Repeats of what was said before, in whatever order, break nothing."""
    replay = _streams([*LEAVES, *(LEAVES[place] for place in repeated)])
    assert replay.problems.found == 0
    assert (replay.events, replay.repeats, replay.streams) == (5 + len(repeated), len(repeated), 1)


@pytest.mark.clause("19.2")
@given(st.permutations(LEAVES), st.integers(0, 4))
def test_any_other_order_is_seen(leaves: list[Leaf], left_out: int) -> None:
    """A stream whose numbers don't come as 1, 2, 3 …, or with one left out before the last, doesn't hold."""
    assert (_streams(leaves).problems.found == 0) == (leaves == LEAVES)
    shortened = [*LEAVES[:left_out], *LEAVES[left_out + 1 :]]
    assert (_streams(shortened).problems.found == 0) == (left_out == 4)


@pytest.mark.clause("19.2")
def test_a_number_said_twice_is_seen() -> None:
    """One number with two contents is no repeat."""
    assert _streams([*LEAVES, _event(3, 9, says="something else")]).problems.found == 1


@pytest.mark.parametrize("content", [{}, {"source": "claims", "seq": True}, {"source": "claims", "seq": 0}, {"seq": 1}])
def test_what_is_no_event_is_seen(content: dict[str, Any]) -> None:
    """Among the services' events nothing else can hide; what comes from outside may be anything."""
    assert _streams([_leaf(CLAIMS_EVENTS, 0, content)]).problems.found == 1
    assert _streams([_leaf(CLAIMS_COMMANDS, 0, content)]).problems.found == 0


NOTICE = _leaf(LOSS_NOTICES, 0, {"id": "n-1", "source": "bank-a"})
CAUSE = causing_id("bank-a", "n-1")


def _receipt(outcome: str, identity: str | None = None, message: Leaf = NOTICE, offset: int = 0) -> Leaf:
    return _leaf(
        "outcomes.bank-a",
        offset,
        {
            "id": identity or str(event_id(CAUSE, 0)),
            "source": "claims",
            "type": "claims.receipt.issued.v1",
            "data": {"outcome": outcome, "message_sha256": hashlib.sha256(message.value or b"").hexdigest()},
        },
    )


EFFECT = _leaf(CLAIMS_EVENTS, 0, {"id": str(event_id(CAUSE, 1)), "source": "claims", "type": "claims.x.v1"})
REUSED = _leaf(LOSS_NOTICES, 1, {"id": "n-1", "source": "bank-a", "other": "bytes"})


@pytest.mark.clause("19.2")
@pytest.mark.parametrize(
    ("leaves", "holds"),
    [
        ([NOTICE, _receipt("accepted"), EFFECT], True),
        ([_receipt("accepted"), EFFECT, NOTICE], True),
        ([NOTICE, _receipt("held")], True),
        ([NOTICE, _receipt("refused")], True),
        ([NOTICE], True),
        ([NOTICE, NOTICE, _receipt("accepted"), _receipt("accepted")], True),
        ([NOTICE, REUSED, _receipt("accepted"), EFFECT, _receipt("refused", "another", REUSED)], True),
        ([NOTICE._replace(value=None)], True),
        ([NOTICE, EFFECT], False),
        ([NOTICE, _receipt("accepted"), _receipt("accepted", "another")], False),
        ([NOTICE, NOTICE, _receipt("accepted"), _receipt("accepted", "another")], False),
        ([NOTICE, _receipt("refused"), _receipt("refused", "another")], False),
        ([_receipt("refused")], False),
    ],
)
def test_every_effect_has_one_receipt(leaves: list[Leaf], holds: bool) -> None:
    """One receipt for what took effect, at most one for each time anything was sent, and none for nothing."""
    replay = AnswerReplay()
    for leaf in leaves:
        replay.take(leaf, read_object(leaf.value))
    assert replay.result("answers").holds is holds


def test_what_nobody_answered_is_counted() -> None:
    """A message without a receipt breaks nothing, since a forgery gets none, and is still named."""
    replay = AnswerReplay()
    for leaf in (NOTICE, REUSED, _receipt("accepted")):
        replay.take(leaf, read_object(leaf.value))
    assert replay.unanswered == 1


@given(st.lists(st.sampled_from(LEAVES), unique_by=lambda leaf: leaf.offset))
def test_the_broker_and_the_record_agree(leaves: list[Leaf]) -> None:
    """The same records on both sides are no problem."""
    problems = Problems()
    compare(leaves, _recorded(leaves), problems)
    assert problems.found == 0


@pytest.mark.clause("19.2")
def test_a_difference_from_the_broker_is_seen() -> None:
    """Missing, slipped in, altered: each is one problem."""
    altered = LEAVES[1]._replace(value=b"other")
    for found, recorded in ((LEAVES[:3], LEAVES[:2]), (LEAVES[:2], LEAVES[:3]), ([LEAVES[0], altered], LEAVES[:2])):
        problems = Problems()
        compare(found, _recorded(recorded), problems)
        assert problems.found == 1


def test_a_report_counts_all_and_names_some() -> None:
    """A report stays readable however much is broken, and holds only if every check does."""
    problems = Problems()
    for number in range(PROBLEMS_NAMED_MAX + 5):
        problems.add(f"problem {number}")
    broken = problems.result("tree", "5 leaves")
    sound = CheckResult(name="streams", holds=True, detail="", problems_found=0, problems=())
    assert (broken.holds, broken.problems_found, len(broken.problems)) == (False, 25, PROBLEMS_NAMED_MAX)
    assert CheckReport(results=(sound,)).holds
    report = CheckReport(results=(sound, broken))
    assert not report.holds
    assert json.loads(report.model_dump_json())["holds"] is False


_contents = st.dictionaries(
    st.sampled_from(["id", "source", "seq", "type", "data"]),
    st.none() | st.integers() | st.text(max_size=5) | st.dictionaries(st.text(max_size=3), st.integers(), max_size=2),
)


@settings(max_examples=50)
@given(st.lists(st.tuples(st.sampled_from([LOSS_NOTICES, CLAIMS_EVENTS, "outcomes.bank-a"]), _contents), max_size=8))
def test_any_content_can_be_checked(contents: list[tuple[str, dict[str, Any]]]) -> None:
    """Whatever is recorded, the check answers instead of failing."""
    streams, answers = StreamReplay(), AnswerReplay()
    for offset, (topic, content) in enumerate(contents):
        streams.take(_leaf(topic, offset, content), content)
        answers.take(_leaf(topic, offset, content), content)
    assert answers.result("answers").name == "answers"
