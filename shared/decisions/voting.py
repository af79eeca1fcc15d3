"""Taking part in a collective decision: who votes, until when, and how often.

Whoever owns the matter that is decided asks these, and says under which ``clause`` of the regulation it is decided.
"""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime, timedelta

from shared.contracts.refusals import Refusal, refusal
from shared.contracts.registry.collective_decisions import Subject
from shared.contracts.registry.rules import BallotRules
from shared.decisions.article_05_bound_bytes import refuse_unless_hash_is_named
from shared.decisions.ballot import Ballot, Question
from shared.decisions.moments import in_beijing
from shared.decisions.persons import listed
from shared.decisions.tally import members_missing, quorum_min

# What people call an officer of the managing institution.
Called = Callable[[str], str]


def refuse_unless_question_is_put(question: Question | None, clause: str) -> Refusal | None:
    """Article 15.2. There is something to decide."""
    if question is not None:
        return None
    return refusal(
        "no_question_put",
        clause,
        "nothing waits for a collective decision there; correct the id, or put the question first",
        "该对象没有待集体决策的事项；请更正编号，或先提出待决事项",
    )


def refuse_unless_question_is_the_same(question: Question, said: Subject) -> Refusal | None:
    """Article 15.2. A decision is bound to the kind and bytes of what is decided: any change voids the votes."""
    kind, clause = question.kind, question.kind.clause
    if said.subject_kind is kind:
        return refuse_unless_hash_is_named(kind.english, kind.chinese, question.sha256, said.subject_sha256, clause)
    return refusal(
        "question_is_another",
        clause,
        f"what is to be decided is the {kind.english} {question.sha256}, the message names the "
        f"{said.subject_kind.english} {said.subject_sha256}; read what is to be decided now and name that",
        f"待决事项为{kind.chinese}{question.sha256}，消息所称为{said.subject_kind.chinese}{said.subject_sha256}；"
        "请核对现行待决事项后填写",
    )


def refuse_if_ballot_was_opened(ballot: Ballot | None, clause: str) -> Refusal | None:
    """Article 15.2. A question is put to one ballot, whose answer stands."""
    if ballot is None:
        return None
    next_step, next_step_zh = (
        ("let its members vote until it is closed", "请由成员表决，直至表决结束")
        if ballot.is_open
        else (
            "it was closed and its decision stands; put another question first",
            "该表决已结束，决定有效；请先另行提出",
        )
    )
    return refusal(
        "ballot_already_opened",
        clause,
        f"there is a ballot on this already; {next_step}",
        f"该事项已发起集体决策；{next_step_zh}",
    )


def refuse_unless_ballot_is_open(ballot: Ballot | None, clause: str) -> Refusal | None:
    """Article 15.2. Votes, recusals and a closing belong to an open ballot."""
    if ballot is not None and ballot.is_open:
        return None
    return refusal(
        "no_open_ballot",
        clause,
        "no ballot is open on this; let the managing institution open one, unless it was decided already",
        "该事项没有进行中的集体决策；如尚未决定，请由管理机构发起",
    )


def refuse_if_members_are_named_twice(members: Sequence[str], called: Called, clause: str) -> Refusal | None:
    """Article 15.2. Every person is named once, under one id, since each has one vote."""
    twice = sorted({member for member in members if members.count(member) > 1})
    if not twice:
        return None
    names, names_zh = listed(twice, called)
    return refusal(
        "members_named_twice",
        clause,
        f"named more than once, or under two ids: {names}; open the ballot with every person named once",
        f"以下成员重复，或同一人以两个标识列名：{names_zh}；请每人只列一次后重新发起",
    )


def refuse_if_members_have_no_vote(
    members: Sequence[str], entitled: Collection[str], called: Called, clause: str
) -> Refusal | None:
    """Article 15.2. The members are officers of the managing institution with the duty to vote: ``entitled``."""
    strangers = sorted(set(members) - set(entitled))
    if not strangers:
        return None
    names, names_zh = listed(strangers, called)
    return refusal(
        "members_without_vote",
        clause,
        f"not officers of the managing institution with the duty vote: {names}; open the ballot with "
        "members who have it, or register the duty first (registry.officer.register)",
        f"以下人员不是具有表决职责的管理机构人员：{names_zh}；请更换成员，或先登记职责（registry.officer.register）",
    )


def refuse_if_members_are_left_out(
    members: Sequence[str], entitled: Collection[str], called: Called, clause: str
) -> Refusal | None:
    """Article 15.2. Whoever opens a ballot does not choose its base: it is all who are ``entitled`` to vote.

    A reading: the text says that members are named, not who chooses them. Whoever has an interest recuses itself.
    """
    left_out = sorted(set(entitled) - set(members))
    if not left_out:
        return None
    names, names_zh = listed(left_out, called)
    return refusal(
        "members_left_out",
        clause,
        f"left out: {names}; all officers with the duty vote who may vote on this are its members: name "
        "them too, whoever has an interest recuses itself",
        f"未列入成员：{names_zh}；所有具有表决职责且可参与本事项表决的人员均为成员，请补充列入，有利害关系者由本人回避",
    )


def refuse_if_members_have_recused(
    members: Sequence[str], recused: Collection[str], called: Called, clause: str
) -> Refusal | None:
    """Article 15.2. Whoever left an earlier ballot on this for an interest stays out of the next one.

    A reading: an interest is in what is decided, not in one ballot, and without this whoever names it again would bring
    the quorum down again.
    """
    named = [member for member in dict.fromkeys(members) if member in recused]
    if not named:
        return None
    names, names_zh = listed(named, called)
    return refusal(
        "members_have_recused",
        clause,
        f"recused themselves from an earlier ballot on this: {names}; open the ballot without them",
        f"以下成员已就本事项回避：{names_zh}；请勿列入后重新发起",
    )


def refuse_if_quorum_is_out_of_reach(members: Collection[str], rules: BallotRules, clause: str) -> Refusal | None:
    """Article 15.2. A ballot that could not reach its quorum if all its members voted is not opened."""
    base = len(set(members))
    missing = members_missing(base, rules)
    if not missing:
        return None
    return refusal(
        "quorum_out_of_reach",
        clause,
        f"{base} members are named, at least {quorum_min(base, rules)} have to vote. Further members "
        f"needed: {missing}; register the duty vote for as many more officers first (registry.officer.register, "
        "registry.officer.change_duties)",
        f"列名成员{base}人，至少须{quorum_min(base, rules)}人表决，尚缺成员{missing}人；"
        "请先为相应人数的其他人员登记表决职责"
        "（registry.officer.register、registry.officer.change_duties）",
    )


def refuse_if_closing_time_is_past(closes_at: datetime, now: datetime, clause: str) -> Refusal | None:
    """Article 15.2. The voting ends after the ballot was opened, or nobody could vote."""
    if closes_at > now:
        return None
    return refusal(
        "closing_time_past",
        clause,
        f"the closing time {in_beijing(closes_at)} is not in the future (now {in_beijing(now)}); open the ballot "
        "with a later one",
        f"表决截止时间{in_beijing(closes_at)}不晚于当前时间（{in_beijing(now)}）；请以更晚的截止时间重新发起",
    )


def refuse_if_closing_time_is_too_near(
    closes_at: datetime, now: datetime, rules: BallotRules, clause: str
) -> Refusal | None:
    """Article 15.2. The members have the hours that the rules give them, or a ballot could end before they know of it.

    A reading: the text says nothing of how long a vote takes. When all have voted it may be closed before its time.
    """
    earliest = now + timedelta(hours=rules.open_hours_min)
    # One that is past has its own reason.
    if closes_at >= earliest or closes_at <= now:
        return None
    return refusal(
        "closing_time_too_near",
        clause,
        f"the closing time {in_beijing(closes_at)} is less than {rules.open_hours_min} hours away; open the ballot "
        f"with one from {in_beijing(earliest)} on, it can be closed before that once all have voted",
        f"表决截止时间{in_beijing(closes_at)}距今不足{rules.open_hours_min}小时；请以不早于{in_beijing(earliest)}的截止时间"
        "重新发起，全体成员表决后可提前结束",
    )


def refuse_if_closing_time_is_too_far(
    closes_at: datetime, now: datetime, rules: BallotRules, clause: str
) -> Refusal | None:
    """Article 15.2. The voting ends within the days that the rules allow, or a ballot could stand open for ever.

    A reading: the text says nothing of how long a vote takes, and before its time only all votes close a ballot.
    """
    latest = now + timedelta(days=rules.open_days_max)
    if closes_at <= latest:
        return None
    return refusal(
        "closing_time_too_far",
        clause,
        f"the closing time {in_beijing(closes_at)} is more than {rules.open_days_max} days away; open the ballot with "
        f"one up to {in_beijing(latest)}",
        f"表决截止时间{in_beijing(closes_at)}距今超过{rules.open_days_max}天；请以不晚于{in_beijing(latest)}的截止时间重新发起",
    )


def refuse_if_voting_is_over(closes_at: datetime, now: datetime, clause: str) -> Refusal | None:
    """Article 15.2. From the closing time on there is no vote and no recusal any more, so the base stands still."""
    if now < closes_at:
        return None
    closes = in_beijing(closes_at)
    return refusal(
        "voting_over",
        clause,
        f"the voting ended at {closes}; let the managing institution close the ballot",
        f"表决已于{closes}截止；请由管理机构结束表决",
    )


def refuse_unless_member(officer: str, members: Collection[str], called: Called, clause: str) -> Refusal | None:
    """Article 15.2. Only the named members vote or recuse themselves."""
    if officer in members:
        return None
    names, names_zh = listed(members, called)
    return refusal(
        "not_a_member",
        clause,
        f"{called(officer)} is not a member of this ballot; let one of its members sign: {names}",
        f"{called(officer)}不是本次集体决策成员；请由成员签名：{names_zh}",
    )


def refuse_if_recused(officer: str, recused: Collection[str], called: Called, clause: str) -> Refusal | None:
    """Article 15.2. Whoever left for an interest stays out of this ballot."""
    if officer not in recused:
        return None
    return refusal(
        "member_recused",
        clause,
        f"{called(officer)} has recused from this ballot and takes no further part in it; leave it to the others",
        f"{called(officer)}已就本次表决回避，不再参与；请由其他成员决定",
    )


def refuse_if_voted(officer: str, voters: Collection[str], called: Called, clause: str) -> Refusal | None:
    """Article 15.2. Each member has one vote, and it stands."""
    if officer not in voters:
        return None
    return refusal(
        "voted_already",
        clause,
        f"{called(officer)} has voted in this ballot already, and that vote stands; wait for the result",
        f"{called(officer)}已在本次表决中投票，该票有效；请等待表决结果",
    )


def refuse_if_ballot_is_still_open(
    open_votes: int, closes_at: datetime, clause: str, *, may_close: bool
) -> Refusal | None:
    """Article 15.2. A ballot is closed at its time, when every member has voted, or when too few are left."""
    if may_close:
        return None
    closes = in_beijing(closes_at)
    return refusal(
        "ballot_still_open",
        clause,
        f"{open_votes} members have not voted yet and may until {closes}; close the ballot then, or when all "
        "have voted",
        f"尚有{open_votes}名成员未表决，截止时间为{closes}；请在截止后或全部表决后结束",
    )
