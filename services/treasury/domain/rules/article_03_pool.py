"""Article 3: the pool."""

from collections.abc import Sequence
from uuid import UUID

from shared.contracts.envelope import Command
from shared.contracts.received import Received
from shared.contracts.refusals import Refusal, refusal


def facts_of_one_pool(pool_id: UUID, originals: Sequence[Received[Command]]) -> Refusal | None:
    """Article 3.1. Every signed message that a payment rests on was said in the pool that pays."""
    for original in originals:
        if original.pool_id != pool_id:
            kind = original.data.message_type
            return refusal(
                "other_pool",
                "3.1",
                f"the signed {kind} was said in pool {original.pool_id}, this is pool {pool_id}; sign it for this pool",
                f"已签名的{kind}属于资金池{original.pool_id}，而本次支付属于资金池{pool_id}；请针对本资金池重新签署",
            )
    return None
