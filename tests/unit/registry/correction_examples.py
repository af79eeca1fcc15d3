"""Corrections to try things on: of a filing that waits, and of a project that is approved."""

from typing import Any

from shared.contracts.registry.corrections import CorrectProject
from tests.unit.registry.registry_examples import MATERIALS, PROJECT_ID, borrower, loan, right


def correction(corrects: int = 1, **changed: Any) -> CorrectProject:
    """A correction of the example's filing: the title of its right was wrong."""
    values = {
        "project_id": PROJECT_ID,
        "corrects": corrects,
        "reasons": "专利名称录入有误",
        "loan": loan(),
        "borrower": borrower(),
        "rights": (right(title="一种改正的示例装置"),),
        "promoted_by_cooperating": True,
        "borrower_is_affiliate": False,
        "documents": MATERIALS,
    }
    return CorrectProject.model_validate({**values, **changed})
