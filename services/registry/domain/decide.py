"""The table of contents: which message is decided where, and under which clauses."""

from dataclasses import replace
from datetime import datetime
from typing import assert_never

from services.registry.domain.accounts import approve_payee_account, propose_payee_account, withdraw_payee_account
from services.registry.domain.clauses import clause_of
from services.registry.domain.deciding_affiliates import decide_affiliate
from services.registry.domain.deciding_agreements import decide_agreement
from services.registry.domain.deciding_approval import approve_project, reject_project, return_project
from services.registry.domain.deciding_ballots import decide_ballot
from services.registry.domain.deciding_corrections import correct_project
from services.registry.domain.deciding_cycle import decide_cycle
from services.registry.domain.deciding_late_filings import with_what_was_decided
from services.registry.domain.deciding_norms import adopt_working_norm
from services.registry.domain.deciding_oversight import OversightCommand, decide_oversight
from services.registry.domain.deciding_project_life import decide_life
from services.registry.domain.deciding_rules import decide_rules
from services.registry.domain.deciding_selection import decide_selection
from services.registry.domain.decision import Decision, refused, under_rules
from services.registry.domain.filing import Circumstances, file_project
from services.registry.domain.founding import found_pool, prepare_pool
from services.registry.domain.keys import register_officer_key, revoke_key
from services.registry.domain.known import Known
from services.registry.domain.matter import AgreementCommand, Matter, MatterCommand, RulesCommand, SelectionCommand
from services.registry.domain.officers import change_duties, end_officer
from services.registry.domain.pool import Pool, Register
from services.registry.domain.preparation import PreparedPool
from services.registry.domain.project import Draft, Project
from services.registry.domain.registration import register_institution, register_officer, register_system_key
from services.registry.domain.rotation import rotate_key
from services.registry.domain.rules.article_03_pool import pool_is_founded
from services.registry.domain.rules.article_04_officers_and_keys import key_is_in_force
from services.registry.domain.rules.article_04_repeats import says_what_was_said_before
from services.registry.domain.rules.article_16_filing import beijing_day
from services.registry.domain.state import (
    AffiliateCommand,
    BallotCommand,
    CycleCommand,
    InstitutionCommand,
    KeyCommand,
    OfficerCommand,
    PeopleCommand,
    ProjectCommand,
    RegistryCommand,
    State,
)
from services.registry.domain.supervising_bank import consent_to_supervising_bank, propose_supervising_bank
from services.registry.domain.working_norm import WorkingNorm
from shared.contracts.receipts import Outcome
from shared.contracts.received import Acting, Received
from shared.contracts.registry.corrections import CorrectProject
from shared.contracts.registry.norms import AdoptWorkingNorm
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
from shared.contracts.registry.pools import (
    ConsentToSupervisingBank,
    FoundPool,
    PreparePool,
    ProposeSupervisingBank,
    RegisterInstitution,
)
from shared.contracts.registry.project_life import EndProject, FileDrawdown, LiftFlag, RecordSpotCheck, ReportRepayment
from shared.contracts.registry.projects import ApproveProject, FileProject, RejectProject, ReturnProject

__all__ = ["Decision", "decide"]


def decide(state: State, received: Received[RegistryCommand], known: Known) -> Decision:
    """What becomes of the message in ``state``; ``received`` brings the acting officer and the time of intake.

    A duplicate says that it is one, by the clause of what was said before.
    """
    decision = _decide(state, received, known)
    is_repeat = decision.outcome is Outcome.DUPLICATE
    repeat = says_what_was_said_before(clause_of(received.data), is_repeat=is_repeat)
    return replace(decision, refusals=(repeat,)) if repeat else decision


def _decide(state: State, received: Received[RegistryCommand], known: Known) -> Decision:
    data, acting, at = received.data, received.acting, received.received_at
    assert acting is not None, "the registry hears signed messages only"
    # Intake has asked already; but the key may have ended in this very batch, or by another replica meanwhile.
    # A founding is asked too: a prepared pool has keys.
    if state.register is not None and (has_ended := key_is_in_force(state.register, acting, at)):  # 4.1
        return refused(has_ended)
    if isinstance(data, PreparePool | FoundPool):
        return _decide_on_founding(state, data, acting, at, known)
    if state.prepared is not None and isinstance(data, BeforeFounding):
        return _decide_before_founding(state, state.prepared, data, received)
    if no_such_pool := pool_is_founded(state.pool):  # 3.1
        return refused(no_such_pool)
    pool = state.pool
    assert pool is not None
    if isinstance(data, InstitutionCommand):
        return _decide_on_institutions(pool, data, acting, at)
    if isinstance(data, PeopleCommand):
        return _decide_on_people(pool, data, acting, at)
    if isinstance(data, AffiliateCommand):  # 9.1
        return decide_affiliate(pool, data, acting)
    if isinstance(data, ProjectCommand):
        given = Circumstances(received.pool_id, received.sha256, at, known.working_days, state.holders)
        return under_rules(pool.rules_at(at), _decide_on_project(pool, state.project, data, acting, given))
    if isinstance(data, BallotCommand):  # 4.1, 8.1, 16.1
        decision = decide_ballot(state, data, acting, at)
        return with_what_was_decided(pool, _filed(state.project), decision)
    if isinstance(data, CycleCommand):
        return decide_cycle(pool, state, data, acting, received)
    if isinstance(data, MatterCommand):
        return _decide_on_matter(pool, state.matter, data, received, known)
    assert_never(data)


def _decide_on_founding(
    state: State, data: PreparePool | FoundPool, acting: Acting, at: datetime, known: Known
) -> Decision:
    if isinstance(data, PreparePool):  # 3.1, 4.1, 5.1, 5.2, 7.6, 8.1
        return prepare_pool(state.pool, state.prepared, data, acting, at)
    # 3.1, 4.1, 5.1, 5.2, 5.3, 8.1, 9.2, 10.3, 10.4, 20.1
    today = beijing_day(at)
    return found_pool(state.pool, state.prepared, data, acting, at=at, today=today, districts=known.districts)


# What a pool can be told while it is only prepared: who acts in it, and whom they select.
BeforeFounding = OfficerCommand | KeyCommand | SelectionCommand | BallotCommand


def _decide_before_founding(
    state: State, prepared: PreparedPool, data: BeforeFounding, received: Received[RegistryCommand]
) -> Decision:
    acting, at = received.acting, received.received_at
    assert acting is not None
    if isinstance(data, OfficerCommand | KeyCommand):
        return _decide_on_officers_and_keys(prepared, data, acting, at)
    if isinstance(data, SelectionCommand):  # 4.1, 5.3, 7.1-7.9, 8.1
        return decide_selection(prepared, state.matter, data, received)
    return decide_ballot(state, data, acting, at)  # 4.1, 8.1


def _decide_on_matter(
    pool: Pool,
    matter: Matter | None,
    data: RulesCommand | SelectionCommand | OversightCommand | AgreementCommand | AdoptWorkingNorm,
    received: Received[RegistryCommand],
    known: Known,
) -> Decision:
    if isinstance(data, RulesCommand):
        return decide_rules(pool, matter, data, received, known.districts)
    if isinstance(data, SelectionCommand):  # 4.1, 5.3, 7.1-7.9, 8.1
        return decide_selection(pool, matter, data, received)
    if isinstance(data, OversightCommand):  # 4.1, 5.8, 5.9, 6.9, 6.10, 19.2, 23.1
        assert received.acting is not None
        return decide_oversight(
            pool, matter, data, received.acting, received.pool_id, beijing_day(received.received_at)
        )
    if isinstance(data, AgreementCommand):
        return decide_agreement(pool, matter, data, received)
    if isinstance(data, AdoptWorkingNorm):  # 4.1, 6.2
        assert received.acting is not None
        assert matter is None or isinstance(matter, WorkingNorm), "the id of a matter tells its kind"
        today = beijing_day(received.received_at)
        return adopt_working_norm(pool, matter, data, received.acting, received.pool_id, today)
    assert_never(data)


def _filed(filing: Project | Draft | None) -> Project | None:
    """The project, once it has been filed: to a draft nothing can be said but its completion."""
    return filing if isinstance(filing, Project) else None


def _decide_on_institutions(pool: Pool, data: InstitutionCommand, acting: Acting, at: datetime) -> Decision:
    match data:
        case RegisterInstitution():  # 3.1, 4.1
            return register_institution(pool, data, acting, at)
        case ProposeSupervisingBank():  # 3.1, 5.3, 6.3
            return propose_supervising_bank(pool, data, acting, beijing_day(at))
        case ConsentToSupervisingBank():  # 6.3
            return consent_to_supervising_bank(pool, data, acting, at)
        case _:
            assert_never(data)


def _decide_on_people(pool: Pool, data: PeopleCommand, acting: Acting, at: datetime) -> Decision:
    match data:
        case ProposePayeeAccount():  # 9.4
            return propose_payee_account(pool, data, acting)
        case ApprovePayeeAccount():  # 9.4
            return approve_payee_account(pool, data, acting)
        case WithdrawPayeeAccount():  # 9.4
            return withdraw_payee_account(pool, data, acting)
        case _:
            return _decide_on_officers_and_keys(pool, data, acting, at)


def _decide_on_officers_and_keys(
    pool: Register, data: OfficerCommand | KeyCommand, acting: Acting, at: datetime
) -> Decision:
    match data:
        case RegisterOfficer():  # 4.1
            return register_officer(pool, data, acting, at)
        case ChangeDuties():  # 4.1
            return change_duties(pool, data, acting, at)
        case EndOfficer():  # 4.1
            return end_officer(pool, data, acting, at)
        case RegisterOfficerKey():  # 4.1
            return register_officer_key(pool, data, acting, at)
        case RevokeKey():  # 4.1
            return revoke_key(pool, data, acting, at)
        case RegisterSystemKey():  # 4.1
            return register_system_key(pool, data, acting, at)
        case RotateKey():  # 4.1
            return rotate_key(pool, data, acting, at)
        case _:
            assert_never(data)


def _decide_on_project(
    pool: Pool,
    filing: Project | Draft | None,
    data: ProjectCommand,
    acting: Acting,
    given: Circumstances,
) -> Decision:
    project = _filed(filing)
    match data:
        case FileProject():  # 2.1, 5.2, 6.4, 9.1, 11.1, 12.1, 13.1, 16.1, 16.2, 20.1
            return file_project(pool, filing, data, acting, given)
        case CorrectProject():  # 2.1, 5.4, 6.4, 9.1, 11.1, 12.1, 13.1, 16.1, 16.2, 20.1
            return correct_project(pool, project, data, acting, given)
        case ApproveProject():  # 5.4, 9.1
            return approve_project(pool, project, data, acting, given.at)
        case ReturnProject():  # 5.4
            return return_project(pool, project, data, acting, given.at)
        case RejectProject():  # 5.4
            return reject_project(pool, project, data, acting, given.at)
        case FileDrawdown() | ReportRepayment() | RecordSpotCheck() | LiftFlag() | EndProject():  # 4.1, 6.5, 16.1, 22.1
            return decide_life(pool, project, data, acting, given)
        case _:
            assert_never(data)
