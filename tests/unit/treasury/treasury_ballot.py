"""The collective decision on a reimbursement, as the treasury's tests tell it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.treasury.domain.signed_originals import SignedOriginals
from shared.contracts import ids
from shared.contracts.claims import (
    ApplyForReimbursement,
    CastVote,
    CloseBallot,
    OpenBallot,
    RecuseMember,
    ReimbursementApproved,
)
from shared.contracts.examples import SHARE_FEN, HashOf
from shared.contracts.registry.words import Vote
from simulator.message_context import MessageContext
from simulator.samples import sample
from tests.unit.treasury.treasury_factories import (
    CLOSES_AT,
    COOPERATING,
    HERE,
    MANAGING,
    MEMBERS,
    Signed,
    here,
    originals_of,
    sign,
)


@dataclass(frozen=True)
class Approval:
    """An approved reimbursement with its signed messages."""

    application: Signed[ApplyForReimbursement]
    opening: Signed[OpenBallot]
    votes: tuple[Signed[CastVote], ...]
    recusals: tuple[Signed[RecuseMember], ...]
    closing: Signed[CloseBallot]

    @property
    def originals(self) -> SignedOriginals:
        return originals_of(self.application, self.opening, *self.votes, *self.recusals, self.closing)

    def approved(self, **changes: Any) -> ReimbursementApproved:
        applied, closed = self.application.received.data, self.closing.received.data
        values = {
            "project_id": applied.project_id,
            "compensation": applied.compensation,
            "compensation_id": ids.compensation_id(applied.project_id, applied.compensation),
            "application_sha256": self.application.sha256,
            "amount_fen": applied.amount_fen,
            "minutes": closed.minutes,
            "application": self.application.original,
            "opening": self.opening.original,
            "votes": tuple(vote.original for vote in self.votes),
            "recusals": tuple(recusal.original for recusal in self.recusals),
            "closing": self.closing.original,
            "rules_version": 1,
            "registry_seq": 0,
        }
        return ReimbursementApproved(**{**values, **changes})


def _on(application_sha256: str) -> MessageContext:
    """Where a ballot is held on the application with these bytes."""
    return here({HashOf(ApplyForReimbursement.message_type): application_sha256})


def vote_of(
    member: str, application_sha256: str, vote: Vote = Vote.FOR, institution: str = MANAGING, signing: Any = sign
) -> Signed[CastVote]:
    return signing(sample(CastVote, _on(application_sha256), {"vote": vote}), institution, member)


def approval(
    amount_fen: int = SHARE_FEN // 2,
    voting: Sequence[tuple[str, Vote]] = tuple((member, Vote.FOR) for member in MEMBERS[:4]),
    recused: Sequence[str] = (),
    members: tuple[str, ...] = MEMBERS,
    closes_at: datetime = CLOSES_AT,
    signing: Any = sign,
) -> Approval:
    """An approval as it should be, but for what is given."""
    application = signing(sample(ApplyForReimbursement, HERE, {"amount_fen": amount_fen}), COOPERATING, "applicant")
    ballot = _on(application.sha256)
    opening = signing(sample(OpenBallot, ballot, {"members": members, "closes_at": closes_at}), MANAGING, "keeper")
    votes = tuple(vote_of(member, application.sha256, vote, signing=signing) for member, vote in voting)
    recusals = tuple(signing(sample(RecuseMember, ballot), MANAGING, member) for member in recused)
    closing = signing(sample(CloseBallot, ballot), MANAGING, "keeper")
    return Approval(application, opening, votes, recusals, closing)
