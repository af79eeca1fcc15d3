"""Article 3: every fact belongs to one pool."""

from uuid import UUID

from shared.contracts.refusals import Refusal, refusal


def case_is_of_another_pool(pool_of_case: UUID, pool_of_message: UUID) -> Refusal | None:
    """Article 3.1. Whoever acts in one pool can't touch another pool's case."""
    if pool_of_case == pool_of_message:
        return None
    return refusal(
        "case_of_another_pool",
        "3.1",
        f"this case does not belong to the pool {pool_of_message} that the message names; send it with the poolid of "
        "its own pool, signed with a key registered there",
        f"该案件不属于消息所称的资金池{pool_of_message}；请以案件所属资金池的poolid及在该资金池登记的密钥重新发送",
    )
