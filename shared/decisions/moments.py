"""How a moment is shown to people: in Beijing's time, wherever the message comes from."""

from datetime import datetime

from shared.decisions.days import BEIJING


def in_beijing(moment: datetime) -> str:
    """The moment to the second, as ISO 8601 with Beijing's offset; it has an offset of its own."""
    return moment.astimezone(BEIJING).isoformat(timespec="seconds")
