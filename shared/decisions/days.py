"""Which day it is: the regulation's days are Beijing's, wherever a message or a service comes from."""

from datetime import date, datetime, timedelta, timezone

# China has had one time and no summer time since 1992; a fixed offset needs no time zone database.
BEIJING = timezone(timedelta(hours=8))


# accept: moment.date()
def beijing_day(moment: datetime) -> date:
    """Article 16.1. The calendar day in Beijing at ``moment``, which has an offset."""
    return moment.astimezone(BEIJING).date()
