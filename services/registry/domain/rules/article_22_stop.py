"""Article 22: after a stop the existing projects go on, and no new ones come in."""

from services.registry.domain.pool import Pool
from shared.contracts.refusals import Refusal, refusal


def pool_has_not_stopped(pool: Pool) -> Refusal | None:
    """Article 22.1. A pool that has stopped takes no new filing; one that was returned can't come again either."""
    if pool.cycle.stopped_on is None:
        return None
    return refusal(
        "pool_stopped",
        "22.1",
        f"the pool stopped on {pool.cycle.stopped_on} and takes no new filing; go on with the projects that "
        "it covers, and file new ones with a pool that is in operation.",
        f"资金池已于 {pool.cycle.stopped_on} 停止合作，不再受理新的备案；已纳入的存续项目请继续办理，"
        "新项目请向运营中的资金池备案。",
    )
