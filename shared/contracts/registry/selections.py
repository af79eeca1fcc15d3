"""What is said of a selection of the cooperating institution: candidates, conditions, scores, decision (7, 8)."""

from typing import Annotated, ClassVar

from pydantic import BaseModel, Field

from shared.contracts.documents import Document, DocumentKind, paper
from shared.contracts.envelope import Command, Part
from shared.contracts.examples import After, Called, CodeOf, NameBy, Now, Party, Spoken, example
from shared.contracts.labels import LabelledEnum
from shared.contracts.registry.rules import DutyPair, fixed
from shared.contracts.registry.words import Agreement, Duty, EntryEvent
from shared.contracts.words import Clause, Day, Moment, Name, OfficerId, Reference, Sha256, Text, Uscc


class Procedure(LabelledEnum):
    """A manner of public procurement; its title is free, since a procedure carries whatever title it has."""

    OPEN_TENDER = "open_tender", "open tender", "公开招标"
    INVITED_TENDER = "invited_tender", "invited tender", "邀请招标"
    COMPETITIVE_NEGOTIATION = "competitive_negotiation", "competitive negotiation", "竞争性谈判"
    COMPETITIVE_CONSULTATION = "competitive_consultation", "competitive consultation", "竞争性磋商"
    INQUIRY = "inquiry", "inquiry", "询价"
    SINGLE_SOURCE = "single_source", "single source", "单一来源采购"


class Condition(LabelledEnum):
    """The nine conditions of a candidate, in the regulation's order."""

    LEGAL_PERSON = "legal_person", "legal person registered in China", "境内合法注册并具有法人资格"
    REPUTATION_AND_ACCOUNTS = (
        "reputation_and_accounts",
        "good reputation and sound accounts",
        "良好的商业信誉和健全的财务会计制度",
    )
    EQUIPMENT_AND_SKILL = "equipment_and_skill", "equipment and professional skill", "必需的设备和专业技术能力"
    TAXES_AND_INSURANCE = "taxes_and_social_insurance", "taxes and social insurance paid", "依法缴纳税收和社会保障资金"
    CREDIT_RECORD = "credit_record", "clean credit record", "信用记录良好"
    NO_SERIOUS_VIOLATION = "no_serious_violation", "no serious violation in recent years", "近年无重大违法记录"
    IP_COMPETENCE = "ip_competence", "able to analyse, dispose of and value IP", "知识产权分析、处置及价值判断能力"
    MATCHING_CAPITAL = "matching_capital", "able to match the fiscal capital", "匹配财政出资能力"
    OTHERS_BY_LAW = "others_by_law", "other conditions by law", "法律、行政法规规定的其他条件"


class CreditSource(LabelledEnum):
    """Where a credit record is looked up (7.5)."""

    CREDIT_CHINA = "credit_china", "Credit China", "“信用中国”网站"  # 信用中国
    GOVERNMENT_PROCUREMENT = "government_procurement", "the China Government Procurement website", "中国政府采购网"


class ConditionStatus(LabelledEnum):
    PASS = "pass", "met", "符合"
    FAIL = "fail", "not met", "不符合"
    UNKNOWN = "unknown", "not known", "无法认定"


class Criterion(Part):
    """One criterion of the scoring, with its weight: the most points that it can give."""

    criterion: Name
    points_max: Annotated[int, Field(strict=True, ge=1, le=100)]


class Score(Part):
    """A candidate's points by one criterion."""

    criterion: Name
    points: Annotated[int, Field(strict=True, ge=0, le=100)]


_SKILL, _CAPITAL = {"criterion": "专业能力"}, {"criterion": "资金匹配"}


class SelectionTerms(Part):
    """What is announced of a selection: how candidates are compared. The rest is the pool's rules of selections."""

    criteria: Annotated[
        tuple[Criterion, ...],
        Field(min_length=1, max_length=30),
        example(({**_SKILL, "points_max": 60}, {**_CAPITAL, "points_max": 40})),
    ]


class SelectionRules(Part):
    """What a pool fixes of its selection with its preparation, since nobody is selected any more once it has rules.

    It lies within the district's bounds, as the rules do later.
    """

    conditions: Annotated[
        tuple[Condition, ...],
        Field(min_length=1, max_length=20),
        fixed("7.9", "text", "the conditions that a candidate meets", "合作机构应具备的条件"),
    ] = tuple(Condition)
    credit_sources: Annotated[
        tuple[CreditSource, ...],
        Field(min_length=1, max_length=10),
        fixed("7.5", "text", "the sources at which a credit record is looked up", "信用记录查询渠道"),
    ] = tuple(CreditSource)
    look_up_age_days_max: Annotated[
        int,
        Field(strict=True, ge=1, le=365),
        fixed("7.5", "reading", "days after which a look-up counts as none", "查询结果的有效期（天）"),
    ] = 30
    evidence_age_days_max: Annotated[
        int,
        Field(strict=True, ge=1, le=365),
        fixed(
            "7.9", "reading", "days after which evidence of another condition counts as none", "其他证据的有效期（天）"
        ),
    ] = 365
    violation_free_years: Annotated[
        int,
        Field(strict=True, ge=1, le=10),
        fixed("7.6", "text", "years without a serious violation", "无重大违法记录的年限（年）"),
    ] = 3
    score_min: Annotated[
        int,
        Field(strict=True, ge=0, le=100),
        fixed("8.1", "reading", "points of a hundred that a candidate needs to be selected", "入选最低得分"),
    ] = 60
    exclusive_duties: Annotated[
        tuple[DutyPair, ...],
        Field(max_length=10),
        fixed(
            "4.1",
            "reading",
            "pairs of duties that one person can't both exercise in one selection",
            "同一遴选中不得由一人兼任的成对职责",
        ),
    ] = ((Duty.SELECTION, Duty.VOTE),)


class ConditionReport(Part):
    """What is known of one condition. ``unknown`` is not eligible either: evidence is missing or too old."""

    condition: Condition
    clause: Clause
    status: ConditionStatus
    why: Text
    why_zh: Text


class Ranked(Part):
    """An eligible candidate's place: those with the same total share it."""

    uscc: Uscc
    total: Annotated[int, Field(strict=True, ge=0, le=100)]
    place: Annotated[int, Field(strict=True, ge=1)]


# Particulars

_Number = Annotated[Reference, example("XZ-1")]
_Candidate = Annotated[Uscc, Called("candidate"), example(CodeOf(Party.COOPERATING))]


class SelectionParticulars(BaseModel):
    """What is announced of a selection."""

    number: Annotated[_Number, Field(description="chosen by the managing institution, once in the pool")]
    procedure: Annotated[Procedure, example(Procedure.COMPETITIVE_CONSULTATION)]
    procedure_title: Annotated[Name, example("竞争性磋商")]
    announcement: Annotated[Document, example(paper(DocumentKind.OTHER, "合作机构遴选公告"))]
    announced_on: Day
    applications_until: Annotated[Moment, example(Now(days=30))]
    terms: SelectionTerms


class CandidateParticulars(BaseModel):
    """Who applies."""

    uscc: _Candidate
    name: Annotated[Name, example(NameBy("uscc"))]
    application: Annotated[Document, example(paper(DocumentKind.OTHER, "响应文件"))]
    applied_at: Moment


class EvidenceParticulars(BaseModel):
    """What was found of one condition of a candidate."""

    uscc: _Candidate
    condition: Annotated[Condition, example(Condition.LEGAL_PERSON)]
    source: CreditSource | None = None
    met: Annotated[bool, example(True)]
    found_on: Annotated[Day, Field(description="of a look-up: the day on which it was made")]
    document: Annotated[Document, example(paper(DocumentKind.OTHER, "候选机构证明材料"))]
    last_violation_on: Day | None = None


class RevocationParticulars(BaseModel):
    """Why the document of a condition's evidence proves nothing."""

    uscc: _Candidate
    condition: Annotated[Condition, example(Condition.LEGAL_PERSON)]
    source: CreditSource | None = None
    reasons: Annotated[Text, example("证明材料系伪造")]
    finding: Annotated[Document, example(paper(DocumentKind.OTHER, "证明材料核查意见"))]


class ScoreParticulars(BaseModel):
    """A candidate's points by every criterion."""

    uscc: _Candidate
    scores: Annotated[
        tuple[Score, ...],
        Field(min_length=1, max_length=30),
        example(({**_SKILL, "points": 50}, {**_CAPITAL, "points": 30})),
    ]
    record: Annotated[Document, example(paper(DocumentKind.OTHER, "评审记录"))]


class RecommendationParticulars(BaseModel):
    """Who is recommended, and why."""

    uscc: _Candidate
    reasons: Annotated[Text, example("在符合条件的候选机构中综合评分第一")]


class ConclusionParticulars(BaseModel):
    """The agreement with which a selection ends."""

    number: _Number
    agreement: Annotated[
        Agreement, example({"number": "COOPERATION-1", "document": paper(DocumentKind.AGREEMENT, "合作协议")})
    ]
    operates_from: Day
    operates_until: Annotated[
        Day, Field(description="the last day of the operating period"), example(After("operates_from", 730))
    ]


class CancellationParticulars(BaseModel):
    """Why a selection is cancelled."""

    reasons: Annotated[Text, example("符合条件的候选机构不足")]


# Commands


class _OfSelection(Command):
    """What is said in a selection."""

    number: _Number


class OpenSelection(SelectionParticulars, Command, name="registry.selection.open.v1"):
    """Open the selection, after its announcement; by the managing institution (8.1)."""

    spoken: ClassVar[Spoken] = Spoken("selection", Party.MANAGING, Duty.SELECTION)


class RegisterCandidate(CandidateParticulars, _OfSelection, name="registry.candidate.register.v1"):
    """Register a candidate with its application (8.1)."""

    spoken: ClassVar[Spoken] = Spoken("candidate", Party.MANAGING, Duty.SELECTION)


class RecordEvidence(EvidenceParticulars, _OfSelection, name="registry.candidate.record_evidence.v1"):
    """Record the evidence of one condition of a candidate; the latest counts (7.1–7.9).

    The credit record has a look-up at each of its two sources (7.5). ``last_violation_on`` is the day of the latest
    serious violation that the look-up found, however long ago (7.6).
    """

    spoken: ClassVar[Spoken] = Spoken("candidate evidence", Party.MANAGING, Duty.SELECTION)


class RevokeEvidence(RevocationParticulars, _OfSelection, name="registry.candidate.revoke_evidence.v1"):
    """Revoke the latest evidence of a condition: nothing that rests on its document counts any more (7.9)."""

    spoken: ClassVar[Spoken] = Spoken("evidence revocation", Party.MANAGING, Duty.SELECTION)


class ScoreCandidate(ScoreParticulars, _OfSelection, name="registry.candidate.score.v1"):
    """Record a candidate's points by every criterion; the latest counts (8.1)."""

    spoken: ClassVar[Spoken] = Spoken("candidate scores", Party.MANAGING, Duty.SELECTION)


class RecommendCandidate(RecommendationParticulars, _OfSelection, name="registry.selection.recommend.v1"):
    """Recommend a candidate for the collective decision (8.1). The SHA-256 of this message's bytes is what is voted on.

    Eligibility is judged on the day of this message.
    """

    spoken: ClassVar[Spoken] = Spoken("recommendation", Party.MANAGING, Duty.SELECTION)


class ConcludeSelection(ConclusionParticulars, Command, name="registry.selection.conclude.v1"):
    """Record the agreement with the selected candidate, which ends the selection (5.3, 8.1)."""

    spoken: ClassVar[Spoken] = Spoken("selection agreement", Party.MANAGING, Duty.SELECTION)


class CancelSelection(CancellationParticulars, _OfSelection, name="registry.selection.cancel.v1"):
    """Cancel the selection, which ends it without a selected candidate (8.1)."""

    spoken: ClassVar[Spoken] = Spoken("selection cancellation", Party.MANAGING, Duty.SELECTION)


# Events


class SelectionOpened(SelectionParticulars, EntryEvent, name="registry.selection.opened.v1"):
    """A selection is open for applications."""

    rules: Annotated[SelectionRules, Field(description="those of the pool's preparation")]
    opened_by: OfficerId


class CandidateRegistered(CandidateParticulars, EntryEvent, name="registry.candidate.registered.v1"):
    """A candidate has applied in time."""

    registered_by: OfficerId


class EvidenceRecorded(EvidenceParticulars, EntryEvent, name="registry.candidate.evidence_recorded.v1"):
    """There is evidence of a candidate's condition; ``report`` is what is known of all nine with it, on that day."""

    recorded_by: OfficerId
    report: tuple[ConditionReport, ...]


class EvidenceRevoked(RevocationParticulars, EntryEvent, name="registry.candidate.evidence_revoked.v1"):
    """A document proves nothing of a candidate any more; ``report`` is what is known of its conditions without it."""

    document_sha256: Sha256
    revoked_by: OfficerId
    report: tuple[ConditionReport, ...]


class CandidateScored(ScoreParticulars, EntryEvent, name="registry.candidate.scored.v1"):
    """A candidate has its points."""

    total: int
    scored_by: OfficerId


class CandidateRecommended(RecommendationParticulars, EntryEvent, name="registry.candidate.recommended.v1"):
    """The question for the collective decision is put: the votes bind the bytes with the hash ``subject_sha256``."""

    subject_sha256: Sha256
    ranking: tuple[Ranked, ...]
    report: tuple[ConditionReport, ...]
    recommended_by: OfficerId


class CandidateSelected(EntryEvent, name="registry.candidate.selected.v1"):
    """The collective decision passed: this candidate is selected, and the agreement with it is awaited."""

    uscc: Uscc
    name: Name
    subject_sha256: Sha256


class SelectionConcluded(ConclusionParticulars, EntryEvent, name="registry.selection.concluded.v1"):
    """The selection has ended with an agreement."""

    uscc: Uscc
    name: Name
    concluded_by: OfficerId


class SelectionCancelled(CancellationParticulars, EntryEvent, name="registry.selection.cancelled.v1"):
    """The selection has ended without a selected candidate."""

    cancelled_by: OfficerId
