"""Article 9: contributions in pairs to two closed accounts at the supervising bank."""

from collections.abc import Sequence
from datetime import date, timedelta

from services.treasury.domain.case import Payment, PaymentStage
from services.treasury.domain.pool import ArrivedContribution, Pool
from shared.contracts.refusals import Refusal, refusal
from shared.contracts.registry.words import PlannedInstalment
from shared.contracts.treasury import Account, ConfirmContribution
from shared.decisions.amounts import yuan, yuan_zh
from shared.decisions.article_04_authorisation import said_before
from shared.decisions.checks import first_fault
from shared.decisions.days import FOUNDED_AHEAD_DAYS_MAX, refuse_if_day_is_ahead, refuse_unless_day_is_between


def refuse_unless_contribution_is_planned(
    planned: Sequence[PlannedInstalment], account: Account, instalment: int, amount_fen: int
) -> Refusal | None:
    """Article 9.2. A contribution is a planned instalment, in the planned amount, so that both pay by the ratio."""
    for pair in planned:
        if pair.instalment == instalment:
            planned_fen = pair.fiscal_fen if account is Account.FISCAL else pair.social_fen
            if planned_fen == amount_fen:
                return None
            return refusal(
                "contribution_amount_differs",
                "9.2",
                f"instalment {instalment} of the {account.english} is planned with {yuan(planned_fen)}, confirmed were "
                f"{yuan(amount_fen)}; confirm the planned amount, or have the plan changed",
                f"{account.chinese}第{instalment}期计划出资{yuan_zh(planned_fen)}，确认到账{yuan_zh(amount_fen)}；"
                "请按计划金额确认，或先变更出资计划",
            )
    planned_numbers = ", ".join(str(pair.instalment) for pair in planned)
    return refusal(
        "contribution_not_planned",
        "9.2",
        f"instalment {instalment} is not planned; the pool's instalments are {planned_numbers}: confirm one of them",
        f"第{instalment}期出资不在计划内，计划期次为{planned_numbers}；请确认计划内的期次",
    )


def refuse_unless_contribution_is_new(
    arrived: ArrivedContribution | None, confirmed: ConfirmContribution
) -> Refusal | None:
    """Article 9.2. Each instalment arrives once on each account."""
    if arrived is None:
        return None
    return refusal(
        "contribution_arrived_before",
        "9.2",
        f"instalment {confirmed.instalment} of the {confirmed.account.english} arrived before: "
        f"{yuan(arrived.amount_fen)} under reference {arrived.bank_reference}, not {yuan(confirmed.amount_fen)} under "
        f"{confirmed.bank_reference}; confirm the next instalment",
        f"{confirmed.account.chinese}第{confirmed.instalment}期已到账：{yuan_zh(arrived.amount_fen)}（流水号"
        f"{arrived.bank_reference}），与本次{yuan_zh(confirmed.amount_fen)}（流水号{confirmed.bank_reference}）不同；"
        "请确认下一期出资",
    )


# accept: None
def contribution_is_confirmed_so(arrived: ArrivedContribution) -> Refusal:
    """Article 9.2. A contribution confirmed again, word for word under another id, changes nothing; says why."""
    return said_before(
        "9.2",
        f"instalment {arrived.instalment} of the {arrived.account.english} (reference {arrived.bank_reference})",
        f"{arrived.account.chinese}第{arrived.instalment}期出资（流水号{arrived.bank_reference}）",
    )


def first_pair_has_arrived(planned: Sequence[PlannedInstalment], arrived: Sequence[ArrivedContribution]) -> bool:
    """Article 9.2. Payouts begin when the first planned pair of contributions is on both accounts (a reading)."""
    if not planned:
        return False
    first = min(pair.instalment for pair in planned)
    return {contribution.account for contribution in arrived if contribution.instalment == first} == set(Account)


def payouts_have_begun(
    planned: Sequence[PlannedInstalment], arrived: Sequence[ArrivedContribution], *, is_required: bool
) -> bool:
    """Article 9.2. Payouts wait for the first pair, where the rules in force require it (``first_pair_required``)."""
    return not is_required or first_pair_has_arrived(planned, arrived)


def refuse_unless_budget_is_named(
    account: Account, budget_reference: str | None, budget_year: int | None
) -> Refusal | None:
    """Article 9.3. A fiscal contribution names the budget it comes from: reference and year."""
    if account is not Account.FISCAL or (budget_reference is not None and budget_year is not None):
        return None
    missing = [
        names
        for names, value in (
            (("budget reference", "预算文号"), budget_reference),
            (("budget year", "预算年度"), budget_year),
        )
        if value is None
    ]
    return refusal(
        "budget_missing",
        "9.3",
        f"a contribution to the fiscal account needs its budget; missing: {', '.join(name for name, _ in missing)}; "
        "send it again complete",
        f"财政资金账户的出资须注明预算来源，缺少：{'、'.join(name for _, name in missing)}；请补充后以新编号发送",
    )


def refuse_unless_bank_dates_are_possible(
    value_on: date, booked_on: date, founded_on: date, today: date
) -> Refusal | None:
    """Article 9.4. The bank confirms what has happened on the pool's accounts: no date lies ahead, none before them.

    A pool is founded for a day so far ahead at most, and its accounts are opened with its founding or later.
    ``today`` is the date in Beijing.
    """
    first = founded_on - timedelta(days=FOUNDED_AHEAD_DAYS_MAX)
    return first_fault(
        refuse_if_day_is_ahead("value date", "起息日", value_on, today, "9.4"),
        refuse_if_day_is_ahead("booking date", "记账日", booked_on, today, "9.4"),
        refuse_unless_day_is_between("value date", "起息日", value_on, first, today, "9.4"),
        refuse_unless_day_is_between("booking date", "记账日", booked_on, first, today, "9.4"),
    )


def refuse_unless_payment_is_instructed(payment: Payment | None) -> Refusal | None:
    """Article 9.4. Money leaves the accounts only on an instruction of this pool's treasury."""
    if payment is not None:
        return None
    return refusal(
        "instruction_unknown",
        "9.4",
        "this pool has given no such instruction; answer one from your outcomes topic, by its id",
        "本资金池未发出过该支付指令；请按 outcomes 主题中的指令及其编号答复",
    )


def refuse_unless_payment_amount_is_instructed(payment: Payment, amount_fen: int) -> Refusal | None:
    """Article 9.4. What was paid is what was instructed, to the fen."""
    if payment.amount_fen == amount_fen:
        return None
    return refusal(
        "payment_amount_differs",
        "9.4",
        f"instructed were {yuan(payment.amount_fen)}, confirmed are {yuan(amount_fen)}; confirm the instructed amount "
        "or reject the payment",
        f"指令金额为{yuan_zh(payment.amount_fen)}，确认金额为{yuan_zh(amount_fen)}；请按指令金额确认，或退回该笔支付",
    )


def refuse_unless_payment_is_open(payment: Payment) -> Refusal | None:
    """Article 9.4. An instruction is answered once: it was carried out, or it was not."""
    if payment.stage not in (PaymentStage.SETTLED, PaymentStage.VOIDED):
        return None
    what = f"settled under reference {payment.bank_reference}" if payment.bank_reference else "rejected"
    what_zh = f"已结算（流水号{payment.bank_reference}）" if payment.bank_reference else "已退回"
    return refusal(
        "payment_answered_before",
        "9.4",
        f"this instruction was {what} and stays so; explain the difference in reconciliation",
        f"该支付指令{what_zh}，结果不可更改；如有差异，请通过对账处理",
    )


# accept: None
def payment_is_answered_so(payment: Payment) -> Refusal:
    """Article 9.4. An instruction answered again, word for word under another id, stays as it is; says why."""
    return said_before("9.4", f"this answer ({payment.stage.english})", f"该支付指令的答复（{payment.stage.chinese}）")


def payee_account_is_registered(pool: Pool, payee: str) -> bool:
    """Article 9.4. A claimant is paid on the account that two of its officers registered, never one from a notice."""
    return payee in pool.payee_accounts
