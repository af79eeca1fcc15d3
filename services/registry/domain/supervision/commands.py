"""Deciding what is said of supervision: major matters (6.9), acts (5.8, 5.9), instructions and completions (6.10)."""

from services.registry.domain.asked import Asked
from services.registry.domain.decision import DUPLICATE, Decision, accepted, every, refused, says_the_same
from services.registry.domain.major_matters.state import MajorMatter
from services.registry.domain.matter import matter_of
from services.registry.domain.supervision.article_06_reporting import (
    completion_is_of_an_instruction,
    instruction_is_completed_once,
    major_matter_has_happened,
    major_matter_is_acknowledged_once,
    major_matter_is_known,
    major_matter_number_is_free,
    only_an_instruction_is_due,
)
from services.registry.domain.supervisory_acts.article_05_supervision import (
    act_has_happened,
    act_number_is_free,
    coordination_has_happened,
)
from services.registry.domain.supervisory_acts.state import Completion, SupervisoryAct
from shared.contracts.registry.supervision import (
    AcknowledgeMajorMatter,
    CompletionReported,
    MajorMatterAcknowledged,
    MajorMatterReported,
    RecordSupervisoryAct,
    ReportCompletion,
    ReportMajorMatter,
    SupervisoryActRecorded,
)


def report_major_matter(asked: Asked[ReportMajorMatter]) -> Decision:
    """Record what the cooperating institution reports to the managing one."""
    data = asked.data
    reported = asked.matter_as(MajorMatter)
    if says_the_same(reported, data):
        return DUPLICATE
    wrong = every(major_matter_number_is_free(reported), major_matter_has_happened(data.occurred_on, asked.today))
    if wrong:
        return refused(wrong)
    return accepted(
        MajorMatterReported(
            matter_id=matter_of(asked.pool_id, data),
            number=data.number,
            title=data.title,
            report=data.report,
            occurred_on=data.occurred_on,
            project_id=data.project_id,
            document=data.document,
            reported_by=asked.officer,
        )
    )


def acknowledge_major_matter(asked: Asked[AcknowledgeMajorMatter]) -> Decision:
    """Record that the managing institution has taken note, and its response."""
    data = asked.data
    reported = asked.matter_as(MajorMatter)
    if unknown := major_matter_is_known(data.number, reported):
        return refused(unknown)
    assert reported is not None
    if reported.response == data.response:
        return DUPLICATE
    if acknowledged := major_matter_is_acknowledged_once(reported):
        return refused(acknowledged)
    return accepted(
        MajorMatterAcknowledged(
            matter_id=reported.matter_id,
            number=data.number,
            response=data.response,
            acknowledged_by=asked.officer,
        )
    )


def record_supervisory_act(asked: Asked[RecordSupervisoryAct]) -> Decision:
    """Record what the managing institution did, or instructs the cooperating institution to do."""
    data = asked.data
    recorded = asked.matter_as(SupervisoryAct)
    # The state's own kind is that of a matter.
    if recorded is not None and recorded.act is data.kind and says_the_same(recorded, data, but={"kind"}):
        return DUPLICATE
    wrong = every(
        act_number_is_free(recorded),
        coordination_has_happened(data.kind, data.acted_on, asked.today),
        act_has_happened(data.kind, data.acted_on, asked.today),
        only_an_instruction_is_due(data.kind, data.acted_on, data.due_on),
    )
    if wrong:
        return refused(wrong)
    return accepted(
        SupervisoryActRecorded(
            matter_id=matter_of(asked.pool_id, data),
            number=data.number,
            kind=data.kind,
            title=data.title,
            content=data.content,
            acted_on=data.acted_on,
            due_on=data.due_on,
            document=data.document,
            recorded_by=asked.officer,
        )
    )


def report_completion(asked: Asked[ReportCompletion]) -> Decision:
    """Record that the cooperating institution has done what it was instructed to do."""
    data = asked.data
    act = asked.matter_as(SupervisoryAct)
    if unknown := completion_is_of_an_instruction(data.number, act):
        return refused(unknown)
    assert act is not None
    if act.completion == Completion(report=data.report, document=data.document):
        return DUPLICATE
    if completed := instruction_is_completed_once(act):
        return refused(completed)
    return accepted(
        CompletionReported(
            matter_id=act.matter_id,
            number=data.number,
            report=data.report,
            document=data.document,
            reported_by=asked.officer,
        )
    )
