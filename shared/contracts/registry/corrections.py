"""What is said of a filing that is corrected: the correction as a new version, and what becomes of it (5.4, 16.1)."""

from typing import Annotated, ClassVar

from pydantic import Field

from shared.contracts.documents import Document
from shared.contracts.envelope import Command, Event
from shared.contracts.examples import FromContext, Party, Spoken, example
from shared.contracts.money import Fen
from shared.contracts.registry.projects import ApprovedFiling, CompleteFiling, FiledVersion, FilingData, ProjectTerms
from shared.contracts.registry.words import Duty, InterpretationReliedOn, RulesVersion
from shared.contracts.words import Day, Identity, InstitutionId, OfficerId, ProjectId, Text


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
        example(FromContext.FILING),
    ]
    reasons: Annotated[Text, example("备案信息有误")]


class ProjectCorrected(FiledVersion, CompleteFiling, Event, name="registry.project.corrected.v1"):
    """A correction is complete and waits for the managing institution; a late one first for its admission."""

    project_id: Identity
    corrects: int
    approved_filing: Annotated[
        int | None,
        Field(description="the version that counts until this one is approved; none where nothing was approved yet"),
    ] = None
    reasons: Text
    institution: Annotated[InstitutionId, Field(description="whose officer filed it")]
    corrected_on: Day
    terms: ProjectTerms
    rules_version: RulesVersion


class CorrectionApproved(ApprovedFiling, Event, name="registry.correction.approved.v1"):
    """A correction of an approved project is approved: its version counts now; carries all that a claim needs."""

    replaces: Annotated[int, Field(description="the version that counted until now")]
    institution: Annotated[InstitutionId, Field(description="whose officer approved it")]
    covered_principal_before_fen: Annotated[Fen, Field(description="by the version that counted until now")]


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
