"""The selection of the cooperating institution: announced, two candidates, evidence, scores, decision, agreement."""

from datetime import date

from shared.contracts.documents import DocumentKind
from shared.contracts.registry.pools import PoolPrepared, PreparePool
from shared.contracts.registry.selections import (
    CancelSelection,
    CandidateRecommended,
    CandidateRegistered,
    CandidateScored,
    CandidateSelected,
    ConcludeSelection,
    Condition,
    ConditionReport,
    ConditionStatus,
    CreditSource,
    Criterion,
    EvidenceRecorded,
    OpenSelection,
    Procedure,
    Ranked,
    RecommendCandidate,
    RecordEvidence,
    RegisterCandidate,
    Score,
    ScoreCandidate,
    SelectionCancelled,
    SelectionConcluded,
    SelectionOpened,
    SelectionTerms,
)
from shared.contracts.registry.words import Agreement, InstitutionData
from simulator.golden.deciding import SELECTION, add_decision
from simulator.golden.founding import beijing, document
from simulator.golden.story import MANAGING, POOL, Story, example_signer

NUMBER = "XZ-2026-1"
CANDIDATE, CANDIDATE_NAME = "91110105EXAMPL9X2L", "示例知识产权运营有限公司"
SELECTOR = "overseer"


def add_selection(story: Story) -> None:
    """Every message of a selection once, in a pool that is prepared for it."""
    _prepare(story)
    _open(story)
    _prove(story)
    _score(story)
    _decide(story)
    _end(story)


def _prepare(story: Story) -> None:
    managing = InstitutionData(
        institution=MANAGING,
        name="示例区市场监督管理局",
        uscc="111101050000000017",
        administrator="administrator",
        public_key=example_signer(MANAGING, "administrator").public_key,
    )
    name = "示例区知识产权质押融资风险补偿资金池"
    preparation = PreparePool(name=name, managing_institution=managing)
    story.says(MANAGING, "administrator", "prepare-pool", beijing(2025, 11, 24), preparation)
    prepared = PoolPrepared(name=name, managing_institution=MANAGING, ballot=preparation.ballot)
    story.publishes("registry", POOL, prepared)


def _open(story: Story) -> None:
    opening = OpenSelection(
        number=NUMBER,
        procedure=Procedure.COMPETITIVE_CONSULTATION,
        procedure_title="竞争性磋商",
        announcement=document(DocumentKind.OTHER, "合作机构遴选公告"),
        announced_on=date(2025, 12, 1),
        applications_until=beijing(2025, 12, 31, 17, 0),
        terms=SelectionTerms(
            criteria=(Criterion(criterion="专业能力", points_max=60), Criterion(criterion="资金匹配", points_max=40))
        ),
    )
    story.says(MANAGING, SELECTOR, "open-selection", beijing(2025, 12, 1), opening)
    opened = {name: getattr(opening, name) for name in OpenSelection.model_fields}
    story.publishes(
        "registry",
        POOL,
        SelectionOpened.model_validate({**opened, "matter_id": SELECTION, "opened_by": SELECTOR}),
    )
    application = document(DocumentKind.OTHER, "响应文件")
    applied_at = beijing(2025, 12, 20)
    story.says(
        MANAGING,
        SELECTOR,
        "register-candidate",
        beijing(2025, 12, 21),
        RegisterCandidate(
            number=NUMBER, uscc=CANDIDATE, name=CANDIDATE_NAME, application=application, applied_at=applied_at
        ),
    )
    story.publishes(
        "registry",
        POOL,
        CandidateRegistered(
            matter_id=SELECTION,
            uscc=CANDIDATE,
            name=CANDIDATE_NAME,
            application=application,
            applied_at=applied_at,
            registered_by=SELECTOR,
        ),
    )


def _prove(story: Story) -> None:
    record = document(DocumentKind.OTHER, "“信用中国”查询截图")
    looked_up_on = date(2026, 1, 5)
    story.says(
        MANAGING,
        SELECTOR,
        "credit-china",
        beijing(2026, 1, 5),
        RecordEvidence(
            number=NUMBER,
            uscc=CANDIDATE,
            condition=Condition.CREDIT_RECORD,
            source=CreditSource.CREDIT_CHINA,
            met=True,
            found_on=looked_up_on,
            document=record,
        ),
    )
    story.publishes(
        "registry",
        POOL,
        EvidenceRecorded(
            matter_id=SELECTION,
            uscc=CANDIDATE,
            condition=Condition.CREDIT_RECORD,
            source=CreditSource.CREDIT_CHINA,
            met=True,
            found_on=looked_up_on,
            document=record,
            recorded_by=SELECTOR,
            report=(
                ConditionReport(
                    condition=Condition.CREDIT_RECORD,
                    clause="7.5",
                    status=ConditionStatus.UNKNOWN,
                    why="there is no evidence at the China Government Procurement website",
                    why_zh="没有中国政府采购网证据材料",
                ),
            ),
        ),
    )


def _score(story: Story) -> None:
    scores = (Score(criterion="专业能力", points=52), Score(criterion="资金匹配", points=35))
    record = document(DocumentKind.OTHER, "评审记录")
    story.says(
        MANAGING,
        SELECTOR,
        "score-candidate",
        beijing(2026, 1, 8),
        ScoreCandidate(number=NUMBER, uscc=CANDIDATE, scores=scores, record=record),
    )
    story.publishes(
        "registry",
        POOL,
        CandidateScored(
            matter_id=SELECTION, uscc=CANDIDATE, scores=scores, total=87, record=record, scored_by=SELECTOR
        ),
    )


def _decide(story: Story) -> None:
    reasons = "在符合条件的候选机构中综合评分第一"
    recommendation = story.says(
        MANAGING,
        SELECTOR,
        "recommend-candidate",
        beijing(2026, 1, 9),
        RecommendCandidate(number=NUMBER, uscc=CANDIDATE, reasons=reasons),
    )
    met = ConditionReport(
        condition=Condition.LEGAL_PERSON,
        clause="7.1",
        status=ConditionStatus.PASS,
        why="met by the evidence of 2026-01-05: 营业执照",
        why_zh="2026-01-05 证据材料显示符合：营业执照",
    )
    story.publishes(
        "registry",
        POOL,
        CandidateRecommended(
            matter_id=SELECTION,
            uscc=CANDIDATE,
            subject_sha256=recommendation.sha256,
            ranking=(Ranked(uscc=CANDIDATE, total=87, place=1),),
            report=(met,),
            reasons=reasons,
            recommended_by=SELECTOR,
        ),
    )
    add_decision(story, recommendation.sha256)
    selected = CandidateSelected(
        matter_id=SELECTION, uscc=CANDIDATE, name=CANDIDATE_NAME, subject_sha256=recommendation.sha256
    )
    story.publishes("registry", POOL, selected)


def _end(story: Story) -> None:
    agreement = Agreement(
        number="HZ-2026-001",
        signed_on=date(2026, 1, 12),
        document=document(DocumentKind.AGREEMENT, "资金池合作协议"),
    )
    conclusion = ConcludeSelection(
        number=NUMBER, agreement=agreement, operates_from=date(2026, 1, 15), operates_until=date(2028, 1, 14)
    )
    story.says(MANAGING, SELECTOR, "conclude-selection", beijing(2026, 1, 13), conclusion)
    story.publishes(
        "registry",
        POOL,
        SelectionConcluded(
            matter_id=SELECTION,
            number=NUMBER,
            uscc=CANDIDATE,
            name=CANDIDATE_NAME,
            agreement=agreement,
            operates_from=conclusion.operates_from,
            operates_until=conclusion.operates_until,
            concluded_by=SELECTOR,
        ),
    )
    reasons = "符合条件的候选机构不足"
    story.says(
        MANAGING,
        SELECTOR,
        "cancel-selection",
        beijing(2026, 1, 13),
        CancelSelection(number="XZ-2026-2", reasons=reasons),
    )
    story.publishes("registry", POOL, SelectionCancelled(matter_id=SELECTION, reasons=reasons, cancelled_by=SELECTOR))
