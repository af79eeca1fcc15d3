"""Deciding on evaluations, and on what rests on them: the term and the cooperation (5.1, 5.7, 19.3, 21.1, 22.1)."""

from datetime import timedelta

from services.registry.domain.article_05_agreements import (
    agreement_is_as_it_was_recorded,
    further_period_has_a_new_agreement,
)
from services.registry.domain.article_05_evaluation import (
    ended_operating_period_is_over,
    evaluated_period_is_past,
    evaluation_has_report,
    evaluation_number_is_free,
    going_on_is_decided,
    operating_period_is_ahead,
    points_are_within_their_criteria,
)
from services.registry.domain.article_05_rules_and_approval import agreement_is_recorded
from services.registry.domain.article_19_termination import (
    claims_back_fiscal_money,
    cooperation_goes_on,
    failed_audit_is_shown,
    failed_evaluation_is_shown,
)
from services.registry.domain.article_20_term import new_term_is_no_longer_than_the_first
from services.registry.domain.article_22_stop import pool_has_not_stopped
from services.registry.domain.asked import Asked
from services.registry.domain.audits.state import AuditEngagement
from services.registry.domain.decision import DUPLICATE, Decision, accepted, every, first, refused, says_the_same
from services.registry.domain.evaluations.state import Evaluation
from services.registry.domain.matter import matter_of
from services.registry.domain.term.article_21_continuation import (
    evaluation_is_of_the_present_term,
    new_term_has_a_new_agreement,
    new_term_is_ahead,
    term_is_not_over,
    term_is_undecided,
)
from shared.contracts.registry.performance import (
    ContinuePool,
    CooperationEnded,
    EndCooperation,
    EndGround,
    EvaluationRecorded,
    FixOperatingPeriod,
    OperatingPeriodFixed,
    PoolContinued,
    PoolStopped,
    RecordEvaluation,
    StopPool,
)
from shared.decisions.minutes import decision_has_minutes


def record_evaluation(asked: Asked[RecordEvaluation]) -> Decision:
    """Record an evaluation; its number stands for it from now on."""
    pool, data, today = asked.pool, asked.data, asked.today
    recorded = asked.matter_as(Evaluation)
    if says_the_same(recorded, data):
        return DUPLICATE
    wrong = every(
        evaluation_number_is_free(recorded),
        evaluated_period_is_past(pool, data, today),
        points_are_within_their_criteria(data),
        evaluation_has_report(data),
    )
    if wrong:
        return refused(wrong)
    return accepted(
        EvaluationRecorded(
            matter_id=matter_of(asked.pool_id, data),
            **{name: getattr(data, name) for name in RecordEvaluation.model_fields},
            points=sum(criterion.points for criterion in data.criteria),
            points_max=sum(criterion.points_max for criterion in data.criteria),
            recorded_by=asked.officer,
        )
    )


def fix_operating_period(asked: Asked[FixOperatingPeriod]) -> Decision:
    """Fix the first operating period, or go on with the cooperating institution for another one."""
    pool, data, today = asked.pool, asked.data, asked.today
    if says_the_same(pool.cycle.fixed, data):
        return DUPLICATE
    if wrong := first(cooperation_goes_on(pool), pool_has_not_stopped(pool)):
        return refused(wrong)
    all_wrong = every(
        operating_period_is_ahead(pool, data.operating_until, today),
        agreement_is_recorded(data.agreement, today),
        first(
            agreement_is_as_it_was_recorded(pool, data.agreement),
            further_period_has_a_new_agreement(pool, data.agreement),
        ),
        going_on_is_decided(pool, data.decision),
    )
    if all_wrong:
        return refused(all_wrong)
    before = pool.cycle.operating_until
    # It follows the period before it; the first one begins with its agreement.
    operating_from = before + timedelta(days=1) if before else max(pool.founded_on, data.agreement.signed_on)
    return accepted(
        OperatingPeriodFixed(
            operating_until=data.operating_until,
            operating_until_before=before,
            operating_from=operating_from,
            agreement=data.agreement,
            decision=data.decision,
            fixed_on=today,
            fixed_by=asked.officer,
        )
    )


def continue_pool(asked: Asked[ContinuePool]) -> Decision:
    """Go on for a new term, under a new agreement."""
    pool, data, today = asked.pool, asked.data, asked.today
    evaluation = asked.matter_as(Evaluation)
    if says_the_same(pool.cycle.continuation, data):
        return DUPLICATE
    if not_now := first(term_is_undecided(pool), term_is_not_over(pool, today)):
        return refused(not_now)
    wrong = every(
        evaluation_is_of_the_present_term(pool, evaluation, data.evaluation),
        decision_has_minutes(data.decision, "21.1"),
        new_term_is_ahead(pool, data, today),
        new_term_is_no_longer_than_the_first(pool, data.ends_on),
        agreement_is_recorded(data.agreement, today),
        first(
            new_term_has_a_new_agreement(pool, evaluation, data.agreement),
            agreement_is_as_it_was_recorded(pool, data.agreement),
        ),
    )
    if wrong:
        return refused(wrong)
    return accepted(
        PoolContinued(
            ends_on_before=pool.ends_on,
            ends_on=data.ends_on,
            operating_until=data.operating_until,
            evaluation=data.evaluation,
            agreement=data.agreement,
            decision=data.decision,
            decided_on=today,
            decided_by=asked.officer,
        )
    )


def stop_pool(asked: Asked[StopPool]) -> Decision:
    """Stop: existing projects go on, and no new one comes in."""
    pool, data, today = asked.pool, asked.data, asked.today
    evaluation = asked.matter_as(Evaluation)
    if says_the_same(pool.cycle.stop, data):
        return DUPLICATE
    if decided := term_is_undecided(pool):
        return refused(decided)
    wrong = every(
        evaluation_is_of_the_present_term(pool, evaluation, data.evaluation),
        decision_has_minutes(data.decision, "21.1"),
    )
    if wrong:
        return refused(wrong)
    return accepted(
        PoolStopped(
            evaluation=data.evaluation,
            reasons=data.reasons,
            decision=data.decision,
            stopped_on=today,
            decided_by=asked.officer,
        )
    )


def end_cooperation(asked: Asked[EndCooperation]) -> Decision:
    """End the cooperation, on a ground that is shown; a pool that has stopped can still be ended for one."""
    pool, data, today = asked.pool, asked.data, asked.today
    # What the ground rests on is loaded with the message.
    evaluation = asked.matter_as(Evaluation) if data.ground is EndGround.FAILED_EVALUATION else None
    audit = asked.matter_as(AuditEngagement) if data.ground is EndGround.FAILED_AUDIT else None
    if says_the_same(pool.cycle.ending, data):
        return DUPLICATE
    if ended := cooperation_goes_on(pool):
        return refused(ended)
    wrong = every(
        failed_evaluation_is_shown(evaluation, data),
        failed_audit_is_shown(audit, data),
        ended_operating_period_is_over(pool, data, today),
        decision_has_minutes(data.decision, "19.3"),
    )
    if wrong:
        return refused(wrong)
    return accepted(
        CooperationEnded(
            institution=pool.cooperating_institution,
            ground=data.ground,
            claims_back_fiscal_money=claims_back_fiscal_money(data.ground),
            evaluation=data.evaluation,
            audit=data.audit,
            facts=data.facts,
            evidence=data.evidence,
            decision=data.decision,
            ended_on=today,
            decided_by=asked.officer,
        )
    )
