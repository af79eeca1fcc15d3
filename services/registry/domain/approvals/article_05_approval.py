"""Article 5: how the managing institution decides on what was filed, and on its corrections."""

from services.registry.domain.filed_version import Correction
from services.registry.domain.project import Project, Stage
from shared.contracts.refusals import Refusal, refusal


def refuse_unless_correction_is_admitted(correction: Correction) -> Refusal | None:
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


def refuse_unless_decision_names_the_filing(named: int, waiting: int) -> Refusal | None:
    """Article 5.4. What is decided on is the filing that was read: a later one of the same project was never seen."""
    if named == waiting:
        return None
    return refusal(
        "decision_on_another_filing",
        "5.4",
        f"filing {waiting} of this project waits, and the decision names filing {named}; read filing {waiting} and "
        "decide on it by its number.",
        f"该项目待审核的是第 {waiting} 次备案，而审核意见写明的是第 {named} 次备案；请审阅第 {waiting} 次备案，"
        "并写明决定的是该次备案。",
    )


def refuse_unless_filing_waits_for_decision(project: Project) -> Refusal | None:
    """Article 5.4. Each filing is decided on once; there is no deemed approval and no second thought."""
    if project.stage is Stage.FILED:
        return None
    next_step = {
        Stage.RETURNED: ("wait until it is filed again", "请等待重新备案"),
        Stage.LATE: (
            "let a collective decision admit it first (registry.ballot.open)",
            "请先经集体决策受理（registry.ballot.open）",
        ),
    }.get(project.stage, ("go by that decision, which stands", "请按已作出的决定办理，无需再行审核"))
    return refusal(
        "filing_not_waiting",
        "5.4",
        f"filing {project.filing} of this project is {project.stage.english} and not waiting for a decision; "
        f"{next_step[0]}.",
        f"该项目第 {project.filing} 次备案的状态为“{project.stage.chinese}”，不处于待审核状态；{next_step[1]}。",
    )
