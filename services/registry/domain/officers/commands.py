"""Officers over time: their duties change, and they leave."""

from services.registry.domain.article_04_institutional_roles import duties_fit_role
from services.registry.domain.article_04_officers_and_keys import (
    administration_remains,
    officer_is_of_institution,
    officer_still_acts,
    voters_fit_a_ballot,
)
from services.registry.domain.asked import Asked
from services.registry.domain.decision import DUPLICATE, Decision, accepted, every, refused
from services.registry.domain.holders import Officer
from services.registry.domain.pool import PeopleEvent, Register, evolve_people
from shared.contracts.received import Acting
from shared.contracts.registry.people import ChangeDuties, EndOfficer, KeyRetired, OfficerEnded, OfficerRegistered


def change_duties(asked: Asked[ChangeDuties]) -> Decision:
    """Give an officer of the sender's own institution other duties; the registration is said again with them."""
    pool, data, acting, at = asked.register, asked.data, asked.acting, asked.at
    if not_ours := officer_is_of_institution(pool.institutions[acting.institution], data.officer):
        return refused(not_ours)
    institution = pool.institutions[acting.institution]
    officer = institution.officers[data.officer]
    duties = tuple(dict.fromkeys(data.duties))
    if officer.ended_at is None and officer.duties == duties:
        return DUPLICATE
    if has_ended := officer_still_acts(data.officer, officer):
        return refused(has_ended)
    event = OfficerRegistered(
        institution=acting.institution, officer=data.officer, name=officer.name, duties=duties, valid_from=at
    )
    after = evolve_people(pool, event)
    wrong = every(
        duties_fit_role(institution.role, duties),
        voters_fit_a_ballot(institution, data.officer, duties),
        administration_remains(after, acting.institution),
    )
    return refused(wrong) if wrong else accepted(event)


def end_officer(asked: Asked[EndOfficer]) -> Decision:
    """The officer leaves: no duties any more, and all its keys end at the same moment."""
    pool, data, acting, at = asked.register, asked.data, asked.acting, asked.at
    if not_ours := officer_is_of_institution(pool.institutions[acting.institution], data.officer):
        return refused(not_ours)
    officer = _of(pool, acting, data.officer)
    if officer.ended_at is not None and officer.ended_because == data.reason:
        return DUPLICATE
    if has_ended := officer_still_acts(data.officer, officer):
        return refused(has_ended)
    events: tuple[PeopleEvent, ...] = (
        OfficerEnded(
            institution=acting.institution,
            officer=data.officer,
            ended_at=at,
            reason=data.reason,
            ended_by=asked.officer,
        ),
        *(
            KeyRetired(key_id=key_id, institution=acting.institution, valid_until=at)
            for key_id, key in pool.keys.items()
            if (key.institution, key.officer) == (acting.institution, data.officer) and key.is_in_force(at)
        ),
    )
    after = pool
    for event in events:
        after = evolve_people(after, event)
    if locked_out := administration_remains(after, acting.institution):
        return refused(locked_out)
    return accepted(*events)


def _of(pool: Register, acting: Acting, officer: str) -> Officer:
    return pool.institutions[acting.institution].officers[officer]
