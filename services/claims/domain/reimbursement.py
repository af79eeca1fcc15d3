"""The reimbursement: the application, and the collective decision on it (15.1, 15.2; gate 2)."""

from services.claims.domain import claim as claims
from services.claims.domain.decision import (
    Case,
    Decision,
    accepted,
    conflict,
    gate,
    officer_of,
    refused,
    rules_of,
    signer,
)
from services.claims.domain.evolve import Cause
from services.claims.domain.rules.article_15_reimbursement import (
    documents_needed,
    refuse_if_amount_is_above_what_is_due,
    refuse_if_application_is_another,
    refuse_if_compensation_is_another,
)
from services.claims.domain.step import Step
from shared.contracts.claims import (
    ApplyForReimbursement,
    BallotLapsed,
    BallotOpened,
    CastVote,
    CloseBallot,
    MemberRecused,
    OpenBallot,
    RecuseMember,
    ReimbursementApplied,
    ReimbursementApproved,
    ReimbursementRefused,
    VoteRecorded,
)
from shared.contracts.receipts import Outcome
from shared.contracts.refusals import Refusal
from shared.contracts.registry.words import Duty, Role
from shared.decisions.article_15_documents import refuse_unless_enclosed
from shared.decisions.checks import all_faults, first_fault
from shared.decisions.minutes import refuse_unless_decision_has_minutes
from shared.decisions.tally import tally
from shared.decisions.voting import (
    refuse_if_ballot_is_still_open,
    refuse_if_closing_time_is_past,
    refuse_if_closing_time_is_too_far,
    refuse_if_closing_time_is_too_near,
    refuse_if_members_are_left_out,
    refuse_if_members_are_named_twice,
    refuse_if_members_have_no_vote,
    refuse_if_quorum_is_out_of_reach,
    refuse_if_recused,
    refuse_if_voted,
    refuse_if_voting_is_over,
    refuse_unless_member,
)

_CLAUSE = "15.2"


def decide_application(case: Case, received: Cause, data: ApplyForReimbursement) -> Decision:
    """Take an application; before the ballot closes a new one replaces it, and the votes on the old one are void."""
    if fault := gate(case, received, Role.COOPERATING, Duty.APPLICATION, Step.APPLICATION, may_repeat=True):
        return refused(fault)
    claim = case.claim
    assert claim.project is not None
    assert claim.plan is not None
    faults = all_faults(
        refuse_if_compensation_is_another(claim.compensation, data.compensation),
        refuse_if_amount_is_above_what_is_due(data.amount_fen, claim.fiscal_part_of_paid_fen, claim.decided_fen),
    )
    if faults:
        return refused(*faults)
    needed = documents_needed(claim.project.loan.guarantor)
    if missing := refuse_unless_enclosed(needed, data.documents, "15.1"):
        return Decision(Outcome.DEFICIENT, refusals=missing)
    return accepted(
        ReimbursementApplied(
            project_id=data.project_id,
            compensation=data.compensation,
            compensation_id=claim.plan.compensation_id,
            application_sha256=received.content_sha256,
            applied_by=officer_of(received),
            amount_fen=data.amount_fen,
            documents=data.documents,
            rules_version=rules_of(case, received).version,
        )
    )


def decide_opening(case: Case, received: Cause, data: OpenBallot) -> Decision:
    """Open the collective decision; its members are all who may vote on it, whoever opens it."""
    if fault := gate(case, received, Role.MANAGING, Duty.BALLOT, Step.OPENING):
        return refused(fault)
    with_vote = case.pool.officers_with(signer(received).institution, Duty.VOTE)
    entitled = [officer for officer in with_vote if conflict(case, received, Duty.VOTE, Role.MANAGING, officer) is None]
    faults = all_faults(
        refuse_if_application_is_another(_application(case).sha256, data.application_sha256),
        refuse_if_members_are_named_twice(data.members, _CLAUSE),
        refuse_if_members_have_no_vote(data.members, with_vote, _CLAUSE),
        refuse_if_members_are_left_out(data.members, entitled, _CLAUSE),
        refuse_if_quorum_is_out_of_reach(data.members, rules_of(case, received).ballot, _CLAUSE),
        refuse_if_closing_time_is_past(data.closes_at, received.received_at, _CLAUSE),
        refuse_if_closing_time_is_too_near(
            data.closes_at, received.received_at, rules_of(case, received).ballot, _CLAUSE
        ),
        refuse_if_closing_time_is_too_far(
            data.closes_at, received.received_at, rules_of(case, received).ballot, _CLAUSE
        ),
        # Who has done in this case what excludes voting can't vote, and would only stand in the way of the quorum.
        *(conflict(case, received, Duty.VOTE, Role.MANAGING, member) for member in dict.fromkeys(data.members)),
    )
    if faults:
        return refused(*faults)
    return accepted(
        BallotOpened(
            project_id=data.project_id,
            application_sha256=data.application_sha256,
            opened_by=officer_of(received),
            members=data.members,
            closes_at=data.closes_at,
            rules=rules_of(case, received).ballot,
            rules_version=rules_of(case, received).version,
        )
    )


def decide_vote(case: Case, received: Cause, data: CastVote) -> Decision:
    """Record one member's vote."""
    if fault := _fault_of_member(case, received, data.application_sha256):
        return refused(fault)
    if fault := refuse_if_voted(officer_of(received), [vote.member for vote in _ballot(case).votes], _CLAUSE):
        return refused(fault)
    return accepted(
        VoteRecorded(
            project_id=data.project_id,
            application_sha256=data.application_sha256,
            member=officer_of(received),
            vote=data.vote,
            rules_version=rules_of(case, received).version,
        )
    )


def decide_recusal(case: Case, received: Cause, data: RecuseMember) -> Decision:
    """Take a member out of the base; a vote that it has cast leaves with it."""
    if fault := _fault_of_member(case, received, data.application_sha256, is_act=False):
        return refused(fault)
    return accepted(
        MemberRecused(
            project_id=data.project_id,
            application_sha256=data.application_sha256,
            member=officer_of(received),
            reason=data.reason,
        )
    )


def decide_closing(case: Case, received: Cause, data: CloseBallot) -> Decision:
    """Gate 2: count, and say what was decided, with everything that was signed."""
    if fault := gate(case, received, Role.MANAGING, Duty.BALLOT, Step.VOTING):
        return refused(fault)
    claim, application, ballot = case.claim, _application(case), _ballot(case)
    count = tally(ballot.to_count(), ballot.rules, received.received_at)
    faults = all_faults(
        refuse_if_application_is_another(application.sha256, data.application_sha256),
        refuse_if_ballot_is_still_open(count.base - count.voters, ballot.closes_at, _CLAUSE, may_close=count.may_close),
        refuse_unless_decision_has_minutes(data.minutes, _CLAUSE),
    )
    if faults:
        return refused(*faults)
    if not count.has_quorum:
        return accepted(
            BallotLapsed(
                project_id=data.project_id,
                application_sha256=application.sha256,
                minutes=data.minutes,
                closed_by=officer_of(received),
                base=count.base,
                voters_required=count.voters_required,
                voters=count.voters,
                why=count.why,
                why_zh=count.why_zh,
                rules_version=rules_of(case, received).version,
            )
        )
    assert claim.plan is not None
    assert received.original is not None
    if not count.passed:
        return accepted(
            ReimbursementRefused(
                project_id=data.project_id,
                compensation=claim.compensation,
                compensation_id=claim.plan.compensation_id,
                application_sha256=application.sha256,
                minutes=data.minutes,
                closed_by=officer_of(received),
                why=f"{count.why}（{count.why_zh}）",
                rules_version=rules_of(case, received).version,
            )
        )
    return accepted(
        ReimbursementApproved(
            project_id=data.project_id,
            compensation=claim.compensation,
            compensation_id=claim.plan.compensation_id,
            application_sha256=application.sha256,
            amount_fen=application.amount_fen,
            minutes=data.minutes,
            closed_by=officer_of(received),
            application=application.original,
            opening=ballot.opening,
            votes=tuple(vote.original for vote in ballot.votes),
            recusals=tuple(recusal.original for recusal in ballot.recusals),
            closing=received.original,
            rules_version=rules_of(case, received).version,
            registry_seq=case.pool.registry_seq,
        )
    )


def _fault_of_member(case: Case, received: Cause, application_sha256: str, *, is_act: bool = True) -> Refusal | None:
    """Why this officer can't take part in the ballot now: in order of precedence, the first reason only."""
    if fault := gate(case, received, Role.MANAGING, Duty.VOTE, Step.VOTING, is_act=is_act):
        return fault
    ballot, officer = _ballot(case), officer_of(received)
    return first_fault(
        refuse_if_application_is_another(_application(case).sha256, application_sha256),
        refuse_unless_member(officer, ballot.members, _CLAUSE),
        refuse_if_recused(officer, [recusal.member for recusal in ballot.recusals], _CLAUSE),
        refuse_if_voting_is_over(ballot.closes_at, received.received_at, _CLAUSE),
    )


def _application(case: Case) -> claims.Application:
    assert case.claim.application is not None, "the gate lets nobody here without an application"
    return case.claim.application


def _ballot(case: Case) -> claims.OpenBallot:
    ballot = _application(case).ballot
    assert ballot is not None, "the gate lets nobody here without a ballot"
    return ballot
