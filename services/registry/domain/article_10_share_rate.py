"""Article 10: what the rules may say about the pool's share of a loss and its split."""

from collections.abc import Mapping

from services.registry.domain.district_profile import DistrictProfile
from shared.contracts.refusals import Refusal, refusal
from shared.contracts.registry.rules import LossRatio


def refuse_unless_district_has_profile(districts: Mapping[str, DistrictProfile], district: str) -> Refusal | None:
    """Article 10.3. The share's ceiling, as every bound, is the district's; without its profile there are no rules."""
    if district in districts:
        return None
    return refusal(
        "district_unknown",
        "10.3",
        f"no profile of district {district} is installed, so the ceiling of the pool's share is unknown; "
        "let the operator add the district's profile with its source.",
        f"未配置区划 {district} 的档案，无法确定资金池承担风险比例上限；请由运维人员添加该区划档案并注明依据。",
    )


def refuse_unless_loss_ratio_has_weight(ratio: LossRatio) -> Refusal | None:
    """Article 10.4. The negotiated ratio gives at least one side a weight, or a loss could not be split."""
    if ratio.fiscal_weight + ratio.social_weight > 0:
        return None
    return refusal(
        "loss_ratio_empty",
        "10.4",
        "both weights of the loss ratio are zero, so nobody would bear a loss; give the negotiated ratio, such as 1:1.",
        "风险分担比例双方权重均为零，损失无人承担；请填写协商比例，例如 1:1。",
    )
