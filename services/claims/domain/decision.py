"""What one message is decided on and what comes out, and the gate that every officer's command passes first."""

from dataclasses import dataclass

from services.claims.domain.claim import Claim
from services.claims.domain.evolve import Cause, ClaimsEvent
from services.claims.domain.pool import Pool
from services.claims.domain.rules.article_04_roles import refuse_unless_duty_is_held, refuse_unless_role_is_held
from services.claims.domain.rules.article_06_review import refuse_if_step_is_out_of_order
from services.claims.domain.step import Step
from shared.contracts.receipts import Outcome
from shared.contracts.received import Acting
from shared.contracts.refusals import Refusal
from shared.contracts.registry.words import Duty, Role, Rules
from shared.decisions.article_03_one_pool import refuse_unless_of_one_pool
from shared.decisions.checks import first_fault
from shared.decisions.duties_exercised import DutyExercised, refuse_if_duties_conflict


@dataclass(frozen=True, slots=True)
class Case:
    """A case in its pool."""

    pool: Pool
    claim: Claim


@dataclass(frozen=True, slots=True)
class Decision:
    """The answer to one message. Without events nothing changes."""

    outcome: Outcome
    events: tuple[ClaimsEvent, ...] = ()
    refusals: tuple[Refusal, ...] = ()


def accepted(*events: ClaimsEvent) -> Decision:
    """It is so: these events say what follows."""
    return Decision(Outcome.ACCEPTED, events=events)


def refused(*refusals: Refusal) -> Decision:
    """It is not so, for these reasons, and nothing changes."""
    assert refusals, "a refusal says why"
    return Decision(Outcome.REFUSED, refusals=refusals)


def gate(
    case: Case,
    received: Cause,
    role: Role,
    duty: Duty,
    step: Step,
    *,
    may_repeat: bool = False,
    is_act: bool = True,
) -> Refusal | None:
    """The first reason why this officer can't take this step now.

    Who may act comes before how the case stands, so that nobody learns of a case by trying. Whoever steps back does not
    act, and may do so whatever it did before.
    """
    claim, acting = case.claim, signer(received)
    return first_fault(
        refuse_unless_of_one_pool(claim.pool_id, received.pool_id, "case", "案件"),
        refuse_unless_role_is_held(acting.institution, role, case.pool.holder_of(role)),
        refuse_unless_duty_is_held(acting, duty, case.pool.duties_of(acting.institution, acting.officer or "")),
        refuse_if_step_is_out_of_order(step, claim.next_step, may_repeat=may_repeat),
        conflict(case, received, duty, role, acting.officer or "") if is_act else None,
    )


def conflict(case: Case, received: Cause, duty: Duty, role: Role, officer: str) -> Refusal | None:
    """Whether what ``officer`` has done in the case excludes ``duty``, by the rules in force when it acts.

    What it did in another service counts from when it was heard here, since topics come in any order.
    """
    rules = case.pool.rules_at(received.received_at)
    exclusive = () if rules is None else rules.exclusive_duties
    exercised = DutyExercised(duty=duty, role=role, officer=officer)
    return refuse_if_duties_conflict(exclusive, case.claim.duties_exercised, exercised)


def signer(received: Cause) -> Acting:
    """Who signed; only messages from outside come here."""
    assert received.acting is not None, "a message from outside has a signer"
    return received.acting


def officer_of(received: Cause) -> str:
    """The officer who signed; the gate has made sure that there is one."""
    officer = signer(received).officer
    assert officer is not None
    return officer


def rules_of(case: Case, received: Cause) -> Rules:
    """The rules in force at the message's intake; a role in the pool, which the gate has seen, comes with them."""
    rules = case.pool.rules_at(received.received_at)
    assert rules is not None
    return rules
