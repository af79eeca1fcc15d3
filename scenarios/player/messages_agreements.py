"""Messages to the registry about agreements made after the founding."""

from typing import ClassVar

from scenarios.player.message import COOPERATING_WORD, MANAGING_WORD, MessageWords
from scenarios.player.scene import Scene
from scenarios.player.words import Day, YesNo
from shared.contracts.documents import DocumentKind
from shared.contracts.envelope import Command
from shared.contracts.registry.agreements import ConsentToAgreement, RecordAgreement
from simulator import papers
from simulator.parties import COOPERATING, SUPERVISING_BANK


class AgreementRecord(MessageWords):
    """Record a further agreement or an amendment."""

    word: ClassVar[str] = "agreement"
    who: ClassVar[str] = f"{MANAGING_WORD}/overseer"
    becomes: ClassVar[type[Command]] = RecordAgreement

    number: str = "补充-1"
    with_bank: YesNo = False
    signed: Day | None = None
    amends: str | None = None
    operating_from: Day | None = None
    operating_until: Day | None = None
    minutes: YesNo = False

    def command(self, scene: Scene) -> RecordAgreement:
        """Signed today, unless another day is said."""
        return RecordAgreement(
            number=self.number,
            institution=SUPERVISING_BANK if self.with_bank else COOPERATING,
            signed_on=self.signed or scene.today,
            document=papers.document(DocumentKind.AGREEMENT, f"协议 {self.number}"),
            amends=self.amends,
            operating_from=self.operating_from,
            operating_until=self.operating_until,
            decision=papers.document(DocumentKind.MINUTES, "继续合作决定会议纪要") if self.minutes else None,
        )


class AgreementConsent(MessageWords):
    """Consent to an agreement with the supervising bank."""

    word: ClassVar[str] = "agreement consent"
    who: ClassVar[str] = f"{COOPERATING_WORD}/administrator"
    becomes: ClassVar[type[Command]] = ConsentToAgreement

    number: str = "补充-1"

    def command(self, scene: Scene) -> ConsentToAgreement:
        """What is said, as it is."""
        del scene
        return ConsentToAgreement(number=self.number)


MESSAGES: tuple[type[MessageWords], ...] = (AgreementRecord, AgreementConsent)
