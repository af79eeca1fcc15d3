"""Who is registered in a pool before its first filing, as the messages that do it, in an order that works.

Each function's messages can be sent at the same time; the functions one after the other.
"""

from collections.abc import Sequence
from datetime import date

from shared.contracts.envelope import Command
from shared.contracts.registry import people, pools
from shared.contracts.registry.words import Role, SystemUse
from simulator.papers import agreement, institution_data, name_of
from simulator.parties import (
    CALENDAR,
    COOPERATING,
    GUARANTOR,
    LENDER,
    MANAGING,
    OFFICERS,
    OTHER_LENDER,
    SUPERVISING_BANK,
    SYSTEM,
    Cast,
)
from simulator.party_messages import Sender

Registration = tuple[Sender, Command]

_ROLES = {LENDER: Role.LENDER, GUARANTOR: Role.GUARANTOR, OTHER_LENDER: Role.LENDER}


def claimants(cast: Cast, institutions: Sequence[str] = (LENDER, GUARANTOR)) -> list[Registration]:
    """Lenders and guarantors, by the managing institution."""
    return [
        (
            cast.administrator(MANAGING),
            pools.RegisterInstitution(role=_ROLES[institution], institution=institution_data(cast, institution)),
        )
        for institution in institutions
    ]


def supervising_bank(cast: Cast, today: date) -> list[Registration]:
    """The supervising bank is proposed by one institution; only then the other one can consent."""
    return [
        (
            cast.administrator(MANAGING),
            pools.ProposeSupervisingBank(
                bank=institution_data(cast, SUPERVISING_BANK), agreement=agreement("CUSTODY-1", "监管协议", today)
            ),
        ),
        (cast.administrator(COOPERATING), pools.ConsentToSupervisingBank(bank=SUPERVISING_BANK)),
    ]


def officers(cast: Cast) -> list[Registration]:
    """Every institution's officers with their keys, by its administrator."""
    return [
        (
            cast.administrator(officer.institution),
            people.RegisterOfficer(
                officer=officer.officer,
                name=officer.name,
                duties=officer.duties,
                public_key=cast.signer(officer.institution, officer.officer).public_key,
            ),
        )
        for officer in OFFICERS
    ]


def system_keys(cast: Cast, institutions: Sequence[str] = (LENDER, GUARANTOR)) -> list[Registration]:
    """The keys with which systems sign: notices, the bank's confirmations, the treasury's instructions, days."""
    uses = [(institution, SystemUse.LOSS_NOTICES, cast.signer(institution, SYSTEM)) for institution in institutions]
    uses.append((SUPERVISING_BANK, SystemUse.BANK_CONFIRMATIONS, cast.signer(SUPERVISING_BANK, SYSTEM)))
    uses.append((MANAGING, SystemUse.PAYMENT_INSTRUCTIONS, cast.signer("treasury", SYSTEM)))
    uses.append((MANAGING, SystemUse.CALENDAR, cast.signer(CALENDAR, SYSTEM)))
    return [
        (cast.administrator(institution), people.RegisterSystemKey(use=use, public_key=signer.public_key))
        for institution, use, signer in uses
    ]


def payee_accounts(cast: Cast) -> tuple[list[Registration], list[Registration]]:
    """The claimants' payee accounts: first the proposals, then a second officer's approvals."""
    proposals: list[Registration] = []
    approvals: list[Registration] = []
    for institution in (LENDER, GUARANTOR):
        account_number = f"6222-{institution}"
        proposals.append(
            (
                cast.administrator(institution),
                people.ProposePayeeAccount(
                    account_number=account_number,
                    account_name=name_of(cast, institution),
                    bank_name=name_of(cast, LENDER),
                ),
            )
        )
        approvals.append(
            (
                cast.officer(institution, "account-officer"),
                people.ApprovePayeeAccount(account_number=account_number),
            )
        )
    return proposals, approvals
