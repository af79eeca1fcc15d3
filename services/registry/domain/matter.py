"""A matter: what has a life of its own in a pool beside its projects, and is found by its kind and number.

An interpretation is one, a proposal of rules another, a selection a third; so are a year's summary, an evaluation and a
claim for misused money. Each matter has one row, and one model with its ``kind``, ``matter_id``, ``number``, ``stage``.
"""

from typing import Annotated, assert_never
from uuid import UUID

from pydantic import Field, TypeAdapter

from services.registry.domain.agreements import state as agreements
from services.registry.domain.agreements.state import AgreementEvent, RecordedAgreement
from services.registry.domain.annual_summaries import state as annual_summaries
from services.registry.domain.annual_summaries.state import AnnualSummary, AnnualSummaryEvent
from services.registry.domain.audits import state as audits
from services.registry.domain.audits.state import AuditEngagement, AuditEvent
from services.registry.domain.evaluations import state as evaluations
from services.registry.domain.evaluations.state import Evaluation
from services.registry.domain.interpretations import state as interpretations
from services.registry.domain.interpretations.state import Interpretation
from services.registry.domain.major_matters import state as major_matters
from services.registry.domain.major_matters.state import MajorMatter, MajorMatterEvent
from services.registry.domain.misuse import state as misuse_claims
from services.registry.domain.misuse.state import MisuseClaim, MisuseEvent
from services.registry.domain.rules_versions import state as rules_proposals
from services.registry.domain.rules_versions.state import RulesProposal, RulesProposalEvent
from services.registry.domain.selections import state as selections
from services.registry.domain.selections.state import Selection, SelectionEvent
from services.registry.domain.supervisory_acts import state as acts
from services.registry.domain.supervisory_acts.state import SupervisoryAct, SupervisoryActEvent
from services.registry.domain.working_norms import state as working_norms
from services.registry.domain.working_norms.state import WorkingNorm
from shared.contracts import ids
from shared.contracts.registry.agreements import ConsentToAgreement, RecordAgreement
from shared.contracts.registry.audits import EngageAuditor, RecordAuditFinding, RecordAuditReport
from shared.contracts.registry.misuse import ClaimMisuse, RecordMisuseRecovery, ReferMisuse
from shared.contracts.registry.norms import AdoptWorkingNorm, WorkingNormAdopted
from shared.contracts.registry.oversight import InterpretationRecorded, RecordInterpretation
from shared.contracts.registry.performance import (
    AcceptAnnualSummary,
    DrawUpAnnualSummary,
    EvaluationRecorded,
    RecordEvaluation,
    ReturnAnnualSummary,
    SubmitAnnualSummary,
)
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

AgreementCommand = RecordAgreement | ConsentToAgreement
RulesCommand = ProposeRules | AdoptRules | DeclineRules | WithdrawRules
SelectionCommand = (
    OpenSelection
    | RegisterCandidate
    | RecordEvidence
    | ScoreCandidate
    | RecommendCandidate
    | ConcludeSelection
    | CancelSelection
)
SupervisionCommand = ReportMajorMatter | AcknowledgeMajorMatter | RecordSupervisoryAct | ReportCompletion
AuditCommand = EngageAuditor | RecordAuditFinding | RecordAuditReport
SummaryCommand = DrawUpAnnualSummary | SubmitAnnualSummary | AcceptAnnualSummary | ReturnAnnualSummary
MisuseCommand = ClaimMisuse | RecordMisuseRecovery | ReferMisuse

Matter = (
    Interpretation
    | RulesProposal
    | Selection
    | MajorMatter
    | SupervisoryAct
    | AuditEngagement
    | AnnualSummary
    | Evaluation
    | MisuseClaim
    | RecordedAgreement
    | WorkingNorm
)
NumberedCommand = (
    RecordInterpretation
    | RulesCommand
    | SelectionCommand
    | SupervisionCommand
    | AuditCommand
    | RecordEvaluation
    | MisuseCommand
    | AgreementCommand
    | AdoptWorkingNorm
)
# A summary goes by its year, all else by a number.
MatterCommand = NumberedCommand | SummaryCommand
# With one of these a matter begins: it may have no row yet.
MatterOpening = (
    RecordInterpretation
    | ProposeRules
    | OpenSelection
    | ReportMajorMatter
    | RecordSupervisoryAct
    | EngageAuditor
    | DrawUpAnnualSummary
    | RecordEvaluation
    | ClaimMisuse
    | RecordAgreement
    | AdoptWorkingNorm
)
MatterEvent = (
    InterpretationRecorded
    | RulesProposalEvent
    | SelectionEvent
    | MajorMatterEvent
    | SupervisoryActEvent
    | AuditEvent
    | AnnualSummaryEvent
    | EvaluationRecorded
    | MisuseEvent
    | AgreementEvent
    | WorkingNormAdopted
)

# Decisions on projects rely on the first of these, decisions on the pool's cycle rest on the others, by their numbers.
INTERPRETATION = "interpretation"
EVALUATION = "evaluation"
AUDIT_ENGAGEMENT = "audit_engagement"

MATTER: TypeAdapter[Matter] = TypeAdapter(Annotated[Matter, Field(discriminator="kind")])


def matter_of(pool_id: UUID, command: MatterCommand) -> UUID:
    """The id of the matter that the command concerns; it tells the matter's kind, so that no number means two."""
    if isinstance(command, SummaryCommand):
        return ids.matter_id(pool_id, "annual_summary", str(command.year))
    return ids.matter_id(pool_id, _kind_of(command), command.number)


def _kind_of(command: NumberedCommand) -> str:
    if isinstance(command, RecordInterpretation):
        return INTERPRETATION
    if isinstance(command, RulesCommand):
        return "rules_proposal"
    if isinstance(command, SelectionCommand):
        return "selection"
    if isinstance(command, ReportMajorMatter | AcknowledgeMajorMatter):
        return "major_matter"
    if isinstance(command, RecordSupervisoryAct | ReportCompletion):
        return "supervisory_act"
    if isinstance(command, AuditCommand):
        return AUDIT_ENGAGEMENT
    if isinstance(command, RecordEvaluation):
        return EVALUATION
    if isinstance(command, MisuseCommand):
        return "misuse_claim"
    if isinstance(command, AgreementCommand):
        return "agreement"
    if isinstance(command, AdoptWorkingNorm):
        return "working_norm"
    assert_never(command)


def evolve(matter: Matter | None, event: MatterEvent) -> Matter:
    """The matter after ``event``; the id of a matter tells its kind."""
    if isinstance(event, InterpretationRecorded):
        assert matter is None or isinstance(matter, Interpretation)
        return interpretations.evolve(matter, event)
    if isinstance(event, RulesProposalEvent):
        assert matter is None or isinstance(matter, RulesProposal)
        return rules_proposals.evolve(matter, event)
    if isinstance(event, SelectionEvent):
        assert matter is None or isinstance(matter, Selection)
        return selections.evolve(matter, event)
    if isinstance(event, MajorMatterEvent):
        assert matter is None or isinstance(matter, MajorMatter)
        return major_matters.evolve(matter, event)
    if isinstance(event, SupervisoryActEvent):
        assert matter is None or isinstance(matter, SupervisoryAct)
        return acts.evolve(matter, event)
    if isinstance(event, AuditEvent):
        assert matter is None or isinstance(matter, AuditEngagement)
        return audits.evolve(matter, event)
    if isinstance(event, AnnualSummaryEvent):
        assert matter is None or isinstance(matter, AnnualSummary)
        return annual_summaries.evolve(matter, event)
    if isinstance(event, EvaluationRecorded):
        assert matter is None or isinstance(matter, Evaluation)
        return evaluations.evolve(matter, event)
    if isinstance(event, MisuseEvent):
        assert matter is None or isinstance(matter, MisuseClaim)
        return misuse_claims.evolve(matter, event)
    if isinstance(event, AgreementEvent):
        assert matter is None or isinstance(matter, RecordedAgreement)
        return agreements.evolve(matter, event)
    if isinstance(event, WorkingNormAdopted):
        assert matter is None or isinstance(matter, WorkingNorm)
        return working_norms.evolve(matter, event)
    assert_never(event)
