"""What is said of the cooperating institution's affiliates, whose projects the pool does not cover (9.1)."""

from typing import Annotated, ClassVar

from pydantic import BaseModel, Field

from shared.contracts.documents import Document, DocumentKind, paper
from shared.contracts.envelope import Command, Event
from shared.contracts.examples import CodeOf, NameOf, Party, Spoken, example
from shared.contracts.registry.words import Duty
from shared.contracts.words import InstitutionId, Name, OfficerId, Text, Uscc

_Enterprise = Annotated[Uscc, example(CodeOf(Party.BORROWER))]


class AffiliateParticulars(BaseModel):
    """An affiliate, with evidence."""

    uscc: _Enterprise
    name: Annotated[Name, example(NameOf(Party.BORROWER))]
    relation: Annotated[Text, example("合作机构持股百分之六十")]
    evidence: Annotated[Document, example(paper(DocumentKind.OTHER, "企业信用信息公示报告"))]


class AffiliateEndParticulars(BaseModel):
    """Why an enterprise is no affiliate any more, with evidence."""

    uscc: _Enterprise
    reason: Annotated[Text, example("股权已全部转让")]
    evidence: Annotated[Document, example(paper(DocumentKind.OTHER, "股权变更登记通知书"))]


class RegisterAffiliate(AffiliateParticulars, Command, name="registry.affiliate.register.v1"):
    """Register an affiliate of the cooperating institution, with evidence (9.1).

    The cooperating institution reports its affiliates; the managing institution can add what it has found itself.
    """

    spoken: ClassVar[Spoken] = Spoken("affiliate", Party.COOPERATING, Duty.REPORTING)


class WithdrawAffiliate(AffiliateEndParticulars, Command, name="registry.affiliate.withdraw.v1"):
    """An enterprise is no affiliate any more, with evidence; by whoever registered it, or the managing institution."""

    spoken: ClassVar[Spoken] = Spoken("affiliate withdrawal", Party.COOPERATING, Duty.REPORTING)


class AffiliateRegistered(AffiliateParticulars, Event, name="registry.affiliate.registered.v1"):
    """From now on the pool covers no new project of this enterprise, and those that it has bear a flag.

    The flag of each, which ``registry.project.flagged.v1`` tells of, has this enterprise's code as its number.
    """

    projects_flagged: Annotated[
        int, Field(ge=0, description="how many projects of its have this flag from now on that had none of it")
    ]
    registered_by_institution: InstitutionId
    registered_by: OfficerId


class AffiliateWithdrawn(AffiliateEndParticulars, Event, name="registry.affiliate.withdrawn.v1"):
    """The enterprise is an affiliate no more; what was refused before can be filed again.

    A flag that its registration has set stands until the managing institution lifts it.
    """

    withdrawn_by_institution: InstitutionId
    withdrawn_by: OfficerId
