"""Article 8: the cooperating institution is selected in the manner of public procurement, among eligible candidates."""

from collections.abc import Sequence
from datetime import datetime

from services.registry.domain.article_04_register import refuse_unless_number_is_free
from services.registry.domain.selections.state import Candidate, Selection, SelectionStage
from shared.contracts.refusals import Refusal, refusal
from shared.contracts.registry.selections import (
    ConcludeSelection,
    ConditionReport,
    ConditionStatus,
    OpenSelection,
    Ranked,
    Score,
    SelectionTerms,
)
from shared.decisions.days import beijing_day
from shared.decisions.moments import in_beijing

_POINTS = 100
_NEXT = {
    SelectionStage.OPEN: (
        "record evidence and scores, then recommend a candidate (registry.selection.recommend)",
        "请登记证据和评分，再推荐候选机构（registry.selection.recommend）",
    ),
    SelectionStage.RECOMMENDED: (
        "open the collective decision (registry.ballot.open), or recommend another candidate",
        "请发起集体决策（registry.ballot.open），或另行推荐",
    ),
    SelectionStage.SELECTED: (
        "record the agreement (registry.selection.conclude), or cancel the selection",
        "请登记协议（registry.selection.conclude），或终止遴选",
    ),
    SelectionStage.IN_DOUBT: (
        "record evidence that it is met, recommend a candidate anew, or cancel the selection",
        "请补充符合条件的证据，或重新推荐候选机构，或终止遴选",
    ),
    SelectionStage.CONCLUDED: ("it has ended; open another selection", "遴选已结束；请另行发起"),
    SelectionStage.CANCELLED: ("it has ended; open another selection", "遴选已终止；请另行发起"),
}


def refuse_unless_selection_number_is_free(selection: Selection | None) -> Refusal | None:
    """Article 8.1. A number stands for one selection, as it was announced."""
    return refuse_unless_number_is_free("selection", "遴选", selection.number if selection else None, "8.1")


def refuse_unless_selection_was_opened(selection: Selection | None) -> Refusal | None:
    """Article 8.1. Whatever is said of a selection comes after its opening."""
    if selection is not None:
        return None
    return refusal(
        "no_such_selection",
        "8.1",
        "no selection was opened in this pool under this number; correct the number, or open it "
        "(registry.selection.open).",
        "本资金池没有该编号的遴选；请更正编号，或先发起遴选（registry.selection.open）。",
    )


def refuse_unless_selection_is_at(selection: Selection, *stages: SelectionStage) -> Refusal | None:
    """Article 8.1. The procedure goes step by step; nothing changes after the decision, or after its end."""
    if selection.stage in stages:
        return None
    next_step = _NEXT[selection.stage]
    return refusal(
        "selection_not_at_that_stage",
        "8.1",
        f"selection {selection.number} is {selection.stage.english}; {next_step[0]}.",
        f"遴选 {selection.number} 的状态为“{selection.stage.chinese}”；{next_step[1]}。",
    )


def refuse_unless_announcement_is_before_applications(command: OpenSelection, now: datetime) -> Refusal | None:
    """Article 8.1. A selection is announced, and there is time to apply after that."""
    today = beijing_day(now)
    if command.announced_on <= today and now < command.applications_until:
        return None
    return refusal(
        "announcement_misdated",
        "8.1",
        f"the announcement is of {command.announced_on} and applications end on "
        f"{beijing_day(command.applications_until)}; "
        f"today is {today}: announce it first, and leave time to apply.",
        f"公告日为 {command.announced_on}，申请截止日为 {beijing_day(command.applications_until)}，今日为 {today}；"
        "请先公告，并留出申请时间。",
    )


def refuse_unless_criteria_make_up_a_hundred(terms: SelectionTerms) -> Refusal | None:
    """Article 8.1. Each criterion is named once, and their weights are whole points that make up a hundred."""
    names = [criterion.criterion for criterion in terms.criteria]
    total = sum(criterion.points_max for criterion in terms.criteria)
    if total == _POINTS and len(set(names)) == len(names):
        return None
    return refusal(
        "criteria_not_a_hundred",
        "8.1",
        f"the criteria ({', '.join(names)}) have {total} points together; name each once, with {_POINTS} in all.",
        f"评分标准（{'、'.join(names)}）合计 {total} 分；请每项只列一次，合计 {_POINTS} 分。",
    )


def refuse_unless_application_is_in_time(selection: Selection, applied_at: datetime, now: datetime) -> Refusal | None:
    """Article 8.1. Who applied after the announced time takes no part; nor can an application be still to come."""
    if applied_at <= min(selection.applications_until, now):
        return None
    return refusal(
        "application_not_in_time",
        "8.1",
        f"the application of {in_beijing(applied_at)} is after the announced end of applications, "
        f"{in_beijing(selection.applications_until)}, or after now; correct the time if it is mistaken, "
        "or go on without this candidate.",
        f"申请时间 {in_beijing(applied_at)} 晚于公告的截止时间 {in_beijing(selection.applications_until)} 或当前时间，"
        "不能参加遴选；如时间有误请更正，否则请以其他候选机构继续。",
    )


def refuse_unless_candidate_is_new(candidate: Candidate | None) -> Refusal | None:
    """Article 8.1. A candidate applies once."""
    if candidate is None:
        return None
    return refusal(
        "candidate_registered_otherwise",
        "8.1",
        f"{candidate.uscc} was registered as {candidate.name!r} with another application, which "
        "stands; go on with it, or cancel the selection (registry.selection.cancel) and open another one.",
        f"{candidate.uscc} 已以“{candidate.name}”登记，申请文件不同，以已登记的为准；"
        "请据此继续，或终止遴选（registry.selection.cancel）后另行发起。",
    )


def refuse_unless_candidate_is_registered(candidate: Candidate | None, uscc: str) -> Refusal | None:
    """Article 8.1. Evidence, scores and recommendation are of somebody who has applied."""
    if candidate is not None:
        return None
    return refusal(
        "no_such_candidate",
        "8.1",
        f"{uscc} is no candidate of this selection; register it first (registry.candidate.register), or correct the "
        "code.",
        f"{uscc} 不是本次遴选的候选机构；请先登记（registry.candidate.register），或更正代码。",
    )


def refuse_unless_scores_are_by_the_criteria(terms: SelectionTerms, scores: Sequence[Score]) -> Refusal | None:
    """Article 8.1. A candidate is scored by every announced criterion, once, and within its weight."""
    given = {score.criterion: score.points for score in scores}
    weights = {criterion.criterion: criterion.points_max for criterion in terms.criteria}
    is_complete = len(given) == len(scores) and given.keys() == weights.keys()
    if is_complete and all(points <= weights[name] for name, points in given.items()):
        return None
    announced = ", ".join(f"{name} 0-{points_max}" for name, points_max in weights.items())
    return refusal(
        "scores_not_by_criteria",
        "8.1",
        f"the scores are not those of the announced criteria, each once and within its weight ({announced}); "
        "correct them and send all of them again.",
        f"评分须按公告的评分标准逐项给出，每项一次且不超过上限（{announced}）；请更正后全部重新提交。",
    )


def refuse_unless_applications_have_ended(selection: Selection, now: datetime) -> Refusal | None:
    """Article 8.1. Nobody is recommended while others may still apply."""
    if now > selection.applications_until:
        return None
    return refusal(
        "applications_not_ended",
        "8.1",
        f"applications are taken until {in_beijing(selection.applications_until)}; recommend a candidate after that.",
        f"申请截止时间为 {in_beijing(selection.applications_until)}；请在截止后推荐。",
    )


def refuse_unless_candidate_is_eligible(report: Sequence[ConditionReport]) -> tuple[Refusal, ...]:
    """Article 8.1. Only an eligible candidate can be selected; each condition that is in the way is named."""
    return tuple(
        refusal(
            "condition_not_met",
            condition.clause,
            f"not eligible, {condition.condition.english} is {condition.status.english}: {condition.why}; record "
            "evidence that it is met, or recommend another candidate.",
            f"不符合条件，“{condition.condition.chinese}”{condition.status.chinese}：{condition.why_zh}；"
            "请补充证据，或推荐其他候选机构。",
        )
        for condition in report
        if condition.status is not ConditionStatus.PASS
    )


def refuse_unless_eligible_candidates_are_scored(eligible: Sequence[Candidate]) -> Refusal | None:
    """Article 8.1. The decision is among all eligible candidates, so each of them has its scores."""
    unscored = [f"{candidate.name} ({candidate.uscc})" for candidate in eligible if not candidate.scores]
    if not unscored:
        return None
    return refusal(
        "candidates_not_scored",
        "8.1",
        f"eligible and not scored yet: {', '.join(unscored)}; score them first (registry.candidate.score).",
        f"以下符合条件的候选机构尚未评分：{'、'.join(unscored)}；请先评分（registry.candidate.score）。",
    )


# accept: ()
def ranking(eligible: Sequence[Candidate]) -> tuple[Ranked, ...]:
    """Article 8.1. The eligible candidates by their totals; who has the same total shares the place."""
    by_total = sorted(eligible, key=lambda candidate: (-candidate.total, candidate.uscc))
    return tuple(
        Ranked(
            uscc=candidate.uscc,
            total=candidate.total,
            place=1 + sum(other.total > candidate.total for other in eligible),
        )
        for candidate in by_total
    )


def refuse_unless_candidate_ranks_first(
    ranked: Sequence[Ranked], eligible: Sequence[Candidate], candidate: Candidate
) -> Refusal | None:
    """Article 8.1. The scores count: whoever is recommended has the most points, alone or with others."""
    if any(each.uscc == candidate.uscc and each.place == 1 for each in ranked):
        return None
    names = {each.uscc: each.name for each in eligible}
    order = ", ".join(f"{each.place}. {names[each.uscc]} ({each.total})" for each in ranked)
    return refusal(
        "candidate_not_first",
        "8.1",
        f"{candidate.name} does not rank first among the eligible candidates: {order}; recommend who does.",
        f"{candidate.name}在符合条件的候选机构中并非第一名：{order}；请推荐第一名。",
    )


def refuse_unless_score_is_enough(candidate: Candidate, score_min: int) -> Refusal | None:
    """Article 8.1. Being first is not enough, where all are bad: a candidate has the least score that the pool fixed.

    A reading: the manner of public procurement is to leave a lot open rather than to take whoever is there.
    """
    if candidate.total >= score_min:
        return None
    return refusal(
        "score_too_low",
        "8.1",
        f"{candidate.name} has {candidate.total} of {_POINTS} points, at least {score_min} are needed; if the scores "
        "are not right, score again on the record (registry.candidate.score), else cancel the selection "
        "(registry.selection.cancel) and open another one.",
        f"{candidate.name}得 {candidate.total} 分（满分 {_POINTS} 分），低于最低得分 {score_min} 分；"
        "如评分有误，请凭评审记录重新评分（registry.candidate.score），否则请终止遴选（registry.selection.cancel）后另行发起。",
    )


def refuse_if_evidence_has_turned_bad(selection: Selection) -> tuple[Refusal, ...]:
    """Article 8.1. The agreement waits while a condition of the selected candidate is not known to be met any more.

    A reading: what was decided was decided among eligible candidates; what becomes known after that takes no decision
    away, and no agreement is signed against it.
    """
    return tuple(
        refusal(
            "evidence_has_turned_bad",
            doubt.clause,
            f"since the decision, {doubt.condition.english} is {doubt.status.english}, and the agreement waits: "
            f"{doubt.why}; record evidence that it is met (registry.candidate.record_evidence), or recommend a "
            "candidate anew and have that decided (registry.selection.recommend).",
            f"决策后，“{doubt.condition.chinese}”{doubt.status.chinese}，暂不得签订协议：{doubt.why_zh}；"
            "请补充符合条件的证据（registry.candidate.record_evidence），或重新推荐并提请集体决策"
            "（registry.selection.recommend）。",
        )
        for doubt in selection.doubts
    )


def refuse_unless_agreed_period_follows_the_signing(command: ConcludeSelection) -> Refusal | None:
    """Article 8.1. The agreement's operating period begins when it is signed or later, and has days."""
    if command.agreement.signed_on <= command.operates_from < command.operates_until:
        return None
    return refusal(
        "operating_period_misdated",
        "8.1",
        f"the operating period from {command.operates_from} to {command.operates_until} must begin on "
        "the day of signing, "
        f"{command.agreement.signed_on}, or later, and end after it begins; correct the days.",
        f"运营期限 {command.operates_from} 至 {command.operates_until} 应自签署日 "
        f"{command.agreement.signed_on} 或之后开始，"
        "且止于其后；请更正。",
    )
