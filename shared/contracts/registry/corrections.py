"""What is said of a filing that is corrected: the correction as a new version, and what becomes of it (5.4, 16.1)."""

from typing import Annotated, ClassVar

from pydantic import Field

from shared.contracts.documents import Document
from shared.contracts.envelope import Command, Event
from shared.contracts.examples import Known, Party, Spoken, example
from shared.contracts.money import Fen
from shared.contracts.registry.projects import FiledDrawdown, FiledParticulars, FilingData, Loan, ProjectTerms
from shared.contracts.registry.words import Duty, InterpretationReliedOn, RulesVersion
from shared.contracts.words import Day, Identity, InstitutionId, Name, OfficerId, ProjectId, Sha256, Text, Uscc


class CorrectProject(FilingData, Command, name="registry.project.correct.v1"):
    """Correct a filing by a whole new version of it, with reasons; by the cooperating institution (5.4, 6.4).

    It takes the place of a filing that waits. An approved project goes on under its approved version until the
    correction is approved too. Who lent, the contract's number, and the pinned terms never change.
    """

    spoken: ClassVar[Spoken] = Spoken("correction", Party.COOPERATING, Duty.FILING)

    project_id: ProjectId
    corrects: Annotated[
        int,
        Field(strict=True, ge=1, description="the version that it is a correction of: the latest that stands"),
        example(Known.FILING),
    ]
    reasons: Annotated[Text, example("备案信息有误")]


class ProjectCorrected(FiledParticulars, Event, name="registry.project.corrected.v1"):
    """A correction is complete and waits for the managing institution; a late one first for its admission."""

    project_id: Identity
    filing: Annotated[int, Field(description="the new version's number")]
    corrects: int
    approved_filing: Annotated[
        int | None,
        Field(description="the version that counts until this one is approved; none where nothing was approved yet"),
    ] = None
    reasons: Text
    filed_by: OfficerId
    institution: Annotated[InstitutionId, Field(description="whose officer filed it")]
    corrected_on: Day
    other_collateral_fen: Fen
    terms: ProjectTerms
    filing_deadline: Annotated[Day, Field(description="last day of the first payout's window (16.1)")]
    filing_deadline_provisional: bool
    drawdowns: Annotated[tuple[FiledDrawdown, ...], Field(description="each with its own clock (16.1)")]
    late_because: Annotated[
        Text | None, Field(description="said only of a late one, which a collective decision has to admit (16.1)")
    ] = None
    message_sha256: Annotated[Sha256, Field(description="of its published bytes, which a decision on it binds")]
    rules_version: RulesVersion


class CorrectionApproved(Event, name="registry.correction.approved.v1"):
    """A correction of an approved project is approved: its version counts now; carries all that a claim needs."""

    project_id: Identity
    filing: int
    replaces: Annotated[int, Field(description="the version that counted until now")]
    loan: Loan
    borrower_name: Name
    borrower_uscc: Uscc
    documents: tuple[Document, ...]
    terms: ProjectTerms
    filed_by: OfficerId
    approved_by: OfficerId
    institution: Annotated[InstitutionId, Field(description="whose officer approved it")]
    covered_principal_fen: Annotated[Fen, Field(description="drawn and filed so far")]
    covered_principal_before_fen: Annotated[Fen, Field(description="by the version that counted until now")]
    interpretation: InterpretationReliedOn = None
    rules_version: RulesVersion


class CorrectionReturned(Event, name="registry.correction.returned.v1"):
    """A correction of an approved project went back; the approved version goes on, and another one can follow."""

    project_id: Identity
    filing: int
    reasons: Text
    returned_by: OfficerId
    institution: Annotated[InstitutionId, Field(description="whose officer returned it")]
    interpretation: InterpretationReliedOn = None
    rules_version: RulesVersion


class CorrectionRejected(Event, name="registry.correction.rejected.v1"):
    """A correction of an approved project was rejected, or not admitted; the approved version goes on."""

    project_id: Identity
    filing: int
    reasons: Text
    rejected_by: OfficerId
    institution: Annotated[InstitutionId, Field(description="whose officer rejected it")]
    minutes: Annotated[
        Document | None, Field(description="of the collective decision that did not admit a late one, if it was that")
    ] = None
    interpretation: InterpretationReliedOn = None
    rules_version: RulesVersion
