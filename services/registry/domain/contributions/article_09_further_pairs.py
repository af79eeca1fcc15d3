"""Article 9: further pairs of contributions are planned by both institutions, ahead of their time."""

from collections.abc import Sequence
from datetime import date

from services.registry.domain.article_04_institutional_roles import withdrawn_by_other
from services.registry.domain.contributions.state import ContributionsPlan, PlanStage
from services.registry.domain.pool import Pool
from shared.contracts.received import Acting
from shared.contracts.refusals import Refusal, refusal
from shared.contracts.registry.words import PlannedInstalment

WAITING_PLANS_MAX = 20


def refuse_unless_plan_says_what_was_proposed(proposed: ContributionsPlan | None, *, is_same: bool) -> Refusal | None:
    """Article 9.2. Both institutions plan the same pairs under one number; another plan has its own number."""
    if proposed is None or is_same:
        return None
    return refusal(
        "contributions_plan_differs",
        "9.2",
        f"under the number {proposed.number} other pairs of contributions, or another agreement, were planned; say "
        "the same to consent to them, or plan others under a number of their own.",
        f"编号 {proposed.number} 项下已提出的出资计划或协议与此不同；如同意请提交相同内容，另行计划请用新的编号。",
    )


def refuse_if_pairs_are_due_already(instalments: Sequence[PlannedInstalment], today: date) -> Refusal | None:
    """Article 9.2. Nobody is in arrears on the day of the plan: each further pair falls due today or later."""
    past = [pair for pair in instalments if pair.due_on < today]
    if not past:
        return None
    return refusal(
        "contributions_due_already",
        "9.2",
        f"instalment {past[0].instalment} is to be paid in by {past[0].due_on}, and today is {today}; let it fall due "
        "today or later.",
        f"第 {past[0].instalment} 期出资的到期日 {past[0].due_on} 早于今日 {today}；请将到期日定为今日或之后。",
    )


def refuse_if_plan_was_withdrawn(plan: ContributionsPlan | None) -> Refusal | None:
    """Article 9.2. Nobody consents to what was taken back: another plan has its own number."""
    if plan is None or plan.stage is not PlanStage.WITHDRAWN:
        return None
    return refusal(
        "contributions_plan_withdrawn",
        "9.2",
        f"plan {plan.number} was withdrawn ({plan.ended_because}); plan the pairs under a number of their own.",
        f"编号 {plan.number} 的出资计划已撤回（{plan.ended_because}）；请以新的编号另行计划。",
    )


def refuse_if_too_many_plans_wait(waiting: int) -> Refusal | None:
    """Article 9.2. Nobody fills the register with plans; those of the other institution don't stand in its way."""
    if waiting < WAITING_PLANS_MAX:
        return None
    return refusal(
        "contributions_plans_too_many",
        "9.2",
        f"{waiting} plans of further pairs of yours wait for the other institution's consent, and no more may; "
        "withdraw one that is out of date (registry.contributions.withdraw).",
        f"贵机构已有 {waiting} 项出资计划待对方同意，不能再增加；请先撤回不再需要的计划"
        "（registry.contributions.withdraw）。",
    )


def refuse_unless_plan_is_known(plan: ContributionsPlan | None, number: str) -> Refusal | None:
    """Article 9.2. What is withdrawn was planned in this pool before."""
    if plan is not None:
        return None
    return refusal(
        "contributions_not_proposed",
        "9.2",
        f"there is no plan {number} of further pairs in this pool; correct the number.",
        f"本资金池没有编号为 {number} 的出资计划；请更正编号。",
    )


def refuse_unless_plan_is_withdrawn_by_proposer(pool: Pool, plan: ContributionsPlan, acting: Acting) -> Refusal | None:
    """Article 9.2. Whoever planned takes the plan back; the other institution just does not consent to it."""
    if acting.institution == plan.institution:
        return None
    return withdrawn_by_other(
        "9.2",
        (f"plan {plan.number}", f"编号 {plan.number} 的出资计划"),
        pool.name_of(plan.institution),
        ("leave the plan without your consent", "不予同意即可"),
    )


def refuse_unless_plan_waits(plan: ContributionsPlan) -> Refusal | None:
    """Article 9.2. What both have planned stands, and so does a withdrawal."""
    if plan.stage is PlanStage.PROPOSED:
        return None
    return refusal(
        "contributions_plan_not_waiting",
        "9.2",
        f"plan {plan.number} is {plan.stage.english} and stands so; leave it, and plan what is new under a number of "
        "its own.",
        f"编号 {plan.number} 的出资计划状态为“{plan.stage.chinese}”，不得再撤回；请保持不变，"
        "新的安排请以新的编号计划。",
    )
