"""Messages with words that stand for others: a total for its components, an institution for its key."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any, Literal
from uuid import UUID

from scenarios.player.message import INSTITUTION_WORDS, MessageWords
from scenarios.player.scene import NewKey, Scene
from scenarios.player.words import YesNo
from shared.contracts import claims, ids, treasury
from shared.contracts.envelope import Command
from shared.contracts.examples import HashOf
from shared.contracts.registry import ballots, corrections, people, pools, project_life, projects, rules, selections
from shared.contracts.registry.collective_decisions import SubjectKind
from simulator.parties import ADMINISTRATOR, SYSTEM
from simulator.party_messages import Message, Sender
from simulator.samples import sample
from simulator.surroundings import NO_INSTRUCTION

_COMPONENTS = (
    "principal_fen",
    "interest_fen",
    "penalty_interest_fen",
    "overdue_interest_fen",
    "overdue_penalty_fen",
    "other_fen",
)


class Founding(MessageWords):
    """What is not said is as the prelude has it."""

    def said(self, scene: Scene) -> dict[str, Any]:
        """The prelude's rules and its planned contributions."""
        said = super().said(scene)
        founded_on = said.get("founded_on", scene.founded_on)
        rules_said = {"effective_on": founded_on, **scene.prelude.rules_said(), **said.get("rules", {})}
        size_fen = sum(pair.fiscal_fen + pair.social_fen for pair in scene.planned)
        return {"contributions": scene.planned, "size_fen": size_fen, **said, "rules": rules_said}


class RulesProposal(MessageWords):
    """What is not said of the rules is as the prelude has it."""

    def said(self, scene: Scene) -> dict[str, Any]:
        """The prelude's rules, in their next version."""
        said = super().said(scene)
        return {**said, "rules": {**scene.prelude.rules_said(), **said.get("rules", {})}}


class Registration(MessageWords):
    """Confirmed by a second person at once, unless the scenario says that it is not."""

    confirmed: YesNo = True


class _NewKeyWords(MessageWords):
    """A key that is made on the spot, unless one is given; the scene's memory keeps it until it has been accepted."""

    key: str | None = None

    def _new_key(self, scene: Scene, institution: str, officer: str | None) -> str:
        if self.key is not None:
            return self.key
        signer = scene.cast.new_signer()
        scene.memory.new_key = NewKey(Sender(scene.cast.pool_id, institution, officer, signer), signer)
        return signer.public_key


class KeyRotation(_NewKeyWords):
    """Of the one who speaks."""

    def said(self, scene: Scene) -> dict[str, Any]:
        """A new key in the place of the one that signs the message."""
        return {"public_key": self._new_key(scene, scene.sender.institution, scene.sender.officer)}


class OfficerKey(Registration, _NewKeyWords):
    """Of an officer, who signs with it from then on."""

    def said(self, scene: Scene) -> dict[str, Any]:
        """A key for whoever speaks, unless another officer is named."""
        said = super().said(scene)
        officer = said.get("officer", scene.sender.officer or SYSTEM)
        return {**said, "public_key": self._new_key(scene, scene.sender.institution, officer)}


class KeyRevocation(Registration, _NewKeyWords):
    """Of an officer, or the system, by the key that the holder began with."""

    institution: Literal[tuple(INSTITUTION_WORDS)] = "lender"  # type: ignore[valid-type]  # known at run time
    holder: str = ADMINISTRATOR
    replaced: YesNo = False

    def said(self, scene: Scene) -> dict[str, Any]:
        """The key by its thumbprint; where it is to be replaced, with the new one and the institution's request."""
        institution, holder = INSTITUTION_WORDS[self.institution], self.holder.replace(" ", "-")
        said = {**super().said(scene), "key_id": scene.cast.signer(institution, holder).key_id}
        if self.replaced:
            said["replacement"] = {"public_key": self._new_key(scene, institution, holder)}
        return said


class Filing(MessageWords):
    """The loan's particulars are the prelude's, unless they are said."""

    def command(self, scene: Scene) -> Command:
        """Every day that is not said goes by the disbursement."""
        given, said = scene.prelude.loan, self.said(scene)
        loan: dict[str, Any] = {"principal_fen": given.principal}
        loan |= {name: day for name, day in (("contracted_on", given.contracted), ("due_on", given.due)) if day}
        said["loan"] = {**loan, **said.get("loan", {})}
        disbursed_on: date = said["loan"].get("disbursed_on", scene.loan.disbursed_on)
        return sample(self.becomes, replace(scene, loan=replace(scene.loan, disbursed_on=disbursed_on)), said)


class OnQuestion(MessageWords):
    """What is bound to the bytes of the message that put the question: the latest one, or one named by the scenario."""

    on: Literal["selection", "filing", "correction", "drawdown"] = "selection"
    selection: str = "XZ-1"

    def said(self, scene: Scene) -> dict[str, Any]:
        """The project at hand, or the selection with this number, and the hash of the question."""
        put_by, kind = _QUESTIONS[self.on]
        what: dict[str, Any] = {"project_id": scene.loan.project_id, "entry_id": None}
        if kind is SubjectKind.SELECTION:
            what = {"entry_id": ids.entry_id(scene.cast.pool_id, "selection", self.selection)}
        return {**what, "subject_kind": kind, "subject_sha256": HashOf(put_by.message_type), **super().said(scene)}


class LossNotice(MessageWords):
    """A total alone is principal as far as the loan goes, and interest above it."""

    def said(self, scene: Scene) -> dict[str, Any]:
        """The components that are named are all there is, and all of the loss is claimed."""
        said = super().said(scene)
        loss: dict[str, Any] = said.get("loss", {})
        if any(name in loss for name in _COMPONENTS):
            loss = {**dict.fromkeys(_COMPONENTS, 0), **loss}
            loss.setdefault("total_fen", sum(loss[name] for name in _COMPONENTS))
        elif "total_fen" in loss:
            principal_fen = min(loss["total_fen"], scene.prelude.loan.principal)
            loss = {**loss, "principal_fen": principal_fen, "interest_fen": loss["total_fen"] - principal_fen}
        claimed = {"claimed_fen": loss["total_fen"]} if "total_fen" in loss else {}
        return {**claimed, **said, "loss": loss}


class OnInstruction(MessageWords):
    """The bank's answer to an instruction: the oldest open one, or the last one that was given."""

    instruction: Literal["open", "last", "unknown"] = "open"

    def said(self, scene: Scene) -> dict[str, Any]:
        """The instruction and its amount; one that nobody gave where there is none."""
        given, still_open = list(scene.pool.instructions.values()), scene.pool.open_instructions()
        chosen = {"open": still_open[:1], "last": given[-1:], "unknown": []}[self.instruction]
        nothing: Message = {"instruction_id": str(NO_INSTRUCTION), "amount_fen": 1}
        answered = next(iter(chosen), nothing)
        said: dict[str, Any] = {"instruction_id": UUID(answered["instruction_id"])}
        if "amount_fen" in self.becomes.model_fields:
            said["amount_fen"] = answered["amount_fen"]
        return {**said, **super().said(scene)}


# What is decided collectively: the command that puts the question, and the kind of its subject.
_QUESTIONS: Mapping[str, tuple[type[Command], SubjectKind]] = {
    "selection": (selections.RecommendCandidate, SubjectKind.SELECTION),
    "filing": (projects.FileProject, SubjectKind.LATE_FILING),
    "correction": (corrections.CorrectProject, SubjectKind.LATE_CORRECTION),
    "drawdown": (project_life.FileDrawdown, SubjectKind.LATE_DRAWDOWN),
}

SPECIAL: Mapping[type[Command], type[MessageWords]] = {
    pools.FoundPool: Founding,
    rules.ProposeRules: RulesProposal,
    people.RotateKey: KeyRotation,
    people.RegisterOfficer: Registration,
    people.ChangeDuties: Registration,
    people.RegisterSystemKey: Registration,
    pools.RegisterInstitution: Registration,
    people.RegisterOfficerKey: OfficerKey,
    people.RevokeKey: KeyRevocation,
    projects.FileProject: Filing,
    corrections.CorrectProject: Filing,
    ballots.OpenBallot: OnQuestion,
    ballots.CastVote: OnQuestion,
    ballots.RecuseMember: OnQuestion,
    ballots.CloseBallot: OnQuestion,
    claims.NotifyLoss: LossNotice,
    treasury.ConfirmPayment: OnInstruction,
    treasury.RejectPayment: OnInstruction,
}
