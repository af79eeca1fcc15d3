"""Article 6: both institutions choose the supervising bank; only the cooperating one files projects."""

import pytest

from shared.contracts.receipts import Outcome
from shared.contracts.registry.people import KeyRegistered, OfficerRegistered
from shared.contracts.registry.pools import (
    ConsentToSupervisingBank,
    InstitutionRegistered,
    RegisterInstitution,
)
from shared.contracts.registry.words import Duty, InstitutionData, Role
from tests.unit.public_key_examples import PROVES_NOTHING
from tests.unit.registry.registry_examples import (
    BANK,
    BANK_APPOINTED,
    BANK_PROPOSED,
    COOPERATING,
    FILER,
    LENDER,
    MANAGING,
    STAFFED,
    Given,
    agreement,
    bank_proposal,
    codes,
    filing,
    institution,
    officer,
    public_key,
)

CONSENT = ConsentToSupervisingBank(bank=BANK)


@pytest.mark.clause("6.3")
@pytest.mark.parametrize(("proposer", "other"), [(MANAGING, COOPERATING), (COOPERATING, MANAGING)])
def test_a_proposal_appoints_nobody_and_the_consent_does(proposer: str, other: str) -> None:
    """Either one proposes, the other one consents, and only then bank, administrator and key are registered."""
    proposed = STAFFED.after(bank_proposal(), proposer)
    assert proposed.pool.supervising_bank is None
    assert BANK not in proposed.pool.institutions
    decision = proposed.when(CONSENT, other)
    assert [type(event) for event in decision.events] == [InstitutionRegistered, OfficerRegistered, KeyRegistered]
    after = proposed.having(decision.events)
    assert after.pool.supervising_bank == BANK
    assert after.pool.bank_proposals == {}


@pytest.mark.clause("6.3")
def test_the_proposer_can_not_consent_for_the_other() -> None:
    """A consent of the proposer is no consent."""
    decision = BANK_PROPOSED.when(CONSENT, MANAGING)
    assert (decision.outcome, codes(decision)) == (Outcome.REFUSED, ["consent_of_the_proposer"])


@pytest.mark.clause("6.3")
def test_a_consent_needs_a_proposal() -> None:
    """What was not proposed can't be consented to."""
    decision = STAFFED.when(CONSENT, COOPERATING)
    assert (decision.outcome, codes(decision)) == (Outcome.REFUSED, ["bank_not_proposed"])


@pytest.mark.clause("6.3")
@pytest.mark.parametrize("proposer", [MANAGING, COOPERATING])
@pytest.mark.parametrize(
    "other",
    [
        bank_proposal(bank=institution(BANK, key=public_key("new"))),
        bank_proposal(agreement=agreement(number="2")),
    ],
)
def test_a_proposal_can_not_be_changed_under_a_consent(proposer: str, other: object) -> None:
    """A consent names a bank only by its id, so what was proposed under it stays what it was."""
    decision = BANK_PROPOSED.when(other, proposer)  # type: ignore[arg-type]  # any command will do
    assert (decision.outcome, codes(decision)) == (Outcome.REFUSED, ["bank_proposal_differs"])


@pytest.mark.clause("6.3")
@pytest.mark.parametrize("data", [bank_proposal(bank=institution("other-bank")), ConsentToSupervisingBank(bank="x2")])
def test_there_is_one_supervising_bank(data: object) -> None:
    """After the appointment nothing more is proposed or consented to."""
    decision = BANK_APPOINTED.when(data, COOPERATING)  # type: ignore[arg-type]  # any command will do
    assert (decision.outcome, codes(decision)) == (Outcome.REFUSED, ["supervising_bank_appointed"])


@pytest.mark.clause("6.3")
@pytest.mark.parametrize(
    ("given", "data", "where"),
    [
        (BANK_PROPOSED, bank_proposal(), MANAGING),
        (BANK_APPOINTED, bank_proposal(), MANAGING),
        (BANK_APPOINTED, CONSENT, COOPERATING),
    ],
)
def test_saying_the_same_again_is_a_duplicate(given: Given, data: object, where: str) -> None:
    """A double click appoints nobody twice."""
    assert given.when(data, where).outcome is Outcome.DUPLICATE  # type: ignore[arg-type]  # any command will do


@pytest.mark.clause("4.1")
@pytest.mark.parametrize(
    ("bank", "code"),
    [
        (institution(BANK, institution=LENDER), "institution_id_taken"),
        (institution(BANK, key=PROVES_NOTHING[0]), "key_proves_nothing"),
        (institution(BANK, key=public_key(f"{LENDER}/administrator")), "key_in_use"),
    ],
)
def test_a_bank_that_could_not_be_registered_is_not_proposed(bank: InstitutionData, code: str) -> None:
    """Its id and its key are its own, and the key proves who signs."""
    decision = STAFFED.when(bank_proposal(bank=bank), COOPERATING)
    assert (decision.outcome, codes(decision)) == (Outcome.REFUSED, [code])


@pytest.mark.clause("3.1")
def test_an_id_taken_since_the_proposal_stops_the_consent() -> None:
    """Between proposal and consent somebody else may have been registered under the id."""
    given = BANK_PROPOSED.after(
        RegisterInstitution(role=Role.LENDER, institution=institution(BANK, name="另一银行", key=public_key("new"))),
        MANAGING,
    )
    assert codes(given.when(CONSENT, COOPERATING)) == ["institution_id_taken"]


@pytest.mark.clause("4.1")
def test_who_takes_part_since_the_proposal_keeps_its_own_administration() -> None:
    """Between proposal and consent the bank may have become a lender, with other administrators or with these."""
    lender = RegisterInstitution(role=Role.LENDER, institution=institution(BANK, key=public_key("new")))
    given = BANK_PROPOSED.after(lender, MANAGING)
    assert codes(given.when(CONSENT, COOPERATING)) == ["administration_not_its_own"]
    lender = RegisterInstitution(role=Role.LENDER, institution=institution(BANK))
    after = BANK_PROPOSED.after(lender, MANAGING).after(CONSENT, COOPERATING)
    assert after.pool.roles_of(BANK) == {Role.LENDER, Role.SUPERVISING_BANK}


@pytest.mark.clause("4.1")
def test_a_key_taken_since_the_proposal_stops_the_consent() -> None:
    """Between proposal and consent somebody else may have been registered with the key."""
    somebody = officer("somebody", Duty.FILING).model_copy(update={"public_key": public_key(f"{BANK}/administrator")})
    given = BANK_PROPOSED.after(somebody, COOPERATING)
    assert codes(given.when(CONSENT, COOPERATING)) == ["key_in_use"]


@pytest.mark.clause("6.4")
@pytest.mark.parametrize("where", [MANAGING, LENDER, "stranger"])
def test_only_the_cooperating_institution_files(where: str) -> None:
    """A lender gives its documents to the cooperating institution, which files them."""
    decision = STAFFED.when(filing(), where, FILER)
    assert (decision.outcome, codes(decision)) == (Outcome.REFUSED, ["role_not_held"])
