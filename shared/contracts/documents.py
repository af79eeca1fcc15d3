"""Documents and signed messages, as other messages carry them."""

import base64
from datetime import datetime
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from shared.contracts.words import Moment, Name, Sha256


class DocumentKind(StrEnum):
    """What a document is for; its title is free, since contracts carry whatever title they have (16.2)."""

    THREE_PARTY_AGREEMENT = "three_party_agreement"
    LOAN_CONTRACT = "loan_contract"
    PLEDGE_CONTRACT = "pledge_contract"
    GUARANTEE_CONTRACT = "guarantee_contract"
    PLEDGE_REGISTRATION_PROOF = "pledge_registration_proof"
    IP_ANALYSIS = "ip_analysis"
    LOSS_NOTICE = "loss_notice"
    PROJECT_DESCRIPTION = "project_description"
    COMPENSATION_PLAN = "compensation_plan"
    VERIFICATION_EVIDENCE = "verification_evidence"
    AGREEMENT = "agreement"
    MINUTES = "minutes"
    SELECTION_RECORD = "selection_record"
    ANNUAL_SUMMARY = "annual_summary"
    WORK_PLAN = "work_plan"
    EVALUATION_REPORT = "evaluation_report"
    OTHER = "other"


class Document(BaseModel):
    """A document by what it is, its title, and the SHA-256 of its bytes; the bytes travel elsewhere."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    kind: DocumentKind
    title: Name
    sha256: Sha256


class SignedMessage(BaseModel):
    """A message from outside as it arrived: its exact bytes and its signature, so that anyone can check it again.

    ``received_at`` is when it was taken in: its key had to be valid then, and may have been rotated since.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    topic: str
    value_base64: str
    signature: str
    received_at: Moment | None = None

    @classmethod
    def of(cls, topic: str, value: bytes, signature: str, received_at: datetime | None = None) -> "SignedMessage":
        """The message with the bytes ``value`` that was signed with the detached JWS ``signature``."""
        encoded = base64.b64encode(value).decode("ascii")
        return cls(topic=topic, value_base64=encoded, signature=signature, received_at=received_at)

    @property
    def value(self) -> bytes:
        """The exact bytes that were signed; raises ValueError if they are not base64."""
        return base64.b64decode(self.value_base64, validate=True)
