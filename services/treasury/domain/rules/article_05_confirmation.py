"""Article 5: the managing institution confirms each compensation plan (gate 1)."""

from datetime import datetime

from services.treasury.domain.pool import Founding, Pool
from services.treasury.domain.wording import signer, signer_zh
from shared.contracts.claims import ConfirmPlan, DrawUpPlan
from shared.contracts.received import Acting, Received
from shared.contracts.refusals import Refusal, refusal
from shared.contracts.registry.words import Duty


def confirmed_by_managing_institution(pool: Pool, founding: Founding, acting: Acting, at: datetime) -> Refusal | None:
    """Article 5.6. The confirmation is signed by an officer of the managing institution whose duty it was then."""
    managing = founding.managing_institution
    if acting.institution == managing and pool.has_duty(managing, acting.officer, Duty.CONFIRMATION, at):
        return None
    return refusal(
        "confirmed_by_other",
        "5.6",
        f"the plan was confirmed by {signer(acting)}; have an officer of {managing} with the "
        "duty confirmation confirm it",
        f"方案由{signer_zh(acting)}确认；请由{managing}具有审核确认职责的人员确认",
    )


def confirmation_binds_plan(plan: Received[DrawUpPlan], confirmation: Received[ConfirmPlan]) -> Refusal | None:
    """Article 5.6. What was confirmed is this plan, byte for byte, and nothing else."""
    said = confirmation.data
    if said.plan_sha256 == plan.content_sha256 and said.project_id == plan.data.project_id:
        return None
    return refusal(
        "confirmation_of_other_plan",
        "5.6",
        f"the confirmation is of the plan {said.plan_sha256} of project {said.project_id}, the plan sent is "
        f"{plan.content_sha256} of project {plan.data.project_id}; have this plan confirmed",
        f"确认针对项目{said.project_id}的方案{said.plan_sha256}，而提交的是项目{plan.data.project_id}的方案"
        f"{plan.content_sha256}；请对该方案重新审核确认",
    )
