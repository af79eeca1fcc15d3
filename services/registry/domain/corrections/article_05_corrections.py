"""Article 5: what can be corrected."""

from services.registry.domain.project import Project, Stage
from shared.contracts.refusals import Refusal, refusal


def refuse_unless_project_can_be_corrected(project: Project) -> Refusal | None:
    """Article 5.4. What waits, or is approved, can be corrected; what was returned is filed again as a whole."""
    if project.stage in {Stage.FILED, Stage.LATE, Stage.APPROVED}:
        return None
    next_step = (
        ("file it again (registry.project.file)", "请重新备案（registry.project.file）")
        if project.stage is Stage.RETURNED
        else ("what is decided stays, tell the managing institution what is wrong", "决定不变，如有误请告知管理机构")
    )
    return refusal(
        "project_not_correctable",
        "5.4",
        f"this project is {project.stage.english}: only a filing that waits or is approved is corrected; "
        f"{next_step[0]}.",
        f"该项目状态为“{project.stage.chinese}”，仅待审核或已审核通过的备案可以更正；{next_step[1]}。",
    )


def refuse_unless_correction_names_what_stands(corrects: int, standing: int) -> Refusal | None:
    """Article 5.4. A correction says what it corrects, so that of two at once the second one doesn't undo the first."""
    if corrects == standing:
        return None
    return refusal(
        "correction_of_another_version",
        "5.4",
        f"version {standing} of this filing is the latest that stands, and the correction is one of {corrects}; "
        f"read version {standing} and name it as the one that is corrected.",
        f"该备案现为第 {standing} 版，而更正针对的是第 {corrects} 版；请查阅第 {standing} 版，并写明更正的是该版。",
    )
