"""Article 6: the cooperating institution checks borrowers and their rights on the spot, and reports what it finds."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date

from services.registry.domain.article_04_register import refuse_unless_number_is_free
from services.registry.domain.officers_and_keys import Officer
from services.registry.domain.pledged_rights import key_of, keys_of, words_of
from services.registry.domain.project import Flag
from shared.contracts.refusals import Refusal, refusal
from shared.contracts.registry.project_life import BorrowerCondition, RecordSpotCheck, RightCondition
from shared.contracts.registry.projects import IpRight
from shared.decisions.article_06_flags import words_of_flags
from shared.decisions.days import beijing_day, refuse_unless_day_is_between


def refuse_unless_spot_check_was_made(checked_on: date, disbursed_on: date, today: date) -> Refusal | None:
    """Article 6.5. A spot check was made while the loan was out: after its payout, and by today."""
    return refuse_unless_day_is_between("day of the check", "抽查日期", checked_on, disbursed_on, today, "6.5")


def refuse_unless_checkers_are_officers(
    checked_by: Sequence[str], officers: Mapping[str, Officer], checked_on: date
) -> tuple[Refusal, ...]:
    """Article 6.5. Whoever made the check is an officer of the cooperating institution, and had not left before it."""
    return tuple(
        refusal(
            "checker_unknown",
            "6.5",
            f"{checker} is no officer of the cooperating institution; name those who made the check.",
            f"{checker} 不是合作机构登记人员；请填写实际抽查人员。",
        )
        if checker not in officers
        else refusal(
            "checker_had_left",
            "6.5",
            f"{checker} has left, and made no check on {checked_on} for the cooperating institution; name those who "
            "made it, or correct its day.",
            f"{checker} 已离任，不可能于 {checked_on} 代表合作机构抽查；请填写实际抽查人员，或更正抽查日期。",
        )
        for checker in dict.fromkeys(checked_by)
        if checker not in officers or _had_left(officers[checker], checked_on)
    )


def _had_left(officer: Officer, day: date) -> bool:
    """Whether the officer left before ``day``: on the day of leaving one has still acted."""
    return officer.ended_at is not None and beijing_day(officer.ended_at) < day


def refuse_unless_every_right_is_checked(command: RecordSpotCheck, rights: Sequence[IpRight]) -> tuple[Refusal, ...]:
    """Article 6.5. A check says of each pledged right how it stands, once, and of no other one."""
    pledged = keys_of(rights)
    checked = [key_of(check.kind, check.registration_number) for check in command.rights]
    wrong = [
        *((key, "is not checked", "未予抽查") for key in pledged if key not in checked),
        *((key, "is not pledged here", "并非本项目质押权利") for key in dict.fromkeys(checked) if key not in pledged),
        *((key, "is checked twice", "重复列出") for key in pledged if checked.count(key) > 1),
    ]
    return tuple(
        refusal(
            "rights_not_as_pledged",
            "6.5",
            f"the {called} {what}; say of each pledged right once how it stands.",
            f"{called_zh} {what_zh}；请对每项质押权利各填写一次状况。",
        )
        for key, what, what_zh in wrong
        for called, called_zh in (words_of(key),)
    )


# accept: ()
def adverse_findings(command: RecordSpotCheck) -> tuple[str, ...]:
    """Article 6.5. What a check found that the managing institution has to know: each with what it is about."""
    about_borrower = ("borrower: adverse",) if command.borrower is BorrowerCondition.ADVERSE else ()
    about_rights = (
        f"{key_of(check.kind, check.registration_number)}: {check.condition}"
        for check in command.rights
        if check.condition is not RightCondition.IN_FORCE
    )
    return (*about_borrower, *about_rights)


def refuse_unless_spot_check_number_is_free(number: str, numbers: Collection[str]) -> Refusal | None:
    """Article 6.5. A check's number stands for it for ever: flags and reports refer to it."""
    return refuse_unless_number_is_free(
        "spot check of this project", "本项目抽查", number if number in numbers else None, "6.5"
    )


def refuse_unless_flag_stands(flag: Flag, flags: Sequence[Flag]) -> Refusal | None:
    """Article 6.5. Only a flag that stands can be lifted."""
    if flag in flags:
        return None
    (named, named_zh), (standing, standing_zh) = words_of_flags([flag]), words_of_flags(flags)
    return refusal(
        "no_such_flag",
        "6.5",
        f"{named} has set no flag that stands on this project; name one of those that do: "
        f"{standing or 'none is left to lift'}.",
        f"本项目没有由{named_zh} 设立且尚未解除的风险标记；请核对编号，尚未解除的有：{standing_zh or '无'}。",
    )
