"""What a reader of the registry's events knows of a loan, and by what he takes two loans or rights for one."""

import unicodedata
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from shared.contracts.registry.corrections import ProjectCorrected
from shared.contracts.registry.projects import FiledDrawdown, ProjectFiled, ProjectTerms
from shared.contracts.registry.projects import Loan as Contract
from tests.unit.registry.history_identities import right_meant


def as_read(name: str) -> str:
    """A name as somebody reads it: width and spaces tell nothing apart."""
    return "".join(unicodedata.normalize("NFKC", name).split())


def identity_of(number: str) -> str:
    """A number as whoever reads it takes it: of its letters and digits only, whatever alphabet they are of."""
    letters = unicodedata.normalize("NFKC", number).upper().translate(str.maketrans("ОА", "OA")).replace("号", "")
    return "".join(filter(str.isalnum, letters))


def payouts_of(event: ProjectFiled | ProjectCorrected) -> frozenset[tuple[str, date, int]]:
    return frozenset((event.borrower.uscc, each.disbursed_on, each.amount_fen) for each in event.drawdowns)


def pledges_of(event: ProjectFiled | ProjectCorrected) -> frozenset[str]:
    return frozenset(identity_of(right.pledge_registration_number or "") for right in event.rights)


def rights_of(event: ProjectFiled | ProjectCorrected) -> frozenset[str]:
    return frozenset(right_meant(right.kind, right.registration_number) for right in event.rights)


def drawn_by(event: ProjectFiled | ProjectCorrected) -> dict[int, FiledDrawdown]:
    return {drawdown.number: drawdown for drawdown in event.drawdowns}


@dataclass
class Loan:
    """A loan as its events tell of it."""

    terms: ProjectTerms
    contract: Contract
    filed_by: set[str]
    rights: frozenset[str] = frozenset()
    registered: frozenset[str] = frozenset()
    corrected: ProjectCorrected | None = None
    # What it was ever filed with, and the loans that it shared some of that with when it was filed last.
    payouts: frozenset[tuple[str, date, int]] = frozenset()
    pledges: frozenset[str] = frozenset()
    resembled: frozenset[UUID] = frozenset()
    stage: str = "filed"
    filings: int = 1
    was_late: bool = False
    waits_for_ballot: bool = False
    approved: bool = False
    drawn: dict[int, FiledDrawdown] = field(default_factory=dict)
    repaid_fen: int = 0

    @property
    def standing_pledges(self) -> frozenset[str]:
        """The registrations of what is pledged for it now, or will be once its correction is approved."""
        return self.registered | (pledges_of(self.corrected) if self.corrected else frozenset())

    @property
    def drawn_fen(self) -> int:
        return sum(drawdown.amount_fen for drawdown in self.drawn.values())
