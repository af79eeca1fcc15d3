"""Messages to the registry about officers who change and leave, and about keys that are lost."""

from typing import Annotated, ClassVar, Literal

from scenarios.player.message import COOPERATING_WORD, INSTITUTION_WORDS, MANAGING_WORD, MessageWords
from scenarios.player.scene import NewKey, Scene
from scenarios.player.words import Instant, Listed, YesNo, choice
from shared.contracts.documents import DocumentKind
from shared.contracts.envelope import Command
from shared.contracts.registry import people, words
from shared.messaging.signatures import Signer, new_private_key
from simulator import papers
from simulator.parties import ADMINISTRATOR, SYSTEM
from simulator.party_messages import Sender

InstitutionWord = Literal[
    "managing institution", "cooperating institution", "supervising bank", "lender", "guarantor", "other lender"
]


class DutyChange(MessageWords):
    """Give an officer of one's own institution other duties."""

    word: ClassVar[str] = "change of duties"
    who: ClassVar[str] = f"{COOPERATING_WORD}/administrator"
    becomes: ClassVar[type[Command]] = people.ChangeDuties
    changes_who_acts: ClassVar[bool] = True

    officer: str = "reviewer"
    duties: Annotated[tuple[Annotated[words.Duty, choice(words.Duty)], ...], Listed] = (words.Duty.VERIFICATION,)

    def command(self, scene: Scene) -> people.ChangeDuties:
        """All the duties that the officer is to have."""
        del scene
        return people.ChangeDuties(officer=self.officer.replace(" ", "-"), duties=self.duties)


class OfficerEnd(MessageWords):
    """An officer of one's own institution leaves."""

    word: ClassVar[str] = "end of officer"
    who: ClassVar[str] = f"{COOPERATING_WORD}/administrator"
    becomes: ClassVar[type[Command]] = people.EndOfficer
    changes_who_acts: ClassVar[bool] = True

    officer: str = "reviewer"
    reason: str = "调离"

    def command(self, scene: Scene) -> people.EndOfficer:
        """The officer by its id."""
        del scene
        return people.EndOfficer(officer=self.officer.replace(" ", "-"), reason=self.reason)


class OfficerKey(MessageWords):
    """Register a further key for an officer, who signs with it from then on."""

    word: ClassVar[str] = "officer key"
    who: ClassVar[str] = f"{COOPERATING_WORD}/administrator"
    becomes: ClassVar[type[Command]] = people.RegisterOfficerKey
    changes_who_acts: ClassVar[bool] = True

    officer: str | None = None
    valid_until: Instant | None = None

    def command(self, scene: Scene) -> people.RegisterOfficerKey:
        """A key made on the spot, for whoever speaks unless another officer is named."""
        sender = scene.sender
        officer = self.officer.replace(" ", "-") if self.officer else sender.officer or SYSTEM
        signer = Signer(new_private_key())
        scene.memory.new_key = NewKey(Sender(sender.pool_id, sender.institution, officer, signer), signer)
        return people.RegisterOfficerKey(officer=officer, public_key=signer.public_key, valid_until=self.valid_until)


class KeyRevocation(MessageWords):
    """Revoke the key that an officer, or the system, of an institution began with."""

    word: ClassVar[str] = "key revocation"
    who: ClassVar[str] = f"{MANAGING_WORD}/administrator"
    becomes: ClassVar[type[Command]] = people.RevokeKey
    changes_who_acts: ClassVar[bool] = True

    institution: InstitutionWord = "lender"
    holder: str = ADMINISTRATOR
    reason: str = "密钥介质遗失"
    exposed_since: Instant | None = None
    replaced: YesNo = False

    def command(self, scene: Scene) -> people.RevokeKey:
        """The key by its thumbprint; where it is to be replaced, with the new one and the institution's request."""
        institution, holder = INSTITUTION_WORDS[self.institution], self.holder.replace(" ", "-")
        replacement = None
        if self.replaced:
            signer = Signer(new_private_key())
            scene.memory.new_key = NewKey(Sender(scene.sender.pool_id, institution, holder, signer), signer)
            request = papers.document(DocumentKind.OTHER, "更换管理员密钥的公函")
            replacement = people.KeyReplacement(public_key=signer.public_key, request=request)
        return people.RevokeKey(
            key_id=scene.cast.signer(institution, holder).key_id,
            reason=self.reason,
            exposed_since=self.exposed_since,
            replacement=replacement,
        )


MESSAGES: tuple[type[MessageWords], ...] = (DutyChange, OfficerEnd, OfficerKey, KeyRevocation)
