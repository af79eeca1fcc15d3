"""Article 6: preliminary review and on-site verification; a case reaches a plan only through both."""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime

from services.claims.domain.step import STEPS, Step
from shared.contracts.refusals import Refusal, refusal
from shared.decisions.moments import in_beijing
from shared.decisions.persons import listed


def refuse_if_step_is_out_of_order(step: Step, next_step: Step) -> Refusal | None:
    """Article 6.6. No command skips a step; the refusal bears the clause of the step that is missing."""
    if step == next_step:
        return None
    wanted, following = STEPS[step], STEPS[next_step]
    if next_step < step:
        return refusal(
            f"{next_step.name.lower()}_missing",
            following.clause,
            f"the {wanted.name} can't come yet: the {following.name} is missing; next: {following.doing}",
            f"尚不能办理{wanted.name_zh}：缺少{following.name_zh}；下一步：{following.doing_zh}",
        )
    return refusal(
        f"{step.name.lower()}_done_already",
        wanted.clause,
        f"the {wanted.name} has taken place already and stands; next: {following.doing}",
        f"{wanted.name_zh}已完成，结果有效；下一步：{following.doing_zh}",
    )


def refuse_if_verifiers_are_too_few(persons: Sequence[str], verifiers_min: int) -> Refusal | None:
    """Article 6.6. On-site verification takes several people, at least two by default; nobody counts twice.

    ``persons`` are those who verified, whichever officer ids they have.
    """
    present = len(set(persons))
    if present >= verifiers_min:
        return None
    return refusal(
        "verifiers_too_few",
        "6.6",
        f"{present} different people verified on site, at least {verifiers_min} have to; visit again with enough "
        "people and record that",
        f"现场核实人员为{present}人，至少须{verifiers_min}人；请增加人员重新核实后记录",
    )


def refuse_if_verifiers_lack_the_duty(
    verifiers: Sequence[str], entitled: Collection[str], called: Callable[[str], str]
) -> Refusal | None:
    """Article 6.6. Those who verify are ``entitled``: the cooperating institution's officers with that duty.

    Nobody else can be named: having verified keeps an officer from other duties in the case.
    """
    without = sorted(set(verifiers) - set(entitled))
    if not without:
        return None
    names, names_zh = listed(without, called)
    return refusal(
        "verifiers_without_duty",
        "6.6",
        f"not officers of the cooperating institution with the duty verification: {names}; name those who "
        "have it and were there, or register the duty first (registry.officer.register)",
        f"以下人员不是具有现场核实职责的合作机构人员：{names_zh}；请填写具有该职责的到场人员，或先登记职责"
        "（registry.officer.register）",
    )


def refuse_unless_recorded_by_a_verifier(
    recorded_by: str, verifiers: Collection[str], called: Callable[[str], str]
) -> Refusal | None:
    """Article 6.6. Who signs the record of a visit was there: it is one of those who verified."""
    if recorded_by in verifiers:
        return None
    return refusal(
        "recorded_by_nobody_there",
        "6.6",
        f"{called(recorded_by)} signs for the visit and is not among those who verified; have one of them record it",
        f"{called(recorded_by)}签署核实记录，但不在现场核实人员之列；请由其中一名核实人员记录",
    )


def refuse_if_visit_is_misdated(visited_at: datetime, notified_at: datetime, now: datetime) -> Refusal | None:
    """Article 6.6. The visit verifies the notice, so it lies between the notice's arrival and now."""
    if notified_at <= visited_at <= now:
        return None
    visited, notified, today = (in_beijing(moment) for moment in (visited_at, notified_at, now))
    return refusal(
        "visit_misdated",
        "6.6",
        f"the visit is said to have been at {visited}, which is not between the notice ({notified}) and now ({today}); "
        "correct the time, or visit after the notice",
        f"所记核实时间{visited}不在通知收到时间（{notified}）与当前时间（{today}）之间；请更正时间，或在收到通知后核实",
    )


def refuse_if_evidence_is_missing(evidence: int) -> Refusal | None:
    """Article 6.6. A verification leaves evidence; ``evidence`` is how many documents there are."""
    if evidence >= 1:
        return None
    return refusal(
        "evidence_missing",
        "6.6",
        "the on-site verification names no evidence; add at least one document (photograph, minutes) and send it again",
        "现场核实未附证据；请至少附一份材料（照片、笔录等）后重新发送",
    )
