"""Article 3: every fact belongs to one pool."""

from uuid import UUID

import pytest

from shared.contracts import claims as said
from tests.unit.claims.claims_builder import PROJECT_ID, Story, clauses, codes


@pytest.mark.clause("3.1")
def test_another_pools_case_is_out_of_reach() -> None:
    """The right institution and officer in one pool are nobody in another one."""
    story = Story().until("notice")
    command = said.RecordReview(project_id=PROJECT_ID, notice_sha256="0" * 64, findings="材料齐全")
    decision = story.commands("reviewer", command, pool_id=UUID(int=7))
    assert (codes(decision), clauses(decision)) == (["of_another_pool"], ["3.1"])
