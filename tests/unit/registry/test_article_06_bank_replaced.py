"""Article 6: the supervising bank is replaced with both institutions' consent, and goes once the accounts have gone."""

from dataclasses import replace
from typing import Any

import pytest

from services.registry.batch import PoolRow, empty_batch, process
from services.registry.domain.subjects import concern_of
from shared.contracts.ids import key_id
from shared.contracts.receipts import Outcome
from shared.contracts.received import Received
from shared.contracts.registry.agreements import RecordAgreement
from shared.contracts.registry.people import RegisterSystemKey
from shared.contracts.registry.pools import (
    ConsentToSupervisingBank,
    InstitutionRegistered,
    RegisterInstitution,
    SupervisingBankProposed,
)
from shared.contracts.registry.words import Duty, Role, SystemUse
from shared.contracts.treasury import AccountsTakenOver
from shared.messaging.message import Incoming, Record
from simulator.samples import sample
from tests.unit.registry.registry_examples import (
    BANK,
    BANK_APPOINTED,
    COOPERATING,
    HERE,
    LENDER,
    MANAGING,
    NOON,
    POOL_ID,
    REFERENCE_DATA,
    STAFFED,
    TODAY,
    Given,
    agreement,
    bank_proposal,
    codes,
    institution,
    officer,
    public_key,
)

pytestmark = pytest.mark.clause("6.3")

NEXT = "next-bank"
PROPOSE = bank_proposal(bank=institution(NEXT), agreement=agreement(number="JG-2"), replaces=BANK)
CONSENT = ConsentToSupervisingBank(bank=NEXT)
PROPOSED = BANK_APPOINTED.after(PROPOSE, MANAGING)
REPLACED = PROPOSED.after(CONSENT, COOPERATING)


def taken_over(given: Given, bank: str = NEXT, former_bank: str = BANK) -> Given:
    """The same once the treasury has both banks' word."""
    event = AccountsTakenOver(
        fiscal_fen=1,
        social_capital_fen=1,
        bank_reference="MOVE-1",
        value_on=TODAY,
        booked_on=TODAY,
        bank=bank,
        former_bank=former_bank,
    )
    batch = empty_batch()
    batch.pools[POOL_ID] = PoolRow(given.pool, None)
    received: Received[Any] = Received(event, "event-1", "treasury", POOL_ID, "0" * 64, NOON)
    record = Record("treasury.events", 0, 0, None, b"", (), 0)
    incoming = Incoming(record, received, cause=POOL_ID, type=event.message_type)
    process(batch, incoming, concern_of(received), REFERENCE_DATA)
    assert batch.changed_pools == {POOL_ID}
    return replace(given, state=replace(given.state, pool=batch.pools[POOL_ID].pool))


@pytest.mark.parametrize(("proposer", "other"), [(MANAGING, COOPERATING), (COOPERATING, MANAGING)])
def test_either_institution_proposes_and_the_other_one_consents(proposer: str, other: str) -> None:
    """A proposal replaces nobody; the consent registers the new bank in the place of the one that it names."""
    (proposed,) = BANK_APPOINTED.when(PROPOSE, proposer).events
    assert isinstance(proposed, SupervisingBankProposed)
    assert proposed.replaces == BANK
    given = BANK_APPOINTED.having([proposed])
    assert given.pool.supervising_bank == BANK
    assert codes(given.when(CONSENT, proposer)) == ["consent_of_the_proposer"]
    registered, *_ = given.when(CONSENT, other).events
    assert isinstance(registered, InstitutionRegistered)
    assert (registered.institution, registered.role, registered.replaces) == (NEXT, Role.SUPERVISING_BANK, BANK)


def test_the_first_bank_replaces_nobody() -> None:
    """Its registration says so."""
    proposed = STAFFED.after(bank_proposal(), MANAGING)
    registered, *_ = proposed.when(ConsentToSupervisingBank(bank=BANK), COOPERATING).events
    assert isinstance(registered, InstitutionRegistered)
    assert registered.replaces is None
    assert codes(STAFFED.when(PROPOSE, MANAGING)) == ["bank_not_replaced"]


@pytest.mark.parametrize(
    ("bank", "replaces", "code"),
    [
        (NEXT, None, "supervising_bank_appointed"),
        (NEXT, LENDER, "bank_not_replaced"),
        (NEXT, "nobody", "bank_not_replaced"),
        (BANK, BANK, "bank_not_replaced"),
    ],
)
def test_a_proposal_names_the_bank_that_is_replaced(bank: str, replaces: str | None, code: str) -> None:
    """The pool's own, and no bank takes its own place."""
    proposal = bank_proposal(bank=institution(bank), agreement=agreement(number="JG-2"), replaces=replaces)
    assert codes(BANK_APPOINTED.when(proposal, MANAGING)) == [code]


def test_a_proposal_stays_as_it_was_made() -> None:
    """Whom the bank replaces is a part of what is consented to."""
    proposed = STAFFED.after(bank_proposal(), MANAGING)
    other = bank_proposal(replaces=LENDER)
    assert codes(proposed.when(other, COOPERATING)) == ["bank_not_replaced"]
    assert PROPOSED.when(PROPOSE, MANAGING).outcome is Outcome.DUPLICATE
    changed = PROPOSE.model_copy(update={"agreement": agreement(number="JG-3")})
    assert codes(PROPOSED.when(changed, MANAGING)) == ["bank_proposal_differs"]


def test_what_was_proposed_for_another_place_is_not_consented_to() -> None:
    """Two proposals, of which one was consented to: the other one names a bank that is replaced already."""
    other = bank_proposal(bank=institution("third-bank"), agreement=agreement(number="JG-3"), replaces=BANK)
    both = PROPOSED.after(other, MANAGING)
    after = taken_over(both.after(CONSENT, COOPERATING))
    assert codes(after.when(ConsentToSupervisingBank(bank="third-bank"), COOPERATING)) == ["supervising_bank_appointed"]


def test_until_the_accounts_have_gone_both_banks_have_the_role() -> None:
    """Each can register the keys that its systems say it with; the new one is the one agreed with."""
    assert REPLACED.pool.supervising_bank == NEXT
    assert REPLACED.pool.holders_of(Role.SUPERVISING_BANK) == (BANK, NEXT)
    for bank in (BANK, NEXT):
        key = RegisterSystemKey(use=SystemUse.BANK_CONFIRMATIONS, public_key=public_key(f"{bank}/confirmations"))
        assert REPLACED.when(key, bank).outcome is Outcome.ACCEPTED
    assert REPLACED.pool.bank_agreement is not None
    assert REPLACED.pool.bank_agreement.number == "JG-2"
    assert REPLACED.when(CONSENT, COOPERATING).outcome is Outcome.DUPLICATE


@pytest.mark.parametrize("replaces", [NEXT, BANK])
def test_no_further_bank_is_looked_for_meanwhile(replaces: str) -> None:
    """Neither in the place of the new one nor in that of the one before."""
    third = bank_proposal(bank=institution("third-bank"), agreement=agreement(number="JG-3"), replaces=replaces)
    assert codes(REPLACED.when(third, MANAGING)) == ["accounts_between_banks"]
    assert taken_over(REPLACED).when(third.model_copy(update={"replaces": NEXT}), MANAGING).outcome is Outcome.ACCEPTED


def test_the_bank_before_has_no_role_once_the_accounts_have_gone() -> None:
    """It registers nobody any more; the new one goes on."""
    after = taken_over(REPLACED)
    assert after.pool.roles_of(BANK) == set()
    assert after.pool.holders_of(Role.SUPERVISING_BANK) == (NEXT,)
    assert codes(after.when(officer("clerk", Duty.ADMINISTRATION), BANK)) == ["role_not_held"]
    assert after.when(officer("clerk", Duty.ADMINISTRATION), NEXT).outcome is Outcome.ACCEPTED
    # What it signed can be verified for ever.
    assert key_id(public_key(f"{BANK}/administrator")) in after.pool.keys


@pytest.mark.clause("4.1")
def test_a_replaced_bank_that_lends_goes_on_lending() -> None:
    """Only the one role ends. It can come back into it as any lender comes."""
    lending = BANK_APPOINTED.after(RegisterInstitution(role=Role.LENDER, institution=institution(BANK)), MANAGING)
    after = taken_over(lending.after(PROPOSE, MANAGING).after(CONSENT, COOPERATING))
    assert after.pool.roles_of(BANK) == {Role.LENDER}
    back = bank_proposal(bank=institution(BANK), agreement=agreement(number="JG-3"), replaces=NEXT)
    again = after.after(back, COOPERATING).after(ConsentToSupervisingBank(bank=BANK), MANAGING)
    assert taken_over(again, BANK, NEXT).pool.roles_of(BANK) == {Role.LENDER, Role.SUPERVISING_BANK}


@pytest.mark.clause("5.3")
def test_agreements_are_made_with_the_new_bank() -> None:
    """From its appointment on, and with the one before no more."""
    overseen = REPLACED.after(officer("overseer", Duty.OVERSIGHT), MANAGING)
    made = {bank: sample(RecordAgreement, HERE, {"number": "JG-2-1", "institution": bank}) for bank in (BANK, NEXT)}
    assert overseen.when(made[NEXT], MANAGING, "overseer").outcome is Outcome.ACCEPTED
    assert codes(overseen.when(made[BANK], MANAGING, "overseer")) == ["agreement_with_other"]
