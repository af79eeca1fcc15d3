"""The tally of a collective decision: frozen values in, an answer with its reason out.

A ballot's state lives with the owner of the matter; this is only the counting, which the owner does to decide and the
treasury does again, from the signed votes, before it pays.
"""

from dataclasses import dataclass
from datetime import datetime

from shared.contracts.registry.rules import BallotRules
from shared.contracts.registry.words import Vote


@dataclass(frozen=True, slots=True)
class Ballot:
    """Who may vote, who has left for an interest, who has voted what, and when the voting ends.

    ``votes`` are pairs of member and vote. Raises ValueError where somebody is named twice, or votes or leaves without
    being a member: such a ballot has no right answer.
    """

    members: tuple[str, ...]
    recused: tuple[str, ...]
    votes: tuple[tuple[str, Vote], ...]
    closes_at: datetime

    def __post_init__(self) -> None:
        for what, named in (
            ("members", self.members),
            ("recused members", self.recused),
            ("voters", tuple(member for member, _ in self.votes)),
        ):
            if len(set(named)) != len(named):
                raise ValueError(f"the {what} of a ballot name somebody twice: {', '.join(named)}")
            if strangers := [member for member in named if member not in self.members]:
                raise ValueError(f"the {what} of a ballot name somebody who is no member: {', '.join(strangers)}")


@dataclass(frozen=True, slots=True)
class Tally:
    """The answer. ``passed`` is the decision once the ballot is closed; ``may_close`` says whether that may be now.

    ``base`` is how many members are left after recusals, ``voters_required`` how many of them have to vote, and
    ``members_missing`` how many further ones it would take if too few are left for that. ``why`` and ``why_zh`` give
    the reason for ``passed`` with its figures.
    """

    base: int
    voters_required: int
    members_missing: int
    voters: int
    votes_for: int
    votes_against: int
    abstentions: int
    has_quorum: bool
    passed: bool
    may_close: bool
    why: str
    why_zh: str


# accept: 0
def quorum_min(base: int, rules: BallotRules) -> int:
    """Article 15.2. How many of ``base`` members have to vote, in heads.

    Rounds up, so that the share in the rules is always reached in full; never under the rules' least number of voters.
    """
    share = -(-rules.quorum_numerator * base // rules.quorum_denominator)
    return max(share, rules.voters_min)


# accept: 0
def members_missing(base: int, rules: BallotRules) -> int:
    """Article 15.2. How many further members it takes, in heads, until ``base`` can reach its quorum at all.

    A part of all members is always within reach, the rules' least number of voters isn't.
    """
    return max(rules.voters_min - base, 0)


# accept: Tally(0, 0, 0, 0, 0, 0, 0, True, True, True, "", "")
def tally(ballot: Ballot, rules: BallotRules, now: datetime) -> Tally:
    """Article 15.2. Count ``ballot`` under ``rules`` as of ``now``; all collective decisions are counted so (8.1 too).

    Members who recused themselves leave the base, and a vote they had cast leaves with them. The majority is of the
    whole base, not of those who voted, and has to be exceeded; it is compared by cross-multiplying, so nothing rounds.
    A ballot whose members are too few by now decides nothing any more, and nobody has to wait for its time.
    """
    counted = [vote for member, vote in ballot.votes if member not in ballot.recused]
    base = len(ballot.members) - len(ballot.recused)
    required, missing = quorum_min(base, rules), members_missing(base, rules)
    votes_for = counted.count(Vote.FOR)
    has_quorum = len(counted) >= required
    has_majority = votes_for * rules.majority_denominator > rules.majority_numerator * base
    why, why_zh = _reason(
        rules,
        base=base,
        required=required,
        missing=missing,
        voters=len(counted),
        votes_for=votes_for,
        has_majority=has_majority,
    )
    return Tally(
        base=base,
        voters_required=required,
        members_missing=missing,
        voters=len(counted),
        votes_for=votes_for,
        votes_against=counted.count(Vote.AGAINST),
        abstentions=counted.count(Vote.ABSTAIN),
        has_quorum=has_quorum,
        passed=has_quorum and has_majority,
        may_close=now >= ballot.closes_at or len(counted) == base or missing > 0,
        why=why,
        why_zh=why_zh,
    )


def _reason(
    rules: BallotRules, *, base: int, required: int, missing: int, voters: int, votes_for: int, has_majority: bool
) -> tuple[str, str]:
    if missing:
        why = (
            f"no quorum: {base} members are left after recusals, at least {required} have to vote; nothing is decided. "
            f"Further members needed: {missing}; register the duty vote for as many more officers "
            "(registry.officer.register, registry.officer.change_duties), then open another ballot without those who "
            "have recused themselves"
        )
        why_zh = (
            f"未达法定人数：回避后应到{base}人，至少须{required}人表决；未作出决定。尚缺成员{missing}人，"
            "请先为相应人数的其他人员登记表决职责（registry.officer.register、registry.officer.change_duties），"
            "再重新发起集体决策，已回避成员不再列入"
        )
        return why, why_zh
    if voters < required:
        why = f"no quorum: {voters} of {base} members voted, at least {required} have to, {required - voters} more"
        why_zh = f"未达法定人数：应到{base}人，实际表决{voters}人，至少须{required}人表决，尚差{required - voters}人"
        return f"{why}; nothing is decided, open another ballot", f"{why_zh}；未作出决定，可重新发起集体决策"
    fraction = f"{rules.majority_numerator}/{rules.majority_denominator}"
    if not has_majority:
        return (
            f"not passed: {votes_for} of {base} members voted for it, more than {fraction} have to",
            f"未通过：应到{base}人，赞成{votes_for}人，赞成人数须超过{fraction}",
        )
    return (
        f"passed: {votes_for} of {base} members voted for it, more than {fraction}, with {voters} voting",
        f"通过：应到{base}人，表决{voters}人，赞成{votes_for}人，超过{fraction}",
    )
