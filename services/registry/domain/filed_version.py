"""The versions of a filing: which there were, and the correction of an approved project that waits."""

from datetime import date

from services.registry.domain.state_model import StateModel
from shared.contracts.documents import Document
from shared.contracts.money import Fen, PositiveFen
from shared.contracts.registry.projects import Borrower, FiledDrawdown, IpRight, Loan


class FilingVersion(StateModel):
    """One version that was filed: who, when, and the hash of its bytes, by which it is found among the events.

    ``corrects`` is the version that it is a correction of, None of what was filed through and through.
    """

    filing: int
    filed_by: str
    filed_on: date
    sha256: str
    corrects: int | None = None


class Correction(StateModel):
    """A correction of an approved project: complete, and not approved yet.

    ``late_because`` is there as long as a collective decision has to admit it.
    """

    filing: int
    corrects: int
    reasons: str
    filed_by: str
    sha256: str
    loan: Loan
    borrower: Borrower
    rights: tuple[IpRight, ...]
    other_collateral_fen: Fen
    largest_other_collateral_fen: PositiveFen | None = None
    documents: tuple[Document, ...]
    drawdowns: tuple[FiledDrawdown, ...]
    filing_deadline: date
    filing_deadline_provisional: bool
    late_because: str | None = None

    @property
    def covered_principal_fen(self) -> Fen:
        """What is covered of it once it is approved."""
        return sum(drawdown.amount_fen for drawdown in self.drawdowns if not drawdown.late)

    def counting(self) -> dict[str, object]:
        """What a project consists of once this version is the one that counts."""
        names = (
            "filing",
            "filed_by",
            "loan",
            "borrower",
            "rights",
            "other_collateral_fen",
            "largest_other_collateral_fen",
            "documents",
            "drawdowns",
            "filing_deadline",
            "filing_deadline_provisional",
        )
        return {name: getattr(self, name) for name in names}
