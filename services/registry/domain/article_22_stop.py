"""Article 22: after a stop the existing projects go on, and no new ones come in.

An existing project is one that was filed by then (a reading): what waits is approved or rejected, and what was paid out
of its loan by then is filed in its window. The end of the cooperation is such a stop too, whatever its ground.
"""

from collections.abc import Iterable
from datetime import date

from services.registry.domain.pool import Pool
from shared.contracts.refusals import Refusal, refusal


def refuse_if_pool_has_stopped(pool: Pool) -> Refusal | None:
    """Article 22.1. Nothing new begins in a pool that has stopped; what was returned can't come again either."""
    if pool.cycle.stopped_on is None:
        return None
    return refusal(
        "pool_stopped",
        "22.1",
        f"the pool stopped on {pool.cycle.stopped_on}, and nothing new begins in it; go on with the projects that "
        "it covers, and file new ones with a pool that is in operation.",
        f"资金池已于 {pool.cycle.stopped_on} 停止合作，不再办理新增事项；已纳入的存续项目请继续办理，"
        "新项目请向运营中的资金池备案。",
    )


def refuse_unless_returned_filing_can_come_again(pool: Pool) -> Refusal | None:
    """Article 22.1. After a stop a filing is approved or rejected: returned, it could not come again."""
    until = pool.cycle.filings_until
    if until is None:
        return None
    return refusal(
        "return_leads_nowhere",
        "22.1",
        f"the pool has taken no filing since {until}, so that one that is returned can't come again; approve it or "
        "reject it, or let it be corrected first (registry.project.correct).",
        f"资金池自 {until} 起不再受理备案，退回后无法重新备案；请予批准或驳回，或先由合作机构更正"
        "（registry.project.correct）。",
    )


def refuse_unless_payouts_are_before_the_stop(pool: Pool, disbursed_on: Iterable[date]) -> Refusal | None:
    """Article 22.1. After a stop an existing project grows no more: what is paid out later is not covered.

    What was paid out by that day still has its window, which is the filer's.
    """
    until = pool.cycle.filings_until
    later = [] if until is None else [day for day in disbursed_on if day > until]
    if not later:
        return None
    return refusal(
        "paid_out_after_stop",
        "22.1",
        f"{min(later)} is after {until}, when the pool stopped or its cooperation ended, and what is paid out later is "
        "not covered; leave that drawdown out, and go on with what is covered.",
        f"放款日 {min(later)} 晚于资金池停止或合作终止之日 {until}，此后的放款不予覆盖；"
        "请勿列入该笔放款，已纳入的部分继续办理。",
    )
