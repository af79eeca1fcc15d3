"""Article 19: for a breach, a failed audit or a failed evaluation the cooperation ends, with all fiscal money."""

from services.registry.domain.pool import Pool
from shared.contracts.refusals import Refusal, refusal
from shared.contracts.registry.performance import EndGround


def refuse_unless_cooperation_goes_on(pool: Pool) -> Refusal | None:
    """Article 19.3. A cooperation ends once, and after that nothing new begins in the pool; confirmed cases go on."""
    if pool.cycle.ended_on is None:
        return None
    ground = pool.cycle.ended_for
    assert ground is not None, f"the cooperation ended on {pool.cycle.ended_on} without a ground"
    return refusal(
        "cooperation_ended",
        "19.3",
        f"the cooperation ended on {pool.cycle.ended_on} ({ground.english}), and nothing new begins in the pool; go "
        "on with the projects that it covers, and claim what else is found with registry.misuse.claim.",
        f"合作已于 {pool.cycle.ended_on} 终止（{ground.chinese}），不再办理新增事项；存续项目请继续办理，"
        "另行查明的违规使用请以 registry.misuse.claim 追索。",
    )


def refuse_unless_cover_can_grow(pool: Pool) -> Refusal | None:
    """Article 19.3. Once all fiscal money is claimed back nothing more comes under the pool's cover.

    Confirmed cases are finished, and existing projects go on as they are. It is asked wherever something would be
    covered that was not: at an approval, at a drawdown, and where a late one would be admitted (a reading).
    """
    ground = pool.cycle.ended_for
    if ground is None or not claims_back_fiscal_money(ground):
        return None
    return refusal(
        "fiscal_money_claimed_back",
        "19.3",
        f"the cooperation ended on {pool.cycle.ended_on} ({ground.english}) and all fiscal money is claimed back, so "
        "that nothing more is covered; reject what waits, and go on with what is covered.",
        f"合作已于 {pool.cycle.ended_on} 终止（{ground.chinese}），全部财政资金已要求收回，不再新增覆盖；"
        "请驳回待审核事项，已纳入的项目继续办理。",
    )


# accept: False
def claims_back_fiscal_money(ground: EndGround) -> bool:
    """Article 19.3. All fiscal money is claimed back, but not where an operating period is simply not gone on with."""
    return ground is not EndGround.PERIOD_OVER
