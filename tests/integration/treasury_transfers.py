"""Transfers and compensations as the treasury writes them, and as it never would, for the tests of its ledger."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

from services.treasury import case_repository, repository
from services.treasury.domain.case import (
    Case,
    Compensation,
    Mandate,
    Payment,
    PaymentStage,
    Project,
    instruction_id,
    mandate_id,
)
from services.treasury.domain.ledger import AccountKind, Phase, Transfer, account_id
from services.treasury.domain.pool import ArrivedContribution
from shared.contracts import ids
from shared.contracts.registry.rules import LossRatio
from shared.contracts.treasury import Account, Leg

POOL_ID = UUID("7d6cf9f8-0c52-4c3a-9a54-0a4a4a0d1f01")
PROJECT_ID = ids.project_id(POOL_ID, "bank-a", "LN-2026-001")
COMPENSATION_ID = ids.compensation_id(PROJECT_ID, 1)
NOW = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
TODAY = date(2026, 11, 20)
HALVES = LossRatio(fiscal_weight=1, social_weight=1)
SHARE_FEN = 20_000

Connection = Any


def transfer(
    phase: Phase,
    amount_fen: int,
    purpose: str = "payout",
    instalment: int = 1,
    route: tuple[AccountKind, AccountKind] | None = None,
    compensation_id: UUID = COMPENSATION_ID,
) -> Transfer:
    """A transfer as the treasury writes it, but for what is given."""
    routes = {
        "contribution": (AccountKind.SOCIAL_FUNDER, AccountKind.SOCIAL_CAPITAL),
        "payout": (AccountKind.SOCIAL_CAPITAL, AccountKind.CLAIMANTS),
        "reimbursement": (AccountKind.FISCAL, AccountKind.SOCIAL_CAPITAL),
    }
    debit, credit = route or routes.get(purpose, routes["payout"])
    leg = None if purpose == "contribution" else purpose
    moves = phase in (Phase.DIRECT, Phase.POST)
    ends = phase in (Phase.POST, Phase.VOID)
    return Transfer(
        transfer_id=uuid4(),
        pool_id=POOL_ID,
        purpose=purpose,
        phase=phase,
        reservation_id=reserved_id(purpose, instalment, compensation_id) if ends else None,
        compensation_id=None if leg is None else compensation_id,
        leg=None if leg not in set(Leg) else Leg(leg),
        instalment=instalment,
        debit_account=account_id(POOL_ID, debit),
        credit_account=account_id(POOL_ID, credit),
        amount_fen=amount_fen,
        value_on=TODAY if moves else None,
        booked_on=TODAY if moves else None,
    )


def reserved_id(purpose: str, instalment: int, compensation_id: UUID = COMPENSATION_ID) -> UUID:
    return ids.transfer_id(compensation_id, purpose, instalment, Phase.RESERVE)


def reserve(amount_fen: int, purpose: str = "payout", instalment: int = 1, **given: Any) -> Transfer:
    made = transfer(Phase.RESERVE, amount_fen, purpose, instalment, **given)
    compensation_id = given.get("compensation_id", COMPENSATION_ID)
    return Transfer(**{**fields(made), "transfer_id": reserved_id(purpose, instalment, compensation_id)})


def fields(made: Transfer) -> dict[str, Any]:
    return {name: getattr(made, name) for name in Transfer.__slots__}


async def post(connection: Connection, *transfers: Transfer, recorded: bool = True) -> None:
    """All in one statement, as the treasury does it, and contributions with their records if they are ``recorded``."""
    arrived = [(POOL_ID, contribution_of(each), NOW) for each in transfers if each.purpose == "contribution"]
    async with connection.transaction():
        if arrived and recorded:
            await repository.insert_contributions(connection, arrived)
        await repository.insert_transfers(connection, [(each, NOW) for each in transfers])


def contribution_of(made: Transfer) -> ArrivedContribution:
    """The record of a contribution that this transfer moves."""
    account = (
        Account.FISCAL if made.credit_account == account_id(POOL_ID, AccountKind.FISCAL) else Account.SOCIAL_CAPITAL
    )
    is_fiscal = account is Account.FISCAL
    return ArrivedContribution(
        account=account,
        instalment=made.instalment,
        amount_fen=made.amount_fen,
        budget_reference="2026-018" if is_fiscal else None,
        budget_year=2026 if is_fiscal else None,
        bank_reference=f"IN-{account}-{made.instalment}",
        value_on=made.value_on or TODAY,
        booked_on=made.booked_on or TODAY,
    )


async def approve_project(connection: Connection, ratio: LossRatio = HALVES, *flags: str) -> None:
    """The project with its pinned terms, and the flags of affiliates that stand, as the treasury keeps it."""
    project = Project("bank-a", None, 1, 2_000, ratio, "filer", "approver")
    await case_repository.upsert_cases(
        connection, [(POOL_ID, Case(PROJECT_ID, project, affiliate_flags=flags), None)], NOW
    )


async def flag(connection: Connection, *affiliates: str) -> None:
    """The same project with exactly these affiliates' flags."""
    await approve_project(connection, HALVES, *affiliates)


def mandate_for(amount_fen: int, **changes: Any) -> Mandate:
    """The mandate to pay the first compensation, with nothing queued any more."""
    values = {
        "mandate_id": mandate_id(COMPENSATION_ID, Leg.PAYOUT, 1),
        "project_id": PROJECT_ID,
        "compensation_id": COMPENSATION_ID,
        "leg": Leg.PAYOUT,
        "number": 1,
        "decision_sha256": "0" * 64,
        "authorised_fen": amount_fen,
        "queued_fen": 0,
    }
    return Mandate(**{**values, **changes})


def payment_of(amount_fen: int, stage: PaymentStage, **changes: Any) -> Payment:
    """The first instalment of the first compensation, in this stage."""
    answered = {"bank_reference": "OUT-1", "value_on": TODAY, "booked_on": TODAY}
    values = {
        "instruction_id": instruction_id(COMPENSATION_ID, Leg.PAYOUT, 1),
        "project_id": PROJECT_ID,
        "compensation_id": COMPENSATION_ID,
        "mandate_id": mandate_id(COMPENSATION_ID, Leg.PAYOUT, 1),
        "leg": Leg.PAYOUT,
        "instalment": 1,
        "amount_fen": amount_fen,
        "stage": stage,
        **(answered if stage is PaymentStage.SETTLED else {}),
    }
    return Payment(**{**values, **changes})


async def confirm_compensation(
    connection: Connection,
    number: int = 1,
    share_fen: int = SHARE_FEN,
    total_fen: int = 100_000,
    before_fen: int = 0,
    **changes: Any,
) -> UUID:
    """A confirmed compensation of the project, as the treasury inserts it, but for what is given."""
    compensation_id = ids.compensation_id(PROJECT_ID, number)
    values = {
        "compensation_id": compensation_id,
        "project_id": PROJECT_ID,
        "number": number,
        "plan_sha256": "0" * 64,
        "payee": "bank-a",
        "total_loss_fen": total_fen,
        "share_rate_bp": 2_000,
        "loss_ratio": HALVES,
        "committed_before_fen": before_fen,
        "pool_share_fen": share_fen,
    }
    compensation = Compensation(**{**values, **changes})
    await case_repository.upsert_compensations(connection, [(POOL_ID, compensation, "queued")], NOW)
    return compensation_id
