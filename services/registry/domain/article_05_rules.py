"""Article 5: what is fixed by the rules, in any version."""

from collections.abc import Collection, Sequence

from shared.contracts.refusals import Refusal, refusal
from shared.contracts.registry.rules import BallotRules, DutyPair
from shared.contracts.registry.words import Duty


def refuse_unless_ballot_rules_are_fractions(ballot: BallotRules) -> Refusal | None:
    """Article 5.2. Quorum and majority are parts of all members; above the whole nothing could ever be decided."""
    possible = (
        ballot.quorum_numerator <= ballot.quorum_denominator and ballot.majority_numerator < ballot.majority_denominator
    )
    if possible:
        return None
    return refusal(
        "ballot_rules_impossible",
        "5.2",
        f"a quorum of {ballot.quorum_numerator}/{ballot.quorum_denominator} and a majority of more than "
        f"{ballot.majority_numerator}/{ballot.majority_denominator} of all members can never be reached; "
        "lower the fractions.",
        f"法定人数 {ballot.quorum_numerator}/{ballot.quorum_denominator} 与超过全体成员 "
        f"{ballot.majority_numerator}/{ballot.majority_denominator} 的多数无法达到；请调低比例。",
    )


def refuse_unless_ballot_times_leave_room(ballot: BallotRules) -> Refusal | None:
    """Article 5.2. A ballot's longest time is above its shortest, or none could ever be opened."""
    if ballot.open_hours_min < ballot.open_days_max * 24:
        return None
    return refusal(
        "ballot_times_impossible",
        "5.2",
        f"a ballot that is open for at least {ballot.open_hours_min} hours and at most {ballot.open_days_max} days can "
        "never be opened; lower the shortest time or raise the longest.",
        f"表决时间至少 {ballot.open_hours_min} 小时且至多 {ballot.open_days_max} 天，无法发起任何集体决策；"
        "请调低最短时间或调高最长时间。",
    )


def refuse_unless_exclusive_duties_are_pairs(
    exclusive: Sequence[DutyPair], exercised: Collection[Duty]
) -> Refusal | None:
    """Article 5.2. What excludes what is said once, of two of the duties that officers exercise in such a case."""
    said = [frozenset(pair) for pair in exclusive]
    wrong = (
        pair
        for pair, duties in zip(exclusive, said, strict=True)
        if len(duties) != len(pair) or said.count(duties) > 1 or not duties <= set(exercised)
    )
    pair = next(wrong, None)
    if pair is None:
        return None
    one, other = pair
    return refusal(
        "exclusive_duties_impossible",
        "5.2",
        f"that {one.english} and {other.english} exclude each other is said twice, or of duties that one person can't "
        "both exercise in a case; say each pair of two different duties once, and of those that a case has.",
        f"“{one.chinese}”与“{other.chinese}”不相容被重复填写，或两者并非案件中可由一人分别履行的职责；"
        "请每对不同的案件职责只填写一次。",
    )
