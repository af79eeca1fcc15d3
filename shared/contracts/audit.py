"""What is said by audit: checkpoints over everything that was recorded."""

from typing import Annotated, ClassVar

from pydantic import Field

from shared.contracts.envelope import Event


class CheckpointPublished(Event):
    """A signed statement about the whole record: ``note`` is a C2SP signed note of its size and Merkle root."""

    message_type: ClassVar[str] = "audit.checkpoint.published.v1"

    origin: str
    size: Annotated[int, Field(strict=True, ge=0)]
    root_base64: str
    note: str
