"""Article 8: the cooperating institution is selected before the pool is founded."""

from services.registry.domain.pool import Pool, Register
from shared.contracts.refusals import Refusal, refusal


def refuse_unless_selection_is_before_the_founding(pool: Register) -> Refusal | None:
    """Article 8.1. A cooperating institution is selected for a pool to be: a founded one has the one it was founded by.

    Two institutions found a pool and pay it in (3.1, 9.2); if their cooperation ends, all fiscal money is claimed back
    (19.3) and the pool comes to its end (22.1). A successor founds another pool.
    """
    if not isinstance(pool, Pool):
        return None
    cooperating = pool.name_of(pool.cooperating_institution)
    return refusal(
        "pool_founded_before_selection",
        "8.1",
        f"this pool was founded on {pool.founded_on} with {cooperating}, and nobody takes its place; "
        "prepare another pool under an id of its own (registry.pool.prepare), and run the selection in it.",
        f"本资金池已于 {pool.founded_on} 与合作机构 {cooperating} 共同设立，不得另选合作机构；"
        "请以新的标识筹建资金池（registry.pool.prepare），并在其中进行遴选。",
    )
