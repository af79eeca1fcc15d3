"""What one message is decided on: its pool, and its project or its matter where it concerns one."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import assert_never
from uuid import UUID

from services.registry.domain import ballot as ballots
from services.registry.domain import matter as matters
from services.registry.domain import pool as pools
from services.registry.domain import preparation as preparations
from services.registry.domain import project as projects
from services.registry.domain.act import Act, acts_in
from services.registry.domain.agenda import Agenda
from services.registry.domain.agreements.state import AgreementEvent
from services.registry.domain.ballot import BallotEvent
from services.registry.domain.corrections import state as corrections
from services.registry.domain.corrections.state import CorrectionEvent
from services.registry.domain.matter import (
    AUDIT_ENGAGEMENT,
    EVALUATION,
    INTERPRETATION,
    Matter,
    MatterCommand,
    MatterEvent,
    MisuseCommand,
    SummaryCommand,
)
from services.registry.domain.pledged_rights import holders_after, keys_of
from services.registry.domain.pool import Pool, PoolEvent, Register
from services.registry.domain.preparation import PreparationEvent, PreparedPool
from services.registry.domain.project import Draft, FilingEvent, Project
from services.registry.domain.project_life import state as project_lives
from services.registry.domain.project_life.state import LifeEvent
from services.registry.domain.selections.state import Selection
from shared.contracts.envelope import Event
from shared.contracts.ids import matter_id, project_id
from shared.contracts.received import Received
from shared.contracts.registry.affiliates import RegisterAffiliate, WithdrawAffiliate
from shared.contracts.registry.ballots import CastVote, CloseBallot, OpenBallot, RecuseMember
from shared.contracts.registry.corrections import CorrectProject
from shared.contracts.registry.cycle import BeginDay, DutiesAnnounced
from shared.contracts.registry.norms import WorkingNormAdopted
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
    AnnualFigures,
    ContinuePool,
    EndCooperation,
    EndGround,
    FixOperatingPeriod,
    RecordEvaluation,
    StopPool,
)
from shared.contracts.registry.pools import (
    ConsentToSupervisingBank,
    FoundPool,
    PoolFounded,
    PoolPrepared,
    PreparePool,
    ProposeSupervisingBank,
    RegisterInstitution,
)
from shared.contracts.registry.project_life import EndProject, FileDrawdown, LiftFlag, RecordSpotCheck, ReportRepayment
from shared.contracts.registry.projects import ApproveProject, FileProject, RejectProject, ReturnProject
from shared.contracts.registry.rules import RulesAdopted
from shared.contracts.registry.words import Role
from shared.decisions.acts import with_acts

InstitutionCommand = RegisterInstitution | ProposeSupervisingBank | ConsentToSupervisingBank
OfficerCommand = RegisterOfficer | ChangeDuties | EndOfficer
KeyCommand = RegisterOfficerKey | RegisterSystemKey | RotateKey | RevokeKey
AccountCommand = ProposePayeeAccount | ApprovePayeeAccount | WithdrawPayeeAccount
PeopleCommand = OfficerCommand | KeyCommand | AccountCommand
AffiliateCommand = RegisterAffiliate | WithdrawAffiliate
LifeCommand = FileDrawdown | ReportRepayment | RecordSpotCheck | LiftFlag | EndProject
ProjectCommand = FileProject | CorrectProject | ApproveProject | ReturnProject | RejectProject | LifeCommand
# What is decided on a project may rely on how a clause is read.
InterpretingCommand = ApproveProject | ReturnProject | RejectProject | LiftFlag | EndProject
TermCommand = FixOperatingPeriod | ContinuePool | StopPool | EndCooperation
CycleCommand = BeginDay | SummaryCommand | RecordEvaluation | TermCommand | MisuseCommand
BallotCommand = OpenBallot | CastVote | RecuseMember | CloseBallot
RegistryCommand = (
    PreparePool
    | FoundPool
    | InstitutionCommand
    | PeopleCommand
    | AffiliateCommand
    | ProjectCommand
    | BallotCommand
    | MatterCommand
    | CycleCommand
)
ProjectEvent = FilingEvent | CorrectionEvent | LifeEvent
RegistryEvent = PoolPrepared | DutiesAnnounced | PoolEvent | ProjectEvent | BallotEvent | MatterEvent


@dataclass(frozen=True, slots=True)
class State:
    """Each is None where there is nothing yet; ``holders`` says which project each right secures that is at stake.

    ``agenda`` holds what the day that is begun has to announce, ``figures`` are those of each year up to now, where a
    summary is drawn up. Both evolve beside the rest (``agenda.after``, ``figures.counted``): they go by the day of
    what happens.
    """

    pool: Pool | None = None
    project: Project | Draft | None = None
    matter: Matter | None = None
    holders: Mapping[str, UUID] = field(default_factory=dict)
    prepared: PreparedPool | None = None
    agenda: Agenda = field(default_factory=Agenda)
    figures: Mapping[int, AnnualFigures] = field(default_factory=dict)

    @property
    def register(self) -> Register | None:
        """Who acts in the pool, whether it is founded or only prepared."""
        return self.pool if self.pool is not None else self.prepared


def evolve(state: State, event: RegistryEvent) -> State:
    """The state after ``event``."""
    if isinstance(event, RulesAdopted | AgreementEvent | WorkingNormAdopted):
        # Both have part in it: the matter goes on, and the pool has another version, agreement or norm.
        return replace(state, pool=pools.evolve(state.pool, event), matter=matters.evolve(state.matter, event))
    if isinstance(event, PoolFounded):
        return replace(state, pool=pools.evolve(state.pool, event, state.prepared), prepared=None)
    if isinstance(event, PoolPrepared) or (state.pool is None and isinstance(event, PreparationEvent)):
        return _evolve_preparation(state, event)
    if isinstance(event, DutiesAnnounced):
        return state
    if isinstance(event, PoolEvent):
        return replace(state, pool=pools.evolve(state.pool, event))
    if isinstance(event, ProjectEvent):
        project = _evolve_project(state, event)
        holders = holders_after(state.holders, event.project_id, project)
        return replace(state, project=project, holders=holders)
    if isinstance(event, BallotEvent):
        return _evolve_ballot(state, event)
    if isinstance(event, MatterEvent):
        return replace(state, matter=matters.evolve(state.matter, event))
    assert_never(event)


def _evolve_project(state: State, event: ProjectEvent) -> Project | Draft:
    pool = state.pool
    assert pool is not None, "a project belongs to a founded pool"
    after = _evolve_filing(state.project, event)
    return with_who_acted(pool, after, event) if isinstance(after, Project) else after


def _evolve_filing(filing: Project | Draft | None, event: ProjectEvent) -> Project | Draft:
    if isinstance(event, LifeEvent):
        assert isinstance(filing, Project), "only a project that was filed has a life"
        return project_lives.evolve(filing, event)
    if isinstance(event, CorrectionEvent):
        assert isinstance(filing, Project), "only a project that was filed is corrected"
        return corrections.evolve(filing, event)
    return projects.evolve(filing, event)


def with_who_acted(pool: Pool, project: Project, event: Event) -> Project:
    """The project that knows who acted in its case, as ``event`` says, which may be another service's (4.1)."""
    acts = with_acts(project.acts, acts_of_pool(pool, event))
    return project if acts is project.acts else project.model_copy(update={"acts": acts})


def acts_of_pool(pool: Pool, event: Event) -> tuple[Act, ...]:
    """Who acted in the case that ``event`` is about: officers of the pool's two institutions."""
    return acts_in(event, {Role.MANAGING: pool.managing_institution, Role.COOPERATING: pool.cooperating_institution})


def _evolve_preparation(state: State, event: PreparationEvent) -> State:
    """What happens before the founding; the selection also goes on as the matter that it is."""
    prepared = preparations.evolve(state.prepared, event)
    matter = matters.evolve(state.matter, event) if isinstance(event, MatterEvent) else state.matter
    return replace(state, prepared=prepared, matter=matter)


def _evolve_ballot(state: State, event: BallotEvent) -> State:
    """The ballot is kept with what is decided."""
    assert state.register is not None
    managing = state.register.managing_institution
    if event.project_id is not None:
        assert isinstance(state.project, Project)
        return replace(state, project=ballots.evolve(state.project, event, managing))
    assert isinstance(state.matter, Selection), "a selection is the kind of matter that is decided collectively"
    return replace(state, matter=ballots.evolve(state.matter, event, managing))


def project_of(received: Received[RegistryCommand]) -> UUID | None:
    """The id of the project that the message concerns; None if it concerns none."""
    data = received.data
    if isinstance(data, BallotCommand):
        return data.project_id
    if not isinstance(data, ProjectCommand):
        return None
    if isinstance(data, FileProject):
        return project_id(received.pool_id, data.loan.lender, data.loan.contract_number)
    return data.project_id


def rights_of(received: Received[RegistryCommand]) -> tuple[str, ...]:
    """The keys of the rights that the message would pledge."""
    data = received.data
    return keys_of(data.rights) if isinstance(data, FileProject | CorrectProject) else ()


def matter_of(received: Received[RegistryCommand]) -> UUID | None:
    """The id of the matter that the message is about, or that what it decides rests on; None if there is none."""
    data, pool_id = received.data, received.pool_id
    if isinstance(data, BallotCommand):
        return data.matter_id
    if isinstance(data, EndCooperation) and data.ground is EndGround.FAILED_AUDIT:
        return None if data.audit is None else matter_id(pool_id, AUDIT_ENGAGEMENT, data.audit)
    if isinstance(data, ContinuePool | StopPool | EndCooperation) and data.evaluation is not None:
        return matter_id(pool_id, EVALUATION, data.evaluation)
    if isinstance(data, InterpretingCommand) and data.interpretation is not None:
        return matter_id(pool_id, INTERPRETATION, data.interpretation)
    return matters.matter_of(pool_id, data) if isinstance(data, MatterCommand) else None
