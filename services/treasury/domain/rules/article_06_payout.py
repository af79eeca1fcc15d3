"""Article 6: the cooperating institution draws up the plan and carries out the payout."""

from collections.abc import Mapping

from services.treasury.domain.case import Case
from shared.contracts import ids
from shared.contracts.claims import DrawUpPlan, PayoutReleased, ReleasePayout
from shared.contracts.received import Received
from shared.contracts.refusals import Refusal, refusal
from shared.decisions.article_05_bound_bytes import refuse_unless_hash_is_named


def refuse_unless_release_binds_plan(plan: Received[DrawUpPlan], release: Received[ReleasePayout]) -> Refusal | None:
    """Article 6.8. What was released is this plan, byte for byte, and nothing else."""
    return refuse_unless_hash_is_named("plan", "方案", plan.content_sha256, release.data.plan_sha256, "6.8")


def refuse_unless_payout_is_the_plans(released: PayoutReleased, plan: Received[DrawUpPlan]) -> Refusal | None:
    """Article 6.8. The payout asked for is the one the signed plan speaks of: project, compensation, payee."""
    said = plan.data
    return refuse_unless_as_signed(
        {
            ("project", "项目"): (released.project_id, said.project_id),
            ("number of the compensation", "补偿序号"): (released.compensation, said.compensation),
            ("compensation", "补偿"): (
                released.compensation_id,
                ids.compensation_id(said.project_id, said.compensation),
            ),
            ("plan", "方案"): (released.plan_sha256, plan.content_sha256),
            ("payee", "收款方"): (released.payee, said.payee),
        },
        "6.8",
    )


def refuse_unless_as_signed(released: Mapping[tuple[str, str], tuple[object, object]], clause: str) -> Refusal | None:
    """Article 6.8. What claims has released is what was signed, in every particular.

    Each particular, in both languages, comes with what was released and what was signed; ``clause`` is that of the leg.
    """
    differing = [names for names, (found, signed) in released.items() if found != signed]
    if not differing:
        return None
    return refusal(
        "not_as_signed",
        clause,
        f"what is released differs from what was signed: {', '.join(name for name, _ in differing)}; "
        "release it as it was signed",
        f"放行内容与已签署的不一致：{'、'.join(name for _, name in differing)}；请按已签署的内容放行",
    )


def refuse_if_plan_is_replaced(case: Case, released: PayoutReleased) -> Refusal | None:
    """Article 6.8. A compensation is paid on one plan; once the treasury has accepted it no other takes its place."""
    accepted = case.compensations.get(released.compensation_id)
    if accepted is None or accepted.plan_sha256 == released.plan_sha256:
        return None
    return refusal(
        "plan_replaced",
        "6.8",
        f"compensation {released.compensation} is paid on the plan that was released first, and another one can't "
        "replace it; draw up a plan of a further compensation instead",
        f"第{released.compensation}次补偿已按首次放行的方案支付，其他方案不得替换；请就后续补偿另行制定方案",
    )
