"""Article 4: who becomes an officer, with which duties."""

from collections.abc import Sequence

from services.registry.domain.pool import Institution, Register
from shared.contracts.refusals import Refusal, refusal
from shared.contracts.registry.rules import MEMBERS_PER_BALLOT_MAX
from shared.contracts.registry.words import Duty, Role

# Whose institution's officers may have a duty; administration is everyone's.
_ROLES_OF_DUTY = {
    Duty.FILING: (Role.COOPERATING,),
    Duty.REVIEW: (Role.COOPERATING,),
    Duty.VERIFICATION: (Role.COOPERATING,),
    Duty.PLAN: (Role.COOPERATING,),
    Duty.RELEASE: (Role.COOPERATING,),
    Duty.APPLICATION: (Role.COOPERATING,),
    Duty.FILING_APPROVAL: (Role.MANAGING,),
    Duty.CONFIRMATION: (Role.MANAGING,),
    Duty.BALLOT: (Role.MANAGING,),
    Duty.VOTE: (Role.MANAGING,),
    Duty.SELECTION: (Role.MANAGING,),
    Duty.OVERSIGHT: (Role.MANAGING,),
    Duty.REPORTING: (Role.COOPERATING, Role.LENDER),
    Duty.RULES: (Role.MANAGING, Role.COOPERATING),
}


def refuse_unless_duties_fit_roles(roles: Sequence[Role], duties: Sequence[Duty]) -> tuple[Refusal, ...]:
    """Article 4.1. A duty is for a role, few for two; who has none of these has no officers with it.

    ``roles`` are those of the officer's institution.
    """
    held, held_zh = " and ".join(each.english for each in roles), "、".join(each.chinese for each in roles)
    return tuple(
        refusal(
            "duty_not_of_role",
            "4.1",
            f"the duty {duty.english} is for officers of: {', '.join(each.english for each in _ROLES_OF_DUTY[duty])}, "
            f"not of a {held}; leave it out.",
            f"“{duty.chinese}”职责只能授予{'、'.join(each.chinese for each in _ROLES_OF_DUTY[duty])}的人员，"
            f"不能授予{held_zh}的人员；请删除该职责。",
        )
        for duty in dict.fromkeys(duties)
        if duty is not Duty.ADMINISTRATION and not set(roles) & set(_ROLES_OF_DUTY[duty])
    )


def refuse_unless_officer_id_is_free(pool: Register, institution: str, officer: str) -> Refusal | None:
    """Article 4.1. An officer id stands for one person of its institution, for ever."""
    if officer not in pool.institutions[institution].officers:
        return None
    taken_by = pool.officer_called(institution, officer)
    return refusal(
        "officer_id_taken",
        "4.1",
        f"{pool.name_of(institution)} has an officer {taken_by} already, with other particulars; choose another id.",
        f"{pool.name_of(institution)}已有人员 {taken_by}，且登记内容不同；请另选一个标识。",
    )


def refuse_if_person_acts_already(institution: Institution, person: str) -> Refusal | None:
    """Article 4.1. A person acts for an institution under one id, with all its duties; who has left can come again."""
    acting = (name for name, each in institution.officers.items() if each.person == person and each.ended_at is None)
    found = next(acting, None)
    if found is None:
        return None
    officer = institution.officer_called(found)
    return refusal(
        "person_acts_already",
        "4.1",
        f"this identity document is that of {officer}, who acts for {institution.name} already; change the duties of "
        f"{officer} instead (registry.officer.change_duties), or correct the identity.",
        f"该身份证件属于{institution.name}的在任人员 {officer}；请变更 {officer} 的职责"
        "（registry.officer.change_duties），或更正身份信息。",
    )


def refuse_unless_voters_fit_a_ballot(institution: Institution, officer: str, duties: Sequence[Duty]) -> Refusal | None:
    """Article 4.1. As many officers have the duty to vote as a ballot takes members: with more none could be opened.

    All who may vote are members of each ballot, and a message names no more than so many.
    """
    others = sum(name != officer and Duty.VOTE in each.duties for name, each in institution.officers.items())
    if Duty.VOTE not in duties or others < MEMBERS_PER_BALLOT_MAX:
        return None
    called = institution.officer_called(officer)
    return refusal(
        "voters_too_many",
        "4.1",
        f"{others} other officers have the duty to vote, and a ballot has {MEMBERS_PER_BALLOT_MAX} members at most, so "
        f"with {called} none could be opened; first give another of them other duties.",
        f"已有 {others} 名人员具有表决职责，而一次集体决策至多 {MEMBERS_PER_BALLOT_MAX} 名成员，再加 {called} 将无法"
        "发起；请先变更其他人员的职责。",
    )
