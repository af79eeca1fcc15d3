"""The life of a project under any order of messages from anyone, held against a model of it in a few lines."""

from datetime import timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from services.registry.domain.decide import Decision
from services.registry.domain.project import FILING, Project
from shared.contracts.receipts import Outcome
from shared.contracts.registry.projects import ApproveProject, ProjectApproved, RejectProject, ReturnProject
from tests.unit.registry.registry_examples import (
    ADMINISTRATOR,
    APPROVER,
    COOPERATING,
    FILER,
    LENDER,
    MANAGING,
    NOON,
    PROJECT_ID,
    STAFFED,
    codes,
    filing,
)

anyone = st.sampled_from(
    [
        (COOPERATING, FILER),
        (COOPERATING, FILER),
        (MANAGING, APPROVER),
        (MANAGING, APPROVER),
        (COOPERATING, ADMINISTRATOR),
        (MANAGING, ADMINISTRATOR),
        (LENDER, ADMINISTRATOR),
        (COOPERATING, None),
    ]
)
reasons = st.sampled_from(["理由一", "理由二"])


class ProjectLife(RuleBasedStateMachine):
    """``stage`` is the model: what the project's life has come to, by the few sentences of the regulation."""

    def __init__(self) -> None:
        super().__init__()
        self.given = STAFFED
        self.stage: str | None = None
        self.filings = 0
        self.approvals = 0
        self.at = NOON

    def _take(self, decision: Decision, expected: bool, stage: str) -> None:
        before = self.given.state
        assert (decision.outcome is Outcome.ACCEPTED) == expected, (self.stage, codes(decision))
        self.given = self.given.having(decision.events)
        if expected:
            self.stage = stage
            self.approvals += sum(isinstance(event, ProjectApproved) for event in decision.events)
        elif decision.outcome is Outcome.DEFICIENT:
            self.stage = self.stage or "incomplete"
        else:
            assert self.given.state == before, "what is refused changes nothing"

    @rule(who=anyone, other_collateral_fen=st.integers(0, 2), complete=st.booleans())
    def file(self, who: tuple[str, str | None], other_collateral_fen: int, complete: bool) -> None:
        data = filing(other_collateral_fen=other_collateral_fen)
        if not complete:
            data = data.model_copy(update={"documents": ()})
        expected = who == (COOPERATING, FILER) and self.stage in {None, "incomplete", "returned"} and complete
        self._take(self.given.when(data, *who, self.at), expected, "filed")
        self.filings += expected

    @rule(who=anyone, behind=st.integers(0, 1))
    def approve(self, who: tuple[str, str | None], behind: int) -> None:
        filing, expected = self._to_decide(who, behind)
        data = ApproveProject(project_id=PROJECT_ID, filing=filing)
        self._take(self.given.when(data, *who, self.at), expected, "approved")

    @rule(who=anyone, behind=st.integers(0, 1), why=reasons)
    def send_back(self, who: tuple[str, str | None], behind: int, why: str) -> None:
        filing, expected = self._to_decide(who, behind)
        data = ReturnProject(project_id=PROJECT_ID, filing=filing, reasons=why)
        self._take(self.given.when(data, *who, self.at), expected, "returned")

    @rule(who=anyone, behind=st.integers(0, 1), why=reasons)
    def reject(self, who: tuple[str, str | None], behind: int, why: str) -> None:
        filing, expected = self._to_decide(who, behind)
        data = RejectProject(project_id=PROJECT_ID, filing=filing, reasons=why)
        self._take(self.given.when(data, *who, self.at), expected, "rejected")

    def _to_decide(self, who: tuple[str, str | None], behind: int) -> tuple[int, bool]:
        """The filing that a decision names, and whether it is the one that waits for who decides."""
        filing = max(1, self.filings - behind)
        return filing, who == (MANAGING, APPROVER) and self.stage == "filed" and filing == self.filings

    @rule(hours=st.integers(1, 12))
    def time_passes(self, hours: int) -> None:
        # The window stays open: what a late filing meets is tested with Article 16.
        self.at = min(self.at + timedelta(hours=hours), NOON + timedelta(days=10))

    @invariant()
    def the_project_is_what_the_model_says(self) -> None:
        project = self.given.state.project
        assert (project.stage.value if project else None) == self.stage
        assert (project.filing if isinstance(project, Project) else 0) == self.filings
        assert self.approvals == (1 if self.stage == "approved" else 0)

    @invariant()
    def the_project_survives_being_written_down(self) -> None:
        project = self.given.state.project
        assert project is None or FILING.validate_json(project.model_dump_json()) == project


ProjectLife.TestCase.settings = settings(max_examples=40, stateful_step_count=25, deadline=None)
TestProjectLife = pytest.mark.clause("5.4")(ProjectLife.TestCase)
