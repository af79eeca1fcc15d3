"""Article 6: the consent to an agreement with the supervising bank."""

from services.registry.domain.agreements.state import AgreementStage, RecordedAgreement
from shared.contracts.refusals import Refusal, refusal


def refuse_unless_agreement_awaits_consent(recorded: RecordedAgreement | None, number: str) -> Refusal | None:
    """Article 6.3. Consent is given to an agreement with the supervising bank that was recorded and awaits it."""
    if recorded is not None and recorded.stage is AgreementStage.AWAITED:
        return None
    return refusal(
        "agreement_awaits_no_consent",
        "6.3",
        f"no agreement {number} with the supervising bank awaits a consent; correct the number, or let the managing "
        "institution record it first.",
        f"没有编号为 {number} 的监管银行协议等待同意；请更正编号，或由管理机构先行登记。",
    )
