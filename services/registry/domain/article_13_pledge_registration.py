"""Article 13: the pledge of every right is registered."""

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

from services.registry.domain.pledged_rights import pledge_key_of
from shared.contracts.canonical_number import canonical_number
from shared.contracts.refusals import Refusal, refusal
from shared.contracts.registry.projects import IpRight


def refuse_unless_pledges_are_registered(rights: Sequence[IpRight], today: date) -> tuple[Refusal, ...]:
    """Article 13.1. Each pledged right names its pledge registration: number, day up to ``today``, authority.

    These are the filing's own data and no document that may follow: without them it is refused, and is no draft (a
    reading; the proof of the registration is one of the materials of 16.2).
    """
    deficient = []
    for right in rights:
        missing = [
            (what, what_zh)
            for what, what_zh, there in (
                ("number", "登记号", bool(canonical_number(right.pledge_registration_number or ""))),
                ("day up to the filing", "不晚于备案日的登记日", _is_by(right.pledge_registered_on, today)),
                ("authority", "登记机关", right.pledge_authority is not None),
            )
            if not there
        ]
        if missing:
            deficient.append(
                refusal(
                    "pledge_registration_missing",
                    "13.1",
                    f"the pledge of {right.registration_number} lacks its registration's "
                    f"{', '.join(what for what, _ in missing)}; register the pledge and file with it.",
                    f"权利 {right.registration_number} 缺少出质登记的{'、'.join(what for _, what in missing)}；"
                    "请完成出质登记并补全后重新备案。",
                )
            )
    return tuple(deficient)


def refuse_if_pledges_are_too_old(
    rights: Sequence[IpRight], disbursed_on: date, age_days_max: int
) -> tuple[Refusal, ...]:
    """Article 13.1. The pledge was registered for this loan, not for one of long before its payout (a reading)."""
    return tuple(
        refusal(
            "pledge_registration_too_old",
            "13.1",
            f"the pledge of {right.registration_number} was registered on {registered_on}, {age_days} days before the "
            f"loan was paid out on {disbursed_on}, and a registration may be {age_days_max} days old; register the "
            "pledge for this loan, and file with that registration.",
            f"权利 {right.registration_number} 的出质登记日 {registered_on} 距放款日 {disbursed_on} {age_days} 天，"
            f"超过 {age_days_max} 天；请为本笔贷款办理出质登记后备案。",
        )
        for right in rights
        if (registered_on := right.pledge_registered_on) is not None
        and (age_days := (disbursed_on - registered_on).days) > age_days_max
    )


def refuse_if_pledge_registrations_secure_something_else(
    rights: Sequence[IpRight], holders: Mapping[str, UUID], project_id: UUID
) -> tuple[Refusal, ...]:
    """Article 13.1. One registration of a pledge secures one loan: not that of another live project, in whatever pool.

    It can name several rights of the loan.
    """
    numbers = dict.fromkeys(right.pledge_registration_number for right in rights)
    return tuple(
        refusal(
            "pledge_registration_of_another_loan",
            "13.1",
            f"the pledge registration {number} secures another project that is filed and has not ended; register the "
            "pledge for this loan and file it with that registration's number.",
            f"出质登记号 {number} 已对应另一未结束的备案项目；请为本笔贷款办理出质登记，并以其登记号备案。",
        )
        for number in numbers
        if number is not None and holders.get(pledge_key_of(number), project_id) != project_id
    )


def _is_by(day: date | None, today: date) -> bool:
    return day is not None and day <= today
