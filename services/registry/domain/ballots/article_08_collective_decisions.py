"""Article 8: a collective decision is on one question, which somebody has put, and is bound to its published bytes.

Who takes part in it, until when and how often, is the same wherever something is decided collectively:
``shared/decisions``. ``clause`` is that of what is decided.
"""

from uuid import UUID

from services.registry.domain.ballot import Ballot, Question
from shared.contracts.refusals import Refusal, refusal
from shared.decisions.article_05_bound_bytes import refuse_unless_hash_is_named


def refuse_unless_subject_is_named_once(project_id: UUID | None, matter_id: UUID | None) -> Refusal | None:
    """Article 8.1. What is decided is a project or a matter."""
    if (project_id is None) != (matter_id is None):
        return None
    return refusal(
        "subject_not_named_once",
        "8.1",
        "a ballot is on one project or on one matter; name one of the two, not both.",
        "集体决策的对象为一个项目或一个事项；请仅填写其中之一。",
    )


def refuse_unless_question_is_put(question: Question | None, clause: str) -> Refusal | None:
    """Article 8.1. There is something to decide."""
    if question is not None:
        return None
    return refusal(
        "no_question_put",
        clause,
        "nothing waits for a collective decision there; correct the id, or put the question first.",
        "该对象没有待集体决策的事项；请更正编号，或先提出待决事项。",
    )


def refuse_unless_question_is_the_same(question: Question, subject_sha256: str) -> Refusal | None:
    """Article 8.1. A decision is bound to the bytes of what is decided: any change of them voids the votes."""
    return refuse_unless_hash_is_named("question", "待决事项", question.sha256, subject_sha256, question.clause)


def refuse_if_ballot_is_opened(ballot: Ballot | None, clause: str) -> Refusal | None:
    """Article 8.1. A question is put to one ballot, whose answer stands."""
    if ballot is None:
        return None
    next_step = (
        ("let its members vote until it is closed", "请由成员表决，直至表决结束")
        if ballot.is_open
        else (
            "it was closed and its decision stands; put another question first",
            "该表决已结束且决定有效；请先另行提出",
        )
    )
    return refusal(
        "ballot_already_opened",
        clause,
        f"there is a ballot on this already; {next_step[0]}.",
        f"该事项已发起集体决策；{next_step[1]}。",
    )


def refuse_unless_ballot_is_open(ballot: Ballot | None, clause: str) -> Refusal | None:
    """Article 8.1. Votes, recusals and a closing belong to an open ballot."""
    if ballot is not None and ballot.is_open:
        return None
    return refusal(
        "no_open_ballot",
        clause,
        "no ballot is open on this; let the managing institution open one (registry.ballot.open), unless it was "
        "decided already.",
        "该事项没有进行中的集体决策；如尚未决定，请由管理机构发起（registry.ballot.open）。",
    )
