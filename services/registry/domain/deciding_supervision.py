"""Deciding what is said of supervision: major matters (6.9), acts (5.8, 5.9), instructions and completions (6.10)."""

from datetime import date
from typing import assert_never
from uuid import UUID

from services.registry.domain.decision import DUPLICATE, Decision, accepted, every, first, refused
from services.registry.domain.major_matter import MajorMatter
from services.registry.domain.matter import Matter, SupervisionCommand
from services.registry.domain.pool import Pool
from services.registry.domain.rules.article_04_institutional_roles import officer_has_duty
from services.registry.domain.rules.article_05_supervision import (
    act_has_happened,
    act_number_is_free,
    coordinated_by_managing_institution,
    supervised_by_managing_institution,
)
from services.registry.domain.rules.article_06_reporting import (
    completion_is_cooperating_institutions,
    completion_is_of_an_instruction,
    instruction_is_completed_once,
    major_matter_has_happened,
    major_matter_is_acknowledged_by_managing_institution,
    major_matter_is_acknowledged_once,
    major_matter_is_cooperating_institutions,
    major_matter_is_known,
    major_matter_number_is_free,
    only_an_instruction_is_due,
)
from services.registry.domain.supervisory_act import Completion, SupervisoryAct
from shared.contracts.received import Acting
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
from shared.contracts.registry.words import Duty


def decide_supervision(
    pool: Pool, matter: Matter | None, data: SupervisionCommand, acting: Acting, matter_id: UUID, today: date
) -> Decision:
    """What becomes of a message of this subject."""
    match data:
        case ReportMajorMatter():  # 6.9
            assert matter is None or isinstance(matter, MajorMatter), "a matter's id tells its kind"
            return _report_major_matter(pool, matter, data, acting, matter_id, today)
        case AcknowledgeMajorMatter():  # 6.9
            assert matter is None or isinstance(matter, MajorMatter), "a matter's id tells its kind"
            return _acknowledge_major_matter(pool, matter, data, acting)
        case RecordSupervisoryAct():  # 5.8, 5.9, 6.10
            assert matter is None or isinstance(matter, SupervisoryAct), "a matter's id tells its kind"
            return _record_act(pool, matter, data, acting, matter_id, today)
        case ReportCompletion():  # 6.10
            assert matter is None or isinstance(matter, SupervisoryAct), "a matter's id tells its kind"
            return _report_completion(pool, matter, data, acting)
    assert_never(data)


def _report_major_matter(
    pool: Pool, reported: MajorMatter | None, data: ReportMajorMatter, acting: Acting, matter_id: UUID, today: date
) -> Decision:
    not_allowed = first(
        major_matter_is_cooperating_institutions(pool, acting), officer_has_duty(pool, acting, Duty.REPORTING)
    )
    if not_allowed:
        return refused(not_allowed)
    if reported is not None and all(getattr(reported, name) == getattr(data, name) for name in type(data).model_fields):
        return DUPLICATE
    wrong = every(major_matter_number_is_free(reported), major_matter_has_happened(data.occurred_on, today))
    if wrong:
        return refused(wrong)
    assert acting.officer is not None
    return accepted(
        MajorMatterReported(
            matter_id=matter_id,
            number=data.number,
            title=data.title,
            report=data.report,
            occurred_on=data.occurred_on,
            project_id=data.project_id,
            document=data.document,
            reported_by=acting.officer,
        )
    )


def _acknowledge_major_matter(
    pool: Pool, reported: MajorMatter | None, data: AcknowledgeMajorMatter, acting: Acting
) -> Decision:
    not_allowed = first(
        major_matter_is_acknowledged_by_managing_institution(pool, acting),
        officer_has_duty(pool, acting, Duty.OVERSIGHT),
        major_matter_is_known(data.number, reported),
    )
    if not_allowed:
        return refused(not_allowed)
    assert reported is not None
    if reported.response == data.response:
        return DUPLICATE
    if acknowledged := major_matter_is_acknowledged_once(reported):
        return refused(acknowledged)
    assert acting.officer is not None
    return accepted(
        MajorMatterAcknowledged(
            matter_id=reported.matter_id,
            number=data.number,
            response=data.response,
            acknowledged_by=acting.officer,
        )
    )


def _record_act(
    pool: Pool,
    recorded: SupervisoryAct | None,
    data: RecordSupervisoryAct,
    acting: Acting,
    matter_id: UUID,
    today: date,
) -> Decision:
    not_allowed = first(
        coordinated_by_managing_institution(pool, acting, data.kind),
        supervised_by_managing_institution(pool, acting, data.kind),
        officer_has_duty(pool, acting, Duty.OVERSIGHT),
    )
    if not_allowed:
        return refused(not_allowed)
    if recorded is not None and _says_the_same(recorded, data):
        return DUPLICATE
    wrong = every(
        act_number_is_free(recorded),
        act_has_happened(data.acted_on, today),
        only_an_instruction_is_due(data.kind, data.acted_on, data.due_on),
    )
    if wrong:
        return refused(wrong)
    assert acting.officer is not None
    return accepted(
        SupervisoryActRecorded(
            matter_id=matter_id,
            number=data.number,
            kind=data.kind,
            title=data.title,
            content=data.content,
            acted_on=data.acted_on,
            due_on=data.due_on,
            document=data.document,
            recorded_by=acting.officer,
        )
    )


def _says_the_same(recorded: SupervisoryAct, data: RecordSupervisoryAct) -> bool:
    return (recorded.act, recorded.title, recorded.content) == (data.kind, data.title, data.content) and (
        recorded.acted_on,
        recorded.due_on,
        recorded.document,
    ) == (data.acted_on, data.due_on, data.document)


def _report_completion(pool: Pool, act: SupervisoryAct | None, data: ReportCompletion, acting: Acting) -> Decision:
    not_allowed = first(
        completion_is_cooperating_institutions(pool, acting),
        officer_has_duty(pool, acting, Duty.REPORTING),
        completion_is_of_an_instruction(data.number, act),
    )
    if not_allowed:
        return refused(not_allowed)
    assert act is not None
    if act.completion == Completion(report=data.report, document=data.document):
        return DUPLICATE
    if completed := instruction_is_completed_once(act):
        return refused(completed)
    assert acting.officer is not None
    return accepted(
        CompletionReported(
            matter_id=act.matter_id,
            number=data.number,
            report=data.report,
            document=data.document,
            reported_by=acting.officer,
        )
    )
