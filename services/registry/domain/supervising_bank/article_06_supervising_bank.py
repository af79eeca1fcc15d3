"""Article 6: the supervising bank, proposed by one institution and consented to by the other."""

from services.registry.domain.pool import BankProposal, Pool
from shared.contracts.received import Acting
from shared.contracts.refusals import Refusal, refusal


def refuse_if_bank_is_appointed(pool: Pool, replaces: str | None) -> Refusal | None:
    """Article 6.3. A pool has one supervising bank; another one is proposed in its place, and says so."""
    if pool.supervising_bank is None or replaces is not None:
        return None
    bank = pool.name_of(pool.supervising_bank)
    return refusal(
        "supervising_bank_appointed",
        "6.3",
        f"{bank} is this pool's supervising bank already, and there can't be a second one; record what is agreed with "
        "it as an amendment (registry.agreement.record), or propose another bank that replaces it, and name it as "
        "the one that is replaced (registry.supervising_bank.propose).",
        f"本资金池的监管银行已确定为 {bank}，不能另设；新的约定请登记为补充协议（registry.agreement.record），"
        "如更换监管银行，请提议新的银行并注明被更换的银行（registry.supervising_bank.propose）。",
    )


def refuse_if_accounts_are_between_banks(pool: Pool) -> Refusal | None:
    """Article 6.3. A supervising bank is replaced once the one before it has handed the accounts over."""
    if pool.replaced_bank is None:
        return None
    assert pool.supervising_bank is not None, "a bank is replaced by another one"
    former, bank = pool.name_of(pool.replaced_bank), pool.name_of(pool.supervising_bank)
    return refusal(
        "accounts_between_banks",
        "6.3",
        f"the accounts go from {former} to {bank}; wait until both banks have said that the balances moved "
        "(treasury.accounts.hand_over, treasury.accounts.take_over)",
        f"账户正由{former}移交{bank}；请待双方银行确认余额划转完毕（treasury.accounts.hand_over、"
        "treasury.accounts.take_over）后再办理",
    )


def refuse_unless_supervising_bank_is_replaced(pool: Pool, bank: str, replaces: str | None) -> Refusal | None:
    """Article 6.3. Who is replaced is the pool's supervising bank, by another one."""
    if replaces is None or (replaces == pool.supervising_bank and bank != replaces):
        return None
    present = pool.name_of(pool.supervising_bank) if pool.supervising_bank else "nobody yet"
    present_zh = pool.name_of(pool.supervising_bank) if pool.supervising_bank else "尚未确定"
    return refusal(
        "bank_not_replaced",
        "6.3",
        f"{pool.name_of(bank)} can't take the place of {pool.name_of(replaces)}; the supervising bank is {present}: "
        "name that as the one that is replaced, and another bank in its place",
        f"{pool.name_of(bank)}不能接替{pool.name_of(replaces)}；现任监管银行：{present_zh}。请填写现任监管银行为被更换的银行，"
        "并另提一家银行",
    )


def refuse_unless_bank_proposal_stands(
    pool: Pool, proposed: BankProposal | None, proposal: BankProposal
) -> Refusal | None:
    """Article 6.3. A proposal stays as it was made, so that a consent given to it can't come to mean something else."""
    said = (proposal.bank, proposal.agreement, proposal.replaces)
    if proposed is None or (proposed.bank, proposed.agreement, proposed.replaces) == said:
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
