"""Article 5: a correction is a version of its own, which the managing institution approves, returns or rejects."""

from services.registry.domain.filed_version import Correction
from services.registry.domain.project import Project, Stage
from shared.contracts.refusals import Refusal, refusal


def project_can_be_corrected(project: Project) -> Refusal | None:
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


def correction_names_what_stands(corrects: int, standing: int) -> Refusal | None:
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


def correction_waits_for_decision(correction: Correction) -> Refusal | None:
    """Article 5.4. A correction with a late payout has to be admitted before it is decided on."""
    if correction.late_because is None:
        return None
    return refusal(
        "correction_not_admitted",
        "5.4",
        f"correction {correction.filing} of this project has a late payout; let a collective decision admit "
        "it first (registry.ballot.open).",
        f"该项目的更正（第 {correction.filing} 版）含逾期备案的放款；请先经集体决策受理（registry.ballot.open）。",
    )


def corrected_filing_is_declined_by_number(named: int | None, project: Project) -> Refusal | None:
    """Article 5.4. Once a filing was corrected, whoever returns or rejects it says which version that is."""
    waiting = project.standing_filing
    if named == waiting or (named is None and not project.waits_corrected):
        return None
    return refusal(
        "decline_of_another_filing",
        "5.4",
        f"version {waiting} of this filing waits, and the decision names {named or 'none'}; read version {waiting} "
        "and name it.",
        f"该备案待审核的是第 {waiting} 版，而决定写明的是 {named or '（未填）'}；请审阅第 {waiting} 版并写明该版。",
    )
