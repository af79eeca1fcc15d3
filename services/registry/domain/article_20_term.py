"""Article 20: the pool's term."""

from collections.abc import Iterable
from datetime import date, timedelta

from services.registry.domain.pool import Pool
from shared.contracts.refusals import Refusal, refusal
from shared.contracts.registry.projects import Loan
from shared.contracts.registry.rules import Rules
from shared.contracts.registry.words import PlannedInstalment
from shared.decisions.days import FOUNDED_AHEAD_DAYS_MAX


def refuse_unless_founding_day_is_near(founded_on: date, today: date) -> Refusal | None:
    """Article 20.1. The term runs from the recorded day of founding, which is past or within a year."""
    if founded_on <= today + timedelta(days=FOUNDED_AHEAD_DAYS_MAX):
        return None
    return refusal(
        "founding_day_too_far_ahead",
        "20.1",
        f"the day of founding {founded_on} is more than {FOUNDED_AHEAD_DAYS_MAX} days after today, {today}; "
        "correct it.",
        f"设立日 {founded_on} 距今日 {today} 超过 {FOUNDED_AHEAD_DAYS_MAX} 天；请更正。",
    )


# accept: founded_on
def term_ends_on(founded_on: date, term_years: int) -> date:
    """Article 20.1. The last day of the term: the day of founding, ``term_years`` on.

    Where that year has no 29 February the month's last day stands for it, as Article 202 of the Civil Code has it.
    """
    year = founded_on.year + term_years
    try:
        return founded_on.replace(year=year)
    except ValueError:
        return date(year, 2, 28)


def refuse_unless_term_is_the_foundings(pool: Pool, rules: Rules) -> Refusal | None:
    """Article 20.1. The term was fixed at the founding; no version of the rules makes it longer or shorter."""
    term_years = pool.first_rules.term_years
    if rules.term_years == term_years:
        return None
    return refusal(
        "rules_change_the_term",
        "20.1",
        f"version {rules.version} has a term of {rules.term_years} years, and this pool was founded for {term_years}; "
        "keep the term, a further one is decided on after the evaluation.",
        f"第 {rules.version} 版规则的存续期为 {rules.term_years} 年，而本资金池设立时为 {term_years} 年；"
        "请保持存续期不变，是否续期在绩效评估后决定。",
    )


def refuse_if_new_term_is_longer_than_the_first(pool: Pool, ends_on: date) -> Refusal | None:
    """Article 20.1. A further term lasts at most as many years as the founding's, from the present one's end.

    A reading: the text fixes the years of a term, and says of a further one only that it is agreed on anew.
    """
    latest = term_ends_on(pool.ends_on, pool.first_rules.term_years)
    if ends_on <= latest:
        return None
    return refusal(
        "new_term_too_long",
        "20.1",
        f"the new term until {ends_on} is longer than the {pool.first_rules.term_years} years of the pool's term; "
        f"let it end on {latest} at the latest, and decide on a further one before that day.",
        f"新存续期至 {ends_on}，超过本资金池 {pool.first_rules.term_years} 年的存续期；届满日请不晚于 {latest}，"
        "期满前可另行决定续期。",
    )


def refuse_unless_loan_is_within_term(pool: Pool, loan: Loan) -> Refusal | None:
    """Article 20.1. Only what was paid out between the pool's founding and the end of its term is covered."""
    days = (loan.disbursed_on, *(drawdown.disbursed_on for drawdown in loan.drawdowns))
    outside = [day for day in days if not pool.founded_on <= day <= pool.ends_on]
    if not outside:
        return None
    return refusal(
        "loan_outside_term",
        "20.1",
        f"the loan was paid out on {outside[0]}, outside the pool's term from {pool.founded_on} to "
        f"{pool.ends_on}; this pool can't cover it. Check the days of payment in the filing, or file with a pool of "
        "that time.",
        f"放款日 {outside[0]} 不在资金池存续期（{pool.founded_on} 至 {pool.ends_on}）内，本资金池不予覆盖；"
        "请核对备案所载放款日，或向当时存续的资金池备案。",
    )


def refuse_if_pairs_are_due_after_the_term(pairs: Iterable[PlannedInstalment], ends_on: date) -> Refusal | None:
    """Article 20.1. A pool is paid in while its term runs; for a new term, once that is decided (a reading)."""
    later = [pair for pair in pairs if pair.due_on > ends_on]
    if not later:
        return None
    return refusal(
        "contributions_due_after_the_term",
        "20.1",
        f"instalment {later[0].instalment} is to be paid in by {later[0].due_on}, after the term's end on {ends_on}; "
        "let it fall due by then, or plan it once a new term is decided (registry.pool.continue).",
        f"第 {later[0].instalment} 期出资的到期日 {later[0].due_on} 晚于存续期届满日 {ends_on}；"
        "请将到期日定在此前，或在决定续期（registry.pool.continue）后计划。",
    )


# accept: 0
def days_left(ends_on: date, day: date) -> int:
    """Article 20.1. So many days come after ``day`` up to the last one; below zero, days since it."""
    return (ends_on - day).days
