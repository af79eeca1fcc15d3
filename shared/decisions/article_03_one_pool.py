"""Article 3: every fact belongs to one pool."""

from uuid import UUID

from shared.contracts.refusals import Refusal, refusal


def refuse_unless_of_one_pool(pool_id: UUID, named: UUID, what: str, what_zh: str) -> Refusal | None:
    """Article 3.1. Whoever acts in one pool can't touch what is another's.

    ``what`` belongs to ``pool_id``, and the message names the pool ``named``.
    """
    if named == pool_id:
        return None
    return refusal(
        "of_another_pool",
        "3.1",
        f"the {what} belongs to another pool than the message names; sign it for that pool, with a key registered "
        "there, and send it again",
        f"该{what_zh}不属于消息所称的资金池；请使用在其所属资金池登记的密钥，在该资金池重新签名发送",
    )
