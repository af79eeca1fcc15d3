"""Article 8: a collective decision of the registry is on a project, or on a register entry.

Who takes part in it, until when and how often, is the same wherever something is decided collectively:
``shared/decisions``.
"""

from uuid import UUID

from shared.contracts.refusals import Refusal, refusal


def refuse_unless_subject_is_named_once(project_id: UUID | None, entry_id: UUID | None) -> Refusal | None:
    """Article 8.1. What is decided is a project or a register entry."""
    if (project_id is None) != (entry_id is None):
        return None
    return refusal(
        "subject_not_named_once",
        "8.1",
        "a ballot is on one project or on one register entry; name one of the two, not both.",
        "集体决策的对象为一个项目或一个事项；请仅填写其中之一。",
    )
