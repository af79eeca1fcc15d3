"""Which day it is: the regulation's days are Beijing's, wherever a message or a service comes from."""

from datetime import date, datetime, timedelta, timezone

from shared.contracts.refusals import Refusal, refusal

# China has had one time and no summer time since 1992; a fixed offset needs no time zone database.
BEIJING = timezone(timedelta(hours=8))


# A founding day further ahead is a slip of the pen, and would make the term's end a day that no calendar has.
FOUNDED_AHEAD_DAYS_MAX = 366


# accept: moment.date()
def beijing_day(moment: datetime) -> date:
    """Article 16.1. The calendar day in Beijing at ``moment``, which has an offset."""
    return moment.astimezone(BEIJING).date()


def refuse_if_day_is_ahead(what: str, what_zh: str, day: date, today: date, clause: str) -> Refusal | None:
    """Article 10.1. What is said to have happened has happened: its day has come in Beijing, where it is ``today``.

    ``clause`` is the one under which ``what`` is said.
    """
    if day <= today:
        return None
    return refusal(
        "day_in_the_future",
        clause,
        f"the {what} {day} is after today, {today} in Beijing; correct the day, or send it when that day has come",
        f"{what_zh} {day} 晚于今日（北京时间 {today}）；请更正日期，或在当日及以后发送",
    )


def refuse_unless_day_is_between(
    what: str, what_zh: str, day: date, first: date, today: date, clause: str
) -> Refusal | None:
    """Article 10.1. What follows on something came after it, from the day ``first`` on, and by ``today`` in Beijing.

    ``clause`` is the one under which ``what`` is said.
    """
    if first <= day <= today:
        return None
    return refusal(
        "day_out_of_range",
        clause,
        f"the {what} {day} is not between {first} and today, {today} in Beijing; correct the day",
        f"{what_zh} {day} 不在 {first} 至今日（北京时间 {today}）之间；请更正日期",
    )
