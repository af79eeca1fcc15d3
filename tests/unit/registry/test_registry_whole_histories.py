"""Random histories of a whole pool: its selection, people, keys, rules, several loans, affiliates, days, its term.

Whoever says whatever there is to say, rightly or not. ``history_reader`` holds each event against the clauses.
``make histories`` tries many more of them.
"""

import os

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule

from services.registry.domain.project import Project, Stage
from shared.contracts.envelope import Command
from shared.contracts.receipts import Outcome
from shared.contracts.registry.affiliates import RegisterAffiliate, WithdrawAffiliate
from shared.contracts.registry.corrections import CorrectProject
from shared.contracts.registry.people import EndOfficer, RegisterOfficerKey, RevokeKey, RotateKey
from shared.contracts.registry.performance import EvaluationResult
from shared.contracts.registry.project_life import EndGround, RightCheck, RightCondition
from shared.contracts.registry.projects import ApproveProject, OtherLoan, RejectProject, ReturnProject
from shared.contracts.registry.rules_versions import AdoptRules
from shared.contracts.registry.words import Duty, Vote
from tests.unit.registry import history_examples as some
from tests.unit.registry.cycle_examples import continuation, evaluation, stop
from tests.unit.registry.history_examples import CODES, DAY, DAYS_UP_TO_THE_END, NAMES, filing_of, id_of
from tests.unit.registry.history_identities import FIRST, PATENT, WAYS, Written, other_writing, person_of
from tests.unit.registry.history_machine import HistoryMachine
from tests.unit.registry.project_life_examples import (
    OVERSEER,
    REPORTER,
    drawing,
    ending,
    lifting,
    repayment,
    spot_check,
)
from tests.unit.registry.registry_examples import (
    APPROVER,
    COOPERATING,
    DISBURSED_ON,
    FILER,
    LENDER,
    MANAGING,
    agreement,
    appointing,
    document,
    filing,
    officer,
    public_key,
)
from tests.unit.registry.rules_examples import DRAFTER, proposal, version
from tests.unit.registry.selection_examples import preparing
from tests.unit.registry.test_article_08_collective_decisions import MEMBERS, SECRETARY, casting, closing, opening

EXAMPLES_MAX = int(os.environ.get("RISKPOOL_HISTORIES", "150"))


class Histories(HistoryMachine):
    """Histories of a whole pool, from its founding on."""

    @initialize(
        early=some.seldom,
        way=st.sampled_from(["on paper", "on paper", "prepared", "selected", "selected"]),
        wrong=st.sampled_from(["", "agreement", "institution", "term"]),
        operating_days=st.sampled_from([700, DAYS_UP_TO_THE_END, DAYS_UP_TO_THE_END + 1]),
        days=st.sampled_from([0, 0, 9, 40, 1_400, 1_500]),
        begun=st.sampled_from(["nothing", "filed", "late", "approved", "drawn", "drawn"]),
        parts=st.booleans(),
        due_days=st.sampled_from([365, 20]),
        since=st.sampled_from([0, 30]),
        again=some.again,
        card=st.sampled_from(WAYS),
    )
    def a_pool_is_founded(
        self,
        *,
        early: bool,
        way: str,
        wrong: str,
        operating_days: int,
        days: int,
        begun: str,
        parts: bool,
        due_days: int,
        since: int,
        again: Written,
        card: str,
    ) -> None:
        """Most histories begin where something can happen."""
        if way != "on paper":
            assert self.say(preparing(), MANAGING).outcome is Outcome.ACCEPTED
        if way == "selected":
            self.somebody_is_selected(operating_days)
        if early:
            decision = self.say(filing(), COOPERATING, FILER)
            assert [reason.clause for reason in decision.refusals] == ["3.1"]
        right = some.founding_after(self.reader.term.concluded)
        if way == "selected" and wrong:
            decision = self.say(right.model_copy(update=some.OTHERWISE[wrong]), MANAGING)
            assert {reason.clause for reason in decision.refusals} == {"8.1"}
        assert self.say(right, MANAGING).outcome is Outcome.ACCEPTED
        for data, where in some.staff(card):
            # The committee of a selection is there already.
            assert self.say(data, where).outcome in {Outcome.ACCEPTED, Outcome.DUPLICATE}
        self.at += days * DAY
        if begun != "nothing":
            days_ago = 60 if begun == "late" else 5
            in_parts = parts or begun == "drawn"
            self.somebody_files("LOAN-1", (COOPERATING, FILER), None, days_ago, due_days, "经办延误", "", in_parts)
            # Another loan on the same right, whose number is only written otherwise, or names it as nothing does.
            self.somebody_files("LOAN-2", (COOPERATING, FILER), again, 5, due_days, None, "", parts)
        if begun in {"approved", "drawn"}:
            self.somebody_approves("LOAN-1", (MANAGING, some.TWO_HATS), 0)
            self.somebody_approves("LOAN-1", (MANAGING, APPROVER), 0)
        if begun == "drawn":
            self.somebody_draws("LOAN-1", (COOPERATING, FILER), False, 0)
        self.at += since * DAY

    @rule(days=st.sampled_from([1, 1, 3, 3, 9, 30, 400]))
    def days_pass(self, days: int) -> None:
        """Seldom more than a year at once: four of them end the term."""
        self.at += days * DAY

    @rule(
        contract=some.which,
        by=some.filers,
        number=some.pledges,
        days_ago=st.sampled_from([5, 5, 5, 0, 29, 30, 31, 60]),
        due_days=st.sampled_from([365, 20]),
        why=st.sampled_from([None, "经办延误"]),
        changed=st.sampled_from(["", "", "", "district", "name", "code", "contract", "value", "pledge", "materials"]),
        parts=st.booleans(),
        written=some.writings,
        registered=some.registrations,
        anew=some.seldom,
    )
    def somebody_files(
        self,
        contract: str,
        by: tuple[str, str],
        number: Written | None,
        days_ago: int,
        due_days: int,
        why: str | None,
        changed: str,
        parts: bool,
        written: str = "",
        registered: str | None = None,
        anew: bool = False,
    ) -> None:
        """Perhaps by whoever was appointed last for it."""
        by = self.appointed.get(Duty.FILING, by) if anew else by
        day = self.paid_out_on(contract, days_ago)
        data = filing_of(
            contract,
            day,
            number=number,
            due_days=due_days,
            why=why,
            changed=changed,
            parts=parts,
            written=written,
            registered=registered,
        )
        self.say(data, *by)

    @rule(contract=some.which, by=some.filers, number=some.pledges, behind=st.integers(0, 1), parts=st.booleans())
    def somebody_corrects(
        self, contract: str, by: tuple[str, str], number: Written | None, behind: int, parts: bool
    ) -> None:
        data = filing_of(contract, self.paid_out_on(contract, 5), number=number, why="补正", parts=parts)
        correction = CorrectProject(
            project_id=id_of(contract),
            corrects=max(1, self.filings(contract) - behind),
            reasons="补正",
            **{name: getattr(data, name) for name in type(data).model_fields},
        )
        self.say(correction, *by)

    @rule(
        contract=st.one_of(some.which, st.just("LOAN-01")),
        by=some.approvers,
        behind=st.sampled_from([0, 0, 0, 1]),
        told_apart=st.sampled_from([True, True, False]),
        anew=st.booleans(),
    )
    def somebody_approves(
        self, contract: str, by: tuple[str, str], behind: int, *, told_apart: bool = True, anew: bool = False
    ) -> None:
        """Perhaps whoever was appointed last for it."""
        by = self.appointed.get(Duty.FILING_APPROVAL, by) if anew else by
        project = self.projects.get(id_of(contract))
        similar = (project.correction or project).similar_loans if isinstance(project, Project) else ()
        other_loans = tuple(
            OtherLoan(lender=each.lender, contract_number=each.contract_number, reason="两笔贷款")
            for each in (similar if told_apart else ())
        )
        filing = max(1, self.filings(contract) - behind)
        self.say(ApproveProject(project_id=id_of(contract), filing=filing, other_loans=other_loans), *by)

    @rule(contract=some.which, by=some.approvers, behind=st.sampled_from([0, 0, 0, 1]), back=st.booleans())
    def somebody_declines(self, contract: str, by: tuple[str, str], behind: int, back: bool) -> None:
        named = {"project_id": id_of(contract), "filing": max(1, self.filings(contract) - behind)}
        self.say((ReturnProject if back else RejectProject)(**named, reasons="理由"), *by)

    @rule(contract=some.which, vote=st.sampled_from([Vote.FOR, *Vote]), votes=st.integers(2, 5))
    def the_committee_decides(self, contract: str, vote: Vote, votes: int) -> None:
        project = self.projects.get(id_of(contract))
        question = project.question if isinstance(project, Project) else None
        what = {"subject_kind": question.kind, "subject_sha256": question.sha256} if question else {}
        named = {"project_id": id_of(contract), **what}
        if self.say(opening(**named, closes_at=self.at + DAY), MANAGING, SECRETARY).outcome is Outcome.REFUSED:
            return
        for member in MEMBERS[:votes]:
            self.say(casting(vote, **named), MANAGING, member)
        self.at += 2 * DAY
        self.say(closing(**named), MANAGING, SECRETARY)

    @rule(contract=some.which, by=some.filers, skipped=some.seldom, days_ago=st.sampled_from([0, 0, 30, 40]))
    def somebody_draws(self, contract: str, by: tuple[str, str], skipped: bool, days_ago: int) -> None:
        project = self.projects.get(id_of(contract))
        number = 1 + int(skipped) + (len(project.drawdowns) if isinstance(project, Project) else 0)
        day = max(DISBURSED_ON, self.today - days_ago * DAY)
        data = drawing(number, day, 10_000_000, project_id=id_of(contract), late_because="经办延误")
        self.say(data, *by)

    @rule(
        contract=some.which, reference=st.sampled_from("ABC"), amount_fen=st.sampled_from([1, 40_000_000, 100_000_000])
    )
    def somebody_repays(self, contract: str, reference: str, amount_fen: int) -> None:
        data = repayment(reference, amount_fen, self.today).model_copy(update={"project_id": id_of(contract)})
        self.say(data, COOPERATING, REPORTER)

    @rule(contract=some.which, number=st.sampled_from(["CC-1", "CC-2"]), lift=st.booleans(), found=some.pledges)
    def somebody_checks(self, contract: str, number: str, lift: bool, found: Written | None) -> None:
        """The pledged right as the checker writes it, or some other one."""
        named = {"project_id": id_of(contract)}
        project = self.projects.get(id_of(contract))
        pledged = project.rights[0] if isinstance(project, Project) else None
        own = other_writing(pledged.kind, pledged.registration_number) if pledged else (PATENT, FIRST)
        kind, written = found or own
        checked = RightCheck(kind=kind, registration_number=written, condition=RightCondition.IN_FORCE)
        self.say(spot_check(number, rights=(checked,), **named), COOPERATING, REPORTER)
        if lift:
            self.say(lifting(number).model_copy(update=named), MANAGING, OVERSEER)

    @rule(contract=some.which, ground=st.sampled_from(EndGround))
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
        proposed = version(len(self.reader.rules) + 1, self.today + ahead * DAY, share_rate_bp=share)
        if self.say(proposal(number, proposed), COOPERATING, DRAFTER).outcome is Outcome.ACCEPTED:
            self.proposed[number] = self.sha256

    @rule(
        number=st.sampled_from(["规则-1", "规则-2", "规则-3"]),
        by=some.regulators,
        other=st.sampled_from([False, False, True]),
    )
    def rules_are_adopted(self, number: str, by: tuple[str, str], other: bool) -> None:
        sha256 = "f" * 64 if other else self.proposed.get(number, "e" * 64)
        self.say(AdoptRules(number=number, proposal_sha256=sha256), *by)

    @rule(
        where=st.sampled_from([MANAGING, COOPERATING, LENDER]),
        duty=st.sampled_from([Duty.FILING, Duty.FILING_APPROVAL]),
        who=some.appointed,
    )
    def somebody_is_appointed(self, where: str, duty: Duty, who: tuple[str, str] | None) -> None:
        """Somebody new, or under another id one of those who file and approve."""
        named = f"new-{self.messages}"
        data = appointing(named, duty, person=person_of(*who)) if who else officer(named, duty)
        if self.say(data, where).outcome is Outcome.ACCEPTED:
            self.appointed[duty] = (where, named)

    @rule(who=st.sampled_from([(COOPERATING, FILER), (MANAGING, APPROVER), (COOPERATING, DRAFTER)]), really=some.seldom)
    def somebody_leaves(self, who: tuple[str, str], really: bool) -> None:
        self.say(EndOfficer(officer=who[1] if really else "nobody", reason="调离"), who[0])

    @rule(who=some.holders, how=st.sampled_from(["rotates", "keeps one more"]), days=st.sampled_from([None, None, 3]))
    def somebody_takes_another_key(self, who: tuple[str, str], how: str, days: int | None) -> None:
        new = public_key(f"key {self.messages}")
        until = None if days is None else self.at + days * DAY
        data = RegisterOfficerKey(officer=who[1], public_key=new, valid_until=until)
        self.say(RotateKey(public_key=new) if how == "rotates" else data, *who)

    @rule(
        who=some.holders,
        by=st.sampled_from([MANAGING, COOPERATING, LENDER]),
        again=st.sampled_from([True, True, False]),
    )
    def a_key_is_revoked(self, who: tuple[str, str], by: str, again: bool) -> None:
        """Mostly its holder gets another one; not the very key, which somebody else may have."""
        lost = self.reader.keys.newest(*who, self.at)
        assert lost is not None
        self.say(RevokeKey(key_id=lost, reason="密钥介质遗失"), by)
        if again:
            self.say(RegisterOfficerKey(officer=who[1], public_key=public_key(f"key {self.messages}")), who[0])

    @rule(who=some.holders, contract=some.which, what=st.sampled_from(["files", "approves", "appoints", "takes a key"]))
    def an_ended_key_is_tried(self, who: tuple[str, str], contract: str, what: str) -> None:
        """By whoever has found it, to say what its holder could; the reader lets nothing of it pass."""
        says: dict[str, Command] = {
            "files": filing_of(contract, self.paid_out_on(contract, 5)),
            "approves": ApproveProject(project_id=id_of(contract), filing=self.filings(contract)),
            "appoints": officer(f"new-{self.messages}", Duty.RULES),
            "takes a key": RegisterOfficerKey(officer=who[1], public_key=public_key(f"key {self.messages}")),
        }
        for key in self.reader.keys.ended(*who, self.at)[-1:]:
            self.say(says[what], *who, key=key)

    @rule(name=st.sampled_from(NAMES), code=st.sampled_from(CODES), gone=st.sampled_from([True, True, False]))
    def an_affiliate_is_known(self, name: str, code: str, gone: bool) -> None:
        if gone:
            self.say(WithdrawAffiliate(uscc=code, reason="已转让", evidence=document()), MANAGING, OVERSEER)
        else:
            data = RegisterAffiliate(uscc=code, name=name, relation="控股子公司", evidence=document())
            self.say(data, MANAGING, OVERSEER)

    @rule(really=some.seldom, number=some.evaluations)
    def the_pool_is_to_stop(self, really: bool, number: str) -> None:
        self.the_pool_is_evaluated(number)
        self.say(stop(evaluation=number if really else "PJ-9"), MANAGING, OVERSEER)

    @rule(
        number=some.evaluations,
        by=some.overseers,
        anew=st.booleans(),
        ahead=some.ahead,
        signed=some.signed,
        result=some.results,
        reasons=some.reasons,
    )
    def the_pool_goes_on(
        self,
        *,
        number: str,
        by: tuple[str, str],
        anew: bool,
        ahead: int,
        signed: int | None,
        result: EvaluationResult,
        reasons: str | None,
    ) -> None:
        if anew:
            self.the_pool_is_evaluated(number, result)
        ends_on = self.reader.term.ends_on + ahead * DAY
        agreed = agreement(number=f"协议-{self.messages}", signed_on=self.today - (signed or 0) * DAY)
        if signed is None:
            agreed = self.reader.term.agreed[-1]
        until = min(ends_on, self.today + 365 * DAY)
        data = continuation(
            evaluation=number, ends_on=ends_on, operating_until=until, agreement=agreed, reasons=reasons
        )
        self.say(data, *by)

    def the_pool_is_evaluated(self, number: str, result: EvaluationResult = EvaluationResult.PASS) -> None:
        """Up to today; a number that stands for another evaluation is refused."""
        data = evaluation(number, result, period_from=self.reader.term.founded_on, period_to=self.today)
        self.say(data, MANAGING, OVERSEER)

    @invariant()
    def no_clause_is_broken(self) -> None:
        self.reader.holds_now()

    @invariant()
    def states_say_what_the_events_have_said(self) -> None:
        for about, read in self.reader.loans.items():
            project = self.projects[about]
            assert isinstance(project, Project)
            assert project.terms == read.terms
            assert (project.stage is Stage.ENDED) == (read.stage == "ended")
            assert project.repaid_fen == read.repaid_fen
            assert project.loan.due_on == read.contract.due_on
            assert project.repaid_fen <= sum(each.amount_fen for each in project.drawdowns)


Histories.TestCase.settings = settings(max_examples=EXAMPLES_MAX, stateful_step_count=40, deadline=None)
TestHistories = pytest.mark.clause("4.1")(Histories.TestCase)
