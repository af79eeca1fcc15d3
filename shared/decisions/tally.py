"""The tally of a collective decision: frozen values in, an answer with its reason out.

A ballot's state lives with the owner of the matter; this is only the counting, which the owner does to decide and the
treasury does again, from the signed votes, before it pays.
"""

from dataclasses import dataclass
from datetime import datetime

from shared.contracts.registry.words import BallotRules, Vote


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

    ``base`` is how many members are left after recusals, ``voters_required`` how many of them have to vote. ``why`` and
    ``why_zh`` give the reason for ``passed`` with its figures.
    """

    base: int
    voters_required: int
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


# accept: Tally(0, 0, 0, 0, 0, 0, True, True, True, "", "")
def tally(ballot: Ballot, rules: BallotRules, now: datetime) -> Tally:
    """Article 15.2. Count ``ballot`` under ``rules`` as of ``now``; all collective decisions are counted so (8.1 too).

    Members who recused themselves leave the base, and a vote they had cast leaves with them. The majority is of the
    whole base, not of those who voted, and has to be exceeded; it is compared by cross-multiplying, so nothing rounds.
    """
    counted = [vote for member, vote in ballot.votes if member not in ballot.recused]
    base = len(ballot.members) - len(ballot.recused)
    required = quorum_min(base, rules)
    votes_for = counted.count(Vote.FOR)
    has_quorum = len(counted) >= required
    has_majority = votes_for * rules.majority_denominator > rules.majority_numerator * base
    why, why_zh = _reason(
        rules, base=base, required=required, voters=len(counted), votes_for=votes_for, has_majority=has_majority
    )
    return Tally(
        base=base,
        voters_required=required,
        voters=len(counted),
        votes_for=votes_for,
        votes_against=counted.count(Vote.AGAINST),
        abstentions=counted.count(Vote.ABSTAIN),
        has_quorum=has_quorum,
        passed=has_quorum and has_majority,
        may_close=now >= ballot.closes_at or len(counted) == base,
        why=why,
        why_zh=why_zh,
    )


def _reason(
    rules: BallotRules, *, base: int, required: int, voters: int, votes_for: int, has_majority: bool
) -> tuple[str, str]:
    if voters < required:
        return (
            f"no quorum: {voters} of {base} members voted, at least {required} have to; nothing is decided, vote again",
            f"未达法定人数：应到{base}人，实际表决{voters}人，至少须{required}人表决；未作出决定，可重新发起集体决策",
        )
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
