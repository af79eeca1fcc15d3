"""Article 13: the pledge of every right is registered."""

from collections.abc import Sequence
from datetime import date

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
                    f"{', '.join(what for what, _ in missing)}; register the pledge and file with it.",
                    f"权利 {right.registration_number} 缺少出质登记的{'、'.join(what for _, what in missing)}；"
                    "请完成出质登记并补全后重新备案。",
                )
            )
    return tuple(deficient)


def _is_by(day: date | None, today: date) -> bool:
    return day is not None and day <= today
