"""Article 5: whatever is said of a project is said of one that was filed."""

from services.registry.domain.project import Project
from shared.contracts.refusals import Refusal, refusal


def refuse_unless_project_is_known(project: Project | None) -> Refusal | None:
    """Article 5.4. Whatever is said of a project is said of one that was filed in this pool."""
    if project is not None:
        return None
    return refusal(
        "no_such_project",
        "5.4",
        "no project with this id was filed in this pool; correct the id, or wait for its filing.",
        "本资金池没有该编号的备案项目；请更正项目编号，或等待备案。",
    )
