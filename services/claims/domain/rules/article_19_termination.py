"""Article 19: what an end of the cooperation for breach, a failed audit or a failed evaluation stops."""

from datetime import date

from shared.contracts.refusals import Refusal, refusal


def refuse_if_cooperation_has_ended(ended_on: date | None) -> Refusal | None:
    """Article 19.3. With all fiscal money claimed back nothing new begins; what was confirmed before goes on."""
    if ended_on is None:
        return None
    return refusal(
        "cooperation_has_ended",
        "19.3",
        f"the cooperation was ended on {ended_on} and all fiscal money is claimed back, so that no new loss is "
        "compensated; only what was confirmed by then goes on. Ask the managing institution what becomes of this loan",
        f"合作已于{ended_on}终止，财政资金全部追回，不再办理新的补偿，仅继续支付此前已由管理机构审核确认的方案；"
        "该笔贷款如何处理请咨询管理机构",
    )
