"""The steps of a case in their order. There is no command that skips one (6.6)."""

from enum import IntEnum
from typing import NamedTuple


class Step(IntEnum):
    """A step; each waits for all before it. What is applied for is decided by a ballot, which has its own order."""

    APPROVAL = 0  # → NOTICE, decided by the registry
    NOTICE = 1  # → REVIEW; another notice before the release leads back there
    REVIEW = 2  # → VERIFICATION
    VERIFICATION = 3  # → PLAN
    PLAN = 4  # → CONFIRMATION
    CONFIRMATION = 5  # → RELEASE; gate 1
    RELEASE = 6  # → PAYMENT
    PAYMENT = 7  # → APPLICATION, reported by the treasury
    APPLICATION = 8  # → APPLICATION: a new one replaces it, a further one follows


class StepWords(NamedTuple):
    """A step's name, its clause, and who does it with what, in both languages."""

    name: str
    name_zh: str
    clause: str
    doing: str
    doing_zh: str


STEPS: dict[Step, StepWords] = {
    Step.APPROVAL: StepWords(
        "approval of the project's filing",
        "项目备案审核",
        "5.4",
        "have the managing institution approve the filing (registry.project.approve)",
        "请由管理机构审核备案信息（registry.project.approve）",
    ),
    Step.NOTICE: StepWords(
        "lender's loss notice",
        "银行风险补偿通知",
        "14.1",
        "have the lender notify the loss (claims.loss.notify)",
        "请由银行提交风险补偿通知（claims.loss.notify）",
    ),
    Step.REVIEW: StepWords(
        "preliminary review",
        "初审",
        "6.6",
        "have the cooperating institution record the preliminary review (claims.review.record)",
        "请由合作机构记录初审（claims.review.record）",
    ),
    Step.VERIFICATION: StepWords(
        "on-site verification",
        "现场核实确认",
        "6.6",
        "have the cooperating institution record the on-site verification (claims.verification.record)",
        "请由合作机构记录现场核实确认（claims.verification.record）",
    ),
    Step.PLAN: StepWords(
        "compensation plan",
        "风险补偿方案",
        "6.8",
        "have the cooperating institution draw up the plan (claims.plan.draw_up)",
        "请由合作机构制定风险补偿方案（claims.plan.draw_up）",
    ),
    Step.CONFIRMATION: StepWords(
        "confirmation of the plan",
        "方案审核确认",
        "5.6",
        "have the managing institution confirm the plan (claims.plan.confirm)",
        "请由管理机构审核确认方案（claims.plan.confirm）",
    ),
    Step.RELEASE: StepWords(
        "release of the payout",
        "补偿资金放行",
        "6.8",
        "have the cooperating institution release the payout (claims.payout.release)",
        "请由合作机构办理补偿资金放行（claims.payout.release）",
    ),
    Step.PAYMENT: StepWords(
        "settled payout",
        "补偿资金到账",
        "15.2",
        "wait until the supervising bank has settled the payout, since only what was really paid is reimbursed; one "
        "that it did not carry out is taken up again (claims.payment.take_up)",
        "请等待监管银行完成补偿资金支付，仅对实际支付的金额进行补偿；银行未办理的，请重新办理（claims.payment.take_up）",
    ),
    Step.APPLICATION: StepWords(
        "reimbursement application",
        "风险补偿申请",
        "15.1",
        "have the cooperating institution apply for reimbursement (claims.reimbursement.apply)",
        "请由合作机构提出风险补偿申请（claims.reimbursement.apply）",
    ),
}
