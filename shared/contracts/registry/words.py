"""The registry's own words: roles, duties and other parts that its messages are made of."""

from typing import Annotated

from pydantic import Field

from shared.contracts.documents import Document
from shared.contracts.envelope import Event, Part
from shared.contracts.examples import CONTRIBUTION_FEN, Place, example
from shared.contracts.labels import LabelledEnum
from shared.contracts.money import PositiveFen
from shared.contracts.words import (
    Day,
    Identity,
    InstitutionId,
    Name,
    OfficerId,
    PersonHash,
    PublicKey,
    Reference,
    Sha256,
    Uscc,
)


class Role(LabelledEnum):
    """What an institution is in one pool."""

    MANAGING = "managing_institution", "managing institution", "管理机构"
    COOPERATING = "cooperating_institution", "cooperating institution", "合作机构"
    SUPERVISING_BANK = "supervising_bank", "supervising bank", "监管银行"
    LENDER = "lender", "lender", "贷款银行"
    GUARANTOR = "guarantor", "guarantor", "担保公司"


class Duty(LabelledEnum):
    """What an officer may do for its institution."""

    # Registers officers, keys, institutions, accounts.
    ADMINISTRATION = "administration", "administration", "机构事务管理"
    FILING = "filing", "filing", "备案"
    FILING_APPROVAL = "filing_approval", "approval of filings", "备案审核"
    REVIEW = "review", "preliminary review", "初审"
    VERIFICATION = "verification", "on-site verification", "现场核实确认"
    PLAN = "plan", "compensation plan", "风险补偿方案"
    CONFIRMATION = "confirmation", "confirmation of plans", "方案审核确认"
    RELEASE = "release", "release of payouts", "补偿资金放行"
    APPLICATION = "application", "application for reimbursement", "风险补偿申请"
    # Opens and closes collective decisions, keeps their minutes.
    BALLOT = "ballot", "holding of ballots", "组织集体决策"
    VOTE = "vote", "vote", "表决"
    SELECTION = "selection", "selection", "遴选"  # runs the selection of the cooperating institution
    RULES = "rules", "rules", "规则制定"  # proposes rules, or adopts them
    OVERSIGHT = "oversight", "oversight", "监督管理"  # interprets, evaluates, engages auditors, ends a cooperation
    # Spot checks, major matters, annual summaries, repayments; of a lender the last only.
    REPORTING = "reporting", "reporting", "情况报告"


class Vote(LabelledEnum):
    FOR = "for", "for", "赞成"
    AGAINST = "against", "against", "反对"
    ABSTAIN = "abstain", "abstention", "弃权"


class SystemUse(LabelledEnum):
    """What an institution's system key may sign; everything else needs an officer."""

    LOSS_NOTICES = "loss_notices", "loss notices", "风险补偿通知"
    BANK_CONFIRMATIONS = "bank_confirmations", "confirmations of the bank", "银行确认"
    PAYMENT_INSTRUCTIONS = "payment_instructions", "payment instructions", "支付指令"
    CALENDAR = "calendar", "calendar", "日历"  # says which day it is


class RightKind(LabelledEnum):
    PATENT = "patent", "patent", "专利权"
    TRADEMARK = "trademark", "trademark", "商标权"
    COPYRIGHT = "copyright", "copyright", "著作权"
    OTHER = "other", "other right", "其他知识产权"


class FindingKind(LabelledEnum):
    """What is found out about a borrower; each is a field of it by this name (11.1)."""

    GOOD_CREDIT = "good_credit", "good credit", "信用良好"
    OPERATING_NORMALLY = "operating_normally", "operating normally", "经营状态正常"
    CAPABLE_TEAM = "capable_team", "a capable research and management team", "良好的研发及管理团队"
    OWN_TECHNOLOGY = "own_technology", "core technology or own intellectual property", "核心技术或自主知识产权"
    COMPETITIVE = "competitive", "competitive products and services", "产品和服务具有市场竞争力"


class LoanLikeness(LabelledEnum):
    """In what two loans with different numbers are alike, so that they could be one (10.3)."""

    NUMBER = "number", "contract number but for zeros and signs", "合同编号，不计零和符号"
    PAYOUT = "payout", "borrower, and day and amount of a payout", "借款企业及放款的日期和金额"
    PLEDGE_REGISTRATION = "pledge_registration", "pledge registration", "出质登记号"


InterpretationReliedOn = Annotated[
    Reference | None, Field(description="the number of a recorded interpretation that the decision relies on (23.1)")
]
RulesVersion = Annotated[int, Field(description="the version of the rules that this was decided under (5.2)")]


class Administrator(Part):
    """An officer with whom an institution's administration begins: who that is, and the key that the person holds."""

    officer: OfficerId
    name: Name
    person: PersonHash
    public_key: PublicKey


ProfileSha256 = Annotated[
    Sha256, Field(description="of the district's profile that the rules were adopted under, in canonical JSON (5.2)")
]


class InstitutionData(Part):
    """An institution and its first administrators, by whom its other officers and keys are registered."""

    institution: InstitutionId
    name: Name
    uscc: Uscc
    administrators: Annotated[tuple[Administrator, ...], Field(min_length=1, max_length=5)]


class Agreement(Part):
    """An agreement by number and date (5.3)."""

    number: Reference
    signed_on: Day
    document: Document


class PlannedInstalment(Part):
    """One planned pair of contributions, in the ratio that the rules have (9.2)."""

    instalment: Annotated[int, Field(strict=True, ge=1, le=100), example(Place())]
    fiscal_fen: Annotated[PositiveFen, example(CONTRIBUTION_FEN)]
    social_fen: Annotated[PositiveFen, example(CONTRIBUTION_FEN)]
    due_on: Day


class EntryEvent(Event):
    """An event of an entry of the pool's register, which is found by its kind and number."""

    entry_id: Identity
