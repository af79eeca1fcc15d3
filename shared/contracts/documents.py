"""Documents and signed messages, as other messages carry them."""

import hashlib
from datetime import datetime

from pydantic import BaseModel, ConfigDict

from shared.contracts.base64_text import base64_of, bytes_of_base64
from shared.contracts.labels import LabelledEnum
from shared.contracts.words import Moment, Name, Sha256


class DocumentKind(LabelledEnum):
    """What a document is for; its title is free, since contracts carry whatever title they have (16.2)."""

    THREE_PARTY_AGREEMENT = "three_party_agreement", "three-party agreement", "三方协议"
    LOAN_CONTRACT = "loan_contract", "loan contract", "借款合同"
    PLEDGE_CONTRACT = "pledge_contract", "pledge contract", "质押合同"
    GUARANTEE_CONTRACT = "guarantee_contract", "entrusted-guarantee contract", "委托保证合同"
    PLEDGE_REGISTRATION_PROOF = "pledge_registration_proof", "proof of pledge registration", "知识产权出质登记证明"
    IP_ANALYSIS = "ip_analysis", "IP analysis", "知识产权分析报告"
    LOSS_NOTICE = "loss_notice", "loss notice", "风险补偿通知"
    PROJECT_DESCRIPTION = "project_description", "project description", "知识产权融资项目情况说明"
    COMPENSATION_PLAN = "compensation_plan", "compensation plan", "风险补偿方案"
    VERIFICATION_EVIDENCE = "verification_evidence", "evidence of the on-site verification", "现场核实材料"
    AGREEMENT = "agreement", "agreement", "协议"
    MINUTES = "minutes", "minutes", "会议纪要"
    SELECTION_RECORD = "selection_record", "record of the selection", "遴选记录"
    ANNUAL_SUMMARY = "annual_summary", "annual summary", "年度运营工作总结"
    WORK_PLAN = "work_plan", "work plan", "下一年度工作计划"
    EVALUATION_REPORT = "evaluation_report", "evaluation report", "绩效评估报告"
    OTHER = "other", "other document", "其他材料"


class Document(BaseModel):
    """A document by what it is, its title, and the SHA-256 of its bytes; the bytes travel elsewhere."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    kind: DocumentKind
    title: Name
    sha256: Sha256


def paper(kind: DocumentKind, title: str) -> Document:
    """A document as examples carry one: what stands in for its bytes is its title."""
    return Document(kind=kind, title=title, sha256=hashlib.sha256(title.encode()).hexdigest())


class SignedMessage(BaseModel):
    """A message from outside as it arrived: its exact bytes and its signature, so that anyone can check it again.

    ``received_at`` is when it was taken in: its key had to be valid then, and may have been rotated since.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    topic: str
    value_base64: str
    signature: str
    received_at: Moment

    @classmethod
    def of(cls, topic: str, value: bytes, signature: str, received_at: datetime) -> "SignedMessage":
        """The message with the bytes ``value`` that was signed with the detached JWS ``signature``."""
        return cls(topic=topic, value_base64=base64_of(value), signature=signature, received_at=received_at)

    @property
    def value(self) -> bytes:
        """The exact bytes that were signed; raises ValueError if they are not base64 in its one form."""
        return bytes_of_base64(self.value_base64)
