"""The table of contents: which message is decided where, under which clause, and who may say it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from services.registry.domain.accounts.commands import (
    approve_payee_account,
    propose_payee_account,
    withdraw_payee_account,
)
from services.registry.domain.affiliates.commands import register_affiliate, withdraw_affiliate
from services.registry.domain.agreements.commands import consent_to_agreement, record_agreement
from services.registry.domain.annual_summaries.commands import (
    accept_annual_summary,
    draw_up_annual_summary,
    return_annual_summary,
    submit_annual_summary,
)
from services.registry.domain.approvals.commands import approve_project, reject_project, return_project
from services.registry.domain.article_03_pool import pool_is_founded
from services.registry.domain.article_04_institutional_roles import (
    duties_are_kept_apart,
    message_is_for_institution,
    officer_has_duty,
)
from services.registry.domain.article_04_officers_and_keys import key_is_in_force
from services.registry.domain.article_04_repeats import says_what_was_said_before
from services.registry.domain.asked import Asked, Data
from services.registry.domain.audits.commands import engage_auditor, record_audit_finding, record_audit_report
from services.registry.domain.ballots.commands import cast_vote, close_ballot, open_ballot, recuse_member
from services.registry.domain.calendar.commands import begin_day
from services.registry.domain.corrections.commands import correct_project
from services.registry.domain.decision import Decision, first, refused, under_rules
from services.registry.domain.filings.commands import file_project
from services.registry.domain.founding.commands import found_pool, prepare_pool
from services.registry.domain.institutions.commands import register_institution, register_officer, register_system_key
from services.registry.domain.interpretations.commands import record_interpretation, with_interpretation
from services.registry.domain.keys.commands import register_officer_key, revoke_key
from services.registry.domain.keys.rotation import rotate_key
from services.registry.domain.known import Known
from services.registry.domain.matter import SelectionCommand
from services.registry.domain.misuse.commands import claim_misuse, record_misuse_recovery, refer_misuse
from services.registry.domain.officers.commands import change_duties, end_officer
from services.registry.domain.project_life.commands import (
    end_project,
    file_drawdown,
    lift_flag,
    record_spot_check,
    report_repayment,
)
from services.registry.domain.rules_versions.commands import adopt_rules, decline_rules, propose_rules, withdraw_rules
from services.registry.domain.selections.commands import (
    cancel_selection,
    conclude_selection,
    open_selection,
    recommend_candidate,
    record_evidence,
    register_candidate,
    score_candidate,
)
from services.registry.domain.state import (
    BallotCommand,
    InterpretingCommand,
    KeyCommand,
    OfficerCommand,
    RegistryCommand,
    State,
    acts_of_pool,
)
from services.registry.domain.supervising_bank.commands import consent_to_supervising_bank, propose_supervising_bank
from services.registry.domain.supervision.commands import (
    acknowledge_major_matter,
    record_supervisory_act,
    report_completion,
    report_major_matter,
)
from services.registry.domain.term.commands import (
    continue_pool,
    end_cooperation,
    fix_operating_period,
    record_evaluation,
    stop_pool,
)
from services.registry.domain.working_norms.commands import adopt_working_norm
from shared.contracts.envelope import Command
from shared.contracts.receipts import Outcome
from shared.contracts.received import Received
from shared.contracts.refusals import Refusal
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
from shared.contracts.registry.words import Duty, Role

__all__ = ["Decision", "decide"]


# Whose officers may say something, and the duty that they need for it, if any.
Who = Mapping[Role, Duty | None]


@dataclass(frozen=True, slots=True)
class Row:
    """What is to be known of one kind of message: what decides on it, the clause that it is about, who may say it."""

    command: type[Command]
    decider: Callable[[Asked[Any]], Decision]
    clause: str
    who: Who


def _row(command: type[Data], decider: Callable[[Asked[Data]], Decision], clause: str, who: Who) -> Row:
    """A row whose decider takes its command."""
    return Row(command, decider, clause, who)


def _managing(duty: Duty) -> Who:
    return {Role.MANAGING: duty}


def _cooperating(duty: Duty) -> Who:
    return {Role.COOPERATING: duty}


def _either(duty: Duty) -> Who:
    return {Role.MANAGING: duty, Role.COOPERATING: duty}


_ADMINISTRATION: Who = dict.fromkeys(Role, Duty.ADMINISTRATION)
# It does not go by roles and duties: the decider itself asks which key signed, or whose officer it is about.
_ANYBODY: Who = dict.fromkeys(Role)
_FILING = _cooperating(Duty.FILING)
_AFFILIATES: Who = {Role.MANAGING: Duty.OVERSIGHT, Role.COOPERATING: Duty.REPORTING}
# Of the lenders the loan's own, and of a project's end each of the three its own ground: the decider asks.
_REPAYMENT: Who = {Role.COOPERATING: Duty.REPORTING, Role.LENDER: Duty.REPORTING}
_END: Who = {Role.MANAGING: Duty.OVERSIGHT, **_REPAYMENT}

# Each message with the clause that it is about; the README has all that it is judged by.
ROWS = (
    _row(PreparePool, prepare_pool, "3.1", _ANYBODY),
    _row(FoundPool, found_pool, "3.1", _ANYBODY),
    _row(RegisterInstitution, register_institution, "3.1", _managing(Duty.ADMINISTRATION)),
    _row(ProposeSupervisingBank, propose_supervising_bank, "6.3", _either(Duty.ADMINISTRATION)),
    _row(ConsentToSupervisingBank, consent_to_supervising_bank, "6.3", _either(Duty.ADMINISTRATION)),
    _row(RegisterOfficer, register_officer, "4.1", _ADMINISTRATION),
    _row(ChangeDuties, change_duties, "4.1", _ADMINISTRATION),
    _row(EndOfficer, end_officer, "4.1", _ADMINISTRATION),
    _row(RegisterOfficerKey, register_officer_key, "4.1", _ANYBODY),
    _row(RevokeKey, revoke_key, "4.1", _ADMINISTRATION),
    _row(RotateKey, rotate_key, "4.1", _ANYBODY),
    _row(RegisterSystemKey, register_system_key, "4.1", _ADMINISTRATION),
    _row(ProposePayeeAccount, propose_payee_account, "9.4", _ADMINISTRATION),
    _row(ApprovePayeeAccount, approve_payee_account, "9.4", _ADMINISTRATION),
    _row(WithdrawPayeeAccount, withdraw_payee_account, "9.4", _ADMINISTRATION),
    _row(RegisterAffiliate, register_affiliate, "9.1", _AFFILIATES),
    _row(WithdrawAffiliate, withdraw_affiliate, "9.1", _AFFILIATES),
    _row(OpenSelection, open_selection, "8.1", _managing(Duty.SELECTION)),
    _row(RegisterCandidate, register_candidate, "8.1", _managing(Duty.SELECTION)),
    _row(RecordEvidence, record_evidence, "8.1", _managing(Duty.SELECTION)),
    _row(ScoreCandidate, score_candidate, "8.1", _managing(Duty.SELECTION)),
    _row(RecommendCandidate, recommend_candidate, "8.1", _managing(Duty.SELECTION)),
    _row(ConcludeSelection, conclude_selection, "8.1", _managing(Duty.SELECTION)),
    _row(CancelSelection, cancel_selection, "8.1", _managing(Duty.SELECTION)),
    _row(OpenBallot, open_ballot, "8.1", _managing(Duty.BALLOT)),
    _row(CastVote, cast_vote, "8.1", _managing(Duty.VOTE)),
    _row(RecuseMember, recuse_member, "8.1", _managing(Duty.VOTE)),
    _row(CloseBallot, close_ballot, "8.1", _managing(Duty.BALLOT)),
    _row(ProposeRules, propose_rules, "5.2", _either(Duty.RULES)),
    _row(AdoptRules, adopt_rules, "5.2", _managing(Duty.RULES)),
    _row(DeclineRules, decline_rules, "5.2", _managing(Duty.RULES)),
    _row(WithdrawRules, withdraw_rules, "5.2", _either(Duty.RULES)),
    _row(AdoptWorkingNorm, adopt_working_norm, "6.2", _cooperating(Duty.RULES)),
    _row(RecordAgreement, record_agreement, "5.3", _managing(Duty.OVERSIGHT)),
    _row(ConsentToAgreement, consent_to_agreement, "6.3", _cooperating(Duty.ADMINISTRATION)),
    _row(FileProject, file_project, "6.4", _FILING),
    _row(CorrectProject, correct_project, "6.4", _FILING),
    _row(ApproveProject, approve_project, "5.4", _managing(Duty.FILING_APPROVAL)),
    _row(ReturnProject, return_project, "5.4", _managing(Duty.FILING_APPROVAL)),
    _row(RejectProject, reject_project, "5.4", _managing(Duty.FILING_APPROVAL)),
    _row(FileDrawdown, file_drawdown, "16.1", _FILING),
    _row(ReportRepayment, report_repayment, "22.1", _REPAYMENT),
    _row(RecordSpotCheck, record_spot_check, "6.5", _cooperating(Duty.REPORTING)),
    _row(LiftFlag, lift_flag, "6.5", _managing(Duty.OVERSIGHT)),
    _row(EndProject, end_project, "22.1", _END),
    _row(BeginDay, begin_day, "6.9", _ANYBODY),
    _row(DrawUpAnnualSummary, draw_up_annual_summary, "6.7", _cooperating(Duty.REPORTING)),
    _row(SubmitAnnualSummary, submit_annual_summary, "6.7", _cooperating(Duty.REPORTING)),
    _row(AcceptAnnualSummary, accept_annual_summary, "5.5", _managing(Duty.OVERSIGHT)),
    _row(ReturnAnnualSummary, return_annual_summary, "5.5", _managing(Duty.OVERSIGHT)),
    _row(RecordEvaluation, record_evaluation, "5.7", _managing(Duty.OVERSIGHT)),
    _row(FixOperatingPeriod, fix_operating_period, "5.1", _managing(Duty.OVERSIGHT)),
    _row(ContinuePool, continue_pool, "21.1", _managing(Duty.OVERSIGHT)),
    _row(StopPool, stop_pool, "21.1", _managing(Duty.OVERSIGHT)),
    _row(EndCooperation, end_cooperation, "19.3", _managing(Duty.OVERSIGHT)),
    _row(ClaimMisuse, claim_misuse, "19.3", _managing(Duty.OVERSIGHT)),
    _row(RecordMisuseRecovery, record_misuse_recovery, "19.3", _managing(Duty.OVERSIGHT)),
    _row(ReferMisuse, refer_misuse, "19.3", _managing(Duty.OVERSIGHT)),
    _row(RecordInterpretation, record_interpretation, "23.1", _managing(Duty.OVERSIGHT)),
    _row(ReportMajorMatter, report_major_matter, "6.9", _cooperating(Duty.REPORTING)),
    _row(AcknowledgeMajorMatter, acknowledge_major_matter, "6.9", _managing(Duty.OVERSIGHT)),
    _row(RecordSupervisoryAct, record_supervisory_act, "5.9", _managing(Duty.OVERSIGHT)),
    _row(ReportCompletion, report_completion, "6.10", _cooperating(Duty.REPORTING)),
    _row(EngageAuditor, engage_auditor, "19.2", _managing(Duty.OVERSIGHT)),
    _row(RecordAuditFinding, record_audit_finding, "19.2", _managing(Duty.OVERSIGHT)),
    _row(RecordAuditReport, record_audit_report, "19.2", _managing(Duty.OVERSIGHT)),
)
ROW_OF: Mapping[type[Command], Row] = {row.command: row for row in ROWS}

# What a pool can be told while it is only prepared: who acts in it, and whom they select.
BeforeFounding = OfficerCommand | KeyCommand | SelectionCommand | BallotCommand


def clause_of(data: RegistryCommand) -> str:
    """The clause that the message is about."""
    return ROW_OF[type(data)].clause


def decide(state: State, received: Received[RegistryCommand], known: Known) -> Decision:
    """What becomes of the message in ``state``; ``received`` brings the acting officer and the time of intake.

    A duplicate says that it is one, by the clause of what was said before.
    """
    acting, at = received.acting, received.received_at
    assert acting is not None, "the registry hears signed messages only"
    decision = _decide(Asked(state, received.data, acting, received.pool_id, received.content_sha256, at, known))
    is_repeat = decision.outcome is Outcome.DUPLICATE
    repeat = says_what_was_said_before(clause_of(received.data), is_repeat=is_repeat)
    return replace(decision, refusals=(repeat,)) if repeat else decision


def _decide(asked: Asked[RegistryCommand]) -> Decision:
    state, row = asked.state, ROW_OF[type(asked.data)]
    # Intake has asked already; but the key may have ended in this very batch, or by another replica meanwhile.
    # A founding is asked too: a prepared pool has keys.
    if state.register is not None and (has_ended := key_is_in_force(state.register, asked.acting, asked.at)):
        return refused(has_ended)
    if isinstance(asked.data, PreparePool | FoundPool):
        return row.decider(asked)
    is_heard = state.prepared is not None and isinstance(asked.data, BeforeFounding)
    if not is_heard and (no_such_pool := pool_is_founded(state.pool)):  # 3.1
        return refused(no_such_pool)
    if not_theirs := _not_for_sender(asked, row):  # 4.1, and the clause that the message is about
        return refused(not_theirs)
    decision = row.decider(asked)
    if not_apart := _not_apart(asked, decision):  # 4.1
        return refused(not_apart)
    if isinstance(asked.data, InterpretingCommand):
        decision = with_interpretation(asked, asked.data.interpretation, decision)  # 23.1
    return under_rules(asked.rules, decision) if state.pool is not None else decision


def _not_apart(asked: Asked[RegistryCommand], decision: Decision) -> Refusal | None:
    """Why the officer can't do what the decision would say: it has done in the project's case what excludes that.

    Asked of the events, since they are what the other services hear of it; one of them can name another officer too.
    """
    project, acting = asked.project, asked.acting
    if project is None:
        return None
    new = (act for event in decision.events for act in acts_of_pool(asked.pool, event))
    return first(
        *(
            duties_are_kept_apart(asked.rules.exclusive_duties, project.acts, acting, act.duty)
            for act in new
            if (act.institution, act.officer) == (acting.institution, acting.officer)
        )
    )


def _not_for_sender(asked: Asked[RegistryCommand], row: Row) -> Refusal | None:
    """Why the sender can't say this at all: whoever can't isn't told what is known of the matter, or wrong with it."""
    register, acting = asked.register, asked.acting
    if not_theirs := message_is_for_institution(register, acting, row.command.message_type, row.who, row.clause):
        return not_theirs
    role = register.role_of(acting.institution)
    assert role is not None, "only a role is entitled"
    duty = row.who[role]
    return officer_has_duty(register, acting, duty) if duty else None
