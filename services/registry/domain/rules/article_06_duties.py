"""Article 6: whoever has a duty is reminded of it; so each day of the pool begins once, in order, and in its time."""

from datetime import date

from shared.contracts.refusals import Refusal, refusal


def day_has_come(day: date, today: date) -> Refusal | None:
    """Article 6.9. No day begins before it has come: what falls due on it would be announced too early."""
    if day <= today:
        return None
    return refusal(
        "day_not_come",
        "6.9",
        f"{day} has not come yet, today is {today} in Beijing; begin it on that day.",
        f"{day} 尚未到来，北京时间今日为 {today}；请于当日再行推进。",
    )


def day_is_not_past(begun: date | None, day: date) -> Refusal | None:
    """Article 6.9. Days go forward: on a day before the latest one begun, all that fell due was announced."""
    if begun is None or day > begun:
        return None
    return refusal(
        "day_is_past",
        "6.9",
        f"{begun} has begun already, and {day} is before it; begin the next day when it comes.",
        f"日期已推进至 {begun}，{day} 已过；请待下一日到来后再推进。",
    )
