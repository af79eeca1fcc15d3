"""The tally of a collective decision."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.contracts.registry.rules import BallotRules
from shared.contracts.registry.words import Vote
from shared.decisions.tally import Ballot, Tally, members_missing, quorum_min, tally

RULES = BallotRules()
CLOSES_AT = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
AFTER = CLOSES_AT + timedelta(minutes=1)
BEFORE = CLOSES_AT - timedelta(minutes=1)
FIVE = ("an", "bai", "chen", "deng", "fang")


def _count(votes: str, recused: tuple[str, ...] = (), rules: BallotRules = RULES, now: datetime = AFTER) -> Tally:
    """Five members in order; F, A, N for their votes, a dot for none."""
    words = {"F": Vote.FOR, "A": Vote.AGAINST, "N": Vote.ABSTAIN}
    cast = tuple((member, words[vote]) for member, vote in zip(FIVE, votes, strict=True) if vote != ".")
    return tally(Ballot(FIVE, recused, cast, CLOSES_AT), rules, now)


@pytest.mark.clause("15.2")
@pytest.mark.parametrize(
    ("votes", "passed"),
    [
        ("FFFFF", True),
        ("FFF.N", True),
        ("FFFN.", True),
        ("FFANN", False),
        ("FF...", False),
        ("FFF..", False),
        ("AAAAA", False),
        (".....", False),
    ],
)
def test_passes_only_with_quorum_and_more_than_half_of_all_members(votes: str, passed: bool) -> None:
    """Of five members four must vote (two thirds rounded up) and three must be for it."""
    assert _count(votes).passed is passed


@pytest.mark.clause("15.2")
def test_majority_is_exceeded_not_reached() -> None:
    """Half of the base is not more than half: with one of five recused, two of four is not enough."""
    assert not _count("FFNN.", recused=("fang",)).passed
    assert _count("FFFN.", recused=("fang",)).passed


@pytest.mark.clause("15.2")
def test_recusal_takes_a_member_and_a_vote_out_of_the_base() -> None:
    """A vote that was cast before its member left does not count, neither as a voter nor as a vote."""
    count = _count("FFFFF", recused=("an",))
    assert (count.base, count.voters, count.votes_for) == (4, 4, 4)


@pytest.mark.clause("15.2")
def test_at_least_the_least_number_votes_however_small_the_base_gets() -> None:
    """With three of five recused two thirds of the base would be two; still three have to vote, so none can pass."""
    count = _count("FF...", recused=("chen", "deng", "fang"))
    assert count.voters_required == 3
    assert not count.passed
    assert count.members_missing == 1
    assert "at least 3" in count.why
    assert "至少须3人" in count.why_zh


@pytest.mark.clause("15.2")
def test_everybody_recused_can_be_closed_and_does_not_pass() -> None:
    """An empty base has nobody to wait for and nobody to decide."""
    count = _count(".....", recused=FIVE, now=BEFORE)
    assert count.may_close
    assert not count.passed


@pytest.mark.clause("15.2")
def test_may_close_at_its_time_or_when_all_have_voted() -> None:
    """Before the closing time an open vote may still come, so the ballot can't be closed unless none is open."""
    assert not _count("FFFF.", now=BEFORE).may_close
    assert _count("FFFF.", now=CLOSES_AT).may_close
    assert _count("FFFFA", now=BEFORE).may_close
    assert _count("FFFF.", recused=("fang",), now=BEFORE).may_close
    assert not _count("FF...", recused=("fang", "deng"), now=BEFORE).may_close
    assert _count("FF...", recused=("fang", "deng", "chen"), now=BEFORE).may_close


@pytest.mark.clause("15.2")
def test_abstaining_counts_for_the_quorum_and_not_for_the_majority() -> None:
    """Whoever abstains has voted, and has not voted for it."""
    count = _count("FFNNN")
    assert count.has_quorum
    assert not count.passed
    assert count.why == "not passed: 2 of 5 members voted for it, more than 1/2 have to"


@pytest.mark.clause("15.2")
def test_quorum_and_majority_are_fields_of_the_rules() -> None:
    """Another district's fractions are used, rounded up for the quorum."""
    strict = BallotRules(
        quorum_numerator=3, quorum_denominator=4, voters_min=1, majority_numerator=2, majority_denominator=3
    )
    assert quorum_min(5, strict) == 4
    assert not _count("FFFA.", rules=strict).passed
    assert _count("FFFF.", rules=strict).passed


@pytest.mark.parametrize(
    ("members", "recused", "votes"),
    [
        (("an", "an"), (), ()),
        (("an",), ("bai",), ()),
        (("an",), ("an", "an"), ()),
        (("an",), (), (("bai", Vote.FOR),)),
        (("an",), (), (("an", Vote.FOR), ("an", Vote.AGAINST))),
    ],
)
def test_a_ballot_without_a_right_answer_is_no_ballot(
    members: tuple[str, ...], recused: tuple[str, ...], votes: tuple[tuple[str, Vote], ...]
) -> None:
    """Somebody named twice, or voting or leaving without being a member, is an error and never counted."""
    with pytest.raises(ValueError, match="name somebody"):
        Ballot(members, recused, votes, CLOSES_AT)


@st.composite
def _ballots(draw: st.DrawFn) -> Ballot:
    members = tuple(f"member-{number}" for number in range(draw(st.integers(1, 12))))
    recused = tuple(member for member in members if draw(st.booleans()) and draw(st.booleans()))
    votes = tuple((member, draw(st.sampled_from(Vote))) for member in members if draw(st.booleans()))
    return Ballot(members, recused, votes, CLOSES_AT)


_RULES = st.builds(
    BallotRules,
    quorum_numerator=st.integers(1, 5),
    quorum_denominator=st.integers(5, 7),
    voters_min=st.integers(1, 4),
    majority_numerator=st.integers(1, 5),
    majority_denominator=st.integers(5, 7),
)


@given(_ballots(), _RULES)
def test_what_passes_has_what_the_rules_ask(ballot: Ballot, rules: BallotRules) -> None:
    """Passed exactly where the fractions, taken exactly, are reached (quorum) and exceeded (majority)."""
    count = tally(ballot, rules, AFTER)
    quorum = (
        count.voters * rules.quorum_denominator >= rules.quorum_numerator * count.base
        and count.voters >= rules.voters_min
    )
    majority = count.votes_for * rules.majority_denominator > rules.majority_numerator * count.base
    assert count.passed is (quorum and majority)
    assert count.votes_for + count.votes_against + count.abstentions == count.voters <= count.base


@pytest.mark.clause("15.2")
@given(st.integers(0, 12), _RULES)
def test_with_the_missing_members_the_quorum_is_within_reach(base: int, rules: BallotRules) -> None:
    """With one fewer it isn't, and where none is missing it is already."""
    missing = members_missing(base, rules)
    assert quorum_min(base + missing, rules) <= base + missing
    assert missing == 0 or quorum_min(base + missing - 1, rules) > base + missing - 1


@given(_ballots(), st.randoms(use_true_random=False))
def test_order_of_votes_does_not_matter(ballot: Ballot, chance: object) -> None:
    """The treasury counts the same votes in another order and must reach the same answer."""
    votes = list(ballot.votes)
    chance.shuffle(votes)  # type: ignore[attr-defined]  # hypothesis types its randoms loosely
    shuffled = Ballot(ballot.members, ballot.recused, tuple(votes), ballot.closes_at)
    assert tally(shuffled, RULES, BEFORE) == tally(ballot, RULES, BEFORE)
