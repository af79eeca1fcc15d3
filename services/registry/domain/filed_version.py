"""The versions of a filing: which there were, and the correction of an approved project that waits."""

from datetime import date

from services.registry.domain.state_model import StateModel
from shared.contracts.money import Fen
from shared.contracts.registry.projects import CompleteFiling, FiledVersion


class FilingVersion(FiledVersion, StateModel):
    """One version that was filed, and when; by the hash of its bytes it is found among the events.

    ``corrects`` is the version that it is a correction of, None of what was filed through and through.
    """

    filed_on: date
    corrects: int | None = None


class Correction(FiledVersion, CompleteFiling, StateModel):
    """A correction of an approved project: complete, and not approved yet.

    ``late_because`` is there as long as a collective decision has to admit it.
    """

    corrects: int
    reasons: str

    @property
    def covered_principal_fen(self) -> Fen:
        """What is covered of it once it is approved."""
        return sum(drawdown.amount_fen for drawdown in self.drawdowns if not drawdown.late)

    def counting(self) -> dict[str, object]:
        """What a project consists of once this version is the one that counts."""
        return {name: getattr(self, name) for name in CompleteFiling.model_fields if name != "late_because"}
