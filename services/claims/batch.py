"""A batch in memory: its states are there, each message is decided after the other, and what has changed is marked.

The transaction loads it and saves it; the simulator keeps one for good.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from services.claims.domain.claim import Claim
from services.claims.domain.context import Case
from services.claims.domain.decide import CaseCommand, CaseMessage, ObservedEvent, handle
from services.claims.domain.evolve import DutyEvent, FlagEvent
from services.claims.domain.pool import Pool, PoolEvent, evolve_pool
from shared.contracts.claims import NotifyLoss
from shared.contracts.ids import project_id
from shared.contracts.received import Received
from shared.decisions.duties_exercised import RegistryDutyEvent
from shared.messaging.message import Answer, Decided, Incoming, Outgoing

# The first messages that a case can have: whatever reports who has acted in it, or a notice.
OPENING = NotifyLoss | RegistryDutyEvent


@dataclass(frozen=True, slots=True)
class StoredClaim:
    """A case, the trace context of its latest stage, and when that was reached."""

    claim: Claim
    trace_parent: str | None
    reached_at: datetime | None = None


@dataclass(slots=True)
class Batch:
    """The states that a batch works on, and which of them it has changed so far."""

    pools: dict[UUID, Pool]
    claims: dict[UUID, StoredClaim]
    changed_pools: set[UUID] = field(default_factory=set)
    changed_claims: dict[UUID, datetime] = field(default_factory=dict)


def process(states: Batch, message: Incoming) -> Decided:
    """What becomes of one message, with the states evolving; what this service does not listen to changes nothing."""
    if isinstance(message.data, PoolEvent):
        pool_id = message.received.pool_id
        pool = evolve_pool(states.pools.get(pool_id) or Pool(pool_id=pool_id), message.data)
        states.pools[pool_id] = pool.model_copy(update={"registry_seq": message.seq})
        states.changed_pools.add(pool_id)
    elif is_of_case(message):
        return _decide_on_case(states, message)
    return Decided(message)


def _decide_on_case(states: Batch, message: Incoming) -> Decided:
    received = cast("Received[CaseMessage]", message.received)
    project, pool_id = project_of(message), received.pool_id
    stored = states.claims.get(project) or StoredClaim(new_claim(message), None)
    pool = states.pools.get(pool_id) or Pool(pool_id=pool_id)
    claim, decision = handle(Case(pool, stored.claim), received)
    # Who has acted elsewhere is noted, and which flags stand, and the case is where it was.
    has_changed = claim is not stored.claim and not isinstance(received.data, DutyEvent | FlagEvent)
    if has_changed:
        trace_parent = message.traceparent or stored.trace_parent
        states.claims[project] = StoredClaim(claim, trace_parent, received.received_at)
        states.changed_claims[project] = received.received_at
    elif claim is not stored.claim:
        states.claims[project] = replace(stored, claim=claim)
        states.changed_claims.setdefault(project, stored.reached_at or received.received_at)
    answer = None
    if isinstance(received.data, CaseCommand):
        answer = Answer(decision.outcome, decision.refusals, project, _number_for(claim, pool_id))
    return Decided(
        incoming=message,
        events=tuple(Outgoing(event, claim.pool_id, str(project)) for event in decision.events),
        answer=answer,
        project_id=project,
        stage_before=stored.trace_parent if has_changed else None,
        stage_before_at=stored.reached_at if has_changed else None,
    )


def is_of_case(message: Incoming) -> bool:
    """Whether the message concerns a case; a ballot of the registry can be on a matter of the pool, which is none."""
    data = message.data
    if not isinstance(data, CaseCommand | ObservedEvent):
        return False
    return isinstance(data, NotifyLoss) or data.project_id is not None


def project_of(message: Incoming) -> UUID:
    """The project, and so the case, that a message concerns; a notice names it by its lender and loan contract."""
    data: Any = message.data
    if isinstance(data, NotifyLoss):
        return project_id(message.received.pool_id, data.lender, data.loan_contract_number)
    return cast("UUID", data.project_id)


def new_claim(message: Incoming) -> Claim:
    """The empty case of which the message is the first."""
    return Claim(project_id=project_of(message), pool_id=message.received.pool_id)


def _number_for(claim: Claim, pool_id: UUID) -> str | None:
    """The number that people see beside the case; nobody learns that of another pool's case."""
    return claim.case_number if claim.pool_id == pool_id else None
