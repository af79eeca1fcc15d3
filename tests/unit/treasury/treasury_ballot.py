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
from shared.contracts.documents import Document, DocumentKind
from shared.contracts.registry.collective_decisions import SubjectKind
from shared.contracts.registry.words import Vote
from tests.unit.treasury.treasury_factories import (
    CLOSES_AT,
    COOPERATING,
    MANAGING,
    MEMBERS,
    PROJECT_ID,
    SHARE_FEN,
    Signed,
    originals_of,
    sign,
)

KIND = SubjectKind.REIMBURSEMENT


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


MINUTES = Document(kind=DocumentKind.MINUTES, title="会议纪要", sha256="ab" * 32)


def vote_of(
    member: str, application_sha256: str, vote: Vote = Vote.FOR, institution: str = MANAGING, signing: Any = sign
) -> Signed[CastVote]:
    return signing(
        CastVote(
            project_id=PROJECT_ID,
            subject_kind=KIND,
            subject_sha256=application_sha256,
            vote=vote,
        ),
        institution,
        member,
    )


def approval(
    amount_fen: int = SHARE_FEN // 2,
    voting: Sequence[tuple[str, Vote]] = tuple((member, Vote.FOR) for member in MEMBERS[:4]),
    recused: Sequence[str] = (),
    members: tuple[str, ...] = MEMBERS,
    closes_at: datetime = CLOSES_AT,
    signing: Any = sign,
) -> Approval:
    """An approval as it should be, but for what is given."""
    application = signing(
        ApplyForReimbursement(project_id=PROJECT_ID, compensation=1, amount_fen=amount_fen, documents=()),
        COOPERATING,
        "applicant",
    )
    sha256 = application.sha256
    opening = signing(
        OpenBallot(
            project_id=PROJECT_ID, subject_kind=KIND, subject_sha256=sha256, members=members, closes_at=closes_at
        ),
        MANAGING,
        "keeper",
    )
    votes = tuple(vote_of(member, sha256, vote, signing=signing) for member, vote in voting)
    recusals = tuple(
        signing(
            RecuseMember(
                project_id=PROJECT_ID,
                subject_kind=KIND,
                subject_sha256=sha256,
                reason="interest",
            ),
            MANAGING,
            member,
        )
        for member in recused
    )
    closing = signing(
        CloseBallot(
            project_id=PROJECT_ID,
            subject_kind=KIND,
            subject_sha256=sha256,
            minutes=MINUTES,
        ),
        MANAGING,
        "keeper",
    )
    return Approval(application, opening, votes, recusals, closing)
