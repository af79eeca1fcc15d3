"""Article 6: the supervising bank, proposed by one institution and consented to by the other."""

from services.registry.domain.pool import BankProposal, Pool
from shared.contracts.received import Acting
from shared.contracts.refusals import Refusal, refusal


def refuse_if_bank_is_appointed(pool: Pool) -> Refusal | None:
    """Article 6.3. A pool has one supervising bank."""
    if pool.supervising_bank is None:
        return None
    bank = pool.name_of(pool.supervising_bank)
    return refusal(
        "supervising_bank_appointed",
        "6.3",
        f"{bank} is this pool's supervising bank already, and there can't be a second one; go on with "
        "it, and record what is agreed with it as an amendment (registry.agreement.record).",
        f"本资金池的监管银行已确定为 {bank}，不能另设；请继续由其监管，新的约定请登记为补充协议"
        "（registry.agreement.record）。",
    )


def refuse_unless_bank_proposal_stands(
    pool: Pool, proposed: BankProposal | None, proposal: BankProposal
) -> Refusal | None:
    """Article 6.3. A proposal stays as it was made, so that a consent given to it can't come to mean something else."""
    if proposed is None or (proposed.bank, proposed.agreement) == (proposal.bank, proposal.agreement):
        return None
    proposer = pool.name_of(proposed.proposed_by)
    return refusal(
        "bank_proposal_differs",
        "6.3",
        f"{proposal.bank.name} was proposed by {proposer} with other particulars and a "
        "proposal can't be changed; consent to it, or propose under another institution id.",
        f"{proposal.bank.name} 已由{proposer}以不同内容提议，提议不得更改；"
        "请对原提议表示同意，或使用其他机构标识另行提议。",
    )


def refuse_unless_bank_was_proposed(proposed: BankProposal | None, bank: str) -> Refusal | None:
    """Article 6.3. A consent needs a proposal that it consents to."""
    if proposed is not None:
        return None
    return refusal(
        "bank_not_proposed",
        "6.3",
        f"{bank} was not proposed as the supervising bank; propose it, the other institution then consents.",
        f"{bank} 未被提议为监管银行；请先提议，再由另一方机构同意。",
    )


def refuse_unless_bank_is_consented_by_the_other(pool: Pool, proposed: BankProposal, acting: Acting) -> Refusal | None:
    """Article 6.3. The institution that proposed a bank can't consent for the other one."""
    if acting.institution != proposed.proposed_by:
        return None
    proposer = pool.name_of(acting.institution)
    return refusal(
        "consent_of_the_proposer",
        "6.3",
        f"{proposer} proposed {proposed.bank.name} itself; ask the other institution to consent.",
        f"{proposed.bank.name} 由{proposer}自行提议；请由另一方机构同意。",
    )
