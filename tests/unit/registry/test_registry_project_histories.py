"""Random histories of two loans on one right: no order of messages reaches a state that breaks a clause."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from services.registry.domain.decide import decide
from services.registry.domain.project import Draft, Project, Stage
from services.registry.domain.state import RegistryCommand, State, evolve
from shared.contracts.ids import project_id
from shared.contracts.receipts import Outcome
from shared.contracts.registry.project_life import EndGround, EndProject
from shared.contracts.registry.projects import ApproveProject, ProjectTerms, RejectProject, ReturnProject
from shared.contracts.registry.words import Vote
from tests.unit.registry.project_life_examples import (
    COVERED,
    OVERSEER,
    REPORTER,
    STAFFED_FOR_LIFE,
    drawdown,
    drawing,
    repayment,
)
from tests.unit.registry.registry_examples import (
    APPROVER,
    COOPERATING,
    DISBURSED_ON,
    FILER,
    LENDER,
    MANAGING,
    MATERIALS,
    NOON,
    POOL_ID,
    filing,
    loan,
    received,
)
from tests.unit.registry.test_article_08_collective_decisions import (
    MEMBERS,
    SECRETARY,
    casting,
    closing,
    opening,
    with_committee,
)

POOL = with_committee(STAFFED_FOR_LIFE).state.pool
CONTRACTS = ("LOAN-1", "LOAN-2")
which = st.sampled_from(CONTRACTS)
SHA256 = "a" * 64
LATE_AT = NOON + timedelta(days=30)


def id_of(contract: str) -> object:
    return project_id(POOL_ID, LENDER, contract)


class Histories(RuleBasedStateMachine):
    """The projects are kept as the transaction does: each its own state, and who holds which right between them."""

    def __init__(self) -> None:
        super().__init__()
        self.projects: dict[str, Project | Draft | None] = dict.fromkeys(CONTRACTS)
        self.holders: dict[str, object] = {}
        self.pinned: dict[str, ProjectTerms] = {}
        self.at = NOON

    def _say(self, contract: str, data: RegistryCommand, where: str, who: str) -> Outcome:
        before = State(POOL, self.projects[contract], None, dict(self.holders))  # type: ignore[arg-type]
        message = replace(received(data, where, who, self.at), sha256=SHA256)
        decision = decide(before, message, COVERED.known)
        after = before
        for event in decision.events:
            after = evolve(after, event)
        assert decision.outcome is not Outcome.REFUSED or after == before, "what is refused changes nothing"
        self.projects[contract] = after.project
        self.holders = dict(after.holders)
        return decision.outcome

    @initialize(begun=st.sampled_from(["nothing", "filed", "late", "approved", "drawn"]))
    def begin(self, begun: str) -> None:
        """Most histories begin where something can happen."""
        if begun == "nothing":
            return
        if begun == "late":
            self.at = LATE_AT
        self.file("LOAN-1", complete=True, why="经办延误", parts=True)
        if begun in {"approved", "drawn"}:
            self.approve("LOAN-1", behind=0)
        if begun == "drawn":
            self.draw("LOAN-1", number=2, why=None)

    @rule(contract=which, complete=st.booleans(), why=st.sampled_from([None, "经办延误"]), parts=st.booleans())
    def file(self, contract: str, complete: bool, why: str | None, parts: bool) -> None:
        drawdowns = (drawdown(1, DISBURSED_ON),) if parts else ()
        data = filing(
            loan=loan(contract_number=contract, drawdowns=drawdowns),
            documents=MATERIALS if complete else (),
            late_because=why,
        )
        self._say(contract, data, COOPERATING, FILER)

    @rule(contract=which, behind=st.integers(0, 1))
    def approve(self, contract: str, behind: int) -> None:
        before = self.projects[contract]
        number = max(1, before.filing - behind) if isinstance(before, Project) else 1
        data = ApproveProject(project_id=id_of(contract), filing=number)
        if self._say(contract, data, MANAGING, APPROVER) is Outcome.ACCEPTED:
            assert isinstance(before, Project)
            assert (before.stage, before.filing) == (Stage.FILED, number)
            assert not any(each.late for each in before.drawdowns)

    @rule(contract=which, back=st.booleans())
    def decline(self, contract: str, back: bool) -> None:
        kind = ReturnProject if back else RejectProject
        self._say(contract, kind(project_id=id_of(contract), reasons="理由"), MANAGING, APPROVER)

    @rule(contract=which, vote=st.sampled_from(Vote))
    def vote(self, contract: str, vote: Vote) -> None:
        named = {"project_id": id_of(contract)}
        until = self.at + timedelta(hours=1)
        self._say(contract, opening(**named, closes_at=until), MANAGING, SECRETARY)
        for member in MEMBERS:
            self._say(contract, casting(vote, **named), MANAGING, member)
        self._say(contract, closing(**named), MANAGING, SECRETARY)

    @rule(contract=which, number=st.integers(2, 3), why=st.sampled_from([None, "经办延误"]))
    def draw(self, contract: str, number: int, why: str | None) -> None:
        data = drawing(number, amount_fen=20_000_000, project_id=id_of(contract), late_because=why)
        self._say(contract, data, COOPERATING, FILER)

    @rule(
        contract=which,
        reference=st.sampled_from("ABC"),
        amount_fen=st.sampled_from([1, 20_000_000, 40_000_000, 60_000_001]),
    )
    def repay(self, contract: str, reference: str, amount_fen: int) -> None:
        data = repayment(reference, amount_fen).model_copy(update={"project_id": id_of(contract)})
        self._say(contract, data, COOPERATING, REPORTER)

    @rule(contract=which, ground=st.sampled_from(EndGround))
    def end(self, contract: str, ground: EndGround) -> None:
        where, who = (COOPERATING, REPORTER) if ground is EndGround.SETTLED else (MANAGING, OVERSEER)
        data = EndProject(project_id=id_of(contract), ground=ground, reasons="结束")
        before = self.projects[contract]
        if self._say(contract, data, where, who) is Outcome.ACCEPTED and ground is EndGround.SETTLED:
            assert isinstance(before, Project)
            assert before.outstanding_fen == 0

    @rule(days=st.integers(1, 9))
    def time_passes(self, days: int) -> None:
        self.at = min(self.at + timedelta(days=days), NOON + timedelta(days=90))

    @invariant()
    def a_right_secures_one_live_project(self) -> None:
        live = [
            contract
            for contract, project in self.projects.items()
            if isinstance(project, Project) and project.stage not in {Stage.REJECTED, Stage.ENDED}
        ]
        assert len(live) <= 1
        assert set(self.holders.values()) == {id_of(contract) for contract in live}

    @invariant()
    def money_adds_up(self) -> None:
        for project in self.projects.values():
            if isinstance(project, Project):
                drawn_fen = sum(each.amount_fen for each in project.drawdowns)
                assert project.repaid_fen <= drawn_fen <= project.loan.principal_fen
                assert 0 <= project.covered_principal_fen <= drawn_fen
                assert project.outstanding_fen == drawn_fen - project.repaid_fen

    @invariant()
    def pinned_terms_never_change(self) -> None:
        for contract, project in self.projects.items():
            if isinstance(project, Project):
                assert self.pinned.setdefault(contract, project.terms) == project.terms


Histories.TestCase.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
TestHistories = pytest.mark.clause("2.1")(Histories.TestCase)
