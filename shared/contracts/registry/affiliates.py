"""What is said of the cooperating institution's affiliates, whose projects the pool does not cover (9.1)."""

from typing import ClassVar

from shared.contracts.documents import Document
from shared.contracts.envelope import Command, Event
from shared.contracts.words import InstitutionId, Name, OfficerId, Text, Uscc


class RegisterAffiliate(Command):
    """Register an affiliate of the cooperating institution, with evidence (9.1).

    The cooperating institution reports its affiliates; the managing institution can add what it has found itself.
    """

    message_type: ClassVar[str] = "registry.affiliate.register.v1"

    uscc: Uscc
    name: Name
    relation: Text
    evidence: Document


class WithdrawAffiliate(Command):
    """An enterprise is no affiliate any more, with evidence; by whoever registered it, or the managing institution."""

    message_type: ClassVar[str] = "registry.affiliate.withdraw.v1"

    uscc: Uscc
    reason: Text
    evidence: Document


class AffiliateRegistered(Event):
    """From now on the pool covers no new project of this enterprise."""

    message_type: ClassVar[str] = "registry.affiliate.registered.v1"

    uscc: Uscc
    name: Name
    relation: Text
    evidence: Document
    registered_by_institution: InstitutionId
    registered_by: OfficerId


class AffiliateWithdrawn(Event):
    """The enterprise is an affiliate no more; what was refused before can be filed again."""

    message_type: ClassVar[str] = "registry.affiliate.withdrawn.v1"

    uscc: Uscc
    reason: Text
    evidence: Document
    withdrawn_by_institution: InstitutionId
    withdrawn_by: OfficerId
