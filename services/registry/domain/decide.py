"""The table of contents: which message is decided where, and under which clauses."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from services.registry.domain.accounts import approve_payee_account, propose_payee_account, withdraw_payee_account
from services.registry.domain.asked import Asked, Data
from services.registry.domain.deciding_affiliates import register_affiliate, withdraw_affiliate
from services.registry.domain.deciding_agreements import consent_to_agreement, record_agreement
from services.registry.domain.deciding_approval import approve_project, reject_project, return_project
from services.registry.domain.deciding_audits import engage_auditor, record_audit_finding, record_audit_report
from services.registry.domain.deciding_ballots import cast_vote, close_ballot, open_ballot, recuse_member
from services.registry.domain.deciding_corrections import correct_project
from services.registry.domain.deciding_cycle import begin_day
from services.registry.domain.deciding_misuse import claim_misuse, record_misuse_recovery, refer_misuse
from services.registry.domain.deciding_norms import adopt_working_norm
from services.registry.domain.deciding_oversight import record_interpretation
from services.registry.domain.deciding_project_life import (
    end_project,
    file_drawdown,
    lift_flag,
    record_spot_check,
    report_repayment,
)
from services.registry.domain.deciding_rules import adopt_rules, decline_rules, propose_rules, withdraw_rules
from services.registry.domain.deciding_selection import (
    cancel_selection,
    conclude_selection,
    open_selection,
    recommend_candidate,
    record_evidence,
    register_candidate,
    score_candidate,
)
from services.registry.domain.deciding_summaries import (
    accept_annual_summary,
    draw_up_annual_summary,
    return_annual_summary,
    submit_annual_summary,
)
from services.registry.domain.deciding_supervision import (
    acknowledge_major_matter,
    record_supervisory_act,
    report_completion,
    report_major_matter,
)
from services.registry.domain.deciding_term import (
    continue_pool,
    end_cooperation,
    fix_operating_period,
    record_evaluation,
    stop_pool,
)
from services.registry.domain.decision import Decision, refused, under_rules
from services.registry.domain.filing import file_project
from services.registry.domain.founding import found_pool, prepare_pool
from services.registry.domain.keys import register_officer_key, revoke_key
from services.registry.domain.known import Known
from services.registry.domain.matter import SelectionCommand
from services.registry.domain.officers import change_duties, end_officer
from services.registry.domain.registration import register_institution, register_officer, register_system_key
from services.registry.domain.rotation import rotate_key
from services.registry.domain.rules.article_03_pool import pool_is_founded
from services.registry.domain.rules.article_04_officers_and_keys import key_is_in_force
from services.registry.domain.rules.article_04_repeats import says_what_was_said_before
from services.registry.domain.state import BallotCommand, KeyCommand, OfficerCommand, RegistryCommand, State
from services.registry.domain.supervising_bank import consent_to_supervising_bank, propose_supervising_bank
from shared.contracts.envelope import Command
from shared.contracts.receipts import Outcome
from shared.contracts.received import Received
from shared.contracts.registry.affiliates import RegisterAffiliate, WithdrawAffiliate
from shared.contracts.registry.agreements import ConsentToAgreement, RecordAgreement
from shared.contracts.registry.audits import EngageAuditor, RecordAuditFinding, RecordAuditReport
from shared.contracts.registry.ballots import CastVote, CloseBallot, OpenBallot, RecuseMember
from shared.contracts.registry.corrections import CorrectProject
from shared.contracts.registry.cycle import BeginDay
from shared.contracts.registry.misuse import ClaimMisuse, RecordMisuseRecovery, ReferMisuse
from shared.contracts.registry.norms import AdoptWorkingNorm
from shared.contracts.registry.oversight import RecordInterpretation
from shared.contracts.registry.people import (
    ApprovePayeeAccount,
    ChangeDuties,
    EndOfficer,
    ProposePayeeAccount,
    RegisterOfficer,
    RegisterOfficerKey,
    RegisterSystemKey,
    RevokeKey,
    RotateKey,
    WithdrawPayeeAccount,
)
from shared.contracts.registry.performance import (
    AcceptAnnualSummary,
    ContinuePool,
    DrawUpAnnualSummary,
    EndCooperation,
    FixOperatingPeriod,
    RecordEvaluation,
    ReturnAnnualSummary,
    StopPool,
    SubmitAnnualSummary,
)
from shared.contracts.registry.pools import (
    ConsentToSupervisingBank,
    FoundPool,
    PreparePool,
    ProposeSupervisingBank,
    RegisterInstitution,
)
from shared.contracts.registry.project_life import EndProject, FileDrawdown, LiftFlag, RecordSpotCheck, ReportRepayment
from shared.contracts.registry.projects import ApproveProject, FileProject, RejectProject, ReturnProject
from shared.contracts.registry.rules import AdoptRules, DeclineRules, ProposeRules, WithdrawRules
from shared.contracts.registry.selections import (
    CancelSelection,
    ConcludeSelection,
    OpenSelection,
    RecommendCandidate,
    RecordEvidence,
    RegisterCandidate,
    ScoreCandidate,
)
from shared.contracts.registry.supervision import (
    AcknowledgeMajorMatter,
    RecordSupervisoryAct,
    ReportCompletion,
    ReportMajorMatter,
)

__all__ = ["Decision", "decide"]


@dataclass(frozen=True, slots=True)
class Row:
    """What is to be known of one kind of message: who decides on it, and the clause that it is about."""

    command: type[Command]
    decider: Callable[[Asked[Any]], Decision]
    clause: str


def _row(command: type[Data], decider: Callable[[Asked[Data]], Decision], clause: str) -> Row:
    """A row whose decider takes its command."""
    return Row(command, decider, clause)


# Each message with the clause that it is about; the other clauses that it is judged by stand beside it.
ROWS = (
    _row(PreparePool, prepare_pool, "3.1"),  # 4.1, 5.1, 5.2, 7.6, 8.1
    _row(FoundPool, found_pool, "3.1"),  # 4.1, 5.1, 5.2, 5.3, 8.1, 9.2, 10.3, 10.4, 20.1
    _row(RegisterInstitution, register_institution, "3.1"),  # 4.1
    _row(ProposeSupervisingBank, propose_supervising_bank, "6.3"),  # 3.1, 4.1, 5.3
    _row(ConsentToSupervisingBank, consent_to_supervising_bank, "6.3"),  # 3.1, 4.1
    _row(RegisterOfficer, register_officer, "4.1"),
    _row(ChangeDuties, change_duties, "4.1"),
    _row(EndOfficer, end_officer, "4.1"),
    _row(RegisterOfficerKey, register_officer_key, "4.1"),
    _row(RevokeKey, revoke_key, "4.1"),
    _row(RotateKey, rotate_key, "4.1"),
    _row(RegisterSystemKey, register_system_key, "4.1"),
    _row(ProposePayeeAccount, propose_payee_account, "9.4"),  # 4.1
    _row(ApprovePayeeAccount, approve_payee_account, "9.4"),  # 4.1
    _row(WithdrawPayeeAccount, withdraw_payee_account, "9.4"),  # 4.1
    _row(RegisterAffiliate, register_affiliate, "9.1"),  # 4.1
    _row(WithdrawAffiliate, withdraw_affiliate, "9.1"),  # 4.1
    _row(OpenSelection, open_selection, "8.1"),  # 4.1, 7.6
    _row(RegisterCandidate, register_candidate, "8.1"),  # 4.1, 7.1
    _row(RecordEvidence, record_evidence, "8.1"),  # 4.1, 7.1-7.9
    _row(ScoreCandidate, score_candidate, "8.1"),  # 4.1
    _row(RecommendCandidate, recommend_candidate, "8.1"),  # 4.1, 7.1-7.9
    _row(ConcludeSelection, conclude_selection, "8.1"),  # 4.1, 5.3
    _row(CancelSelection, cancel_selection, "8.1"),  # 4.1
    _row(OpenBallot, open_ballot, "8.1"),  # 4.1, 16.1
    _row(CastVote, cast_vote, "8.1"),  # 4.1, 16.1
    _row(RecuseMember, recuse_member, "8.1"),  # 4.1, 16.1
    _row(CloseBallot, close_ballot, "8.1"),  # 4.1, 9.1, 16.1
    _row(ProposeRules, propose_rules, "5.2"),  # 4.1, 6.2, 10.3, 10.4, 20.1
    _row(AdoptRules, adopt_rules, "5.2"),  # 4.1, 10.3, 20.1
    _row(DeclineRules, decline_rules, "5.2"),  # 4.1
    _row(WithdrawRules, withdraw_rules, "5.2"),  # 4.1, 6.2
    _row(AdoptWorkingNorm, adopt_working_norm, "6.2"),  # 4.1
    _row(RecordAgreement, record_agreement, "5.3"),  # 4.1, 5.1, 5.7, 6.3, 19.3, 22.1
    _row(ConsentToAgreement, consent_to_agreement, "6.3"),  # 4.1
    _row(FileProject, file_project, "6.4"),  # 2.1, 4.1, 5.2, 9.1, 11.1, 12.1, 13.1, 16.1, 16.2, 19.3, 20.1, 22.1
    _row(CorrectProject, correct_project, "5.4"),  # 2.1, 4.1, 6.4, 9.1, 11.1, 12.1, 13.1, 16.1, 16.2, 20.1
    _row(ApproveProject, approve_project, "5.4"),  # 4.1, 9.1, 16.1
    _row(ReturnProject, return_project, "5.4"),  # 4.1
    _row(RejectProject, reject_project, "5.4"),  # 4.1
    _row(FileDrawdown, file_drawdown, "16.1"),  # 4.1, 6.4, 9.1, 20.1
    _row(ReportRepayment, report_repayment, "22.1"),  # 4.1
    _row(RecordSpotCheck, record_spot_check, "6.5"),  # 4.1
    _row(LiftFlag, lift_flag, "6.5"),  # 4.1
    _row(EndProject, end_project, "22.1"),  # 4.1
    _row(BeginDay, begin_day, "6.9"),  # 4.1, 20.1
    _row(DrawUpAnnualSummary, draw_up_annual_summary, "6.7"),  # 4.1
    _row(SubmitAnnualSummary, submit_annual_summary, "6.7"),  # 4.1
    _row(AcceptAnnualSummary, accept_annual_summary, "5.5"),  # 4.1
    _row(ReturnAnnualSummary, return_annual_summary, "5.5"),  # 4.1
    _row(RecordEvaluation, record_evaluation, "5.7"),  # 4.1
    _row(FixOperatingPeriod, fix_operating_period, "5.1"),  # 4.1, 5.3, 5.7, 19.3, 22.1
    _row(ContinuePool, continue_pool, "21.1"),  # 4.1, 5.3
    _row(StopPool, stop_pool, "21.1"),  # 4.1
    _row(EndCooperation, end_cooperation, "19.3"),  # 4.1, 5.7
    _row(ClaimMisuse, claim_misuse, "19.3"),  # 4.1
    _row(RecordMisuseRecovery, record_misuse_recovery, "19.3"),  # 4.1
    _row(ReferMisuse, refer_misuse, "19.3"),  # 4.1
    _row(RecordInterpretation, record_interpretation, "23.1"),  # 4.1
    _row(ReportMajorMatter, report_major_matter, "6.9"),  # 4.1
    _row(AcknowledgeMajorMatter, acknowledge_major_matter, "6.9"),  # 4.1
    _row(RecordSupervisoryAct, record_supervisory_act, "5.9"),  # 4.1, 5.8, 6.10
    _row(ReportCompletion, report_completion, "6.10"),  # 4.1
    _row(EngageAuditor, engage_auditor, "19.2"),  # 4.1
    _row(RecordAuditFinding, record_audit_finding, "19.2"),  # 4.1
    _row(RecordAuditReport, record_audit_report, "19.2"),  # 4.1
)
_ROW_OF: Mapping[type[Command], Row] = {row.command: row for row in ROWS}

# What a pool can be told while it is only prepared: who acts in it, and whom they select.
BeforeFounding = OfficerCommand | KeyCommand | SelectionCommand | BallotCommand


def clause_of(data: RegistryCommand) -> str:
    """The clause that the message is about."""
    return _ROW_OF[type(data)].clause


def decide(state: State, received: Received[RegistryCommand], known: Known) -> Decision:
    """What becomes of the message in ``state``; ``received`` brings the acting officer and the time of intake.

    A duplicate says that it is one, by the clause of what was said before.
    """
    acting, at = received.acting, received.received_at
    assert acting is not None, "the registry hears signed messages only"
    decision = _decide(Asked(state, received.data, acting, received.pool_id, received.sha256, at, known))
    is_repeat = decision.outcome is Outcome.DUPLICATE
    repeat = says_what_was_said_before(clause_of(received.data), is_repeat=is_repeat)
    return replace(decision, refusals=(repeat,)) if repeat else decision


def _decide(asked: Asked[RegistryCommand]) -> Decision:
    state, row = asked.state, _ROW_OF[type(asked.data)]
    # Intake has asked already; but the key may have ended in this very batch, or by another replica meanwhile.
    # A founding is asked too: a prepared pool has keys.
    if state.register is not None and (has_ended := key_is_in_force(state.register, asked.acting, asked.at)):  # 4.1
        return refused(has_ended)
    if isinstance(asked.data, PreparePool | FoundPool):
        return row.decider(asked)
    is_heard = state.prepared is not None and isinstance(asked.data, BeforeFounding)
    if not is_heard and (no_such_pool := pool_is_founded(state.pool)):  # 3.1
        return refused(no_such_pool)
    decision = row.decider(asked)
    return under_rules(asked.rules, decision) if state.pool is not None else decision
