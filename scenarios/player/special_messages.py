"""Messages with words that stand for others: a total for its components, an institution for its key."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any, Literal
from uuid import UUID

from scenarios.player.message import INSTITUTION_WORDS, MessageWords
from scenarios.player.step_context import NewKey, StepContext
from scenarios.player.words import YesNo
from shared.contracts import claims, ids, treasury
from shared.contracts.envelope import Command
from shared.contracts.examples import HashOf
from shared.contracts.registry import (
    ballots,
    corrections,
    people,
    pools,
    project_life,
    projects,
    rules_versions,
    selections,
)
from shared.contracts.registry.collective_decisions import SubjectKind
from simulator.message_context import NO_INSTRUCTION
from simulator.parties import ADMINISTRATOR, SYSTEM
from simulator.party_messages import Message, Sender
from simulator.samples import sample

_COMPONENTS = (
    "principal_fen",
    "interest_fen",
    "penalty_interest_fen",
    "overdue_interest_fen",
    "overdue_penalty_fen",
    "other_fen",
)


class Founding(MessageWords):
    """What is not said is as it is given."""

    def said(self, context: StepContext) -> dict[str, Any]:
        """The given rules and the planned contributions."""
        said = super().said(context)
        founded_on = said.get("founded_on", context.founded_on)
        rules_said = {"effective_on": founded_on, **context.given.rules_said(), **said.get("rules", {})}
        size_fen = sum(pair.fiscal_fen + pair.social_fen for pair in context.planned)
        return {"contributions": context.planned, "size_fen": size_fen, **said, "rules": rules_said}


class RulesProposal(MessageWords):
    """What is not said of the rules is as it is given."""

    def said(self, context: StepContext) -> dict[str, Any]:
        """The given rules, in their next version."""
        said = super().said(context)
        return {**said, "rules": {**context.given.rules_said(), **said.get("rules", {})}}


class Registration(MessageWords):
    """Confirmed by a second person at once, unless the scenario says that it is not."""

    confirmed: YesNo = True


class _NewKeyWords(MessageWords):
    """A key that is made on the spot, unless one is given; the memory keeps it until it has been accepted."""

    key: str | None = None

    def _new_key(self, context: StepContext, institution: str, officer: str | None) -> str:
        if self.key is not None:
            return self.key
        signer = context.cast.new_signer()
        context.memory.new_key = NewKey(Sender(context.cast.pool_id, institution, officer, signer), signer)
        return signer.public_key


class KeyRotation(_NewKeyWords):
    """Of the one who speaks."""

    def said(self, context: StepContext) -> dict[str, Any]:
        """A new key in the place of the one that signs the message."""
        return {"public_key": self._new_key(context, context.sender.institution, context.sender.officer)}


class OfficerKey(Registration, _NewKeyWords):
    """Of an officer, who signs with it from then on."""

    def said(self, context: StepContext) -> dict[str, Any]:
        """A key for whoever speaks, unless another officer is named."""
        said = super().said(context)
        officer = said.get("officer", context.sender.officer or SYSTEM)
        return {**said, "public_key": self._new_key(context, context.sender.institution, officer)}


class KeyRevocation(Registration, _NewKeyWords):
    """Of an officer, or the system, by the key that the holder began with."""

    institution: Literal[tuple(INSTITUTION_WORDS)] = "lender"  # type: ignore[valid-type]  # known at run time
    holder: str = ADMINISTRATOR
    replaced: YesNo = False

    def said(self, context: StepContext) -> dict[str, Any]:
        """The key by its thumbprint; where it is to be replaced, with the new one and the institution's request."""
        institution, holder = INSTITUTION_WORDS[self.institution], self.holder.replace(" ", "-")
        said = {**super().said(context), "key_id": context.cast.signer(institution, holder).key_id}
        if self.replaced:
            said["replacement"] = {"public_key": self._new_key(context, institution, holder)}
        return said


class Filing(MessageWords):
    """The loan's particulars are the given ones, unless they are said."""

    def command(self, context: StepContext) -> Command:
        """Every day that is not said goes by the disbursement."""
        given, said = context.given.loan, self.said(context)
        loan: dict[str, Any] = {"principal_fen": given.principal}
        loan |= {name: day for name, day in (("contracted_on", given.contracted), ("due_on", given.due)) if day}
        said["loan"] = {**loan, **said.get("loan", {})}
        disbursed_on: date = said["loan"].get("disbursed_on", context.loan.disbursed_on)
        return sample(self.becomes, replace(context, loan=replace(context.loan, disbursed_on=disbursed_on)), said)


class OnQuestion(MessageWords):
    """What is bound to the bytes of the message that put the question: the latest one, or one named by the scenario."""

    on: Literal["selection", "filing", "correction", "drawdown"] = "selection"
    selection: str = "XZ-1"

    def said(self, context: StepContext) -> dict[str, Any]:
        """The project at hand, or the selection with this number, and the hash of the question."""
        put_by, kind = _QUESTIONS[self.on]
        what: dict[str, Any] = {"project_id": context.loan.project_id, "entry_id": None}
        if kind is SubjectKind.SELECTION:
            what = {"entry_id": ids.entry_id(context.cast.pool_id, "selection", self.selection)}
        return {**what, "subject_kind": kind, "subject_sha256": HashOf(put_by.message_type), **super().said(context)}


class LossNotice(MessageWords):
    """A total alone is principal as far as the loan goes, and interest above it."""

    def said(self, context: StepContext) -> dict[str, Any]:
        """The components that are named are all there is, and all of the loss is claimed."""
        said = super().said(context)
        loss: dict[str, Any] = said.get("loss", {})
        if any(name in loss for name in _COMPONENTS):
            loss = {**dict.fromkeys(_COMPONENTS, 0), **loss}
            loss.setdefault("total_fen", sum(loss[name] for name in _COMPONENTS))
        elif "total_fen" in loss:
            principal_fen = min(loss["total_fen"], context.given.loan.principal)
            loss = {**loss, "principal_fen": principal_fen, "interest_fen": loss["total_fen"] - principal_fen}
        claimed = {"claimed_fen": loss["total_fen"]} if "total_fen" in loss else {}
        return {**claimed, **said, "loss": loss}


class OnInstruction(MessageWords):
    """The bank's answer to an instruction: the oldest open one, or the last one that was given."""

    instruction: Literal["open", "last", "unknown"] = "open"

    def said(self, context: StepContext) -> dict[str, Any]:
        """The instruction and its amount; one that nobody gave where there is none."""
        given, still_open = list(context.pool.instructions.values()), context.pool.open_instructions()
        chosen = {"open": still_open[:1], "last": given[-1:], "unknown": []}[self.instruction]
        nothing: Message = {"instruction_id": str(NO_INSTRUCTION), "amount_fen": 1}
        answered = next(iter(chosen), nothing)
        said: dict[str, Any] = {"instruction_id": UUID(answered["instruction_id"])}
        if "amount_fen" in self.becomes.model_fields:
            said["amount_fen"] = answered["amount_fen"]
        return {**said, **super().said(context)}


# What is decided collectively: the command that puts the question, and the kind of its subject.
_QUESTIONS: Mapping[str, tuple[type[Command], SubjectKind]] = {
    "selection": (selections.RecommendCandidate, SubjectKind.SELECTION),
    "filing": (projects.FileProject, SubjectKind.LATE_FILING),
    "correction": (corrections.CorrectProject, SubjectKind.LATE_CORRECTION),
    "drawdown": (project_life.FileDrawdown, SubjectKind.LATE_DRAWDOWN),
}

SPECIAL: Mapping[type[Command], type[MessageWords]] = {
    pools.FoundPool: Founding,
    rules_versions.ProposeRules: RulesProposal,
    people.RotateKey: KeyRotation,
    people.RegisterOfficer: Registration,
    people.ChangeDuties: Registration,
    people.EndOfficer: Registration,
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
