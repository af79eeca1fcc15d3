"""How amounts and days are written for people, and which day it is where the pool is."""

from datetime import date, datetime, timedelta, timezone

# China has had one time zone without summer time since 1991, so a fixed offset says all there is to say.
BEIJING = timezone(timedelta(hours=8))


def beijing_day(moment: datetime) -> date:
    """The calendar day of ``moment`` in Beijing: the day that the regulation's dates mean."""
    return moment.astimezone(BEIJING).date()


def yuan(amount_fen: int) -> str:
    """The amount in yuan with both decimals, exact: 20000000 is ``200,000.00``."""
    whole, rest = divmod(abs(amount_fen), 100)
    return f"{'-' if amount_fen < 0 else ''}{whole:,}.{rest:02d}"
