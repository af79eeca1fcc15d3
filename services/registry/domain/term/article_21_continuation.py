"""Article 21: before the term ends there is an evaluation, and with it a decision to continue or to stop."""

from datetime import date

from services.registry.domain.agreement_number import is_one_number
from services.registry.domain.evaluations.state import Evaluation
from services.registry.domain.pool import Pool
from shared.contracts.money import BASIS_POINTS
from shared.contracts.refusals import Refusal, refusal
from shared.contracts.registry.performance import ContinuePool
from shared.contracts.registry.rules import EvaluationRules
from shared.contracts.registry.words import Agreement
from shared.decisions.amounts import percent, percent_zh


def refuse_if_term_is_decided(pool: Pool) -> Refusal | None:
    """Article 21.1. A pool that has stopped, or whose cooperation has ended, neither continues nor stops again."""
    cycle = pool.cycle
    if cycle.stopped_on is None and cycle.ended_on is None:
        return None
    return refusal(
        "term_decided_before",
        "21.1",
        f"the pool stopped on {cycle.stopped_on or cycle.ended_on}, and nothing is left to decide on its "
        "term; go on with its existing projects.",
        f"资金池已于 {cycle.stopped_on or cycle.ended_on} 停止，无需再就存续期作出决定；存续项目请继续办理。",
    )


def refuse_if_term_is_over(pool: Pool, today: date) -> Refusal | None:
    """Article 21.1. To continue is decided before the term's end: no loan of the days since is covered in hindsight."""
    if today <= pool.ends_on:
        return None
    return refusal(
        "term_is_over",
        "21.1",
        f"the term ended on {pool.ends_on}, and whether the pool goes on was to be decided before; stop it "
        "(registry.pool.stop), its existing projects go on, and found another pool for new loans.",
        f"存续期已于 {pool.ends_on} 届满，是否继续应在届满前决定；请决定停止（registry.pool.stop），"
        "存续项目继续办理，新的贷款请另设资金池。",
    )


def refuse_unless_evaluation_is_of_the_present_term(
    pool: Pool, evaluation: Evaluation | None, number: str
) -> Refusal | None:
    """Article 21.1. The decision rests on an evaluation of the present term, which no earlier decision rested on."""
    began_on = pool.cycle.continued_on or pool.founded_on
    rested_on = {pool.cycle.evaluation, *pool.cycle.evaluations_before}
    is_new = evaluation is not None and evaluation.number not in rested_on
    if is_new and evaluation is not None and evaluation.period_to >= began_on:
        return None
    return refusal(
        "evaluation_missing",
        "21.1",
        f"{number} is no evaluation of the present term, which began on {began_on}; record one first.",
        f"{number} 不是本存续期（自 {began_on} 起）的绩效评估；请先登记绩效评估。",
    )


def refuse_unless_evaluation_covers_the_term(
    pool: Pool, rules: EvaluationRules, evaluation: Evaluation | None
) -> Refusal | None:
    """Article 21.1. What a pool goes on by was evaluated over the most of its present term, as the rules have it.

    A reading: the operating periods of the agreements lie in the term, and how short one of them is makes no evaluation
    long. To stop takes no more than an evaluation, since existing projects go on in any case.
    """
    if evaluation is None:
        return None
    began_on = pool.cycle.continued_on or pool.founded_on
    days = (pool.ends_on - began_on).days + 1
    # Rounded up, so that the days that are said are as many as it takes.
    needed = -(-days * rules.term_covered_bp // BASIS_POINTS)
    covered = (evaluation.period_to - max(evaluation.period_from, began_on)).days + 1
    if covered >= needed:
        return None
    covered = max(covered, 0)
    return refusal(
        "evaluation_too_short",
        "21.1",
        f"evaluation {evaluation.number} covers {covered} of the {days} days of the present term from {began_on} to "
        f"{pool.ends_on}, and to go on takes {needed} ({percent(rules.term_covered_bp)}); record one of a longer "
        "period (registry.evaluation.record) and name it.",
        f"绩效评估 {evaluation.number} 覆盖本存续期（{began_on} 至 {pool.ends_on}，共 {days} 天）中的 {covered} 天，"
        f"续期须至少覆盖 {needed} 天（{percent_zh(rules.term_covered_bp)}）；请登记期间更长的绩效评估"
        "（registry.evaluation.record）后提交。",
    )


def refuse_unless_new_term_has_a_new_agreement(
    pool: Pool, evaluation: Evaluation | None, agreement: Agreement
) -> Refusal | None:
    """Article 21.1. The new term rests on what is agreed on anew (按照新的约定), in view of what was evaluated.

    So it is no agreement of before, by whatever form of its number, and was signed neither before the present one nor
    before the evaluated period had ended.
    """
    present = pool.cooperation_agreements[-1]
    since = max(present.signed_on, evaluation.period_to) if evaluation else present.signed_on
    is_new = not any(is_one_number(each.number, agreement.number) for each in pool.cooperation_agreements)
    if is_new and agreement.signed_on >= since:
        return None
    return refusal(
        "new_term_without_new_agreement",
        "21.1",
        f"to continue takes a new agreement, under a number of its own and signed on {since} or later: after agreement "
        f"{present.number} of {present.signed_on}, and in view of the evaluation; the message names {agreement.number} "
        f"of {agreement.signed_on}. Sign a new one and name it.",
        f"继续合作应有新的约定：使用新的编号，签署日不早于 {since}（现行协议 {present.number} 于 {present.signed_on} "
        f"签署，且应在所评估期间届满之后）；消息所载为 {agreement.number}（{agreement.signed_on} 签署），"
        "请签署新的协议后提交。",
    )


def refuse_unless_new_term_is_ahead(pool: Pool, command: ContinuePool, today: date) -> Refusal | None:
    """Article 21.1. A new term ends after the present one, and its operating period after today and the present one's.

    So to continue shortens neither; and the operating period ends within its term.
    """
    over = max(today, pool.cycle.operating_until or today)
    if pool.ends_on < command.ends_on and over < command.operating_until <= command.ends_on:
        return None
    return refusal(
        "new_term_not_ahead",
        "21.1",
        f"the new term until {command.ends_on} has to end after {pool.ends_on}, and the operating period "
        f"until {command.operating_until} within it and after {over}; correct the days.",
        f"新存续期届满日 {command.ends_on} 应晚于 {pool.ends_on}，运营期截止日 {command.operating_until} "
        f"应晚于 {over} 且不晚于新的届满日；请更正日期。",
    )
