"""Article 5: the managing institution fixes size, term and rules, keeps the agreements, and decides on filings."""

from datetime import date

from services.registry.domain.project import Draft, Project, Stage
from shared.contracts.documents import DocumentKind
from shared.contracts.received import Acting
from shared.contracts.refusals import Refusal, refusal
from shared.contracts.registry.pools import FoundPool, PreparePool
from shared.contracts.registry.projects import ProjectTerms
from shared.contracts.registry.words import Agreement, BallotRules, Rules


def founded_by_managing_institution(data: FoundPool | PreparePool, acting: Acting) -> Refusal | None:
    """Article 5.1. Only the managing institution fixes the pool's size and operating period, so only it founds."""
    if acting.institution == data.managing_institution.institution:
        return None
    return refusal(
        "not_founded_by_managing_institution",
        "5.1",
        f"{acting.institution} signed, but {data.managing_institution.institution} is named as the managing "
        "institution; let that one found the pool, or correct the name.",
        f"签名机构为 {acting.institution}，而文件所载管理机构为 {data.managing_institution.institution}；"
        "资金池只能由管理机构设立，请由其签名或更正名称。",
    )


def rules_begin_with_version_one(rules: Rules) -> Refusal | None:
    """Article 5.2. The rules are kept as versions, and a founding adopts the first."""
    if rules.version == 1:
        return None
    return refusal(
        "first_rules_not_version_one",
        "5.2",
        f"the rules of a founding are version 1, not {rules.version}; correct the version.",
        f"设立时的规则版本应为 1，而非 {rules.version}；请更正版本号。",
    )


def rules_are_in_force_at_founding(rules: Rules, founded_on: date) -> Refusal | None:
    """Article 5.2. The first version takes effect no later than the founding, so that no day is without rules."""
    if rules.effective_on <= founded_on:
        return None
    return refusal(
        "rules_not_in_force_at_founding",
        "5.2",
        f"the rules take effect on {rules.effective_on}, after the founding on {founded_on}; "
        "let them take effect on that day or before.",
        f"规则自 {rules.effective_on} 起生效，晚于设立日 {founded_on}；请将生效日定为设立日或之前。",
    )


def ballot_rules_are_fractions(ballot: BallotRules) -> Refusal | None:
    """Article 5.2. Quorum and majority are parts of all members; above the whole nothing could ever be decided."""
    possible = (
        ballot.quorum_numerator <= ballot.quorum_denominator and ballot.majority_numerator < ballot.majority_denominator
    )
    if possible:
        return None
    return refusal(
        "ballot_rules_impossible",
        "5.2",
        f"a quorum of {ballot.quorum_numerator}/{ballot.quorum_denominator} and a majority of more than "
        f"{ballot.majority_numerator}/{ballot.majority_denominator} of all members can never be reached; "
        "lower the fractions.",
        f"法定人数 {ballot.quorum_numerator}/{ballot.quorum_denominator} 与超过全体成员 "
        f"{ballot.majority_numerator}/{ballot.majority_denominator} 的多数无法达到；请调低比例。",
    )


def ballot_times_leave_room(ballot: BallotRules) -> Refusal | None:
    """Article 5.2. A ballot's longest time is above its shortest, or none could ever be opened."""
    if ballot.open_hours_min < ballot.open_days_max * 24:
        return None
    return refusal(
        "ballot_times_impossible",
        "5.2",
        f"a ballot that is open for at least {ballot.open_hours_min} hours and at most {ballot.open_days_max} days can "
        "never be opened; lower the shortest time or raise the longest.",
        f"表决时间至少 {ballot.open_hours_min} 小时且至多 {ballot.open_days_max} 天，无法发起任何集体决策；"
        "请调低最短时间或调高最长时间。",
    )


# accept: ProjectTerms(rules_version=rules.version, share_rate_bp=0, loss_ratio=rules.loss_ratio)
def pinned_terms(rules: Rules) -> ProjectTerms:
    """Article 5.2. A filing pins the version, the share rate and the loss ratio in force to its project, for ever."""
    return ProjectTerms(rules_version=rules.version, share_rate_bp=rules.share_rate_bp, loss_ratio=rules.loss_ratio)


def agreement_is_recorded(agreement: Agreement, today: date) -> Refusal | None:
    """Article 5.3. An agreement is recorded with number, date and document, after it has been signed."""
    if agreement.document.kind is DocumentKind.AGREEMENT and agreement.signed_on <= today:
        return None
    return refusal(
        "agreement_not_recorded",
        "5.3",
        f"{agreement.number} needs a document of the kind {DocumentKind.AGREEMENT.english} (it is "
        f"{agreement.document.kind.english}) and a signing day up to {today} (it is {agreement.signed_on}); "
        "send the signed one.",
        f"编号 {agreement.number} 的文件类型应为“{DocumentKind.AGREEMENT.chinese}”"
        f"（现为“{agreement.document.kind.chinese}”），签署日不得晚于 {today}（现为 {agreement.signed_on}）；"
        "请提交已签署的协议。",
    )


def project_is_known(project: Project | None) -> Refusal | None:
    """Article 5.4. Whatever is said of a project is said of one that was filed in this pool."""
    if project is not None:
        return None
    return refusal(
        "no_such_project",
        "5.4",
        "no project with this id was filed in this pool; correct the id, or wait for its filing.",
        "本资金池没有该编号的备案项目；请更正项目编号，或等待备案。",
    )


def approval_names_the_filing(named: int | None, waiting: int) -> Refusal | None:
    """Article 5.4. What is approved is the filing that was read: a later one of the same project was never seen."""
    if named == waiting:
        return None
    said = "names no filing" if named is None else f"names filing {named}"
    said_zh = "未写明备案版本" if named is None else f"写明的是第 {named} 次备案"
    return refusal(
        "approval_of_another_filing",
        "5.4",
        f"filing {waiting} of this project waits for approval, and the approval {said}; read filing {waiting} and "
        "approve it by its number.",
        f"该项目待审核的是第 {waiting} 次备案，而审核意见{said_zh}；"
        f"请审阅第 {waiting} 次备案，并写明批准的是该次备案。",
    )


def filing_waits_for_decision(project: Project) -> Refusal | None:
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


def project_can_be_filed(project: Project | Draft | None) -> Refusal | None:
    """Article 5.4. A project is filed again only after the managing institution has returned it."""
    if project is None or isinstance(project, Draft) or project.stage is Stage.RETURNED:
        return None
    correct = ("correct it with registry.project.correct", "如需修改，请以 registry.project.correct 更正")
    next_step = {
        Stage.FILED: correct,
        Stage.LATE: correct,
        Stage.APPROVED: correct,
    }.get(
        project.stage, ("it is over, file another contract as a project of its own", "本项目已终结，其他合同请另行备案")
    )
    return refusal(
        "project_already_filed",
        "5.4",
        f"this loan contract was filed before ({project.filing} time(s)) and is {project.stage.english}; "
        f"{next_step[0]}.",
        f"该借款合同此前已备案 {project.filing} 次，状态为“{project.stage.chinese}”；{next_step[1]}。",
    )
