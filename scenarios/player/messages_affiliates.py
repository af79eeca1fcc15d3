"""Messages to the registry about the cooperating institution's affiliates."""

from typing import ClassVar

from scenarios.player.message import COOPERATING_WORD, MessageWords
from scenarios.player.scene import Scene
from shared.contracts.documents import DocumentKind
from shared.contracts.envelope import Command
from shared.contracts.registry.affiliates import RegisterAffiliate, WithdrawAffiliate
from simulator import papers


class Affiliate(MessageWords):
    """Register an affiliate of the cooperating institution."""

    word: ClassVar[str] = "affiliate"
    who: ClassVar[str] = f"{COOPERATING_WORD}/reporting officer"
    becomes: ClassVar[type[Command]] = RegisterAffiliate

    code: str = papers.USCC[papers.BORROWER]
    name: str | None = None
    relation: str = "合作机构持股百分之六十"

    def command(self, scene: Scene) -> RegisterAffiliate:
        """The borrower itself, unless it is to be another enterprise."""
        return RegisterAffiliate(
            uscc=self.code,
            name=self.name or papers.name_of(scene.cast, papers.BORROWER),
            relation=self.relation,
            evidence=papers.document(DocumentKind.OTHER, "企业信用信息公示报告"),
        )


class AffiliateWithdrawal(MessageWords):
    """An enterprise is no affiliate any more."""

    word: ClassVar[str] = "affiliate withdrawal"
    who: ClassVar[str] = f"{COOPERATING_WORD}/reporting officer"
    becomes: ClassVar[type[Command]] = WithdrawAffiliate

    code: str = papers.USCC[papers.BORROWER]
    reason: str = "股权已全部转让"

    def command(self, scene: Scene) -> WithdrawAffiliate:
        """The enterprise by its code."""
        del scene
        evidence = papers.document(DocumentKind.OTHER, "股权变更登记通知书")
        return WithdrawAffiliate(uscc=self.code, reason=self.reason, evidence=evidence)


MESSAGES: tuple[type[MessageWords], ...] = (Affiliate, AffiliateWithdrawal)
