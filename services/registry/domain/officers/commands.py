"""Officers: who registers them, how their duties change, and how they leave."""

from services.registry.domain.article_04_institutional_roles import (
    refuse_unless_key_is_unused,
    refuse_unless_key_proves_who_signs,
    refuse_unless_there_is_room,
)
from services.registry.domain.article_04_officers_and_keys import (
    refuse_unless_administration_remains,
    refuse_unless_key_end_lies_ahead,
    refuse_unless_officer_is_of_institution,
    refuse_unless_officer_still_acts,
)
from services.registry.domain.command_spec import CommandSpec
from services.registry.domain.context import CommandContext
from services.registry.domain.keys.state import evolve as evolve_keys
from services.registry.domain.officers.article_04_officers import (
    refuse_if_person_acts_already,
    refuse_unless_duties_fit_roles,
    refuse_unless_officer_id_is_free,
    refuse_unless_voters_fit_a_ballot,
)
from services.registry.domain.officers.state import evolve
from services.registry.domain.officers_and_keys import Officer, key_registered
from shared.contracts.ids import key_id
from shared.contracts.registry.people import (
    ChangeDuties,
    EndOfficer,
    KeyRetired,
    OfficerEnded,
    OfficerRegistered,
    RegisterOfficer,
)
from shared.decisions.checks import all_faults
from shared.decisions.decision import DUPLICATE, Decision, accepted, refused
from shared.decisions.permission import ADMINISTRATION

OFFICERS_PER_INSTITUTION_MAX = 200


def register_officer(ctx: CommandContext[RegisterOfficer]) -> Decision:
    """Register an officer of the sender's own institution, with its duties and its key."""
    pool, command, acting, at = ctx.register, ctx.command, ctx.acting, ctx.at
    institution = pool.institutions[acting.institution]
    duties = tuple(dict.fromkeys(command.duties))
    key = pool.keys.get(key_id(command.public_key))
    if (
        institution.officers.get(command.officer) == Officer(name=command.name, person=command.person, duties=duties)
        and key is not None
        and (key.institution, key.officer) == (acting.institution, command.officer)
        # Of a key that has ended nobody knows any more until when it was to be valid.
        and (key.has_ended or key.valid_until == command.valid_until)
    ):
        return DUPLICATE
    wrong = all_faults(
        refuse_unless_duties_fit_roles(institution.roles, duties),
        refuse_unless_voters_fit_a_ballot(institution, command.officer, duties),
        refuse_unless_officer_id_is_free(pool, acting.institution, command.officer)
        or refuse_if_person_acts_already(institution, command.person),
        refuse_unless_key_proves_who_signs(command.public_key),
        refuse_unless_key_is_unused(pool, command.public_key),
        refuse_unless_key_end_lies_ahead(command.valid_until, at),
        refuse_unless_there_is_room(
            len(institution.officers), OFFICERS_PER_INSTITUTION_MAX, "officers of your institution", "贵机构登记人员"
        ),
    )
    if wrong:
        return refused(wrong)
    return accepted(
        OfficerRegistered(
            institution=acting.institution,
            officer=command.officer,
            name=command.name,
            person=command.person,
            duties=duties,
            valid_from=at,
        ),
        key_registered(
            command.public_key, (acting.institution, command.officer, None), acting.key_id, at, command.valid_until
        ),
    )


def change_duties(ctx: CommandContext[ChangeDuties]) -> Decision:
    """Give an officer of the sender's own institution other duties; the registration is published again with them."""
    pool, command, acting, at = ctx.register, ctx.command, ctx.acting, ctx.at
    if fault := refuse_unless_officer_is_of_institution(pool.institutions[acting.institution], command.officer):
        return refused(fault)
    institution = pool.institutions[acting.institution]
    officer = institution.officers[command.officer]
    duties = tuple(dict.fromkeys(command.duties))
    if officer.ended_at is None and officer.duties == duties:
        return DUPLICATE
    if fault := refuse_unless_officer_still_acts(command.officer, officer):
        return refused(fault)
    event = OfficerRegistered(
        institution=acting.institution,
        officer=command.officer,
        name=officer.name,
        person=officer.person,
        duties=duties,
        valid_from=at,
    )
    after = evolve(pool, event)
    wrong = all_faults(
        refuse_unless_duties_fit_roles(institution.roles, duties),
        refuse_unless_voters_fit_a_ballot(institution, command.officer, duties),
        refuse_unless_administration_remains(after, acting.institution),
    )
    return refused(wrong) if wrong else accepted(event)


def end_officer(ctx: CommandContext[EndOfficer]) -> Decision:
    """The officer leaves: no duties any more, and all its keys end at the same moment."""
    pool, command, acting, at = ctx.register, ctx.command, ctx.acting, ctx.at
    if fault := refuse_unless_officer_is_of_institution(pool.institutions[acting.institution], command.officer):
        return refused(fault)
    officer = pool.institutions[acting.institution].officers[command.officer]
    if officer.ended_at is not None and officer.ended_because == command.reason:
        return DUPLICATE
    if fault := refuse_unless_officer_still_acts(command.officer, officer):
        return refused(fault)
    ended = OfficerEnded(
        institution=acting.institution,
        officer=command.officer,
        ended_at=at,
        reason=command.reason,
        ended_by=ctx.officer,
    )
    retired = [
        KeyRetired(key_id=key_id, institution=acting.institution, valid_until=at)
        for key_id, key in pool.keys.items()
        if (key.institution, key.officer) == (acting.institution, command.officer) and key.is_in_force(at)
    ]
    after = evolve(pool, ended)
    for event in retired:
        after = evolve_keys(after, event)
    if fault := refuse_unless_administration_remains(after, acting.institution):
        return refused(fault)
    return accepted(ended, *retired)


COMMANDS = (
    CommandSpec(RegisterOfficer, register_officer, "4.1", ADMINISTRATION, before_founding=True),
    CommandSpec(ChangeDuties, change_duties, "4.1", ADMINISTRATION, before_founding=True),
    CommandSpec(EndOfficer, end_officer, "4.1", ADMINISTRATION, before_founding=True),
)
