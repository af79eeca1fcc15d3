"""Article 4: what waits for a second person, until when, and that nothing of it counts before."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from services.registry.domain.article_04_institutional_roles import refuse_unless_there_is_room
from services.registry.domain.context import CommandContext
from services.registry.domain.pool import Register
from shared.contracts.envelope import Command
from shared.contracts.receipts import Outcome
from shared.contracts.received import Acting
from shared.contracts.refusals import Refusal, refusal
from shared.contracts.registry.people import (
    ChangeDuties,
    EndOfficer,
    KeyRetired,
    KeyRevoked,
    RegisterOfficer,
    RegisterOfficerKey,
    RegisterSystemKey,
    RevokeKey,
)
from shared.contracts.registry.pools import RegisterInstitution
from shared.contracts.registry.registrations import RegistrationProposed
from shared.contracts.registry.words import Duty
from shared.decisions.article_04_second_person import waits_for_a_second_person
from shared.decisions.decision import DUPLICATE, Decision, refused
from shared.decisions.moments import in_beijing

# As many as an institution of some size begins with, its officers and systems.
WAITING_PER_INSTITUTION_MAX = 100

_FIELDS: dict[type[Command], str] = {
    RegisterOfficer: "officer",
    ChangeDuties: "change_of_duties",
    EndOfficer: "end_of_officer",
    RegisterOfficerKey: "officer_key",
    RegisterSystemKey: "system_key",
    RevokeKey: "replacement",
    RegisterInstitution: "new_institution",
}


# accept: decision
def until_confirmed(ctx: CommandContext[Command], decision: Decision) -> Decision:
    """Article 4.1. What the decision would bring about waits for a second person; that keys end counts at once."""
    register, acting, command = ctx.register, ctx.acting, ctx.command
    if decision.outcome is not Outcome.ACCEPTED or not waits_for_a_second_person(command, acting.officer):
        return decision
    institution = register.keys[command.key_id].institution if isinstance(command, RevokeKey) else acting.institution
    waiting = [each for each in register.registrations.values() if each.institution == institution]
    if any(
        (each.proposed_by_institution, each.command) == (acting.institution, command) and ctx.at < each.confirm_until
        for each in waiting
    ):
        return DUPLICATE
    if fault := refuse_unless_there_is_room(
        sum(ctx.at < each.confirm_until for each in waiting),
        WAITING_PER_INSTITUTION_MAX,
        "registrations for this institution that wait for confirmation",
        "该机构待确认的登记",
    ):
        return refused(fault)
    proposed = RegistrationProposed(
        institution=institution,
        registration_sha256=ctx.sha256,
        proposed_by_institution=acting.institution,
        proposed_by=ctx.officer,
        proposed_with=acting.key_id,
        proposed_at=ctx.at,
        confirm_until=ctx.at + ctx.confirmation_time_max,
        **{_FIELDS[type(command)]: command},
    )
    at_once = (event for event in decision.events if isinstance(event, KeyRevoked | KeyRetired))
    return replace(decision, events=(*at_once, proposed))


def refuse_if_registration_waits(
    register: Register, acting: Acting, needed: Collection[Duty], at: datetime
) -> Refusal | None:
    """Article 4.1. A duty that one administrator has given counts for nothing before a second person confirms it."""
    waiting = next(
        (
            each
            for each in register.registrations.values()
            if at < each.confirm_until
            and each.institution == acting.institution
            and each.change_of_duties is not None
            and each.change_of_duties.officer == acting.officer
            and not set(needed).isdisjoint(each.change_of_duties.duties)
        ),
        None,
    )
    if waiting is None:
        return None
    until = in_beijing(waiting.confirm_until)
    return refusal(
        "registration_not_confirmed",
        "4.1",
        f"that {acting.officer} has this duty is registered by {waiting.proposed_by} alone and waits until {until} for "
        "a second person; have another officer of the institution, or the managing institution's administration, "
        "confirm it (registry.registration.confirm).",
        f"{acting.officer} 的该职责仅由 {waiting.proposed_by} 一人登记，尚待第二人确认（截至 {until}）；"
        "请由本机构另一名人员或管理机构管理员确认（registry.registration.confirm）。",
    )
