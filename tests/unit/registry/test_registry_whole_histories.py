"""Random histories of a whole pool: people, rules, several loans, late ones, affiliates, days, the term's end, a stop.

Whoever says whatever there is to say, rightly or not. ``history_reader`` holds each event against the clauses.
``make histories`` tries many more of them.
"""

import os
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from services.registry.domain.decide import Decision, decide
from services.registry.domain.matter import Matter
from services.registry.domain.project import Draft, Project, Stage
from services.registry.domain.state import RegistryCommand, State, evolve, matter_of, project_of
from shared.contracts.ids import project_id
from shared.contracts.receipts import Outcome
from shared.contracts.registry.affiliates import RegisterAffiliate, WithdrawAffiliate
from shared.contracts.registry.corrections import CorrectProject
from shared.contracts.registry.people import EndOfficer
from shared.contracts.registry.pools import RegisterInstitution
from shared.contracts.registry.project_life import EndGround
from shared.contracts.registry.projects import ApproveProject, RejectProject, ReturnProject
from shared.contracts.registry.rules import AdoptRules
from shared.contracts.registry.words import Duty, Role, Vote
from tests.unit.registry.cycle_examples import evaluation, stop
from tests.unit.registry.history_reader import Reader
from tests.unit.registry.project_life_examples import (
    OVERSEER,
    REPORTER,
    drawdown,
    drawing,
    ending,
    lifting,
    repayment,
    right_check,
    spot_check,
)
from tests.unit.registry.registry_examples import (
    ADMINISTRATOR,
    APPROVER,
    COOPERATING,
    DISBURSED_ON,
    FILER,
    GUARANTOR,
    KNOWN,
    LENDER,
    MANAGING,
    MATERIALS,
    NOON,
    POOL_ID,
    USCC,
    borrower,
    document,
    filing,
    founding,
    institution,
    loan,
    officer,
    received,
    right,
)
from tests.unit.registry.rules_examples import DRAFTER, REGULATOR, proposal, version
from tests.unit.registry.test_article_08_collective_decisions import MEMBERS, SECRETARY, casting, closing, opening

EXAMPLES_MAX = int(os.environ.get("RISKPOOL_HISTORIES", "150"))
CONTRACTS = ("LOAN-1", "LOAN-2", "LOAN-3")
RIGHTS = ("ZL202310000001.0", "ZL202310000002.0", "ＺＬ２０２３１００００００１．０")
NAMES = ("示例科技有限公司", "示例科技 有限公司", "另一科技有限公司")
CODES = (USCC["borrower"], USCC[GUARANTOR])
DAY = timedelta(days=1)

STAFF = (
    (RegisterInstitution(role=Role.LENDER, institution=institution(LENDER)), MANAGING),
    (RegisterInstitution(role=Role.GUARANTOR, institution=institution(GUARANTOR)), MANAGING),
    (officer(FILER, Duty.FILING), COOPERATING),
    (officer(DRAFTER, Duty.RULES), COOPERATING),
    (officer(REPORTER, Duty.REPORTING), COOPERATING),
    (officer(APPROVER, Duty.FILING_APPROVAL), MANAGING),
    (officer(REGULATOR, Duty.RULES), MANAGING),
    (officer(OVERSEER, Duty.OVERSIGHT), MANAGING),
    (officer(SECRETARY, Duty.BALLOT), MANAGING),
    *((officer(member, Duty.VOTE), MANAGING) for member in MEMBERS),
)
# Mostly whoever may; now and then somebody who may not.
filers = st.sampled_from([(COOPERATING, FILER)] * 5 + [(MANAGING, APPROVER), (COOPERATING, REPORTER)])
approvers = st.sampled_from([(MANAGING, APPROVER)] * 5 + [(COOPERATING, FILER), (MANAGING, OVERSEER)])
regulators = st.sampled_from([(MANAGING, REGULATOR)] * 3 + [(COOPERATING, DRAFTER)])
which = st.sampled_from([*CONTRACTS[:1] * 4, *CONTRACTS])
# None is the loan's own right.
pledges = st.sampled_from([None] * 4 + list(RIGHTS))
# What ends much happens seldom, or no history would come far.
seldom = st.sampled_from([False] * 9 + [True])


def id_of(contract: str) -> UUID:
    return project_id(POOL_ID, LENDER, contract)


class Histories(RuleBasedStateMachine):
    """States are kept as the transaction keeps them: the pool, each project, each matter, and who holds which right."""

    def __init__(self) -> None:
        super().__init__()
        self.at = NOON
        self.messages = 0
        self.pool = State()
        self.projects: dict[UUID, Project | Draft | None] = {}
        self.matters: dict[UUID, Matter | None] = {}
        self.holders: dict[str, UUID] = {}
        self.reader = Reader()
        self.proposed: dict[str, str] = {}

    def say(self, data: RegistryCommand, where: str, who: str = ADMINISTRATOR) -> Decision:
        self.messages += 1
        message = replace(received(data, where, who, self.at), sha256=f"{self.messages:064x}")
        about, matter = project_of(message), matter_of(message)
        before = replace(
            self.pool,
            project=self.projects.get(about) if about else None,
            matter=self.matters.get(matter) if matter else None,
            holders=dict(self.holders),
        )
        decision = decide(before, message, KNOWN)
        assert message.acting is not None
        after = before
        for event in decision.events:
            after = evolve(after, event)
            self.reader.take(event, message.acting, self.at)
        if decision.outcome is Outcome.REFUSED:
            assert not [event for event in decision.events if after != before], "what is refused changes nothing"
            assert decision.refusals, "a refusal says why"
            assert all(reason.clause and reason.text and reason.text_zh for reason in decision.refusals)
        if about:
            self.projects[about] = after.project
        if matter:
            self.matters[matter] = after.matter
        self.holders = dict(after.holders)
        self.pool = replace(after, project=None, matter=None, holders={})
        return decision

    @initialize(
        early=seldom,
        days=st.sampled_from([0, 0, 9, 40, 1_500]),
        begun=st.sampled_from(["nothing", "filed", "late", "approved", "approved", "drawn"]),
        parts=st.booleans(),
    )
    def a_pool_is_founded(self, early: bool, days: int, begun: str, parts: bool) -> None:
        """Most histories begin where something can happen."""
        if early:
            decision = self.say(filing(), COOPERATING, FILER)
            assert [reason.clause for reason in decision.refusals] == ["3.1"]
        assert self.say(founding(), MANAGING).outcome is Outcome.ACCEPTED
        for data, where in STAFF:
            assert self.say(data, where).outcome is Outcome.ACCEPTED
        self.at += days * DAY
        if begun != "nothing":
            days_ago = 60 if begun == "late" else 5
            self.somebody_files(
                "LOAN-1", (COOPERATING, FILER), None, days_ago, "经办延误", "", parts or begun == "drawn"
            )
            # Another loan on the same right, whose number is only written otherwise.
            self.somebody_files("LOAN-2", (COOPERATING, FILER), RIGHTS[2], 5, None, "", parts)
        if begun in {"approved", "drawn"}:
            self.somebody_approves("LOAN-1", (MANAGING, APPROVER), 0)
        if begun == "drawn":
            self.somebody_draws("LOAN-1", (COOPERATING, FILER), 2, 0)

    @rule(days=st.sampled_from([1, 1, 3, 3, 9, 30, 400]))
    def days_pass(self, days: int) -> None:
        """Seldom more than a year at once: four of them end the term."""
        self.at += days * DAY

    @rule(
        contract=which,
        by=filers,
        number=pledges,
        days_ago=st.sampled_from([5, 5, 5, 0, 29, 30, 31, 60]),
        why=st.sampled_from([None, "经办延误"]),
        changed=st.sampled_from(["", "", "", "district", "name", "code", "contract", "value", "pledge", "materials"]),
        parts=st.booleans(),
    )
    def somebody_files(
        self,
        contract: str,
        by: tuple[str, str],
        number: str | None,
        days_ago: int,
        why: str | None,
        changed: str,
        parts: bool,
    ) -> None:
        data = self.filing_of(contract, number, days_ago, why, changed, parts)
        self.say(data, *by)

    def filing_of(
        self, contract: str, number: str | None, days_ago: int, why: str | None, changed: str, parts: bool
    ) -> Any:
        disbursed_on = max(DISBURSED_ON, (self.at + timedelta(hours=8)).date() - days_ago * DAY)
        before = project.loan.disbursed_on if (project := self.projects.get(id_of(contract))) else disbursed_on
        disbursed_on = before if days_ago else disbursed_on
        who = borrower(
            district="110101" if changed == "district" else "110105",
            name=NAMES[1] if changed == "name" else NAMES[0],
            uscc="91110105MA0000005F" if changed == "code" else CODES[0],
            **{
                each: {"met": True, "found_on": disbursed_on, "evidence": document()}
                for each in ("good_credit", "operating_normally", "capable_team", "own_technology", "competitive")
            },
        )
        pledged = right(
            registration_number=number or f"ZL20231000000{CONTRACTS.index(contract) + 1}.0",
            valued_on=disbursed_on + (DAY if changed == "value" else 0 * DAY),
            pledge_registered_on=disbursed_on,
            pledge_registration_number=None if changed == "pledge" else "Y2026110000001",
        )
        contracted_on = disbursed_on + (2 * DAY if changed == "contract" else -2 * DAY)
        lent = loan(
            contract_number=contract,
            contracted_on=contracted_on,
            disbursed_on=disbursed_on,
            due_on=disbursed_on + 365 * DAY,
            drawdowns=(drawdown(1, disbursed_on),) if parts else (),
        )
        materials = MATERIALS[1:] if changed == "materials" else MATERIALS
        return filing(loan=lent, borrower=who, rights=(pledged,), documents=materials, late_because=why)

    @rule(contract=which, by=filers, number=pledges, behind=st.integers(0, 1), parts=st.booleans())
    def somebody_corrects(
        self, contract: str, by: tuple[str, str], number: str | None, behind: int, parts: bool
    ) -> None:
        data = self.filing_of(contract, number, 5, "补正", "", parts)
        correction = CorrectProject(
            project_id=id_of(contract),
            corrects=max(1, self.filings(contract) - behind),
            reasons="补正",
            **{name: getattr(data, name) for name in type(data).model_fields},
        )
        self.say(correction, *by)

    def filings(self, contract: str) -> int:
        project = self.projects.get(id_of(contract))
        return project.filing if isinstance(project, Project) else 1

    @rule(contract=which, by=approvers, behind=st.sampled_from([0, 0, 0, 1]))
    def somebody_approves(self, contract: str, by: tuple[str, str], behind: int) -> None:
        self.say(ApproveProject(project_id=id_of(contract), filing=max(1, self.filings(contract) - behind)), *by)

    @rule(contract=which, by=approvers, back=st.booleans())
    def somebody_declines(self, contract: str, by: tuple[str, str], back: bool) -> None:
        self.say((ReturnProject if back else RejectProject)(project_id=id_of(contract), reasons="理由"), *by)

    @rule(
        contract=which, vote=st.sampled_from([Vote.FOR, Vote.FOR, Vote.AGAINST, Vote.ABSTAIN]), votes=st.integers(2, 5)
    )
    def the_committee_decides(self, contract: str, vote: Vote, votes: int) -> None:
        project = self.projects.get(id_of(contract))
        question = project.question if isinstance(project, Project) else None
        named = {"project_id": id_of(contract), "subject_sha256": question.sha256 if question else "a" * 64}
        if self.say(opening(**named, closes_at=self.at + DAY), MANAGING, SECRETARY).outcome is Outcome.REFUSED:
            return
        for member in MEMBERS[:votes]:
            self.say(casting(vote, **named), MANAGING, member)
        self.at += 2 * DAY
        self.say(closing(**named), MANAGING, SECRETARY)

    @rule(contract=which, by=filers, number=st.integers(2, 3), days_ago=st.sampled_from([0, 30, 40]))
    def somebody_draws(self, contract: str, by: tuple[str, str], number: int, days_ago: int) -> None:
        day = max(DISBURSED_ON, (self.at + timedelta(hours=8)).date() - days_ago * DAY)
        data = drawing(number, day, 30_000_000, project_id=id_of(contract), late_because="经办延误")
        self.say(data, *by)

    @rule(contract=which, reference=st.sampled_from("ABC"), amount_fen=st.sampled_from([1, 40_000_000, 100_000_000]))
    def somebody_repays(self, contract: str, reference: str, amount_fen: int) -> None:
        day = (self.at + timedelta(hours=8)).date()
        data = repayment(reference, amount_fen, day).model_copy(update={"project_id": id_of(contract)})
        self.say(data, COOPERATING, REPORTER)

    @rule(contract=which, number=st.sampled_from(["CC-1", "CC-2"]), lift=st.booleans())
    def somebody_checks(self, contract: str, number: str, lift: bool) -> None:
        named = {"project_id": id_of(contract)}
        self.say(spot_check(number, rights=(right_check(),), **named), COOPERATING, REPORTER)
        if lift:
            self.say(lifting(number).model_copy(update=named), MANAGING, OVERSEER)

    @rule(contract=which, ground=st.sampled_from(EndGround))
    def a_loan_ends(self, contract: str, ground: EndGround) -> None:
        where, who = (COOPERATING, REPORTER) if ground is EndGround.SETTLED else (MANAGING, OVERSEER)
        project = self.projects.get(id_of(contract))
        owed = project.outstanding_fen if isinstance(project, Project) else 0
        decision = self.say(ending(ground).model_copy(update={"project_id": id_of(contract)}), where, who)
        assert decision.outcome is not Outcome.ACCEPTED or ground is not EndGround.SETTLED or owed == 0

    @rule(
        number=st.sampled_from(["规则-1", "规则-2", "规则-3"]),
        share=st.sampled_from([1500, 2000, 2001]),
        ahead=st.integers(0, 9),
    )
    def rules_are_proposed(self, number: str, share: int, ahead: int) -> None:
        effective_on = (self.at + timedelta(hours=8)).date() + ahead * DAY
        proposed = version(len(self.reader.rules) + 1, effective_on, share_rate_bp=share)
        if self.say(proposal(number, proposed), COOPERATING, DRAFTER).outcome is Outcome.ACCEPTED:
            self.proposed[number] = f"{self.messages:064x}"

    @rule(
        number=st.sampled_from(["规则-1", "规则-2", "规则-3"]),
        by=regulators,
        other=st.sampled_from([False, False, True]),
    )
    def rules_are_adopted(self, number: str, by: tuple[str, str], other: bool) -> None:
        sha256 = "f" * 64 if other else self.proposed.get(number, "e" * 64)
        self.say(AdoptRules(number=number, proposal_sha256=sha256), *by)

    @rule(
        where=st.sampled_from([MANAGING, COOPERATING, LENDER]),
        duty=st.sampled_from([Duty.FILING, Duty.FILING_APPROVAL]),
    )
    def somebody_is_appointed(self, where: str, duty: Duty) -> None:
        self.say(officer(f"new-{self.messages}", duty), where)

    @rule(who=st.sampled_from([(COOPERATING, FILER), (MANAGING, APPROVER), (COOPERATING, DRAFTER)]), really=seldom)
    def somebody_leaves(self, who: tuple[str, str], really: bool) -> None:
        self.say(EndOfficer(officer=who[1] if really else "nobody", reason="调离"), who[0])

    @rule(name=st.sampled_from(NAMES), code=st.sampled_from(CODES), gone=st.sampled_from([True, True, False]))
    def an_affiliate_is_known(self, name: str, code: str, gone: bool) -> None:
        if gone:
            self.say(WithdrawAffiliate(uscc=code, reason="已转让", evidence=document()), MANAGING, OVERSEER)
        else:
            data = RegisterAffiliate(uscc=code, name=name, relation="控股子公司", evidence=document())
            self.say(data, MANAGING, OVERSEER)

    @rule(really=seldom)
    def the_pool_is_to_stop(self, really: bool) -> None:
        self.say(evaluation(), MANAGING, OVERSEER)
        self.say(stop(evaluation="PJ-1" if really else "PJ-9"), MANAGING, OVERSEER)

    @invariant()
    def no_clause_is_broken(self) -> None:
        self.reader.holds_now()

    @invariant()
    def states_say_what_the_events_have_said(self) -> None:
        for about, told in self.reader.loans.items():
            project = self.projects[about]
            assert isinstance(project, Project)
            assert project.terms == told.terms
            assert (project.stage is Stage.ENDED) == (told.stage == "ended")
            assert project.repaid_fen == told.repaid_fen
            assert project.repaid_fen <= sum(each.amount_fen for each in project.drawdowns)


Histories.TestCase.settings = settings(max_examples=EXAMPLES_MAX, stateful_step_count=40, deadline=None)
TestHistories = pytest.mark.clause("4.1")(Histories.TestCase)
