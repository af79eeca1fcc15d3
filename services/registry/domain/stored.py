"""How states are stored: nothing changes in place, and nothing is dropped or made to fit when one is read again."""

from pydantic import ConfigDict

type_of_state = ConfigDict(frozen=True, extra="forbid", strict=True)
