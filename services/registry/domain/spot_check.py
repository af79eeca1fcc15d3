"""A spot check as its project keeps it: what later decisions need, and no more."""

import hashlib
import json
from typing import Self

from services.registry.domain.state_model import StateModel
from shared.contracts.registry.project_life import RecordSpotCheck, SpotCheckRecorded


class SpotCheck(StateModel):
    """A check by its number; ``said_sha256`` is the hash of its whole content, which the event has.

    A loan can be checked some hundred times, with remarks on a hundred rights and evidence each time: kept whole they
    would be read and written again with every message about the project.
    """

    number: str
    adverse: bool
    said_sha256: str

    @classmethod
    def of(cls, event: SpotCheckRecorded) -> Self:
        """The check as it was recorded."""
        return cls(number=event.number, adverse=event.adverse, said_sha256=said_sha256(event))


def said_sha256(check: RecordSpotCheck | SpotCheckRecorded) -> str:
    """The hash of a check's content; the message and its event have the same one."""
    # What is not given is left out, so that an optional field that is added later changes no hash of before.
    said = check.model_dump(mode="json", include=set(RecordSpotCheck.model_fields), exclude_none=True)
    return hashlib.sha256(json.dumps(said, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
