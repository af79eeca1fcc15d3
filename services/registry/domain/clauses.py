"""The clause that each message is about: ``decide`` names all those that it is judged by, and this is the first."""

from collections.abc import Mapping
from types import UnionType
from typing import get_args

from services.registry.domain.matter import AuditCommand, MisuseCommand, RulesCommand, SelectionCommand
from services.registry.domain.state import (
    AccountCommand,
    AffiliateCommand,
    BallotCommand,
    KeyCommand,
    OfficerCommand,
    RegistryCommand,
)
from shared.contracts.registry.agreements import ConsentToAgreement, RecordAgreement
from shared.contracts.registry.corrections import CorrectProject
from shared.contracts.registry.cycle import BeginDay
from shared.contracts.registry.norms import AdoptWorkingNorm
from shared.contracts.registry.oversight import RecordInterpretation
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
from shared.contracts.registry.supervision import (
    AcknowledgeMajorMatter,
    RecordSupervisoryAct,
    ReportCompletion,
    ReportMajorMatter,
)

_CLAUSES: tuple[tuple[type | UnionType, str], ...] = (
    (PreparePool | FoundPool | RegisterInstitution, "3.1"),
    (OfficerCommand | KeyCommand, "4.1"),
    (FixOperatingPeriod, "5.1"),
    (RulesCommand, "5.2"),
    (RecordAgreement, "5.3"),
    (CorrectProject | ApproveProject | ReturnProject | RejectProject, "5.4"),
    (AcceptAnnualSummary | ReturnAnnualSummary, "5.5"),
    (RecordEvaluation, "5.7"),
    (RecordSupervisoryAct, "5.9"),
    (AdoptWorkingNorm, "6.2"),
    (ProposeSupervisingBank | ConsentToSupervisingBank | ConsentToAgreement, "6.3"),
    (FileProject, "6.4"),
    (RecordSpotCheck | LiftFlag, "6.5"),
    (DrawUpAnnualSummary | SubmitAnnualSummary, "6.7"),
    (BeginDay | ReportMajorMatter | AcknowledgeMajorMatter, "6.9"),
    (ReportCompletion, "6.10"),
    (SelectionCommand | BallotCommand, "8.1"),
    (AffiliateCommand, "9.1"),
    (AccountCommand, "9.4"),
    (FileDrawdown, "16.1"),
    (AuditCommand, "19.2"),
    (EndCooperation | MisuseCommand, "19.3"),
    (ContinuePool | StopPool, "21.1"),
    (ReportRepayment | EndProject, "22.1"),
    (RecordInterpretation, "23.1"),
)

# Asked of every message, so the unions are taken apart once.
_CLAUSE_OF: Mapping[type, str] = {
    command: clause for commands, clause in _CLAUSES for command in get_args(commands) or (commands,)
}


def clause_of(data: RegistryCommand) -> str:
    """The clause that the message is about."""
    return _CLAUSE_OF[type(data)]
