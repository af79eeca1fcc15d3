"""Article 13: the pledge of every right is registered."""

from collections.abc import Sequence
from datetime import date

from shared.contracts.refusals import Refusal, refusal
from shared.contracts.registry.projects import IpRight


def pledges_are_registered(rights: Sequence[IpRight], today: date) -> tuple[Refusal, ...]:
    """Article 13.1. Each pledged right names its pledge registration: number, day up to ``today``, authority."""
    deficient = []
    for right in rights:
        missing = [
            (what, what_zh)
            for what, what_zh, there in (
                ("number", "登记号", right.pledge_registration_number is not None),
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
                    f"{', '.join(what for what, _ in missing)}; register the pledge and add it.",
                    f"权利 {right.registration_number} 缺少出质登记的{'、'.join(what for _, what in missing)}；"
                    "请完成出质登记并补充。",
                )
            )
    return tuple(deficient)


def _is_by(day: date | None, today: date) -> bool:
    return day is not None and day <= today
