"""Who is registered in a pool before its first filing, as the messages that do it, in an order that works.

Each function's messages can be sent at the same time; the functions one after the other.
"""

from collections.abc import Sequence
from datetime import date

from shared.contracts.envelope import Command
from shared.contracts.examples import DataOf, Party
from shared.contracts.registry.people import (
    ApprovePayeeAccount,
    ProposePayeeAccount,
    RegisterOfficer,
    RegisterSystemKey,
)
from shared.contracts.registry.pools import ConsentToSupervisingBank, ProposeSupervisingBank, RegisterInstitution
from shared.contracts.registry.registrations import ConfirmRegistration
from shared.contracts.registry.words import Role, SystemUse
from simulator.message_context import demonstration, usual_sender
from simulator.parties import (
    ADMINISTRATOR,
    CALENDAR,
    FOUNDERS,
    GUARANTOR,
    INSTITUTION_OF,
    LENDER,
    MANAGING,
    OFFICERS,
    SECOND_ADMINISTRATOR,
    SUPERVISING_BANK,
    SYSTEM,
    Cast,
)
from simulator.party_messages import Sender
from simulator.samples import Said, sample

Registration = tuple[Sender, Command]

_CLAIMANTS = (Party.LENDER, Party.GUARANTOR)


def claimants(cast: Cast, parties: Sequence[Party] = _CLAIMANTS) -> list[Registration]:
    """Lenders and guarantors, by the managing institution."""
    roles = {party: Role.GUARANTOR if party is Party.GUARANTOR else Role.LENDER for party in parties}
    return [
        _said(cast, RegisterInstitution, {"role": role, "institution": DataOf(party)}) for party, role in roles.items()
    ]


def supervising_bank(cast: Cast, today: date) -> list[Registration]:
    """The supervising bank is proposed by one institution; only then the other one can consent."""
    proposal = _said(cast, ProposeSupervisingBank, {"agreement": {"signed_on": today}})
    return [proposal, _said(cast, ConsentToSupervisingBank, {})]


def officers(cast: Cast) -> list[Registration]:
    """Every institution's officers with their keys, by its administrator."""
    return [
        _said(
            cast,
            RegisterOfficer,
            {"officer": officer.officer, "name": officer.name, "duties": officer.duties},
            cast.administrator(officer.institution),
        )
        for officer in OFFICERS
    ]


def system_keys(cast: Cast, parties: Sequence[Party] = _CLAIMANTS) -> list[Registration]:
    """The keys with which systems sign: notices, the bank's confirmations, the treasury's instructions, days."""
    notifiers = [INSTITUTION_OF[party] for party in parties]
    uses = [(institution, SystemUse.LOSS_NOTICES, cast.signer(institution, SYSTEM)) for institution in notifiers]
    uses.append((SUPERVISING_BANK, SystemUse.BANK_CONFIRMATIONS, cast.signer(SUPERVISING_BANK, SYSTEM)))
    uses.append((MANAGING, SystemUse.PAYMENT_INSTRUCTIONS, cast.signer("treasury", SYSTEM)))
    uses.append((MANAGING, SystemUse.CALENDAR, cast.signer(CALENDAR, SYSTEM)))
    return [
        _said(cast, RegisterSystemKey, {"use": use, "public_key": signer.public_key}, cast.administrator(institution))
        for institution, use, signer in uses
    ]


def payee_accounts(cast: Cast) -> tuple[list[Registration], list[Registration]]:
    """The claimants' payee accounts: first the proposals, then a second officer's approvals."""
    numbers = {institution: {"account_number": f"6222-{institution}"} for institution in (LENDER, GUARANTOR)}
    proposals = [
        _said(cast, ProposePayeeAccount, number, cast.administrator(institution))
        for institution, number in numbers.items()
    ]
    approvals = [
        _said(cast, ApprovePayeeAccount, number, cast.officer(institution, "account-officer"))
        for institution, number in numbers.items()
    ]
    return proposals, approvals


def _said(cast: Cast, command: type[Command], said: Said, sender: Sender | None = None) -> Registration:
    sender = sender or usual_sender(cast, command)
    return sender, sample(command, demonstration(cast, sender), said)


def confirmation(cast: Cast, registered_by: Sender, sha256: str) -> Registration:
    """The second person's word for the registration with this hash: of the institution, or of the managing one."""
    institution = registered_by.institution if registered_by.institution in FOUNDERS else MANAGING
    is_second = (registered_by.institution, registered_by.officer) == (institution, SECOND_ADMINISTRATOR)
    confirmer = cast.officer(institution, ADMINISTRATOR if is_second else SECOND_ADMINISTRATOR)
    return confirmer, ConfirmRegistration(registration_sha256=sha256)
