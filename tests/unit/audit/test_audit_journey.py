"""A case's journey: every message once, causes first, with its trace, its amounts, and the time each stage took."""

import hashlib
import json
from datetime import timedelta
from typing import Any
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from services.audit.domain.journey import NOT_VOUCHED_FOR, journey_of, messages_of, related, sought
from services.audit.domain.leaf import Leaf, Recorded, hash_of, headers_to_bytes
from services.audit.domain.summary import summary
from services.audit.journey import as_text
from shared.contracts.ids import causing_id, event_id
from shared.contracts.topics import CLAIMS_COMMANDS, CLAIMS_EVENTS, LOSS_NOTICES, TREASURY_COMMANDS, TREASURY_EVENTS
from tests.unit.audit.journey_builder import NINE, POOL, PROJECT, TRACES, Story, notified

INSTRUCTION = "99999999-2222-4333-8444-555555555555"
YEARS_LATER = NINE + timedelta(days=1_500)


def test_causes_come_first() -> None:
    """Whatever order the topics were recorded in, a message stands before its receipt and its events."""
    journey = journey_of(PROJECT, notified().messages())
    assert [step.type.removeprefix("claims.") for step in journey.steps] == [
        "loss.notify.v1",
        "notice.accepted.v1",
        "receipt.issued.v1",
        "review.record.v1",
        "receipt.issued.v1",
        "review.recorded.v1",
    ]


def test_each_step_says_who_when_and_what() -> None:
    """Institution and officer, or the service; amounts in yuan; the answer; both times; the trace of what it caused."""
    notice, accepted, *_ = journey_of(PROJECT, notified().messages()).steps
    assert (notice.who, notice.answer, notice.trace_id) == ("bank-a/wang", "accepted", TRACES["notice"])
    assert notice.what == "claimed 200,000.00 yuan"
    assert notice.kafka_at == NINE
    assert (accepted.who, accepted.answer, accepted.stage) == ("claims", None, "notice")
    assert accepted.at == NINE + timedelta(seconds=1)
    assert "total 1,000,000.01 yuan" in accepted.what
    assert "other" not in accepted.what
    assert accepted.since_before_ms == 0


def test_the_time_in_each_stage() -> None:
    """Stages are told with the time since the one before; an outsider's clock has no say in it."""
    journey = journey_of(PROJECT, notified().messages())
    assert [(passage.stage, passage.took_ms) for passage in journey.passages] == [
        ("notice", None),
        ("review", (2 * 86_400 - 1) * 1000),
    ]
    assert journey.lasted_ms == (2 * 86_400 - 1) * 1000
    assert journey.case_number == "2026-ABCDEFG"


def test_what_nobody_vouches_for_is_no_part_of_the_durations() -> None:
    """Anybody can write about a case years later: it lasts no longer for that, and nothing waited for it."""
    story = notified()
    before = journey_of(PROJECT, story.messages())
    forged = {"lender": "bank-a", "loan_contract_number": "LC-1", "claimed_fen": 99}
    for message_id, at in (("m-7", NINE - timedelta(days=9)), ("m-8", NINE + timedelta(days=1)), ("m-9", YEARS_LATER)):
        story.command(LOSS_NOTICES, "claims.loss.notify.v1", message_id, forged, at)
    journey = journey_of(PROJECT, story.messages())
    assert (journey.lasted_ms, journey.passages) == (before.lasted_ms, before.passages)
    assert [step.since_before_ms for step in journey.steps if step.answer == NOT_VOUCHED_FOR] == [None] * 3
    vouched = [step.since_before_ms for step in journey.steps if step.answer != NOT_VOUCHED_FOR]
    assert vouched == [step.since_before_ms for step in before.steps]


def test_all_times_are_told_in_one_zone() -> None:
    """Each sender writes its time as it likes; people read Beijing's, and are told so once."""
    story = Story()
    for name, written in (("in-utc", "2026-11-02T09:00:00Z"), ("in-beijing", "2026-11-02T17:00:00.250+08:00")):
        content = {"id": name, "source": "claims", "type": "claims.x.v1", "time": written}
        story.record(CLAIMS_EVENTS, content, NINE)
    journey = journey_of(PROJECT, story.messages())
    assert {step.at.utcoffset() for step in journey.steps if step.at} == {timedelta(hours=8)}
    text = as_text(journey)
    assert text.count("+08:00") == 1
    assert "2026-11-02T17:00:00.000 " in text
    assert "2026-11-02T17:00:00.250 " in text
    assert "kafka 2026-11-02T17:00:00.000" in text


def test_a_time_that_no_zone_can_say_is_none() -> None:
    """The last hours before the year 10000 are in Beijing after it."""
    story = Story()
    content = {"id": "m", "source": "claims", "type": "claims.x.v1", "time": "9999-12-31T23:00:00Z"}
    story.record(CLAIMS_EVENTS, content, NINE)
    (step,) = journey_of(PROJECT, story.messages()).steps
    assert step.at is None


def test_the_whole_way_is_told_in_stages() -> None:
    """Every stage of a claim's way is known, and a reimbursement's own payment is not taken for the payout's."""
    story = Story()
    payout, reimbursement = {"leg": "payout"}, {"leg": "reimbursement"}
    way: list[tuple[str, str, dict[str, Any]]] = [
        ("notice", "claims.notice.accepted.v1", {}),
        ("review", "claims.review.recorded.v1", {}),
        ("verification", "claims.verification.recorded.v1", {}),
        ("plan", "claims.plan.drawn_up.v1", {}),
        ("confirmation", "claims.plan.confirmed.v1", {}),
        ("release", "claims.payout.released.v1", {}),
        ("reserved", "treasury.payment.reserved.v1", payout),
        ("instructed", "treasury.payment.instructed.v1", payout),
        ("settled", "treasury.payment.settled.v1", payout),
        ("", "claims.compensation.paid.v1", {}),
        ("application", "claims.reimbursement.applied.v1", {}),
        ("", "claims.ballot.opened.v1", {}),
        ("ballot", "claims.ballot.closed.v1", {}),
        ("", "claims.reimbursement.approved.v1", {}),
        ("", "treasury.payment.settled.v1", reimbursement),
        ("reimbursed", "claims.compensation.reimbursed.v1", {}),
    ]
    for hours, (_, name, data) in enumerate(way):
        story.event(("someone", f"m-{hours}", 1), name, NINE + timedelta(hours=hours), **data)
    journey = journey_of(PROJECT, story.messages())
    assert [passage.stage for passage in journey.passages] == [stage for stage, _, _ in way if stage]
    assert journey.passages[-1].took_ms == 3 * 3_600_000
    assert [passage.stage in as_text(journey) for passage in journey.passages] == [True] * 12


def test_a_repeat_is_told_once() -> None:
    """The same bytes recorded twice are one message that was recorded twice."""
    story = notified()
    again = story.recorded[3].leaf
    story.recorded.append(Recorded(9, again, hash_of(again)))
    steps = journey_of(PROJECT, story.messages()).steps
    assert sorted(step.times_recorded for step in steps) == [1, 1, 1, 1, 1, 2]


def test_a_bank_confirmation_belongs_to_its_case() -> None:
    """A confirmation names only its instruction; it and its receipt are found, and another sender's same id is not."""
    story = notified()
    story.event(("claims", "e-1", 1), "treasury.payment.instructed.v1", NINE, instruction_id=INSTRUCTION, leg="payout")
    of_case = story.messages()
    apart = Story()
    value = apart.command(
        TREASURY_COMMANDS, "treasury.payment.confirm.v1", "p-1", {"instruction_id": INSTRUCTION}, NINE
    )
    apart.command(CLAIMS_COMMANDS, "claims.review.record.v1", "e-1", {}, NINE)
    apart.receipt("p-1", value, NINE)
    message_ids, instruction_ids = sought(of_case)
    assert str(event_id(causing_id("bank-a", "m-1"), 0)) in message_ids
    assert instruction_ids == frozenset({UUID(INSTRUCTION)})
    confirmation, stranger, receipt = apart.messages()
    assert related(of_case, [confirmation, stranger, receipt]) == [confirmation]
    assert related([*of_case, confirmation], [confirmation, stranger, receipt]) == [receipt]


def test_an_id_used_twice_is_told_apart() -> None:
    """What followed from the first message is not told of the one that used its id again."""
    story = notified()
    story.command(CLAIMS_COMMANDS, "claims.review.record.v1", "m-2", {"project_id": str(PROJECT), "x": 1}, NINE)
    answers = [step.answer for step in journey_of(PROJECT, story.messages()).steps if step.message_id == "m-2"]
    assert sorted(str(answer) for answer in answers) == ["accepted", "not vouched for"]


def _notice_answers(story: Story) -> list[str | None]:
    """What the journey says of each message from outside, the same in its text."""
    journey = journey_of(PROJECT, story.messages())
    answers = [step.answer for step in journey.steps if step.who == "bank-a/wang"]
    lines = [line for line in as_text(journey).splitlines() if "  bank-a/wang  " in line]
    assert [line.partition(" → ")[2] for line in lines] == answers
    return answers


def test_what_no_receipt_answers_is_not_vouched_for() -> None:
    """Anybody can write an officer's name: without a receipt nothing says that the officer sent it."""
    story = notified()
    forged = {"lender": "bank-a", "loan_contract_number": "LC-1", "claimed_fen": 99}
    story.command(LOSS_NOTICES, "claims.loss.notify.v1", "m-9", forged, NINE + timedelta(days=3))
    story.command(LOSS_NOTICES, "claims.loss.notify.v1", "m-1", forged, NINE + timedelta(days=4))
    assert _notice_answers(story) == ["accepted", "accepted", "not vouched for", "not vouched for"]


def test_what_intake_refused_says_its_codes() -> None:
    """A message refused at intake is answered under its place; one whose id was taken before is told apart."""
    story = notified()
    notice = {"lender": "bank-a", "loan_contract_number": "LC-1", "claimed_fen": 99}
    story.refused(story.command(LOSS_NOTICES, "claims.loss.notify.v1", "m-1", notice, NINE), "message_id_reused")
    story.refused(story.command(LOSS_NOTICES, "claims.loss.notify.v1", "m-3", notice, NINE), "schema")
    assert sorted(map(str, _notice_answers(story))) == [
        "accepted",
        "accepted",
        "refused: message_id_reused",
        "refused: schema",
    ]


def test_what_a_service_refused_says_its_codes() -> None:
    """A refusal under the regulation's clauses names all its codes."""
    story = Story()
    value = story.command(CLAIMS_COMMANDS, "claims.review.record.v1", "m-1", {"project_id": str(PROJECT)}, NINE)
    identity = str(event_id(causing_id("bank-a", "m-1"), 0))
    data = {"message_sha256": hashlib.sha256(value).hexdigest(), "outcome": "refused"}
    reasons = [{"code": "too_late"}, "not a reason", {"code": "not_yours"}]
    content = {"id": identity, "source": "claims", "type": "claims.receipt.issued.v1"}
    story.record("outcomes.bank-a", {**content, "data": data | {"reasons": reasons}}, NINE)
    assert _notice_answers(story) == ["refused: too_late, not_yours"]


def test_another_messages_refusal_is_not_its_own() -> None:
    """A receipt answers only the bytes that it names, whatever place its id stands for."""
    story = Story()
    story.command(CLAIMS_COMMANDS, "claims.review.record.v1", "m-1", {"project_id": str(PROJECT)}, NINE)
    story.refused(b"other bytes", "schema")
    assert _notice_answers(story) == ["not vouched for"]


def test_accepted_bytes_on_another_topic_are_not_vouched_for() -> None:
    """Whoever copies an accepted message to a topic that it doesn't name gets no acceptance for the copy."""
    story = Story()
    content = {"id": "m-1", "source": "bank-a", "officer": "wang", "type": "claims.loss.notify.v1"}
    said = content | {"audience": LOSS_NOTICES, "data": {"project_id": str(PROJECT)}}
    value = story.record(LOSS_NOTICES, said, NINE)
    story.receipt("m-1", value, NINE)
    story.record(TREASURY_COMMANDS, said, NINE + timedelta(days=1))
    steps = journey_of(PROJECT, story.messages()).steps
    assert {step.topic: step.answer for step in steps if step.who == "bank-a/wang"} == {
        LOSS_NOTICES: "accepted",
        TREASURY_COMMANDS: "not vouched for",
    }


def test_a_refusal_at_any_of_its_places_is_found() -> None:
    """Bytes recorded twice are one message; its refusal is sought and found under the second place as well."""
    apart, story = Story(), Story()
    review = {"project_id": str(PROJECT)}
    story.command(CLAIMS_COMMANDS, "claims.review.record.v1", "m-1", review, NINE)
    value = story.command(CLAIMS_COMMANDS, "claims.review.record.v1", "m-1", review, NINE)
    of_case = story.messages()
    apart.recorded = list(story.recorded)
    identity = apart.refused(value, "schema", index=1)
    receipt = messages_of(apart.recorded[2:])
    assert identity in sought(of_case)[0]
    assert related(of_case, receipt) == receipt
    assert [step.answer for step in journey_of(PROJECT, [*of_case, *receipt]).steps] == ["refused: schema", None]


def test_another_cases_receipt_is_not_told() -> None:
    """Whoever writes another message's sender and id doesn't bring its receipt into the case."""
    genuine, story = Story(), Story()
    value = genuine.command(CLAIMS_COMMANDS, "claims.review.record.v1", "m-1", {"project_id": str(POOL)}, NINE)
    genuine.receipt("m-1", value, NINE)
    story.command(CLAIMS_COMMANDS, "claims.review.record.v1", "m-1", {"project_id": str(PROJECT)}, NINE)
    assert related(story.messages(), genuine.messages()[1:]) == []


def test_events_in_a_circle_are_told_all_the_same() -> None:
    """Forged events that pretend to precede each other lose nothing and stop nothing."""
    story = Story()
    first = story.event(("x", "m", 1), "claims.notice.accepted.v1", NINE)
    second = str(event_id(causing_id("claims", first), 1))
    for seq, identity in ((2, first), (1, second)):
        content = {"id": identity, "source": "claims", "type": "claims.x.v1", "seq": seq, "time": NINE.isoformat()}
        story.record(CLAIMS_EVENTS, content, NINE)
    assert len(journey_of(PROJECT, story.messages()).steps) == 3


def test_nothing_recorded_is_an_empty_journey() -> None:
    """A project of which nothing is recorded has no steps."""
    journey = journey_of(PROJECT, ())
    assert (journey.steps, journey.passages, journey.lasted_ms) == ((), (), 0)
    assert "0 messages" in as_text(journey)


_json = st.recursive(
    st.sampled_from([None, True, 0, -5, 10**40, 1.5, "", "x", "2026-11-02T09:00:00Z", "9" * 300, "\x00"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
        st.sampled_from(
            ["id", "source", "type", "time", "seq", "data", "loss", "a_fen", "reasons", "leg", "vote", "causationid",
             "officer", "message_sha256", "outcome", "case_number", "instruction_id"]
        ),
        inner,
        max_size=6,
    ),
    max_leaves=8,
)  # fmt: skip
_said = st.fixed_dictionaries(
    {
        "id": st.sampled_from(["a", "b"]),
        "source": st.just("s"),
        "type": st.sampled_from(["claims.receipt.issued.v1", "t"]),
    },
    optional={"data": _json, "time": _json, "seq": _json, "officer": _json, "causationid": _json},
)  # fmt: skip


@settings(max_examples=30)
@given(
    st.lists(
        st.tuples(st.sampled_from([LOSS_NOTICES, TREASURY_EVENTS]), _said | _json, st.integers(-(2**63), 2**63 - 1)),
        max_size=4,
    )
)
def test_any_record_can_be_told(said: list[tuple[str, Any, int]]) -> None:
    """Whatever bytes were recorded under a project, its journey can be told."""
    recorded = []
    for index, (topic, content, timestamp_ms) in enumerate(said):
        headers = headers_to_bytes([("traceparent", json.dumps(content).encode()), ("traceparent", None)])
        leaf = Leaf(1, topic, 0, index, timestamp_ms, None, json.dumps(content).encode(), headers)
        recorded.append(Recorded(index, leaf, hash_of(leaf)))
    messages = messages_of(recorded)
    journey = journey_of(PROJECT, messages)
    assert len(journey.steps) == len(messages)
    assert as_text(journey).endswith("\n")


@settings(max_examples=30)
@given(st.dictionaries(st.sampled_from(["a_fen", "loss", "basis", "leg", "vote", "reasons", "why", "x"]), _json))
def test_any_data_can_be_told(data: dict[str, Any]) -> None:
    """Telling never fails and never tells without end."""
    assert len(summary(data)) <= 600
