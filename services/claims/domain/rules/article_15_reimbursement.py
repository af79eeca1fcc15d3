"""Article 15: the reimbursement application, and the collective decision on it (gate 2)."""

from collections.abc import Collection, Sequence
from datetime import datetime

from services.claims.domain.wording import BEIJING, yuan
from shared.contracts.documents import DocumentKind
from shared.contracts.refusals import Refusal, refusal

_DOCUMENTS = {
    DocumentKind.PROJECT_DESCRIPTION: ("project description", "知识产权融资项目情况说明"),
    DocumentKind.LOAN_CONTRACT: ("loan contract", "借款合同"),
    DocumentKind.GUARANTEE_CONTRACT: ("guarantee contract", "担保合同"),
    DocumentKind.COMPENSATION_PLAN: ("compensation plan", "风险补偿方案"),
}


def documents_missing(given: Collection[DocumentKind], guarantor: str | None) -> tuple[Refusal, ...]:
    """Article 15.1. Names each missing document; the guarantee contract is asked for where there is a guarantor."""
    return tuple(
        refusal(
            f"{kind.value}_missing",
            "15.1",
            f"the application lacks the {name}; apply again, complete, under a new id",
            f"风险补偿申请缺少{name_zh}；请补齐后以新的编号重新申请",
        )
        for kind, (name, name_zh) in _DOCUMENTS.items()
        if kind not in given and (kind is not DocumentKind.GUARANTEE_CONTRACT or guarantor is not None)
    )


def compensation_is_another(number: int, named: int) -> Refusal | None:
    """Article 15.2. Only a compensation of this case that was paid can be reimbursed."""
    if named == number:
        return None
    return refusal(
        "compensation_unknown",
        "15.2",
        f"compensation {named} of this case was not paid; the one that can be reimbursed has the number {number}",
        f"本案第{named}次补偿并未支付；可申请的补偿序号为{number}",
    )


def amount_is_above_what_is_due(amount_fen: int, fiscal_part_fen: int, decided_fen: int) -> Refusal | None:
    """Article 15.2. Only what was really paid is reimbursed, only by the ratio, and only once.

    ``fiscal_part_fen`` is F(paid) of 10.4; ``decided_fen`` what was approved before, settled already or not.
    """
    due_fen = fiscal_part_fen - decided_fen
    if amount_fen <= due_fen:
        return None
    return refusal(
        "amount_above_due",
        "15.2",
        f"the application asks for {yuan(amount_fen)} yuan; the fiscal account's part of what was paid is "
        f"{yuan(fiscal_part_fen)} yuan, of which {yuan(decided_fen)} yuan is decided already: apply for at most "
        f"{yuan(due_fen)} yuan",
        f"申请金额{yuan(amount_fen)}元；已支付补偿中财政资金账户应承担{yuan(fiscal_part_fen)}元，其中{yuan(decided_fen)}元"
        f"已决定：申请金额不得超过{yuan(due_fen)}元",
    )


def application_is_another(application_sha256: str, named_sha256: str) -> Refusal | None:
    """Article 15.2. A decision is bound to the bytes of what is decided: any change of them voids the votes."""
    if named_sha256 == application_sha256:
        return None
    return refusal(
        "application_is_another",
        "15.2",
        f"the application to be decided has the SHA-256 {application_sha256}, the message names {named_sha256}; read "
        "the current application and name its hash",
        f"待决定申请的SHA-256为{application_sha256}，消息所称为{named_sha256}；请核对现行申请后填写其哈希值",
    )


def members_named_twice(members: Sequence[str]) -> Refusal | None:
    """Article 15.2. Every member is named once, since each has one vote."""
    twice = sorted({member for member in members if members.count(member) > 1})
    if not twice:
        return None
    return refusal(
        "members_named_twice",
        "15.2",
        f"named more than once: {', '.join(twice)}; open the ballot with every member named once",
        f"以下成员重复：{'、'.join(twice)}；请每名成员只列一次后重新发起",
    )


def members_without_vote(members: Sequence[str], entitled: Collection[str]) -> Refusal | None:
    """Article 15.2. The members are officers of the managing institution with the duty to vote: ``entitled``."""
    strangers = sorted(set(members) - set(entitled))
    if not strangers:
        return None
    return refusal(
        "members_without_vote",
        "15.2",
        f"not officers of the managing institution with the duty vote: {', '.join(strangers)}; open the ballot with "
        "members who have it, or register the duty first (registry.officer.register)",
        f"以下人员不是具有表决职责的管理机构人员：{'、'.join(strangers)}；请更换成员，或先登记职责（registry.officer.register）",
    )


def closing_time_is_past(closes_at: datetime, now: datetime) -> Refusal | None:
    """Article 15.2. The voting ends after the ballot was opened, or nobody could vote."""
    if closes_at > now:
        return None
    closes, today = (moment.astimezone(BEIJING).isoformat(timespec="seconds") for moment in (closes_at, now))
    return refusal(
        "closing_time_past",
        "15.2",
        f"the closing time {closes} is not in the future (now {today}); open the ballot with a later one",
        f"表决截止时间{closes}不晚于当前时间（{today}）；请以更晚的截止时间重新发起",
    )


def voting_is_over(closes_at: datetime, now: datetime) -> Refusal | None:
    """Article 15.2. From the closing time on there is no vote and no recusal any more, so the base stands still."""
    if now < closes_at:
        return None
    closes = closes_at.astimezone(BEIJING).isoformat(timespec="seconds")
    return refusal(
        "voting_over",
        "15.2",
        f"the voting ended at {closes}; next: the managing institution closes the ballot (claims.ballot.close)",
        f"表决已于{closes}截止；下一步：由管理机构结束表决（claims.ballot.close）",
    )


def is_no_member(officer: str, members: Collection[str]) -> Refusal | None:
    """Article 15.2. Only the named members vote or recuse themselves."""
    if officer in members:
        return None
    return refusal(
        "not_a_member",
        "15.2",
        f"{officer} is not a member of this ballot; one of its members has to sign: {', '.join(members)}",
        f"{officer}不是本次集体决策成员；须由成员签名：{'、'.join(members)}",
    )


def has_recused(officer: str, recused: Collection[str]) -> Refusal | None:
    """Article 15.2. Whoever left for an interest stays out of this ballot."""
    if officer not in recused:
        return None
    return refusal(
        "member_recused",
        "15.2",
        f"{officer} has recused from this ballot and takes no further part in it; the other members decide",
        f"{officer}已就本次表决回避，不再参与；由其他成员决定",
    )


def has_voted(officer: str, voters: Collection[str]) -> Refusal | None:
    """Article 15.2. Each member has one vote, and it stands."""
    if officer not in voters:
        return None
    return refusal(
        "voted_already",
        "15.2",
        f"{officer} has voted in this ballot already, and that vote stands; nothing has to be sent again",
        f"{officer}已在本次表决中投票，该票有效；无须重新发送",
    )


def ballot_is_still_open(open_votes: int, closes_at: datetime, *, may_close: bool) -> Refusal | None:
    """Article 15.2. A ballot is closed at its time, or when every member has voted."""
    if may_close:
        return None
    closes = closes_at.astimezone(BEIJING).isoformat(timespec="seconds")
    return refusal(
        "ballot_still_open",
        "15.2",
        f"{open_votes} members have not voted yet and may until {closes}; close the ballot then, or when all "
        "have voted",
        f"尚有{open_votes}名成员未表决，截止时间为{closes}；请在截止后或全部表决后结束",
    )
