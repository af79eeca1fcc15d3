"""Article 19: what an end of the cooperation with all fiscal money claimed back leaves to be paid."""

from datetime import date

from shared.contracts.refusals import Refusal, refusal


def refuse_if_confirmed_after_the_end(confirmed_on: date, ended_on: date | None) -> Refusal | None:
    """Article 19.3. Only cases that had passed gate 1 are finished; both are days in Beijing."""
    if ended_on is None or confirmed_on <= ended_on:
        return None
    return refusal(
        "confirmed_after_the_end",
        "19.3",
        f"the plan was confirmed on {confirmed_on}, after the cooperation had been ended on {ended_on} and all fiscal "
        "money was claimed back, so that it is not paid; ask the managing institution what becomes of this loan",
        f"方案于{confirmed_on}审核确认，晚于合作终止并追回全部财政资金之日{ended_on}，不予支付；该笔贷款如何处理请咨询管理机构",
    )
