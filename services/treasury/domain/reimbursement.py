"""Whether an approved reimbursement is borne out by the signed votes, counted again here."""

from dataclasses import dataclass
from datetime import datetime

from services.treasury.domain.books import Books, ReimbursementAccepted
from services.treasury.domain.case import Case, Compensation, Mandate, mandate_id
from services.treasury.domain.payout import duty_of, excluded_in_time, missing_of_officer, missing_of_pool
from services.treasury.domain.pool import Founding, Pool
from services.treasury.domain.rules import article_15_reimbursement as article_15
from services.treasury.domain.rules.article_03_pool import (
    refuse_unless_facts_are_of_one_pool,
    refuse_unless_facts_are_of_one_project,
)
from services.treasury.domain.rules.article_04_roles import refuse_unless_originals_are_genuine
from services.treasury.domain.rules.article_04_signers import refuse_unless_signer_has_duty
from services.treasury.domain.rules.article_10_pool_share import due_from_fiscal_fen
from services.treasury.domain.signed_originals import SignedOriginals
from shared.contracts.claims import (
    ApplyForReimbursement,
    CastVote,
    CloseBallot,
    OpenBallot,
    RecuseMember,
    ReimbursementApproved,
)
from shared.contracts.documents import SignedMessage
from shared.contracts.envelope import Command
from shared.contracts.received import Received
from shared.contracts.refusals import Refusal
from shared.contracts.registry.rules import BallotRules
from shared.contracts.registry.words import Duty
from shared.contracts.treasury import Leg
from shared.decisions.checks import first_fault
from shared.decisions.duties_exercised import DutyExercised
from shared.decisions.tally import Ballot, Tally, tally


@dataclass(frozen=True, slots=True)
class SignedDecision:
    """The signed messages of a collective decision, read."""

    application: Received[ApplyForReimbursement]
    opening: Received[OpenBallot]
    votes: tuple[Received[CastVote], ...]
    recusals: tuple[Received[RecuseMember], ...]
    closing: Received[CloseBallot]

    def ballot_acts(self) -> tuple[Received[article_15.BallotAct], ...]:
        """All but the application, in the order in which they were signed."""
        return (self.opening, *self.votes, *self.recusals, self.closing)

    def all(self) -> tuple[Received[Command], ...]:
        """All of them."""
        return (self.application, *self.ballot_acts())


def authority_of(data: ReimbursementApproved) -> tuple[SignedMessage, ...]:
    """The signed messages that the decision rests on."""
    return (data.application, data.opening, *data.votes, *data.recusals, data.closing)


def missing_before_reimbursement(
    books: Books, data: ReimbursementApproved, originals: SignedOriginals
) -> tuple[str, ...]:
    """The names of what this approval can't be verified without and was not observed yet."""
    missing = [*missing_of_pool(books.pool, data), *originals.keys_missing(authority_of(data))]
    if books.case(data.project_id).project is None:
        missing.append(f"project/{data.project_id}")
    read: list[Received[Command] | None] = [
        originals.read(data.application, ApplyForReimbursement),
        originals.read(data.opening, OpenBallot),
        *(originals.read(vote, CastVote) for vote in data.votes),
        *(originals.read(recusal, RecuseMember) for recusal in data.recusals),
        originals.read(data.closing, CloseBallot),
    ]
    for original in read:
        missing.extend(missing_of_officer(books.pool, original))
    opening = originals.read(data.opening, OpenBallot)
    if opening is not None and books.pool.founding is not None:
        managing = books.pool.founding.managing_institution
        missing.extend(
            f"officer/{managing}/{member}"
            for member in opening.data.members
            if not books.pool.knows_officer(managing, member)
        )
    return tuple(dict.fromkeys(missing))


def verify_reimbursement(
    books: Books, approved: Received[ReimbursementApproved], originals: SignedOriginals
) -> ReimbursementAccepted | Refusal:
    """The reimbursement accepted, or the first refusal; nothing of ``missing_before_reimbursement`` may be missing."""
    data = approved.data
    case, founding = books.case(data.project_id), books.pool.founding
    assert case.project is not None
    assert founding is not None
    signed = _read(data, originals)
    if isinstance(signed, Refusal):
        return signed
    refused = _first_refusal(books.pool, founding, data, signed) or article_15.refuse_unless_decision_has_passed(
        _counted_again(approved, books.pool.rules_at(signed.opening.received_at).ballot, signed)
    )
    if refused is not None:
        return refused
    exercised = _signed_duties(signed)
    refused = excluded_in_time(books.pool, case.duties_exercised, exercised, approved.received_at)
    if refused is not None:
        return refused
    compensation = case.compensations.get(data.compensation_id)
    amount_fen = 0
    if compensation is not None:
        due_fen = due_now_fen(case, compensation)
        amount_fen = article_15.reimbursable_fen(signed.application.data.amount_fen, due_fen)
    refused = article_15.refuse_unless_reimbursement_is_due(amount_fen)
    if refused is not None:
        return refused
    return ReimbursementAccepted(_mandate(case, data, signed, amount_fen), tuple(each for each, _ in exercised))


def due_now_fen(case: Case, compensation: Compensation) -> int:
    """What the fiscal account owes on this compensation: whatever is reserved or queued for it counts as reimbursed."""
    taken_fen = case.reimbursement_taken_fen(compensation.compensation_id)
    return due_from_fiscal_fen(
        compensation.paid_fen, compensation.committed_before_fen, taken_fen, compensation.loss_ratio
    )


def _read(data: ReimbursementApproved, originals: SignedOriginals) -> SignedDecision | Refusal:
    application = originals.read(data.application, ApplyForReimbursement)
    opening, closing = originals.read(data.opening, OpenBallot), originals.read(data.closing, CloseBallot)
    votes = tuple(originals.read(vote, CastVote) for vote in data.votes)
    recusals = tuple(originals.read(recusal, RecuseMember) for recusal in data.recusals)
    read = (
        ("application", application),
        ("opening", opening),
        *((f"vote {place}", vote) for place, vote in enumerate(votes, start=1)),
        *((f"recusal {place}", recusal) for place, recusal in enumerate(recusals, start=1)),
        ("closing", closing),
    )
    refused = refuse_unless_originals_are_genuine(tuple(name for name, original in read if original is None))
    if refused is not None:
        return refused
    assert application is not None
    assert opening is not None
    assert closing is not None
    return SignedDecision(
        application,
        opening,
        tuple(vote for vote in votes if vote is not None),
        tuple(recusal for recusal in recusals if recusal is not None),
        closing,
    )


def _first_refusal(
    pool: Pool, founding: Founding, data: ReimbursementApproved, signed: SignedDecision
) -> Refusal | None:
    """The first thing that is wrong, who signed what before what it says."""
    managing, members = founding.managing_institution, signed.opening.data.members
    return first_fault(
        refuse_unless_facts_are_of_one_pool(pool.pool_id, signed.all()),
        article_15.refuse_unless_approval_is_the_applications(data, signed.application),
        refuse_unless_facts_are_of_one_project(data.project_id, (signed.application, *signed.ballot_acts())),
        refuse_unless_signer_has_duty(
            pool, signed.application, founding.cooperating_institution, Duty.APPLICATION, "15.2"
        ),
        article_15.refuse_unless_ballot_is_on_this_application(signed.application, signed.ballot_acts()),
        refuse_unless_signer_has_duty(pool, signed.opening, managing, Duty.BALLOT, "15.2"),
        refuse_unless_signer_has_duty(pool, signed.closing, managing, Duty.BALLOT, "15.2"),
        article_15.refuse_unless_members_may_vote(pool, members, signed.opening.received_at),
        article_15.refuse_unless_votes_are_members_own(pool, members, signed.votes, signed.recusals),
    )


def _counted_again(approved: Received[ReimbursementApproved], rules: BallotRules, signed: SignedDecision) -> Tally:
    """The tally under the rules of the opening; the approval came after the closing, so its time is enough."""
    ballot = Ballot(
        members=signed.opening.data.members,
        recused=tuple(_officer(recusal) for recusal in signed.recusals),
        votes=tuple((_officer(vote), vote.data.vote) for vote in signed.votes),
        closes_at=signed.opening.data.closes_at,
    )
    return tally(ballot, rules, approved.received_at)


def _signed_duties(signed: SignedDecision) -> tuple[tuple[DutyExercised, datetime], ...]:
    """Whoever applied, opened, voted and closed, with the time of each one's intake; who recuses exercises none."""
    signatures: tuple[tuple[Received[Command], Duty], ...] = (
        (signed.application, Duty.APPLICATION),
        (signed.opening, Duty.BALLOT),
        *((vote, Duty.VOTE) for vote in signed.votes),
        (signed.closing, Duty.BALLOT),
    )
    return tuple((duty_of(original, duty), original.received_at) for original, duty in signatures)


def _officer(original: Received[Command]) -> str:
    assert original.acting is not None, "the votes were checked to be the members' own"
    assert original.acting.officer is not None, "the votes were checked to be the members' own"
    return original.acting.officer


def _mandate(case: Case, data: ReimbursementApproved, signed: SignedDecision, amount_fen: int) -> Mandate:
    earlier = [
        mandate
        for mandate in case.mandates.values()
        if mandate.compensation_id == data.compensation_id and mandate.leg is Leg.REIMBURSEMENT
    ]
    number = len(earlier) + 1
    return Mandate(
        mandate_id=mandate_id(data.compensation_id, Leg.REIMBURSEMENT, number),
        project_id=data.project_id,
        compensation_id=data.compensation_id,
        leg=Leg.REIMBURSEMENT,
        number=number,
        decision_sha256=signed.application.content_sha256,
        authorised_fen=amount_fen,
        queued_fen=amount_fen,
        authority=authority_of(data),
    )
