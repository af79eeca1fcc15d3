"""Article 5: an agreement is recorded, and an operating period that goes on rests on a new one."""

from datetime import date

from services.registry.domain.agreement_number import is_one_number
from services.registry.domain.pool import Pool
from shared.contracts.documents import DocumentKind
from shared.contracts.refusals import Refusal, refusal
from shared.contracts.registry.words import Agreement


def refuse_unless_further_period_has_a_new_agreement(pool: Pool, agreement: Agreement) -> Refusal | None:
    """Article 5.3. Going on after an operating period is agreed on anew; the first one may be the founding's own."""
    if pool.cycle.operating_until is None:
        return None
    present = pool.cooperation_agreements[-1]
    is_new = not any(is_one_number(each.number, agreement.number) for each in pool.cooperation_agreements)
    if is_new and agreement.signed_on >= present.signed_on:
        return None
    return refusal(
        "further_period_without_new_agreement",
        "5.3",
        f"a further operating period is agreed on anew, after agreement {present.number} of {present.signed_on}; "
        f"{agreement.number} of {agreement.signed_on} is one of before. Sign a new agreement or an amendment, under "
        "its own number, and name that one.",
        f"后续运营期应在现行协议 {present.number}（{present.signed_on} 签署）之后另行约定，而 {agreement.number}"
        f"（{agreement.signed_on} 签署）为此前的协议；请签署新的协议或补充协议，并以其编号提交。",
    )


def refuse_unless_agreement_is_recorded(agreement: Agreement, today: date) -> Refusal | None:
    """Article 5.3. An agreement is recorded with number, date and document, after it has been signed."""
    if agreement.document.kind is DocumentKind.AGREEMENT and agreement.signed_on <= today:
        return None
    return refusal(
        "agreement_not_recorded",
        "5.3",
        f"{agreement.number} needs a document of the kind {DocumentKind.AGREEMENT.english} (it is "
        f"{agreement.document.kind.english}) and a signing day up to {today} (it is {agreement.signed_on}); "
        "send the signed one.",
        f"编号 {agreement.number} 的文件类型应为“{DocumentKind.AGREEMENT.chinese}”"
        f"（现为“{agreement.document.kind.chinese}”），签署日不得晚于 {today}（现为 {agreement.signed_on}）；"
        "请提交已签署的协议。",
    )
