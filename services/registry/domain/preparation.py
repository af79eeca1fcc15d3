"""A pool before its founding: who manages it, and who was selected to run it."""

from services.registry.domain.pool import Institution, PeopleEvent, Register, evolve_people
from shared.contracts.registry.pools import InstitutionRegistered, PoolPrepared
from shared.contracts.registry.selections import SelectionConcluded
from shared.contracts.registry.words import BallotRules

PreparationEvent = PoolPrepared | InstitutionRegistered | PeopleEvent | SelectionConcluded


class PreparedPool(Register):
    """What there is of a pool that is not founded yet; the founding takes over who is registered.

    ``ballot`` rules its collective decisions, and the two figures after it how a selection looks candidates up, since
    the pool's rules are adopted with its founding. ``selected`` is the unified social credit code of the institution
    with which the latest selection was ``concluded``.
    """

    name: str
    ballot: BallotRules
    look_up_age_days_max: int = 30
    violation_free_years: int = 3
    selected: str | None = None
    concluded: SelectionConcluded | None = None


def evolve(prepared: PreparedPool | None, event: PreparationEvent) -> PreparedPool:
    """The prepared pool after ``event``."""
    if isinstance(event, PoolPrepared):
        assert prepared is None, "a pool is prepared once"
        return PreparedPool(
            name=event.name,
            managing_institution=event.managing_institution,
            ballot=event.ballot,
            look_up_age_days_max=event.look_up_age_days_max,
            violation_free_years=event.violation_free_years,
        )
    assert prepared is not None, "nothing happens in a pool before it is prepared"
    if isinstance(event, InstitutionRegistered):
        institution = Institution(name=event.name, uscc=event.uscc, role=event.role)
        institutions = {**prepared.institutions, event.institution: institution}
        return prepared.model_copy(update={"institutions": institutions})
    if isinstance(event, SelectionConcluded):
        return prepared.model_copy(update={"selected": event.uscc, "concluded": event})
    return evolve_people(prepared, event)
