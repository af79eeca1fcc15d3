"""Article 4: who confirms what one administrator has registered, and until when."""

from datetime import datetime

from services.registry.domain.pool import Register
from services.registry.domain.waiting_registration import WaitingRegistration
from shared.contracts.received import Acting
from shared.contracts.refusals import Refusal, refusal
from shared.contracts.registry.people import ChangeDuties, RegisterOfficer, RegisterOfficerKey, RevokeKey
from shared.contracts.registry.pools import RegisterInstitution
from shared.contracts.registry.words import Duty
from shared.decisions.moments import in_beijing


def refuse_unless_registration_waits(waiting: WaitingRegistration | None, sha256: str) -> Refusal | None:
    """Article 4.1. What is confirmed is a registration that was published, byte for byte."""
    if waiting is not None:
        return None
    return refusal(
        "no_registration_waits",
        "4.1",
        f"no registration {sha256} waits for confirmation; name the hash that its proposal published, or have an "
        "administrator register it again, if it was confirmed too late.",
        f"没有待确认的登记 {sha256}；请使用其提议所公布的哈希值，如已逾期请由管理员重新登记。",
    )


def refuse_if_confirmation_is_late(waiting: WaitingRegistration, at: datetime) -> Refusal | None:
    """Article 4.1. What was registered long ago is not confirmed unawares: it is registered again."""
    if at < waiting.confirm_until:
        return None
    return refusal(
        "confirmation_late",
        "4.1",
        f"this registration could be confirmed until {in_beijing(waiting.confirm_until)}; have an administrator "
        "register it again.",
        f"该登记的确认期限为 {in_beijing(waiting.confirm_until)}，现已逾期；请由管理员重新登记。",
    )


def refuse_unless_confirmed_by_those_entitled(
    register: Register, waiting: WaitingRegistration, acting: Acting
) -> Refusal | None:
    """Article 4.1. An officer of the institution confirms, or an administrator of the managing institution."""
    managing = register.managing_institution
    is_own = acting.institution == waiting.institution
    is_managing = acting.institution == managing and Duty.ADMINISTRATION in register.duties_of(
        managing, acting.officer or ""
    )
    if acting.officer is not None and (is_own or is_managing):
        return None
    whose = register.name_of(waiting.institution)
    return refusal(
        "confirmed_by_somebody_else",
        "4.1",
        f"a registration for {whose} is confirmed by an officer of {whose}, or by an administrator of the managing "
        f"institution {register.name_of(managing)}; let one of them sign.",
        f"{whose}的登记应由{whose}的人员或管理机构{register.name_of(managing)}的管理员确认；请由上述人员签名。",
    )


def refuse_if_confirmed_by_whom_it_concerns(
    register: Register, waiting: WaitingRegistration, acting: Acting
) -> Refusal | None:
    """Article 4.1. Nobody is the second person for duties or a key of its own, under whichever officer id."""
    if register.person(acting.institution, acting.officer or "") not in _persons_concerned(register, waiting):
        return None
    officer = register.officer_called(acting.institution, acting.officer or "")
    return refusal(
        "confirmed_by_whom_it_concerns",
        "4.1",
        f"this registration is about {officer}, who can't confirm it; let another person do so.",
        f"该登记涉及 {officer} 本人，不得由其本人确认；请由另一人确认。",
    )


def refuse_if_registration_is_in_doubt(
    register: Register, waiting: WaitingRegistration, at: datetime
) -> Refusal | None:
    """Article 4.1. Both people stand by a registration: nobody confirms what one who is gone has registered."""
    key = register.keys[waiting.proposed_with]
    duties = register.duties_of(waiting.proposed_by_institution, waiting.proposed_by)
    if key.is_in_force(at) and Duty.ADMINISTRATION in duties:
        return None
    proposer = register.officer_called(waiting.proposed_by_institution, waiting.proposed_by)
    return refusal(
        "registration_in_doubt",
        "4.1",
        f"since registering this, {proposer} has left, is no administrator any more, or signs with another "
        "key; have an administrator register it again.",
        f"{proposer} 登记后已离任、不再担任管理员或其密钥已变更；请由现任管理员重新登记。",
    )


def _persons_concerned(register: Register, waiting: WaitingRegistration) -> frozenset[str]:
    command, institution = waiting.command, waiting.institution
    match command:
        case RegisterOfficer():
            return frozenset({command.person})
        case ChangeDuties() | RegisterOfficerKey():
            return frozenset({register.person(institution, command.officer)})
        case RevokeKey():
            return frozenset({register.person(institution, register.keys[command.key_id].officer or "")})
        case RegisterInstitution():
            return frozenset(each.person for each in command.institution.administrators)
    return frozenset()
