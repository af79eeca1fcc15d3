"""Article 5: the managing institution confirms each compensation plan (gate 1)."""

from shared.contracts.claims import ConfirmPlan, DrawUpPlan
from shared.contracts.received import Received
from shared.contracts.refusals import Refusal
from shared.decisions.article_05_bound_bytes import refuse_unless_hash_is_named


def refuse_unless_confirmation_binds_plan(
    plan: Received[DrawUpPlan], confirmation: Received[ConfirmPlan]
) -> Refusal | None:
    """Article 5.6. What was confirmed is this plan, byte for byte, and nothing else."""
    return refuse_unless_hash_is_named("plan", "方案", plan.content_sha256, confirmation.data.plan_sha256, "5.6")
