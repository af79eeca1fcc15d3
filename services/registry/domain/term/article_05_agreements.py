"""Article 5: the agreement that a period or a new term rests on."""

from services.registry.domain.agreement_number import is_one_number
from services.registry.domain.pool import Pool
from shared.contracts.refusals import Refusal, refusal
from shared.contracts.registry.words import Agreement


def refuse_unless_agreement_is_as_it_was_recorded(pool: Pool, agreement: Agreement) -> Refusal | None:
    """Article 5.3. An agreement stays under its number what it was recorded as, by whichever message that was."""
    agreements = (*pool.cooperation_agreements, *pool.recorded_agreements)
    recorded = next((each for each in agreements if is_one_number(each.number, agreement.number)), agreement)
    if (recorded.signed_on, recorded.document) == (agreement.signed_on, agreement.document):
        return None
    return refusal(
        "agreement_not_as_recorded",
        "5.3",
        f"agreement {agreement.number} is recorded as signed on {recorded.signed_on} with the document "
        f"{recorded.document.sha256}, and the message says {agreement.signed_on} and {agreement.document.sha256}; name "
        "a new agreement by its own number, or correct what is said of this one.",
        f"协议 {agreement.number} 登记的签署日为 {recorded.signed_on}、文件为 {recorded.document.sha256}，"
        f"消息所载为 {agreement.signed_on} 和 {agreement.document.sha256}；新协议请使用新的编号，或更正所载内容。",
    )
