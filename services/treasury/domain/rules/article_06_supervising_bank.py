"""Article 6: another supervising bank takes the accounts over, on both banks' word and with no payment in between."""

from collections.abc import Mapping

from services.treasury.domain.books import Funds
from services.treasury.domain.pool import AccountsMoved, Pool
from shared.contracts.received import Acting
from shared.contracts.refusals import Refusal, refusal
from shared.contracts.treasury import Account, CustodyParticulars
from shared.decisions.amounts import yuan, yuan_zh
from shared.decisions.article_04_authorisation import said_before


def accounts_stay_at_their_bank(pool: Pool) -> bool:
    """Article 6.3. No payment goes out from the appointment of another supervising bank until it has the accounts."""
    return pool.successor is None


def refuse_if_accounts_are_handed_over(pool: Pool) -> Refusal | None:
    """Article 6.3. What arrives after the accounts were handed over is confirmed by the bank that takes them over."""
    if pool.handed_over is None:
        return None
    assert pool.successor is not None, "accounts are handed over to somebody"
    successor = pool.name_of(pool.successor)
    return refusal(
        "accounts_handed_over",
        "6.3",
        f"the accounts were handed over to {successor}; wait until it has taken them over "
        "(treasury.accounts.take_over), and have it confirm what has arrived",
        f"账户已移交{successor}；请待其接收完毕（treasury.accounts.take_over）后，由其确认到账",
    )


def refuse_unless_bank_is_replaced(pool: Pool) -> Refusal | None:
    """Article 6.3. The accounts are handed over where both institutions have appointed another bank."""
    if pool.successor is not None:
        return None
    return refusal(
        "no_successor",
        "6.3",
        "no other supervising bank is appointed to whom the accounts could go; have one of the two institutions "
        "propose it and the other one consent (registry.supervising_bank.propose, registry.supervising_bank.consent)",
        "尚未确定接收账户的新监管银行；请先由一方机构提议、另一方机构同意（registry.supervising_bank.propose、"
        "registry.supervising_bank.consent）",
    )


def refuse_unless_payments_are_answered(funds: Mapping[Account, Funds]) -> Refusal | None:
    """Article 6.3. The accounts are handed over once the bank has answered every payment that it was told to make."""
    reserved_fen = sum(each.reserved_fen for each in funds.values())
    if reserved_fen == 0:
        return None
    return refusal(
        "payments_unanswered",
        "6.3",
        f"{yuan(reserved_fen)} are instructed and neither paid nor rejected; first answer each instruction "
        "(treasury.payment.confirm, treasury.payment.reject)",
        f"尚有{yuan_zh(reserved_fen)}已发指令而未答复；请先逐笔确认或退回（treasury.payment.confirm、treasury.payment.reject）",
    )


def refuse_unless_balances_are_the_books(
    funds: Mapping[Account, Funds], said: CustodyParticulars
) -> tuple[Refusal, ...]:
    """Article 6.3. All that is on each account goes over, to the fen."""
    moved = {Account.FISCAL: said.fiscal_fen, Account.SOCIAL_CAPITAL: said.social_capital_fen}
    return tuple(
        refusal(
            "balance_differs",
            "6.3",
            f"the {account.english} holds {yuan(funds[account].balance_fen)} by the pool's books, {yuan(amount_fen)} "
            "are said to have moved; hand over the whole balance, or have the difference explained first",
            f"{account.chinese}账面余额为{yuan_zh(funds[account].balance_fen)}，所称划转{yuan_zh(amount_fen)}；"
            "请按全部余额移交，如有差异请先查明",
        )
        for account, amount_fen in moved.items()
        if funds[account].balance_fen != amount_fen
    )


def refuse_if_accounts_were_handed_over_otherwise(handed_over: AccountsMoved | None) -> Refusal | None:
    """Article 6.3. The accounts are handed over once; what was said of that stands."""
    if handed_over is None:
        return None
    return refusal(
        "accounts_handed_over_otherwise",
        "6.3",
        f"the accounts were handed over before, under reference {handed_over.bank_reference}; leave it so, and wait "
        "for the other bank to take them over",
        f"账户此前已移交（流水号{handed_over.bank_reference}）；请勿更改，待对方银行接收",
    )


def refuse_unless_successor_takes_over(pool: Pool, acting: Acting) -> Refusal | None:
    """Article 6.3. The accounts are taken over by the bank that both institutions appointed for that."""
    if pool.successor is not None and acting.institution == pool.successor:
        return None
    bank = pool.name_of(acting.institution)
    return refusal(
        "not_the_successor",
        "6.3",
        f"{bank} is not appointed to take the accounts over; have the bank that is say it, or appoint {bank} first "
        "(registry.supervising_bank.propose, registry.supervising_bank.consent)",
        f"{bank}不是接收账户的新监管银行；请由新监管银行办理，或先行确定（registry.supervising_bank.propose、"
        "registry.supervising_bank.consent）",
    )


def refuse_unless_accounts_are_handed_over(handed_over: AccountsMoved | None) -> Refusal | None:
    """Article 6.3. What is taken over was handed over: the bank before speaks first."""
    if handed_over is not None:
        return None
    return refusal(
        "accounts_not_handed_over",
        "6.3",
        "the bank before has not said yet that it handed the accounts over; wait for its word "
        "(treasury.accounts.hand_over) and say it again",
        "原监管银行尚未确认移交；请待其确认（treasury.accounts.hand_over）后重新发送",
    )


def refuse_unless_balances_are_as_handed_over(
    handed_over: AccountsMoved, said: CustodyParticulars
) -> tuple[Refusal, ...]:
    """Article 6.3. Both banks say the same of each balance."""
    pairs = (
        (Account.FISCAL, handed_over.fiscal_fen, said.fiscal_fen),
        (Account.SOCIAL_CAPITAL, handed_over.social_capital_fen, said.social_capital_fen),
    )
    return tuple(
        refusal(
            "balance_taken_over_differs",
            "6.3",
            f"of the {account.english} {yuan(before_fen)} were handed over and {yuan(after_fen)} are said to have "
            "arrived; have the difference explained with the bank before, and confirm what was handed over",
            f"{account.chinese}移交{yuan_zh(before_fen)}，所称到账{yuan_zh(after_fen)}；请与原监管银行核对差异后，"
            "按移交金额确认",
        )
        for account, before_fen, after_fen in pairs
        if before_fen != after_fen
    )


# accept: None
def accounts_moved_so(moved: AccountsMoved) -> Refusal:
    """Article 6.3. Said again, word for word under another id, the move of the accounts is as it was; says why."""
    return said_before("6.3", f"this (reference {moved.bank_reference})", f"该确认（流水号{moved.bank_reference}）")
