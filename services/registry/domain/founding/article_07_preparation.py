"""Article 7: what a preparation fixes of how candidates are looked up."""

from shared.contracts.refusals import Refusal, refusal

# 第七条第（六）项: 前三年内。
_VIOLATION_FREE_YEARS_MIN = 3


def refuse_unless_violation_free_years_are_enough(years: int) -> Refusal | None:
    """Article 7.6. Three years without a serious violation are the least: a pool may ask for more, not for less."""
    if years >= _VIOLATION_FREE_YEARS_MIN:
        return None
    return refusal(
        "violation_free_years_too_few",
        "7.6",
        f"{years} years without a serious violation are fewer than the {_VIOLATION_FREE_YEARS_MIN} that the regulation "
        f"asks for; let them be {_VIOLATION_FREE_YEARS_MIN} or more.",
        f"无重大违法记录的年限为 {years} 年，少于办法要求的 {_VIOLATION_FREE_YEARS_MIN} 年；"
        f"请定为 {_VIOLATION_FREE_YEARS_MIN} 年以上。",
    )
