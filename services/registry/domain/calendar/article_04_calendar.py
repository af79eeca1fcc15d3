"""Article 4: which day it is, only the managing institution's calendar says."""

from services.registry.domain.pool import Pool
from shared.contracts.received import Acting
from shared.contracts.refusals import Refusal, refusal
from shared.contracts.registry.words import SystemUse


def refuse_unless_day_is_said_by_calendar(pool: Pool, acting: Acting) -> Refusal | None:
    """Article 4.1. A day is begun by the managing institution's calendar: no officer, and no system of another use."""
    if acting.institution == pool.managing_institution and acting.system_use == SystemUse.CALENDAR:
        return None
    return refusal(
        "not_said_by_calendar",
        "4.1",
        f"a day is begun with a system key of {pool.managing_institution} for the use {SystemUse.CALENDAR.english}; "
        "let its administration register one, and the calendar sign with it.",
        f"日期推进须使用管理机构 {pool.managing_institution} 用途为“{SystemUse.CALENDAR.chinese}”的系统密钥签名；"
        "请由其管理员登记该密钥后由日历系统签名。",
    )
