"""What a reader of the registry's events holds against the clauses, who shares no rule with the registry.

It keeps its own record of who has which duty, which rules are in force, who is an affiliate, which right secures what,
and judges each event by that alone.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from shared.contracts.receipts import Outcome
from shared.contracts.received import Acting
from shared.contracts.refusals import Refusal
from shared.contracts.registry.affiliates import AffiliateRegistered, AffiliateWithdrawn
from shared.contracts.registry.ballots import BallotClosed, BallotOpened
from shared.contracts.registry.corrections import (
    CorrectionApproved,
    CorrectionRejected,
    CorrectionReturned,
    CorrectProject,
    ProjectCorrected,
)
from shared.contracts.registry.people import OfficerEnded, OfficerRegistered
from shared.contracts.registry.performance import PoolContinued, PoolStopped
from shared.contracts.registry.pools import PoolFounded, PoolPrepared
from shared.contracts.registry.project_life import (
    DrawdownAdmitted,
    DrawdownFiled,
    FileDrawdown,
    ProjectEnded,
    RepaymentRecorded,
    SpotCheckRecorded,
)
from shared.contracts.registry.projects import (
    FiledDrawdown,
    FileProject,
    FilingAdmitted,
    FilingFoundIncomplete,
    ProjectApproved,
    ProjectFiled,
    ProjectRejected,
    ProjectReturned,
)
from shared.contracts.registry.projects import Loan as Contract
from shared.contracts.registry.rules import Rules
from shared.contracts.registry.rules_versions import RulesAdopted
from shared.contracts.registry.selections import SelectionConcluded
from shared.contracts.registry.words import Duty
from tests.unit.registry.history_identities import right_meant
from tests.unit.registry.history_keys import KeyReader
from tests.unit.registry.history_loans import Loan, as_read, drawn_by, identity_of, payouts_of, pledges_of, rights_of
from tests.unit.registry.history_people import PeopleReader
from tests.unit.registry.history_term import TermReader

Filing = FileProject | CorrectProject | FileDrawdown
BEIJING_HOURS = timedelta(hours=8)
SHARE_RATE_MAX_BP = 2_000
WINDOW_DAYS = 30
SATURDAY = 5


def in_beijing(at: datetime) -> date:
    """China has one time, and no summer time."""
    return (at + BEIJING_HOURS).date()


def last_day(disbursed_on: date) -> date:
    """Where no calendar is published the weekend is Saturday and Sunday."""
    day = disbursed_on + timedelta(days=WINDOW_DAYS)
    while day.weekday() >= SATURDAY:
        day += timedelta(days=1)
    return day


@dataclass
class Reader:
    """Takes each message with its events in turn, and fails where an event breaks a clause."""

    managing: str = ""
    cooperating: str = ""
    district: str = ""
    keys: KeyReader = field(default_factory=KeyReader)
    people: PeopleReader = field(default_factory=PeopleReader)
    term: TermReader = field(default_factory=TermReader)
    rules: list[Rules] = field(default_factory=list)
    duties: dict[tuple[str, str], tuple[Duty, ...]] = field(default_factory=dict)
    affiliates: dict[str, str] = field(default_factory=dict)
    loans: dict[UUID, Loan] = field(default_factory=dict)
    passed: dict[UUID | None, bool] = field(default_factory=dict)
    opened_under: dict[UUID | None, int | None] = field(default_factory=dict)
    # Last days that were told of incomplete filings: one that is over stays, whatever day of payout is said later.
    told: set[date] = field(default_factory=set)

    def hear(self, events: Sequence[Any], acting: Acting, at: datetime) -> None:
        """Judge what one message has led to: who signed it, and each event by what came before it."""
        if events:
            self.keys.signed(acting, at)
        acting = self.people.answerable(events, acting)
        if any(isinstance(event, PoolFounded) for event in events):
            self.term.found(events, in_beijing(at))
        is_ballots_end = any(isinstance(event, BallotClosed) for event in events)
        for event in events:
            self._names_its_rules(event, at, is_ballots_end=is_ballots_end)
            self._take(event, acting, at)

    def _names_its_rules(self, event: Any, at: datetime, *, is_ballots_end: bool) -> None:
        """Before the founding there are none; what a ballot comes to is under the rules of its opening."""
        if "rules_version" not in type(event).model_fields:
            return
        version = self._in_force(at).version if self.rules else None
        if is_ballots_end:
            version = self.opened_under[getattr(event, "project_id", None) or event.entry_id]
        assert event.rules_version == version, "5.2: every decision names the version that it was taken under"
        if isinstance(event, BallotOpened):
            self.opened_under[event.project_id or event.entry_id] = version

    def _in_force(self, at: datetime) -> Rules:
        begun = [each for each in self.rules if each.effective_on <= in_beijing(at)]
        return max(begun, key=lambda each: each.version)

    def _take(self, event: Any, acting: Acting, at: datetime) -> None:
        self.keys.take(event, acting, at)
        self.term.take(event, in_beijing(at))
        match event:
            case PoolPrepared():
                self.managing = acting.institution
            case PoolFounded():
                assert self.managing in {"", acting.institution}, "3.1: founded by whoever prepared it"
                self.managing, self.cooperating = acting.institution, event.cooperating_institution
                self.district, self.rules = event.district, [event.rules]
            case SelectionConcluded():
                self._has(acting, self.managing, Duty.SELECTION)
                assert self.passed.get(event.entry_id), "8.1: a collective decision selects"
            case OfficerRegistered():
                # Only its first officers come with the institution itself.
                is_first = all(
                    institution != event.institution or duties == (Duty.ADMINISTRATION,)
                    for (institution, _), duties in self.duties.items()
                )
                assert is_first or acting.institution == event.institution, "4.1: each appoints its own officers"
                self.duties[event.institution, event.officer] = event.duties
            case OfficerEnded():
                self.duties[event.institution, event.officer] = ()
            case RulesAdopted():
                self._has(acting, self.managing, Duty.RULES)
                assert event.rules.version == len(self.rules) + 1, "5.2: versions have no gap and no twin"
                assert event.rules.share_rate_bp <= SHARE_RATE_MAX_BP, "10.3: never above the district's ceiling"
                assert event.rules.effective_on >= in_beijing(at), "5.2: no version is for what came before"
                self.rules.append(event.rules)
            case AffiliateRegistered():
                self.affiliates[event.uscc] = as_read(event.name)
            case AffiliateWithdrawn():
                del self.affiliates[event.uscc]
            case PoolContinued() | PoolStopped():
                self._has(acting, self.managing, Duty.OVERSIGHT)
            case BallotClosed():
                assert acting.institution == self.managing, "8.1: the managing institution's committee decides"
                self.passed[event.project_id or event.entry_id] = event.passed
            case _:
                self._take_of_project(event, acting, at)

    def _take_of_project(self, event: Any, acting: Acting, at: datetime) -> None:
        match event:
            case FilingFoundIncomplete():
                self.told |= {drawdown.filing_deadline for drawdown in event.drawdowns}
            case ProjectFiled():
                self._filed(event, acting, at)
            case ProjectCorrected():
                self._corrected(event, acting)
            case FilingAdmitted() | DrawdownAdmitted():
                assert self.passed.get(event.project_id), "16.1: only a decision that has passed admits what is late"
                self.loans[event.project_id].was_late = False
            case ProjectApproved() | CorrectionApproved():
                loan = self.loans[event.project_id]
                self._has(acting, self.managing, Duty.FILING_APPROVAL)
                assert not loan.was_late, "16.1: what is late and not admitted is not approved"
                approver = self.people.person(acting.institution, acting.officer)
                assert approver not in loan.filed_by, "4.1: nobody approves what he has filed, under whichever id"
                assert event.terms == loan.terms, "5.2: what is pinned stays"
                self._are_told_apart(loan, event)
                self._is_no_affiliate(event.borrower_uscc, event.borrower_name)
                loan.stage, loan.approved = "approved", True
                if loan.corrected is not None:
                    loan.rights, loan.drawn = rights_of(loan.corrected), drawn_by(loan.corrected)
                    loan.registered = pledges_of(loan.corrected)
                    loan.contract, loan.corrected = loan.corrected.loan, None
                self._is_paid_out_in_its_time(loan.contract, loan.drawn.values())
            case CorrectionReturned() | CorrectionRejected():
                assert acting.institution == self.managing, "5.4: the managing institution decides"
                loan = self.loans[event.project_id]
                loan.corrected, loan.was_late = None, False
            case ProjectReturned():
                self._has(acting, self.managing, Duty.FILING_APPROVAL)
                assert self.term.stopped_on is None, "22.1: after a stop nothing comes again that is returned"
                self.loans[event.project_id].stage = "returned"
            case ProjectRejected():
                assert acting.institution == self.managing, "5.4: the managing institution decides"
                self.loans[event.project_id].stage = "rejected"
            case _:
                self._take_of_life(event, acting)

    def _take_of_life(self, event: Any, acting: Acting) -> None:
        """What is said of a loan once it is covered."""
        match event:
            case DrawdownFiled():
                loan = self.loans[event.project_id]
                self._has(acting, self.cooperating, Duty.FILING)
                assert loan.stage == "approved", "16.1: only a covered loan has later payouts to file"
                self._is_paid_out_in_its_time(loan.contract, [event.drawdown])
                self._is_paid_out_before_the_stop([event.drawdown])
                loan.drawn[event.drawdown.number] = event.drawdown
            case SpotCheckRecorded():
                checked = frozenset(right_meant(each.kind, each.registration_number) for each in event.rights)
                assert checked == self.loans[event.project_id].rights, (
                    "6.5: each pledged right is checked, and no other"
                )
            case RepaymentRecorded():
                loan = self.loans[event.project_id]
                loan.repaid_fen += event.amount_fen
                assert loan.repaid_fen <= loan.drawn_fen, "22.1: no more comes back than was drawn"
            case ProjectEnded():
                self.loans[event.project_id].stage = "ended"

    def _filed(self, event: ProjectFiled, acting: Acting, at: datetime) -> None:
        self._has(acting, self.cooperating, Duty.FILING)
        today, before = in_beijing(at), self.loans.get(event.project_id)
        if before is None:
            assert self.term.stopped_on is None, "22.1: after a stop nothing new comes in"
            in_force = self._in_force(at)
            assert event.terms.rules_version == in_force.version, "5.2: the rules of the day of filing are pinned"
            assert event.terms.share_rate_bp == in_force.share_rate_bp
        else:
            assert before.stage == "returned", "5.4: only what was returned is filed again"
            assert event.terms == before.terms, "5.2: what is pinned stays"
            assert event.filing == before.filings + 1, "5.4: filings are counted without a gap"
        assert event.borrower.district == self.district, "9.1: of this district"
        self._is_no_affiliate(event.borrower.uscc, event.borrower.name)
        assert event.rights, "2.1: at least one right"
        assert event.loan.disbursed_on == event.drawdowns[0].disbursed_on <= today, "16.1: paid out already"
        for right in event.rights:
            assert right.pledge_registration_number, "13.1: each pledge is registered"
            assert right.valued_on <= event.loan.disbursed_on, "12.1: valued before the loan"
        self._is_paid_out_in_its_time(event.loan, event.drawdowns)
        late = any(drawdown.late for drawdown in event.drawdowns)
        self.passed.pop(event.project_id, None)
        number = identity_of(event.loan.contract_number)
        for project_id, other in self.loans.items():
            same = identity_of(other.contract.contract_number) == number
            assert not same or project_id == event.project_id, "10.3: one loan is one project"
        self.loans[event.project_id] = Loan(
            payouts=payouts_of(event) | (before.payouts if before else frozenset()),
            pledges=pledges_of(event) | (before.pledges if before else frozenset()),
            resembled=self._resembled(event),
            terms=event.terms,
            contract=event.loan,
            filed_by={
                *(before.filed_by if before else ()),
                self.people.person(self.cooperating, event.filed_by),
            },
            rights=rights_of(event),
            registered=pledges_of(event),
            filings=event.filing,
            was_late=late,
            drawn=drawn_by(event),
        )

    def _corrected(self, event: ProjectCorrected, acting: Acting) -> None:
        loan = self.loans[event.project_id]
        self._has(acting, self.cooperating, Duty.FILING)
        assert loan.stage in {"filed", "approved"}, "5.4: only what waits or is covered is corrected"
        assert event.filing == loan.filings + 1, "5.4: filings are counted without a gap"
        loan.filings = event.filing
        assert event.terms == loan.terms, "5.2: what is pinned stays"
        self._is_no_affiliate(event.borrower.uscc, event.borrower.name)
        self._is_paid_out_in_its_time(event.loan, event.drawdowns)
        self._is_paid_out_before_the_stop(each for each in event.drawdowns if each not in loan.drawn.values())
        loan.filed_by.add(self.people.person(self.cooperating, event.filed_by))
        if loan.approved:
            # The approved version counts until this one is approved; neither's rights are free meanwhile.
            loan.corrected = event
        else:
            loan.rights, loan.drawn, loan.contract = rights_of(event), drawn_by(event), event.loan
            loan.registered = pledges_of(event)
        loan.was_late = any(drawdown.late for drawdown in event.drawdowns)
        loan.resembled = self._resembled(event)
        loan.payouts, loan.pledges = loan.payouts | payouts_of(event), loan.pledges | pledges_of(event)
        self.passed.pop(event.project_id, None)

    def _are_told_apart(self, loan: Loan, event: ProjectApproved | CorrectionApproved) -> None:
        named = {identity_of(other.contract_number) for other in event.other_loans}
        resembled = {identity_of(self.loans[other].contract.contract_number) for other in loan.resembled}
        assert resembled <= named, "10.3: what could be the same loan is told apart by the approver"
        assert all(other.reason for other in event.other_loans), "10.3: with the reason"

    def _resembled(self, event: ProjectFiled | ProjectCorrected) -> frozenset[UUID]:
        """The loans that this could be: their payout, their pledge, or their number but for zeros; all are reported."""
        payouts, pledges = payouts_of(event), pledges_of(event)
        number = identity_of(event.loan.contract_number).replace("0", "")
        found = {
            project_id
            for project_id, other in self.loans.items()
            if project_id != event.project_id
            and (
                payouts & other.payouts
                or pledges & other.pledges
                or identity_of(other.contract.contract_number).replace("0", "") == number
            )
        }
        reported = {each.project_id for each in event.similar_loans}
        assert found <= reported, "10.3: what could be the same loan is reported"
        return frozenset(found)

    def _has(self, acting: Acting, institution: str, duty: Duty) -> None:
        assert acting.institution == institution, f"4.1: {duty} is not this institution's"
        assert acting.officer is not None
        assert duty in self.duties[acting.institution, acting.officer], f"4.1: the officer has no {duty}"

    def _is_no_affiliate(self, uscc: str, name: str) -> None:
        assert uscc not in self.affiliates, "9.1: no affiliate borrows"
        assert as_read(name) not in self.affiliates.values(), "9.1: nor under another form of its name"

    def _is_paid_out_in_its_time(self, contract: Contract, drawdowns: Iterable[FiledDrawdown]) -> None:
        """Within the term that is in force, under its contract, and judged in time or late as it was."""
        for drawdown in drawdowns:
            day = drawdown.disbursed_on
            assert self.term.covers(day), "20.1: paid out within the term"
            assert contract.contracted_on <= day, "16.1: no payout before its contract"
            assert day <= contract.due_on, "16.1: no payout after the loan is due"
            was_over = drawdown.late and drawdown.filing_deadline in self.told
            assert was_over or drawdown.filing_deadline == last_day(day), "16.1: thirty days, then a working day"
            is_late = drawdown.filed_on > drawdown.filing_deadline
            assert drawdown.late == is_late, "16.1: day 30 is in time, day 31 is late"

    def _is_paid_out_before_the_stop(self, drawdowns: Iterable[FiledDrawdown]) -> None:
        days = [drawdown.disbursed_on for drawdown in drawdowns]
        stop = self.term.stopped_on
        assert stop is None or all(day <= stop for day in days), "22.1: what is paid out after a stop is not covered"

    def answers(self, data: Any, acting: Acting, at: datetime, outcome: Outcome, refusals: Sequence[Refusal]) -> None:
        """Judge how a message is answered: a refusal says why, and some have to be refused whatever else is wrong."""
        assert outcome is not Outcome.REFUSED or refusals, "a refusal says why"
        assert all(refused.clause and refused.text and refused.text_zh for refused in refusals)
        answered = (outcome, {refused.clause for refused in refusals})
        if self.keys.has_ended(acting.key_id, at):
            assert answered == (Outcome.REFUSED, {"4.1"}), "4.1: a key that has ended signs nothing, not even a repeat"
        elif isinstance(data, Filing) and self.cooperating not in {"", acting.institution}:
            # No other institution's officers have the duty; that is not what they are to be told.
            clause = "16.1" if isinstance(data, FileDrawdown) else "6.4"
            assert answered == (Outcome.REFUSED, {clause}), "6.4: whoever else files is told who does"

    def holds_now(self) -> None:
        """What has to hold between all loans, after each message."""
        live = [loan for loan in self.loans.values() if loan.stage not in {"rejected", "ended"}]
        held = [
            right for loan in live for right in {*loan.rights, *(rights_of(loan.corrected) if loan.corrected else ())}
        ]
        assert len(held) == len(set(held)), "2.1: a right secures one live project"
        registered = [pledge for loan in live for pledge in loan.standing_pledges]
        assert len(registered) == len(set(registered)), "13.1: a registration secures one live project"
        for loan in self.loans.values():
            assert loan.drawn_fen <= loan.contract.principal_fen, "16.1: no more is drawn than was contracted"
            assert loan.approved or loan.stage != "approved"
