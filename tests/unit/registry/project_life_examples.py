"""An approved project to try things on that happen after its approval."""

from datetime import date, timedelta
from typing import Any

from shared.contracts.documents import DocumentKind
from shared.contracts.registry.project_life import (
    EndGround,
    EndProject,
    FileDrawdown,
    FlagGround,
    LiftFlag,
    RecordSpotCheck,
    ReportRepayment,
    RightCheck,
    RightCondition,
)
from shared.contracts.registry.projects import ApproveProject, Drawdown
from shared.contracts.registry.words import Duty, RightKind
from simulator.invented_numbers import patent_number
from simulator.samples import sample
from tests.unit.registry.registry_examples import (
    APPROVER,
    COOPERATING,
    DISBURSED_ON,
    FILER,
    HERE,
    LENDER,
    MANAGING,
    PROJECT_ID,
    STAFFED,
    TODAY,
    document,
    filing,
    loan,
    officer,
)

REPORTER, LENDERS_REPORTER, OVERSEER = "reporter", "lenders-reporter", "overseer"
APPROVE = ApproveProject(project_id=PROJECT_ID, filing=1)


def drawdown(number: int, disbursed_on: date = TODAY, amount_fen: int = 40_000_000) -> Drawdown:
    return Drawdown(number=number, amount_fen=amount_fen, disbursed_on=disbursed_on)


STAFFED_FOR_LIFE = (
    STAFFED.after(officer(REPORTER, Duty.REPORTING), COOPERATING)
    .after(officer(LENDERS_REPORTER, Duty.REPORTING), LENDER)
    .after(officer(OVERSEER, Duty.OVERSIGHT), MANAGING)
)
# 400,000.00 yuan of 1,000,000.00 are drawn.
COVERED = STAFFED_FOR_LIFE.after(filing(loan=loan(drawdowns=(drawdown(1, DISBURSED_ON),))), COOPERATING, FILER).after(
    APPROVE, MANAGING, APPROVER
)


def drawing(number: int = 2, disbursed_on: date = TODAY, amount_fen: int = 40_000_000, **changed: Any) -> FileDrawdown:
    return sample(FileDrawdown, HERE, {"drawdown": drawdown(number, disbursed_on, amount_fen), **changed})


def repayment(reference: str = "HK-1", amount_fen: int = 10_000_000, repaid_on: date = TODAY) -> ReportRepayment:
    return sample(ReportRepayment, HERE, {"reference": reference, "amount_fen": amount_fen, "repaid_on": repaid_on})


def right_check(condition: RightCondition = RightCondition.IN_FORCE, number: str = patent_number(1)) -> RightCheck:
    return RightCheck(kind=RightKind.PATENT, registration_number=number, condition=condition)


def spot_check(number: str = "CC-1", **changed: Any) -> RecordSpotCheck:
    values = {"number": number, "checked_on": TODAY - timedelta(days=1), "checked_by": (REPORTER,)}
    return sample(RecordSpotCheck, HERE, {**values, **changed})


def lifting(number: str = "CC-1", ground: FlagGround = FlagGround.SPOT_CHECK) -> LiftFlag:
    return sample(LiftFlag, HERE, {"ground": ground, "number": number})


def ending(ground: EndGround = EndGround.SETTLED, reasons: str = "贷款已结清") -> EndProject:
    """With its proof, or by decision with the minutes."""
    kind = DocumentKind.OTHER if ground is EndGround.SETTLED else DocumentKind.MINUTES
    return EndProject(project_id=PROJECT_ID, ground=ground, reasons=reasons, document=document(kind))
