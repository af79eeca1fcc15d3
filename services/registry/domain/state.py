"""What one message is decided on: its pool, and its project where it concerns one."""

from dataclasses import dataclass
from typing import assert_never
from uuid import UUID

from services.registry.domain import pool as pools
from services.registry.domain import project as projects
from services.registry.domain.pool import Pool, PoolEvent
from services.registry.domain.project import Project, ProjectEvent
from shared.contracts.ids import project_id
from shared.contracts.received import Received
from shared.contracts.registry.people import (
    ApprovePayeeAccount,
    KeyRegistered,
    KeyRetired,
    OfficerRegistered,
    PayeeAccountProposed,
    PayeeAccountRegistered,
    ProposePayeeAccount,
    RegisterOfficer,
    RegisterSystemKey,
    RotateKey,
)
from shared.contracts.registry.pools import (
    ConsentToSupervisingBank,
    FoundPool,
    InstitutionRegistered,
    PoolFounded,
    ProposeSupervisingBank,
    RegisterInstitution,
    SupervisingBankProposed,
)
from shared.contracts.registry.projects import (
    ApproveProject,
    FileProject,
    ProjectApproved,
    ProjectFiled,
    ProjectRejected,
    ProjectReturned,
    RejectProject,
    ReturnProject,
)

RegistryCommand = (
    FoundPool
    | RegisterInstitution
    | ProposeSupervisingBank
    | ConsentToSupervisingBank
    | RegisterOfficer
    | RegisterSystemKey
    | RotateKey
    | ProposePayeeAccount
    | ApprovePayeeAccount
    | FileProject
    | ApproveProject
    | ReturnProject
    | RejectProject
)
RegistryEvent = PoolEvent | ProjectEvent


@dataclass(frozen=True, slots=True)
class State:
    """Both are None where there is nothing yet."""

    pool: Pool | None = None
    project: Project | None = None


def evolve(state: State, event: RegistryEvent) -> State:
    """The state after ``event``."""
    match event:
        case (
            PoolFounded()
            | InstitutionRegistered()
            | SupervisingBankProposed()
            | OfficerRegistered()
            | KeyRegistered()
            | KeyRetired()
            | PayeeAccountProposed()
            | PayeeAccountRegistered()
        ):
            return State(pools.evolve(state.pool, event), state.project)
        case ProjectFiled() | ProjectApproved() | ProjectReturned() | ProjectRejected():
            pool = state.pool
            assert pool is not None, "a project belongs to a founded pool"
            project = projects.evolve(
                state.project, event, cooperating=pool.cooperating_institution, managing=pool.managing_institution
            )
            return State(pool, project)
        case _:
            assert_never(event)


def project_of(received: Received[RegistryCommand]) -> UUID | None:
    """The id of the project that the message concerns; None where it concerns the pool alone."""
    data = received.data
    match data:
        case FileProject():
            return project_id(received.pool_id, data.loan.lender, data.loan.contract_number)
        case ApproveProject() | ReturnProject() | RejectProject():
            return data.project_id
        case (
            FoundPool()
            | RegisterInstitution()
            | ProposeSupervisingBank()
            | ConsentToSupervisingBank()
            | RegisterOfficer()
            | RegisterSystemKey()
            | RotateKey()
            | ProposePayeeAccount()
            | ApprovePayeeAccount()
        ):
            return None
        case _:
            assert_never(data)
