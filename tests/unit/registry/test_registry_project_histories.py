"""Random histories of two loans on two rights, from filing to end: no order of messages breaks a clause."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from services.registry.domain.decide import decide
from services.registry.domain.pledged_rights import held_by
from services.registry.domain.project import Draft, Project, Stage
from services.registry.domain.state import State
from services.registry.domain.subjects import evolve
from shared.contracts.documents import DocumentKind
from shared.contracts.envelope import Command
from shared.contracts.ids import project_id
from shared.contracts.receipts import Outcome
from shared.contracts.registry.collective_decisions import SubjectKind
from shared.contracts.registry.project_life import EndGround, EndProject, RightCondition
from shared.contracts.registry.projects import ApproveProject, Drawdown, ProjectTerms, RejectProject, ReturnProject
from shared.contracts.registry.words import Vote
from simulator.invented_numbers import patent_number
from tests.unit.registry.correction_examples import correction
from tests.unit.registry.project_life_examples import (
    COVERED,
    OVERSEER,
    REPORTER,
    STAFFED_FOR_LIFE,
    drawdown,
    drawing,
    lifting,
    repayment,
    right_check,
    spot_check,
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
    TODAY,
    document,
    filing,
    loan,
    received,
    right,
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
RIGHT, OTHER_RIGHT = patent_number(1), patent_number(2)
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

    def _say(self, contract: str, data: Command, where: str, who: str) -> Outcome:
        before = State(POOL, self.projects[contract], None, dict(self.holders))  # type: ignore[arg-type]
        message = replace(received(data, where, who, self.at), content_sha256=SHA256)
        decision = decide(before, message, COVERED.reference_data)
        after = before
        for event in decision.events:
            after = evolve(after, event)
        assert decision.outcome is not Outcome.REFUSED or after == before, "what is refused changes nothing"
        self.projects[contract] = after.project
        self.holders = dict(after.holders)
        return decision.outcome

    @staticmethod
    def _counting(project: Project) -> object:
        return (project.filing, project.loan, project.rights, project.drawdowns, project.covered_principal_fen)

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
        number = max(1, before.standing_filing - behind) if isinstance(before, Project) else 1
        data = ApproveProject(project_id=id_of(contract), filing=number)
        if self._say(contract, data, MANAGING, APPROVER) is Outcome.ACCEPTED:
            assert isinstance(before, Project)
            assert before.standing_filing == number
            if before.correction is None:
                assert before.stage is Stage.FILED
                assert not any(each.late for each in before.drawdowns)
            else:
                assert before.stage is Stage.APPROVED
                assert before.correction.late_because is None

    @rule(contract=which, back=st.booleans())
    def decline(self, contract: str, back: bool) -> None:
        kind = ReturnProject if back else RejectProject
        before = self.projects[contract]
        number = before.standing_filing if isinstance(before, Project) else 1
        self._say(contract, kind(project_id=id_of(contract), filing=number, reasons="理由"), MANAGING, APPROVER)

    @rule(contract=which, vote=st.sampled_from(Vote))
    def vote(self, contract: str, vote: Vote) -> None:
        before = self.projects[contract]
        question = before.question if isinstance(before, Project) else None
        kind = question.kind if question else SubjectKind.LATE_FILING
        named = {"project_id": id_of(contract), "subject_kind": kind}
        until = self.at + timedelta(days=1)
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

    @rule(contract=which, ground=st.sampled_from(EndGround), kind=st.sampled_from([DocumentKind.MINUTES, None]))
    def end(self, contract: str, ground: EndGround, kind: DocumentKind | None) -> None:
        where, who = (COOPERATING, REPORTER) if ground is EndGround.SETTLED else (MANAGING, OVERSEER)
        minutes = document(kind) if kind else None
        data = EndProject(project_id=id_of(contract), ground=ground, reasons="结束", document=minutes)
        before = self.projects[contract]
        if self._say(contract, data, where, who) is Outcome.ACCEPTED:
            assert isinstance(before, Project)
            assert (before.outstanding_fen == 0) if ground is EndGround.SETTLED else (minutes is not None)

    @rule(
        contract=which,
        behind=st.integers(0, 1),
        number=st.sampled_from([RIGHT, OTHER_RIGHT]),
        amount_fen=st.sampled_from([20_000_000, 40_000_000, 60_000_000]),
        moved_days=st.integers(-2, 2),
        further=st.booleans(),
        why=st.sampled_from([None, "经办延误"]),
    )
    def correct(
        self, contract: str, behind: int, number: str, amount_fen: int, moved_days: int, further: bool, why: str | None
    ) -> None:
        """Another amount, day of payout or right; every drawdown that is known, and perhaps one more."""
        before = self.projects[contract]
        if not isinstance(before, Project):
            return
        day = DISBURSED_ON + timedelta(days=moved_days)
        reference_data = [
            Drawdown(number=each.number, amount_fen=each.amount_fen, disbursed_on=each.disbursed_on)
            for each in before.drawdowns[1:]
        ]
        drawdowns = (drawdown(1, day, amount_fen), *reference_data)
        if further:
            drawdowns = (*drawdowns, drawdown(len(drawdowns) + 1, TODAY, 10_000_000))
        data = correction(
            max(1, before.standing_filing - behind),
            project_id=id_of(contract),
            loan=loan(contract_number=contract, disbursed_on=day, drawdowns=drawdowns),
            rights=(right(registration_number=number, valued_on=DISBURSED_ON - timedelta(days=9)),),
            late_because=why,
        )
        if self._say(contract, data, COOPERATING, FILER) in {Outcome.ACCEPTED, Outcome.HELD}:
            after = self.projects[contract]
            assert isinstance(after, Project)
            assert after.standing_filing == after.latest_filing == before.latest_filing + 1
            if before.stage is Stage.APPROVED:
                assert self._counting(after) == self._counting(before), "it counts once it is approved"

    @rule(contract=which, adverse=st.booleans(), number=st.sampled_from("XY"))
    def check(self, contract: str, adverse: bool, number: str) -> None:
        condition = RightCondition.LAPSED if adverse else RightCondition.IN_FORCE
        before = self.projects[contract]
        named = before.rights[0].registration_number if isinstance(before, Project) else RIGHT
        data = spot_check(
            number,
            project_id=id_of(contract),
            checked_on=DISBURSED_ON + timedelta(days=3),
            rights=(right_check(condition, named),),
        )
        self._say(contract, data, COOPERATING, REPORTER)

    @rule(contract=which, number=st.sampled_from("XY"))
    def lift(self, contract: str, number: str) -> None:
        data = lifting(number).model_copy(update={"project_id": id_of(contract)})
        self._say(contract, data, MANAGING, OVERSEER)

    @rule(days=st.integers(1, 9))
    def time_passes(self, days: int) -> None:
        self.at = min(self.at + timedelta(days=days), NOON + timedelta(days=90))

    @invariant()
    def a_right_secures_one_live_project(self) -> None:
        held: dict[str, object] = {}
        for contract, project in self.projects.items():
            for key in held_by(project):
                assert key not in held, "each right secures one live project"
                held[key] = id_of(contract)
        assert held == self.holders

    @invariant()
    def money_adds_up(self) -> None:
        for project in self.projects.values():
            if isinstance(project, Project):
                drawn_fen = sum(each.amount_fen for each in project.drawdowns)
                assert project.repaid_fen <= drawn_fen <= project.loan.principal_fen
                assert 0 <= project.covered_principal_fen <= drawn_fen
                assert project.outstanding_fen == drawn_fen - project.repaid_fen

    @invariant()
    def versions_are_counted_and_what_is_covered_was_filed_in_time_or_admitted(self) -> None:
        for project in self.projects.values():
            if isinstance(project, Project):
                assert [each.filing for each in project.versions] == list(range(1, project.latest_filing + 1))
                assert project.filing <= project.standing_filing <= project.latest_filing
                if project.correction is not None:
                    assert project.stage is Stage.APPROVED
                in_time = all(not each.late for each in project.drawdowns[:1])
                assert in_time or project.stage is not Stage.APPROVED

    @invariant()
    def flags_are_those_of_adverse_checks(self) -> None:
        for project in self.projects.values():
            if isinstance(project, Project):
                assert {flag.number for flag in project.flags} <= {
                    each.number for each in project.spot_checks if each.adverse
                }

    @invariant()
    def pinned_terms_never_change(self) -> None:
        for contract, project in self.projects.items():
            if isinstance(project, Project):
                assert self.pinned.setdefault(contract, project.terms) == project.terms


Histories.TestCase.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
TestHistories = pytest.mark.clause("2.1")(Histories.TestCase)
