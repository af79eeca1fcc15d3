"""Streams: events have their turn once each and without gaps, however they are delivered."""

from collections import defaultdict
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from shared.messaging.intake import read_event
from shared.messaging.message import Incoming
from shared.messaging.streams import Ordered, Stream, order, stream_of
from tests.unit.messaging.messaging_factories import EVENT_BYTES_MAX, EVENTS, NOON, event_record

SUBJECTS = tuple(str(UUID(int=number)) for number in (1, 2, 3))
LENGTH = 6


def _event(subject: str, seq: int, offset: int | None = None) -> Incoming:
    incoming = read_event(event_record(seq, subject, offset=offset), EVENTS, NOON, EVENT_BYTES_MAX)
    assert isinstance(incoming, Incoming)
    return incoming


def _stream(subject: str) -> Stream:
    return stream_of(_event(subject, 1))


class Receiver:
    """What one service stores of other services' streams, as its tables would keep it."""

    def __init__(self) -> None:
        self.cursors: dict[Stream, int] = defaultdict(int)
        self.held: dict[int, Incoming] = {}
        self.done: dict[Stream, list[int]] = defaultdict(list)

    def take(self, batch: list[Incoming], *, given_only: bool = False) -> Ordered:
        """One transaction. ``given_only`` leaves out what waits, as for a record that is processed alone."""
        cursors = {stream_of(message): self.cursors[stream_of(message)] for message in batch}
        given = {(stream_of(message), message.seq) for message in batch}
        held = [
            (row_id, message)
            for row_id, message in self.held.items()
            if stream_of(message) in cursors and (not given_only or (stream_of(message), message.seq) in given)
        ]
        ordered = order(batch, held, cursors)
        for message in ordered.ready:
            assert message.seq is not None
            self.done[stream_of(message)].append(message.seq)
        self.cursors.update(cursors)
        for row_id in ordered.released:
            del self.held[row_id]
        for message in ordered.after_gap:
            self.held[max(self.held, default=0) + 1] = message
        return ordered


deliveries = st.lists(st.tuples(st.sampled_from(SUBJECTS), st.integers(1, LENGTH)), max_size=40)


@settings(max_examples=60)
@given(deliveries, st.lists(st.integers(1, 7), min_size=1, max_size=10), st.booleans())
def test_every_event_has_its_turn_once_and_in_order(
    delivered: list[tuple[str, int]], sizes: list[int], alone: bool
) -> None:
    """In any order, with any repeats, and with batches cut anywhere; at the end, when all have come, none waits."""
    whole = [*delivered, *((subject, seq) for seq in range(LENGTH, 0, -1) for subject in SUBJECTS)]
    receiver = Receiver()
    place = 0
    while place < len(whole):
        size = sizes[place % len(sizes)]
        batch = [
            _event(subject, seq, offset=place + at) for at, (subject, seq) in enumerate(whole[place : place + size])
        ]
        receiver.take(batch, given_only=alone and len(batch) == 1)
        place += size
    for subject in SUBJECTS:
        # What a record that was processed alone left behind has its turn with the next one of its stream.
        receiver.take([_event(subject, 1)])
    assert all(receiver.done[_stream(subject)] == list(range(1, LENGTH + 1)) for subject in SUBJECTS)
    assert not receiver.held


def test_an_event_that_waits_and_comes_again_is_released() -> None:
    """Its row must not look as if it waited still."""
    receiver = Receiver()
    receiver.take([_event(SUBJECTS[0], 2)])
    receiver.take([_event(SUBJECTS[0], 1)], given_only=True)
    assert len(receiver.held) == 1
    ordered = receiver.take([_event(SUBJECTS[0], 2, offset=9)])
    assert [message.seq for message in ordered.ready] == [2]
    assert not receiver.held


def test_what_waits_twice_is_held_once() -> None:
    """A repeat of an event that waits adds nothing."""
    receiver = Receiver()
    receiver.take([_event(SUBJECTS[0], 3), _event(SUBJECTS[0], 3, offset=8)])
    assert receiver.take([_event(SUBJECTS[0], 3, offset=9)]).after_gap == ()
    assert len(receiver.held) == 1


def test_streams_keep_the_order_in_which_they_came() -> None:
    """Among streams nothing waits for another, and the batch's order is kept."""
    batch = [_event(SUBJECTS[1], 1), _event(SUBJECTS[0], 1), _event(SUBJECTS[1], 2), _event(SUBJECTS[2], 2)]
    ordered = Receiver().take(batch)
    assert list(ordered.ready) == batch[:3]
    assert list(ordered.after_gap) == batch[3:]


class Delivery(RuleBasedStateMachine):
    """A producer writes, the broker delivers parts of it again, and transactions fail; a receiver never skips."""

    @initialize()
    def begin(self) -> None:
        """Nothing has been written yet."""
        self.receiver = Receiver()
        self.written: dict[str, int] = dict.fromkeys(SUBJECTS, 0)

    @rule(subject=st.sampled_from(SUBJECTS), count=st.integers(1, 3))
    def write(self, subject: str, count: int) -> None:
        """The producer numbers some more events."""
        self.written[subject] += count

    @precondition(lambda self: any(self.written.values()))
    @rule(data=st.data(), commits=st.booleans())
    def deliver(self, data: st.DataObject, commits: bool) -> None:
        """Any part of what was written comes, in any order; the transaction may be rolled back."""
        there = [(subject, seq) for subject in SUBJECTS for seq in range(1, self.written[subject] + 1)]
        batch = data.draw(st.lists(st.sampled_from(there), min_size=1, max_size=6))
        receiver = self.receiver
        if not commits:
            receiver = Receiver()
            receiver.cursors.update(self.receiver.cursors)
            receiver.held.update(self.receiver.held)
        receiver.take([_event(subject, seq) for subject, seq in batch])

    @invariant()
    def no_gap_and_no_repeat(self) -> None:
        """What is done is 1, 2, 3 … on each stream; what waits is behind a gap, and waits once."""
        if not hasattr(self, "receiver"):
            return
        for stream, done in self.receiver.done.items():
            assert done == list(range(1, self.receiver.cursors[stream] + 1))
        waiting = [(stream_of(message), message.seq or 0) for message in self.receiver.held.values()]
        assert len(set(waiting)) == len(waiting)
        assert all(seq > self.receiver.cursors[stream] + 1 for stream, seq in waiting)


TestDelivery = Delivery.TestCase
TestDelivery.settings = settings(max_examples=30, stateful_step_count=15)
