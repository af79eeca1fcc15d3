"""How payee accounts are proposed, withdrawn and registered, and when a proposal comes into doubt."""

from typing import assert_never

from services.registry.domain.evolution import of_pool, of_register
from services.registry.domain.pool import PayeeAccount, Pool, Register
from shared.contracts.registry.people import (
    KeyRevoked,
    OfficerEnded,
    OfficerRegistered,
    PayeeAccountProposed,
    PayeeAccountRegistered,
    PayeeAccountWithdrawn,
)
from shared.contracts.registry.words import Duty


def evolve(pool: Pool, event: PayeeAccountProposed | PayeeAccountWithdrawn | PayeeAccountRegistered) -> Pool:
    """The pool after ``event``; a proposal waits until a second officer approves it, or it is withdrawn."""
    institution = pool.institutions[event.institution]
    waiting = dict(institution.proposed_accounts)
    match event:
        case PayeeAccountProposed():
            waiting[event.account_number] = PayeeAccount.from_message(event)
            changed: dict[str, object] = {}
        case PayeeAccountWithdrawn():
            del waiting[event.account_number]
            numbers = (*institution.withdrawn_accounts, event.account_number)
            changed = {"withdrawn_accounts": tuple(dict.fromkeys(numbers))}
        case PayeeAccountRegistered():
            del waiting[event.account_number]
            changed = {"payee_account": PayeeAccount.from_message(event)}
        case _:
            assert_never(event)
    return pool.with_institution(event.institution, proposed_accounts=waiting, **changed)


def evolve_doubted(register: Register, event: OfficerRegistered | OfficerEnded | KeyRevoked) -> Register:
    """The register in which nothing can be approved that an officer proposed who can't stand for it any more.

    Who is no administrator any more has proposed nothing that can still be approved; with a key that was revoked
    somebody else may have proposed. The holder has to propose again.
    """
    match event:
        case OfficerRegistered():
            institution, officer = event.institution, None if Duty.ADMINISTRATION in event.duties else event.officer
        case OfficerEnded():
            institution, officer = event.institution, event.officer
        case KeyRevoked():
            institution, officer = event.institution, register.keys[event.key_id].officer
        case _:
            assert_never(event)
    proposed = register.institutions[institution].proposed_accounts
    doubted = {
        number: account.model_copy(update={"in_doubt": True}) if account.proposed_by == officer else account
        for number, account in proposed.items()
    }
    return register if doubted == proposed else register.with_institution(institution, proposed_accounts=doubted)


EVOLUTIONS = (of_pool(evolve), of_register(evolve_doubted))
