"""Article 5: what the managing institution approves and confirms, and what waits for it."""

from shared.contracts.refusals import Refusal, refusal

# A notice is a few kilobytes; more than this many waiting on one project are a fault at the sender.
HELD_NOTICES_MAX = 20


def refuse_unless_project_is_approved(*, is_approved: bool) -> Refusal | None:
    """Article 5.4. A notice on a project that is not approved yet is held, not lost."""
    if is_approved:
        return None
    return refusal(
        "project_not_approved",
        "5.4",
        "the project is not approved yet; the notice is kept and taken up by itself when it is; wait for that, nothing "
        "has to be sent again. If the loan's project is approved, its contract number or lender is another one: "
        "notify the loss with those of the filing, under a new id",
        "该项目备案尚未审核通过；通知已保留，审核通过后自动受理，请等待，无须重新发送。"
        "如该笔贷款的项目已获批，则借款合同编号或贷款银行填写有误：请按备案更正，用新的消息编号重新通知",
    )


def refuse_if_project_is_rejected(*, was_rejected: bool) -> Refusal | None:
    """Article 5.4. A project whose filing was rejected is not covered by the pool."""
    if not was_rejected:
        return None
    return refusal(
        "project_rejected",
        "5.4",
        "the managing institution has rejected the filing of this project, so the pool does not cover it; ask the "
        "cooperating institution for the reasons",
        "管理机构未通过该项目备案，资金池不予补偿；请向合作机构了解原因",
    )


def refuse_if_held_notices_are_full(held: int) -> Refusal | None:
    """Article 5.4. So many notices at the most wait on one project; ``held`` is how many do."""
    if held < HELD_NOTICES_MAX:
        return None
    return refusal(
        "held_notices_full",
        "5.4",
        f"{held} notices wait for this project's approval already, at most {HELD_NOTICES_MAX} can; wait until the "
        "managing institution has decided on the filing",
        f"已有{held}份通知等待该项目备案审核，至多{HELD_NOTICES_MAX}份；请等待管理机构审核备案",
    )
