"""The rules of a pool: everything that a district may fix otherwise (5.2)."""

from collections.abc import Iterable
from fractions import Fraction
from itertools import combinations
from typing import Annotated, Literal, cast

from pydantic import Field
from pydantic.config import JsonDict
from pydantic.fields import FieldInfo

from shared.contracts.documents import DocumentKind
from shared.contracts.envelope import Part
from shared.contracts.examples import example
from shared.contracts.money import BasisPoints
from shared.contracts.registry.words import Duty, FindingKind, Role
from shared.contracts.words import Day

# Two roles, whichever is said first.
RolePair = tuple[Role, Role]

# Two duties of which each excludes the other one, whichever is said first.
DutyPair = tuple[Duty, Duty]


def pairs_of(duties: Iterable[Duty]) -> tuple[DutyPair, ...]:
    """The pairs by which each of these duties excludes each other one."""
    return tuple(combinations(duties, 2))


class Ratio(Part):
    """The two institutions' parts of something, fiscal and social capital: weights, so that 1:2 is exact."""

    fiscal_weight: Annotated[int, Field(strict=True, ge=0, le=1_000), example(1)]
    social_weight: Annotated[int, Field(strict=True, ge=0, le=1_000), example(1)]

    @property
    def fiscal_share(self) -> Fraction | None:
        """The fiscal side's part; None where nobody bears anything."""
        weights = self.fiscal_weight + self.social_weight
        return Fraction(self.fiscal_weight, weights) if weights else None


class LossRatio(Ratio):
    """How the two institutions share the pool's loss (10.4); one of them may bear nothing of it."""


class ContributionRatio(Ratio):
    """How the two institutions pay in (9.2): both pay something."""

    fiscal_weight: Annotated[int, Field(strict=True, ge=1, le=1_000), example(1)]
    social_weight: Annotated[int, Field(strict=True, ge=1, le=1_000), example(1)]


def fixed(clause: str, source: Literal["text", "reading"], meaning: str, chinese: str) -> FieldInfo:
    """What a field of the rules fixes: under which clause, and whether its default is the text's or a reading of it.

    What it means is said for people in both languages: a refusal names the field by that.
    """
    extra: JsonDict = {"clause": clause, "source": source, "chinese": chinese}
    return cast("FieldInfo", Field(description=meaning, json_schema_extra=extra))


# So many officers of the managing institution can have the duty to vote, since all of them are members of each ballot.
MEMBERS_PER_BALLOT_MAX = 50

_Numerator = Annotated[int, Field(strict=True, ge=1, le=100)]
_Denominator = Annotated[int, Field(strict=True, ge=1, le=100)]


class BallotRules(Part):
    """Quorum and majority of a collective decision, as fractions of all members who may vote, and the time it takes."""

    quorum_numerator: Annotated[
        _Numerator, fixed("15.2", "reading", "the part of all members that a quorum needs", "法定人数占全体成员的比例")
    ] = 2
    quorum_denominator: _Denominator = 3
    voters_min: Annotated[
        int,
        Field(strict=True, ge=1, le=100),
        fixed("15.2", "reading", "members who have to vote in any case", "最少表决人数"),
    ] = 3
    majority_numerator: Annotated[
        _Numerator,
        fixed("15.2", "reading", "the part of all members that the votes for it exceed", "赞成票须超过的全体成员比例"),
    ] = 1
    majority_denominator: _Denominator = 2
    open_hours_min: Annotated[
        int,
        Field(strict=True, ge=1, le=720),
        fixed("15.2", "reading", "hours that a ballot is open at least", "表决时间下限（小时）"),
    ] = 24
    open_days_max: Annotated[
        int,
        Field(strict=True, ge=1, le=365),
        fixed("15.2", "reading", "days that a ballot is open at most", "表决时间上限（天）"),
    ] = 90


Days = Annotated[int, Field(strict=True, ge=0, le=3_650)]
DaysBefore = Annotated[tuple[Days, ...], Field(max_length=20)]


class EvidenceAges(Part):
    """How old the evidence that comes with a filing may be on the day on which the loan was first paid out."""

    finding_age_days_max: Annotated[
        Days,
        fixed(
            "11.1",
            "reading",
            "days before the payout that a finding about the borrower lies at most",
            "借款企业情况认定距放款日上限（天）",
        ),
    ] = 180
    valuation_age_days_max: Annotated[
        Days,
        fixed("12.1", "reading", "days before the payout that a right was valued at most", "评估日距放款日上限（天）"),
    ] = 365
    pledge_age_days_max: Annotated[
        Days,
        fixed(
            "13.1",
            "reading",
            "days before the payout that a pledge was registered at most",
            "出质登记日距放款日上限（天）",
        ),
    ] = 365


ConfirmationDays = Annotated[
    int,
    Field(strict=True, ge=1, le=90),
    fixed("4.1", "reading", "days within which a second person confirms a registration", "第二人确认登记的期限（天）"),
]


class EvaluationRules(Part):
    """What an evaluation has to show before anything rests on it."""

    term_covered_bp: Annotated[
        BasisPoints,
        fixed(
            "21.1",
            "reading",
            "the least part of the present term's days that an evaluation covers on which the pool goes on",
            "据以决定续期的绩效评估所覆盖本存续期天数的比例下限",
        ),
    ] = 7_500
    pass_points_bp: Annotated[
        BasisPoints,
        fixed("5.7", "reading", "the least part of its points that a passed evaluation has", "绩效评估达标得分率下限"),
    ] = 6_000


class Rules(Part):
    """What a district may fix otherwise. Share and ratio are pinned to a project at its filing (5.2).

    A default is what this regulation says; ``source`` in a field's schema tells ``text`` from ``reading``.
    """

    version: Annotated[
        int, Field(strict=True, ge=1), fixed("5.2", "reading", "counted from 1 without a gap", "规则版本号")
    ] = 1
    effective_on: Annotated[
        Day,
        fixed("5.2", "reading", "the first day in Beijing on which this version is in force", "生效日（北京时间）"),
    ]
    share_rate_bp: Annotated[
        BasisPoints, fixed("10.3", "text", "the pool's share of a loss", "资金池承担风险比例"), example(2_000)
    ]
    loss_ratio: Annotated[
        LossRatio,
        fixed(
            "10.4",
            "text",
            "the fiscal side's part of the pool's loss, which the two institutions share",
            "双方风险分担比例（财政一方所占部分）",
        ),
    ]
    contribution_ratio: Annotated[
        ContributionRatio,
        fixed(
            "9.2",
            "text",
            "the fiscal side's part of each planned pair of contributions",
            "双方出资比例（财政一方所占部分）",
        ),
    ] = ContributionRatio(fiscal_weight=1, social_weight=1)
    filing_window_days: Annotated[
        int,
        Field(strict=True, ge=1, le=365),
        fixed(
            "16.1", "text", "calendar days after the payout within which a loan is filed", "放款后备案期限（自然日）"
        ),
    ] = 30
    last_day_off_moves: Annotated[
        bool,
        Field(strict=True),
        fixed(
            "16.1",
            "reading",
            "whether a window's last day on which nobody works moves to the next working day",
            "备案期限末日为休息日时是否顺延至下一工作日",
        ),
    ] = True
    evidence: Annotated[
        EvidenceAges,
        fixed("11.1", "reading", "how old a filing's evidence may be at the payout", "备案证明材料的有效期"),
    ] = EvidenceAges()
    term_years: Annotated[
        int,
        Field(strict=True, ge=1, le=30),
        fixed("20.1", "text", "the pool's term, fixed at its founding", "存续期（年）"),
    ] = 4
    verifiers_min: Annotated[
        int,
        Field(strict=True, ge=1, le=20),
        fixed("6.6", "reading", "people on site at a verification", "现场核实人数下限"),
    ] = 2
    ballot: Annotated[
        BallotRules,
        fixed(
            "15.2", "reading", "quorum, majority and time of a collective decision", "集体决策的法定人数、多数与时间"
        ),
    ] = BallotRules()
    exclusive_duties: Annotated[
        tuple[DutyPair, ...],
        Field(max_length=100),
        fixed(
            "4.1",
            "reading",
            "pairs of duties that one person can't both exercise in one case",
            "同一案件中不得由一人兼任的成对职责",
        ),
    ] = pairs_of(
        (
            Duty.FILING,
            Duty.FILING_APPROVAL,
            Duty.REVIEW,
            Duty.VERIFICATION,
            Duty.PLAN,
            Duty.CONFIRMATION,
            Duty.VOTE,
            Duty.RELEASE,
        )
    )
    roles_together: Annotated[
        tuple[RolePair, ...],
        Field(max_length=10),
        fixed(
            "4.1",
            "reading",
            "roles that one institution can hold together; any two others are kept apart",
            "同一机构可以兼任的角色",
        ),
    ] = ((Role.SUPERVISING_BANK, Role.LENDER),)
    confirmation_days_max: ConfirmationDays = 7
    mixed_collateral_allowed: Annotated[
        bool,
        Field(strict=True),
        fixed(
            "2.1",
            "reading",
            "whether a loan may have other collateral beside the borrower's rights",
            "是否允许组合担保",
        ),
    ] = True
    borrower_findings: Annotated[
        tuple[FindingKind, ...],
        Field(max_length=20),
        fixed("11.1", "text", "what has to be found out about a borrower", "须认定的借款企业条件"),
    ] = tuple(FindingKind)
    filing_materials: Annotated[
        tuple[DocumentKind, ...],
        Field(max_length=20),
        fixed("16.2", "text", "what comes with a filing; a guarantee contract where there is a guarantor", "备案材料"),
    ] = (
        DocumentKind.THREE_PARTY_AGREEMENT,
        DocumentKind.LOAN_CONTRACT,
        DocumentKind.PLEDGE_CONTRACT,
        DocumentKind.GUARANTEE_CONTRACT,
        DocumentKind.PLEDGE_REGISTRATION_PROOF,
    )
    application_materials: Annotated[
        tuple[DocumentKind, ...],
        Field(max_length=20),
        fixed(
            "15.1",
            "text",
            "what comes with an application for reimbursement; a guarantee contract where there is a guarantor",
            "风险补偿申请材料",
        ),
    ] = (
        DocumentKind.PROJECT_DESCRIPTION,
        DocumentKind.LOAN_CONTRACT,
        DocumentKind.GUARANTEE_CONTRACT,
        DocumentKind.COMPENSATION_PLAN,
    )
    own_rights_to_largest_support_bp: Annotated[
        int,
        Field(strict=True, ge=0, le=100_000),
        fixed(
            "2.1",
            "reading",
            "the least value of the borrower's own rights, as a part of the largest other support",
            "借款企业自有知识产权估值与其他最大单项担保之比下限",
        ),
    ] = 10_000
    ip_analysis_required: Annotated[
        bool,
        Field(strict=True),
        fixed(
            "12.1",
            "reading",
            "whether the written analysis of the rights is one of a filing's materials",
            "备案材料是否须含知识产权分析报告",
        ),
    ] = True
    first_pair_required: Annotated[
        bool,
        Field(strict=True),
        fixed(
            "9.2",
            "reading",
            "whether payouts wait for the first planned pair of contributions on both accounts",
            "首期双方出资到账前是否暂缓发放",
        ),
    ] = True
    evaluation: Annotated[
        EvaluationRules,
        fixed("21.1", "reading", "what an evaluation covers, and when it is passed", "绩效评估的覆盖范围与达标要求"),
    ] = EvaluationRules()
    filing_reminder_days: Annotated[
        DaysBefore,
        fixed(
            "6.9",
            "reading",
            "days before a filing's last day on which it is reminded of",
            "备案期限届满前的提醒日（天）",
        ),
    ] = (10, 3)
    supplement_days: Annotated[
        Days,
        fixed(
            "5.4",
            "reading",
            "calendar days within which a returned filing is to be filed again",
            "退回后补正期限（自然日）",
        ),
    ] = 15
    annual_summary_due_month: Annotated[
        int,
        Field(strict=True, ge=1, le=12),
        fixed(
            "6.7",
            "reading",
            "month of the following year in which the annual summary is due",
            "年度总结提交月份（次年）",
        ),
    ] = 1
    annual_summary_due_day: Annotated[
        int,
        Field(strict=True, ge=1, le=31),
        fixed(
            "6.7",
            "reading",
            "day of that month; the month's last day stands for one that it does not have",
            "年度总结提交日（当月无该日的以月末为准）",
        ),
    ] = 31
    reminder_days: Annotated[
        DaysBefore,
        fixed(
            "21.1",
            "reading",
            "days before the term's end on which the evaluation is reminded of",
            "存续期届满前的评估提醒日（天）",
        ),
    ] = (180, 90, 30)


def fixed_under(field: str) -> tuple[str, str]:
    """The clause that a field of the rules rests on, and whether that is the ``text`` or a ``reading`` of it."""
    extra = Rules.model_fields[field].json_schema_extra
    assert isinstance(extra, dict), "every field of the rules says where it comes from"
    return str(extra["clause"]), str(extra["source"])


def meaning_of(field: FieldInfo) -> tuple[str, str]:
    """What a field of the rules means, in English and in Chinese."""
    extra = field.json_schema_extra
    assert isinstance(extra, dict) and field.description, "every field of the rules says what it means"
    return field.description, str(extra["chinese"])
