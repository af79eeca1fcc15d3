"""Article 15: the fiscal account reimburses only after a collective decision (gate 2)."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from services.treasury.domain.pool import Pool
from services.treasury.domain.rules.article_06_payout import refuse_unless_as_signed
from services.treasury.domain.signer_labels import signer, signer_zh
from shared.contracts import ids
from shared.contracts.claims import (
    ApplyForReimbursement,
    CastVote,
    CloseBallot,
    OpenBallot,
    RecuseMember,
    ReimbursementApproved,
)
from shared.contracts.received import Received
from shared.contracts.refusals import Refusal, refusal
from shared.contracts.registry.collective_decisions import SubjectKind
from shared.contracts.registry.words import Duty
from shared.decisions.amounts import yuan, yuan_zh
from shared.decisions.ballot import Question
from shared.decisions.checks import first_fault
from shared.decisions.tally import Tally
from shared.decisions.voting import refuse_unless_question_is_the_same

BallotAct = OpenBallot | CastVote | RecuseMember | CloseBallot


def refuse_unless_approval_is_the_applications(
    approved: ReimbursementApproved, application: Received[ApplyForReimbursement]
) -> Refusal | None:
    """Article 15.2. What is asked for is what the signed application says: project, compensation, amount and hash."""
    said = application.data
    return refuse_unless_as_signed(
        {
            ("project", "项目"): (approved.project_id, said.project_id),
            ("number of the compensation", "补偿序号"): (approved.compensation, said.compensation),
            ("compensation", "补偿"): (
                approved.compensation_id,
                ids.compensation_id(said.project_id, said.compensation),
            ),
            ("amount", "金额"): (approved.amount_fen, said.amount_fen),
            ("application", "申请"): (approved.application_sha256, application.content_sha256),
        },
        "15.2",
    )


def refuse_unless_ballot_is_on_this_application(
    application: Received[ApplyForReimbursement], acts: Sequence[Received[BallotAct]]
) -> Refusal | None:
    """Article 15.2. Opening, votes, recusals and closing bind this application byte for byte; any change voids them."""
    question = Question(kind=SubjectKind.REIMBURSEMENT, sha256=application.content_sha256)
    return first_fault(*(refuse_unless_question_is_the_same(question, act.data) for act in acts))


def refuse_unless_members_may_vote(pool: Pool, members: Sequence[str], opened_at: datetime) -> Refusal | None:
    """Article 15.2. The ballot's members are different people, officers of the managing institution who may vote."""
    managing = _managing_institution(pool)
    named = Counter(pool.person(managing, member) for member in members)
    wrong = [
        member
        for member in dict.fromkeys(members)
        if named[pool.person(managing, member)] > 1 or not pool.has_duty(managing, member, Duty.VOTE, opened_at)
    ]
    if not wrong:
        return None
    whose, called = pool.name_of(managing), [pool.officer_called(managing, member) for member in wrong]
    return refusal(
        "member_may_not_vote",
        "15.2",
        f"not members of {whose} with the duty vote, or one person named twice: {', '.join(called)}; open a ballot "
        "of different people who may vote",
        f"以下人员不是{whose}有表决权的成员或同一人被重复列名：{'、'.join(called)}；请重新确定表决成员",
    )


def refuse_unless_votes_are_members_own(
    pool: Pool,
    members: Sequence[str],
    votes: Sequence[Received[CastVote]],
    recusals: Sequence[Received[RecuseMember]],
) -> Refusal | None:
    """Article 15.2. Every vote and recusal is signed by the member itself; each person votes once, and leaves once."""
    managing = _managing_institution(pool)
    acts: tuple[Received[CastVote] | Received[RecuseMember], ...] = (*votes, *recusals)
    seen: set[tuple[str, str]] = set()
    for act in acts:
        acting = act.acting
        assert acting is not None, "votes come from outside"
        key = (act.data.message_type, pool.person(managing, acting.officer or ""))
        if acting.institution != managing or acting.officer not in members or key in seen:
            return refusal(
                "vote_not_a_members",
                "15.2",
                f"a {act.data.message_type} of {signer(pool, acting)} doesn't count: no member, or "
                "the second one; have each member vote once for itself",
                f"{signer_zh(pool, acting)}的{act.data.message_type}无效：并非表决成员或重复表决；"
                "请由每名成员本人表决一次",
            )
        seen.add(key)
    return None


def refuse_unless_decision_has_passed(counted: Tally) -> Refusal | None:
    """Article 15.2. The votes, counted again by the pool's rules, carry the decision, and the ballot could close."""
    if counted.passed and counted.may_close:
        return None
    why = counted.why if counted.may_close else "the ballot was closed before its time"
    why_zh = counted.why_zh if counted.may_close else "表决在规定时间之前结束"
    return refusal(
        "decision_not_passed",
        "15.2",
        f"counted again, the decision does not carry: {why}; apply anew and have that voted on",
        f"重新计票后，该决定不成立：{why_zh}；请另行提交申请后表决",
    )


def refuse_unless_reimbursement_is_due(reimbursable_fen: int) -> Refusal | None:
    """Article 15.2. Only what was really paid is reimbursed, and only as far as the fiscal account still owes it."""
    if reimbursable_fen > 0:
        return None
    return refusal(
        "nothing_due_from_fiscal",
        "15.2",
        f"nothing is due from fiscal on this compensation ({yuan(reimbursable_fen)}); apply again once a payout has "
        "been settled",
        f"本次补偿目前没有应由财政资金账户补偿的金额（{yuan_zh(reimbursable_fen)}）；请在补偿资金支付后再申请",
    )


def _managing_institution(pool: Pool) -> str:
    assert pool.founding is not None, "nothing is verified before the pool is known"
    return pool.founding.managing_institution


# accept: decided_fen
def reimbursable_fen(decided_fen: int, due_fen: int) -> int:
    """Article 15.2. The fiscal account pays min(decided, due), and never takes anything back by this way."""
    return max(min(decided_fen, due_fen), 0)
