"""Article 6: the cooperating institution draws up the plan and carries out the payout."""

from datetime import datetime

from services.treasury.domain.case import Case
from services.treasury.domain.pool import Founding, Pool
from services.treasury.domain.wording import signer, signer_zh
from shared.contracts import ids
from shared.contracts.claims import DrawUpPlan, PayoutReleased, ReleasePayout
from shared.contracts.received import Acting, Received
from shared.contracts.refusals import Refusal, refusal
from shared.contracts.registry.words import Duty


def plan_is_cooperating_institutions(pool: Pool, founding: Founding, acting: Acting, at: datetime) -> Refusal | None:
    """Article 6.8. The plan is signed by an officer of the cooperating institution whose duty it was then."""
    cooperating = founding.cooperating_institution
    if acting.institution == cooperating and pool.has_duty(cooperating, acting.officer, Duty.PLAN, at):
        return None
    return refusal(
        "plan_by_other",
        "6.8",
        f"the plan was drawn up by {signer(acting)}; have an officer of {cooperating} with the duty plan draw it up",
        f"方案由{signer_zh(acting)}制定；请由{cooperating}具有方案制定职责的人员制定",
    )


def release_is_cooperating_institutions(pool: Pool, founding: Founding, acting: Acting, at: datetime) -> Refusal | None:
    """Article 6.8. The release is signed by an officer of the cooperating institution whose duty it was then."""
    cooperating = founding.cooperating_institution
    if acting.institution == cooperating and pool.has_duty(cooperating, acting.officer, Duty.RELEASE, at):
        return None
    return refusal(
        "released_by_other",
        "6.8",
        f"the payout was released by {signer(acting)}; have an officer of {cooperating} with "
        "the duty release release it",
        f"补偿资金由{signer_zh(acting)}放款；请由{cooperating}具有发放职责的人员办理",
    )


def release_binds_plan(plan: Received[DrawUpPlan], release: Received[ReleasePayout]) -> Refusal | None:
    """Article 6.8. What was released is this plan, byte for byte, and nothing else."""
    said = release.data
    if said.plan_sha256 == plan.content_sha256 and said.project_id == plan.data.project_id:
        return None
    return refusal(
        "release_of_other_plan",
        "6.8",
        f"the release is of the plan {said.plan_sha256} of project {said.project_id}, the plan sent is "
        f"{plan.content_sha256} of project {plan.data.project_id}; have this plan released",
        f"放款针对项目{said.project_id}的方案{said.plan_sha256}，而提交的是项目{plan.data.project_id}的方案"
        f"{plan.content_sha256}；请对该方案重新办理放款",
    )


def payout_is_the_plans(released: PayoutReleased, plan: Received[DrawUpPlan]) -> Refusal | None:
    """Article 6.8. The payout asked for is the one the signed plan speaks of: project, compensation, payee."""
    said = plan.data
    asked = (released.project_id, released.compensation, released.compensation_id, released.plan_sha256, released.payee)
    planned = (
        said.project_id,
        said.compensation,
        ids.compensation_id(said.project_id, said.compensation),
        plan.content_sha256,
        said.payee,
    )
    names = ("project_id", "compensation", "compensation_id", "plan_sha256", "payee")
    for name, found, expected in zip(names, asked, planned, strict=True):
        if found != expected:
            return refusal(
                "payout_not_the_plans",
                "6.8",
                f"{name} of the payout is {found}, the signed plan says {expected}; release the plan as it was signed",
                f"放款的{name}为{found}，而已签署的方案为{expected}；请按已签署的方案放款",
            )
    return None


def plan_is_not_replaced(case: Case, released: PayoutReleased) -> Refusal | None:
    """Article 6.8. A compensation is paid on one plan; once the treasury has accepted it no other takes its place."""
    accepted = case.compensations.get(released.compensation_id)
    if accepted is None or accepted.plan_sha256 == released.plan_sha256:
        return None
    return refusal(
        "plan_replaced",
        "6.8",
        f"compensation {released.compensation} is paid on the plan {accepted.plan_sha256}; the plan "
        f"{released.plan_sha256} can't replace it, draw up a further compensation instead",
        f"第{released.compensation}次补偿已按方案{accepted.plan_sha256}支付，方案{released.plan_sha256}不得替换；"
        "如需补充，请另行制定补偿方案",
    )
