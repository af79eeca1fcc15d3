"""Taking part in a collective decision."""

from datetime import UTC, datetime, timedelta

import pytest

from shared.contracts.documents import Document, DocumentKind
from shared.contracts.refusals import Refusal
from shared.contracts.registry.rules import BallotRules
from shared.decisions.minutes import refuse_unless_decision_has_minutes
from shared.decisions.voting import (
    refuse_if_ballot_is_still_open,
    refuse_if_closing_time_is_past,
    refuse_if_closing_time_is_too_far,
    refuse_if_closing_time_is_too_near,
    refuse_if_members_are_left_out,
    refuse_if_members_are_named_twice,
    refuse_if_members_have_no_vote,
    refuse_if_quorum_is_out_of_reach,
    refuse_if_recused,
    refuse_if_voted,
    refuse_if_voting_is_over,
    refuse_unless_member,
)

CLOSES_AT = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
MOMENT = timedelta(microseconds=1)


def said(refusal: Refusal | None) -> tuple[str, str] | None:
    """A refusal's code and clause; None if there is none."""
    return None if refusal is None else (refusal.code, refusal.clause)


@pytest.mark.clause("8.1")
@pytest.mark.clause("15.2")
@pytest.mark.parametrize("clause", ["8.1", "15.2"])
def test_a_refusal_is_under_the_clause_of_what_is_decided(clause: str) -> None:
    """The same rule serves all collective decisions; whoever is refused learns under which clause."""
    assert said(refuse_if_voted("an", ["an"], str.upper, clause)) == ("voted_already", clause)


@pytest.mark.clause("15.2")
def test_a_decision_has_its_minutes() -> None:
    """Nothing, or another paper, is refused under the clause of what is decided, and says what came instead."""
    papers = {kind: Document(kind=kind, title="文件", sha256="0" * 64) for kind in DocumentKind}
    assert refuse_unless_decision_has_minutes(papers.pop(DocumentKind.MINUTES), "15.2") is None
    assert said(refuse_unless_decision_has_minutes(None, "8.1")) == ("minutes_missing", "8.1")
    for kind, paper in papers.items():
        wrong = refuse_unless_decision_has_minutes(paper, "15.2")
        assert said(wrong) == ("minutes_missing", "15.2")
        assert wrong is not None
        assert kind.english in wrong.text
        assert kind.chinese in wrong.text_zh


@pytest.mark.clause("15.2")
def test_each_member_is_named_once() -> None:
    """Whoever is named twice would have two votes; each of them is named in the refusal."""
    assert refuse_if_members_are_named_twice(("an", "bai"), str.upper, "15.2") is None
    twice = refuse_if_members_are_named_twice(("bai", "an", "bai", "an"), str.upper, "15.2")
    assert said(twice) == ("members_named_twice", "15.2")
    assert twice is not None
    assert "AN, BAI" in twice.text


@pytest.mark.clause("15.2")
def test_members_have_the_duty_to_vote() -> None:
    """All who are named and haven't it are told, nobody else."""
    assert refuse_if_members_have_no_vote(("an", "bai"), ("bai", "an", "chen"), str.upper, "15.2") is None
    strangers = refuse_if_members_have_no_vote(("an", "bai"), ("an",), str.upper, "15.2")
    assert said(strangers) == ("members_without_vote", "15.2")
    assert strangers is not None
    assert ": BAI;" in strangers.text


@pytest.mark.clause("15.2")
def test_all_who_may_vote_are_members() -> None:
    """Whoever is left out is told; more than those is another rule's matter."""
    assert refuse_if_members_are_left_out(("an", "bai", "chen"), ("bai", "an"), str.upper, "8.1") is None
    left_out = refuse_if_members_are_left_out(("an",), ("chen", "bai", "an"), str.upper, "8.1")
    assert said(left_out) == ("members_left_out", "8.1")
    assert left_out is not None
    assert "left out: BAI, CHEN;" in left_out.text


@pytest.mark.clause("15.2")
@pytest.mark.parametrize(("base", "reachable"), [(0, False), (2, False), (3, True), (4, True), (9, True)])
def test_a_ballot_can_reach_its_quorum(base: int, reachable: bool) -> None:
    """By default three have to vote at least, so that with two members nothing could be decided."""
    members = [f"member-{number}" for number in range(base)]
    refused = refuse_if_quorum_is_out_of_reach(members, BallotRules(), "15.2")
    assert said(refused) == (None if reachable else ("quorum_out_of_reach", "15.2"))
    assert (
        reachable or refuse_if_quorum_is_out_of_reach([*members, *members, *members], BallotRules(), "15.2") is not None
    )


@pytest.mark.clause("15.2")
def test_a_ballot_gives_its_members_the_hours_of_the_rules() -> None:
    """A closing time before that is refused, with the first that can be named; one that is past has its own reason."""
    earliest = CLOSES_AT + timedelta(hours=24)
    assert refuse_if_closing_time_is_too_near(earliest, CLOSES_AT, BallotRules(), "15.2") is None
    near = refuse_if_closing_time_is_too_near(earliest - MOMENT, CLOSES_AT, BallotRules(), "15.2")
    assert said(near) == ("closing_time_too_near", "15.2")
    assert near is not None
    assert "from 2026-11-21T16:00:00+08:00 on" in near.text
    assert refuse_if_closing_time_is_too_near(CLOSES_AT, CLOSES_AT, BallotRules(), "15.2") is None
    assert (
        refuse_if_closing_time_is_too_near(CLOSES_AT + MOMENT, CLOSES_AT, BallotRules(open_hours_min=1), "15.2")
        is not None
    )


@pytest.mark.clause("15.2")
def test_the_closing_time_parts_voting_from_closing() -> None:
    """Until just before it there is voting; at it, and after it, none; and a ballot can't be opened for it then."""
    assert refuse_if_closing_time_is_past(CLOSES_AT, CLOSES_AT - MOMENT, "15.2") is None
    assert said(refuse_if_closing_time_is_past(CLOSES_AT, CLOSES_AT, "15.2")) == ("closing_time_past", "15.2")
    assert refuse_if_voting_is_over(CLOSES_AT, CLOSES_AT - MOMENT, "15.2") is None
    over = refuse_if_voting_is_over(CLOSES_AT, CLOSES_AT, "15.2")
    assert said(over) == ("voting_over", "15.2")
    assert over is not None
    assert "2026-11-20T16:00:00+08:00" in over.text


@pytest.mark.clause("15.2")
def test_a_ballot_is_open_for_so_many_days_at_most() -> None:
    """Ninety by default, to the moment; what the rules say otherwise goes before."""
    opened_at = CLOSES_AT - timedelta(days=90)
    assert refuse_if_closing_time_is_too_far(CLOSES_AT, opened_at, BallotRules(), "15.2") is None
    refused = refuse_if_closing_time_is_too_far(CLOSES_AT, opened_at - MOMENT, BallotRules(), "8.1")
    assert said(refused) == ("closing_time_too_far", "8.1")
    assert refused is not None
    assert "more than 90 days" in refused.text
    assert (
        said(refuse_if_closing_time_is_too_far(CLOSES_AT, opened_at, BallotRules(open_days_max=89), "15.2")) is not None
    )


@pytest.mark.clause("15.2")
def test_only_members_who_are_still_in_the_base_vote_and_once() -> None:
    """A stranger, a recused member and a member who has voted are refused, each for its reason."""
    assert refuse_unless_member("an", ("an",), str.upper, "15.2") is None
    stranger = refuse_unless_member("bai", ("an",), str.upper, "15.2")
    assert said(stranger) == ("not_a_member", "15.2")
    assert stranger is not None
    assert "BAI is not a member" in stranger.text
    assert stranger.text.endswith("sign: AN")
    assert refuse_if_recused("an", ("bai",), str.upper, "15.2") is None
    assert said(refuse_if_recused("an", ("an",), str.upper, "15.2")) == ("member_recused", "15.2")
    assert refuse_if_voted("an", ("bai",), str.upper, "15.2") is None
    assert said(refuse_if_voted("an", ("an",), str.upper, "15.2")) == ("voted_already", "15.2")


@pytest.mark.clause("15.2")
def test_a_ballot_waits_for_its_time_or_for_all_votes() -> None:
    """The tally says whether it may close; if not, it is told how many have not voted."""
    assert refuse_if_ballot_is_still_open(2, CLOSES_AT, "15.2", may_close=True) is None
    still_open = refuse_if_ballot_is_still_open(2, CLOSES_AT, "15.2", may_close=False)
    assert said(still_open) == ("ballot_still_open", "15.2")
    assert still_open is not None
    assert "2 members" in still_open.text
