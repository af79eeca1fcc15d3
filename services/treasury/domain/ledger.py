"""The ledger's transfers: one row with a debit and a credit account, so that it balances by construction."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID, uuid5

from services.treasury.domain.case import DEBIT_ACCOUNT, instruction_id
from shared.contracts import ids
from shared.contracts.treasury import (
    Account,
    ContributionReceived,
    Leg,
    PaymentReserved,
    PaymentSettled,
    PaymentVoided,
)


class AccountKind(StrEnum):
    """The accounts of a pool: the two custodial ones, and those outside that money comes from and goes to."""

    FISCAL = "fiscal"
    SOCIAL_CAPITAL = "social_capital"
    FISCAL_FUNDER = "fiscal_funder"
    SOCIAL_FUNDER = "social_funder"
    CLAIMANTS = "claimants"


class Phase(StrEnum):
    """How a transfer moves money: at once, or reserved first and then posted or voided."""

    DIRECT = "direct"
    RESERVE = "reserve"
    POST = "post"
    VOID = "void"


@dataclass(frozen=True, slots=True)
class Transfer:
    """One row of the ledger. ``leg`` and ``compensation_id`` are absent exactly on contributions."""

    transfer_id: UUID
    pool_id: UUID
    purpose: str
    phase: Phase
    reservation_id: UUID | None
    compensation_id: UUID | None
    leg: Leg | None
    instalment: int
    debit_account: UUID
    credit_account: UUID
    amount_fen: int
    value_on: date | None = None
    booked_on: date | None = None


_FUNDER = {Account.FISCAL: AccountKind.FISCAL_FUNDER, Account.SOCIAL_CAPITAL: AccountKind.SOCIAL_FUNDER}
_PAYEE = {Leg.PAYOUT: AccountKind.CLAIMANTS, Leg.REIMBURSEMENT: AccountKind.SOCIAL_CAPITAL}

Posted = ContributionReceived | PaymentReserved | PaymentSettled | PaymentVoided


def account_id(pool_id: UUID, kind: AccountKind) -> UUID:
    """The id of a pool's account of this kind."""
    return uuid5(pool_id, f"account/{kind}")


def contribution_transfer_id(pool_id: UUID, account: Account, instalment: int) -> UUID:
    """The id of the transfer of a contribution, so that the same one meets the first on one primary key."""
    return ids.transfer_id(pool_id, f"contribution/{account}", instalment, Phase.DIRECT)


def transfer_of(pool_id: UUID, said: Posted) -> Transfer:
    """The transfer that an event about money stands for."""
    if isinstance(said, ContributionReceived):
        return Transfer(
            transfer_id=said.transfer_id,
            pool_id=pool_id,
            purpose="contribution",
            phase=Phase.DIRECT,
            reservation_id=None,
            compensation_id=None,
            leg=None,
            instalment=said.instalment,
            debit_account=account_id(pool_id, _FUNDER[said.account]),
            credit_account=account_id(pool_id, AccountKind(said.account)),
            amount_fen=said.amount_fen,
            value_on=said.value_on,
            booked_on=said.booked_on,
        )
    reservation_id = ids.transfer_id(said.compensation_id, said.leg, said.instalment, Phase.RESERVE)
    phase = Phase.RESERVE
    value_on = booked_on = None
    if isinstance(said, PaymentSettled):
        phase, value_on, booked_on = Phase.POST, said.value_on, said.booked_on
    elif isinstance(said, PaymentVoided):
        phase = Phase.VOID
    assert said.transfer_id == ids.transfer_id(said.compensation_id, said.leg, said.instalment, phase)
    if not isinstance(said, PaymentReserved):
        assert said.instruction_id == instruction_id(said.compensation_id, said.leg, said.instalment)
    return Transfer(
        transfer_id=said.transfer_id,
        pool_id=pool_id,
        purpose=said.leg.value,
        phase=phase,
        reservation_id=None if phase is Phase.RESERVE else reservation_id,
        compensation_id=said.compensation_id,
        leg=said.leg,
        instalment=said.instalment,
        debit_account=account_id(pool_id, AccountKind(DEBIT_ACCOUNT[said.leg])),
        credit_account=account_id(pool_id, _PAYEE[said.leg]),
        amount_fen=said.amount_fen,
        value_on=value_on,
        booked_on=booked_on,
    )
