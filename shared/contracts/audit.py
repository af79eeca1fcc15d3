"""What is said by audit: checkpoints over everything that was recorded."""

from typing import Annotated

from pydantic import Field

from shared.contracts.envelope import Event


class CheckpointPublished(Event, name="audit.checkpoint.published.v1"):
    """A signed statement about the whole record: ``note`` is a C2SP signed note of its size and Merkle root."""

    origin: str
    size: Annotated[int, Field(strict=True, ge=0)]
    root_base64: str
    note: str
