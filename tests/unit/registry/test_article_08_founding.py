"""Article 8: a founding follows a selection, in the pool while it is prepared, or on paper."""

from typing import Any

import pytest

from services.registry.domain.preparation import PreparedPool
from shared.contracts.documents import Document, DocumentKind
from shared.contracts.receipts import Outcome
from shared.contracts.registry.ballots import BallotOpened
from shared.contracts.registry.people import EndOfficer, KeyRegistered, OfficerRegistered, RotateKey
from shared.contracts.registry.pools import InstitutionRegistered, PoolFounded, PoolPrepared, RegisterInstitution
from shared.contracts.registry.words import BallotRules, Duty, Role
from tests.unit.registry.registry_examples import (
    COOPERATING,
    FOUNDED,
    GUARANTOR,
    LENDER,
    MANAGING,
    NOTHING,
    USCC,
    acting,
    codes,
    document,
    founding,
    institution,
    officer,
    public_key,
)
from tests.unit.registry.selection_examples import (
    CONCLUDED,
    CONCLUDED_BEFORE_FOUNDING,
    LATER,
    MEMBERS,
    OPENED,
    PREPARED,
    PREPARED_STAFFED,
    SECRETARY,
    SELECTED,
    SELECTOR,
    ballot,
    opening,
    preparing,
    proven,
    recommending,
    scoring,
)

UNRECORDED = founding(selection_record=None)


@pytest.mark.clause("8.1")
@pytest.mark.parametrize("record", [None, document(DocumentKind.MINUTES)], ids=["none", "another document"])
def test_a_founding_without_a_selection_is_refused(record: Document | None) -> None:
    """Neither a selection in the pool nor the paper record of one: it is said what to do."""
    for given in (NOTHING, PREPARED):
        decision = given.when(founding(selection_record=record), MANAGING)
        assert [(found.code, found.clause) for found in decision.refusals] == [("founding_without_selection", "8.1")]
        assert "registry.pool.prepare" in decision.refusals[0].text
        assert given.when(founding(), MANAGING).outcome is Outcome.ACCEPTED


@pytest.mark.clause("8.1")
def test_the_pool_is_founded_with_whom_the_selection_was_concluded() -> None:
    """It needs no paper record; any other institution is refused, whatever record it brings."""
    assert CONCLUDED_BEFORE_FOUNDING.when(UNRECORDED, MANAGING, at=LATER).outcome is Outcome.ACCEPTED
    other = founding(cooperating_institution=institution(COOPERATING, uscc=USCC[GUARANTOR]))
    decision = CONCLUDED_BEFORE_FOUNDING.when(other, MANAGING, at=LATER)
    assert [(found.code, found.clause) for found in decision.refusals] == [("founder_not_selected", "8.1")]
    assert USCC[COOPERATING] in decision.refusals[0].text


@pytest.mark.clause("3.1")
def test_a_founding_takes_over_who_was_registered() -> None:
    """The managing institution is not registered twice; its officers and keys go on, the root key first."""
    founded = CONCLUDED_BEFORE_FOUNDING.when(UNRECORDED, MANAGING, at=LATER)
    assert [type(event) for event in founded.events] == [
        PoolFounded,
        InstitutionRegistered,
        OfficerRegistered,
        KeyRegistered,
    ]
    after = CONCLUDED_BEFORE_FOUNDING.having(founded.events)
    assert after.state.prepared is None
    assert after.pool.officers_with(MANAGING, Duty.VOTE) == MEMBERS
    assert after.pool.root_key_id == acting(MANAGING).key_id
    assert after.pool.role_of(MANAGING) is Role.MANAGING
    assert after.when(UNRECORDED, MANAGING, at=LATER).outcome is Outcome.DUPLICATE
    assert codes(after.when(preparing(), MANAGING)) == ["pool_already_founded"]


@pytest.mark.clause("3.1")
def test_a_pool_is_prepared_once() -> None:
    """By its managing institution with the root key; the same again is a duplicate, anything else is refused."""
    decision = NOTHING.when(preparing(), MANAGING)
    assert [type(event) for event in decision.events] == [
        PoolPrepared,
        InstitutionRegistered,
        OfficerRegistered,
        KeyRegistered,
    ]
    assert PREPARED.when(preparing(), MANAGING).outcome is Outcome.DUPLICATE
    assert codes(PREPARED.when(preparing(name="另一资金池"), MANAGING)) == ["pool_already_prepared"]
    assert codes(FOUNDED.when(preparing(), MANAGING)) == ["pool_already_founded"]


@pytest.mark.clause("3.1")
@pytest.mark.clause("4.1")
@pytest.mark.clause("5.1")
@pytest.mark.clause("5.2")
def test_a_preparation_is_the_managing_institutions_own() -> None:
    """Somebody else, another key, a wrong code and impossible ballot rules are refused."""
    assert codes(NOTHING.when(preparing(), COOPERATING)) == ["not_founded_by_managing_institution"]
    other_key = institution(MANAGING, public_key=public_key("another"))
    assert codes(NOTHING.when(preparing(managing_institution=other_key), MANAGING)) == ["not_signed_with_root_key"]
    wrong = institution(MANAGING, uscc=USCC[MANAGING][:-1] + "9")
    assert codes(NOTHING.when(preparing(managing_institution=wrong), MANAGING)) == ["institution_code_invalid"]
    impossible = BallotRules(quorum_numerator=2, quorum_denominator=1)
    assert codes(NOTHING.when(preparing(ballot=impossible), MANAGING)) == ["ballot_rules_impossible"]


@pytest.mark.clause("3.1")
def test_whoever_prepared_a_pool_founds_it() -> None:
    """With the same name and code; and no officer's key is the cooperating institution's."""
    renamed = founding(managing_institution=institution(MANAGING, name="另一管理机构"))
    assert codes(PREPARED.when(renamed, MANAGING)) == ["founder_has_not_prepared"]
    shared = institution(COOPERATING, public_key=public_key(f"?/{SELECTOR}"))
    decision = PREPARED_STAFFED.when(founding(cooperating_institution=shared), MANAGING)
    assert codes(decision) == ["key_in_use"]


@pytest.mark.clause("3.1")
@pytest.mark.parametrize(
    "data", [RegisterInstitution(role=Role.LENDER, institution=institution(LENDER))], ids=["an institution"]
)
def test_a_prepared_pool_is_no_founded_one(data: Any) -> None:
    """Nothing but its people and its selection can be dealt with before the founding."""
    assert codes(PREPARED_STAFFED.when(data, MANAGING)) == ["no_such_pool"]
    assert codes(NOTHING.when(officer("someone", Duty.VOTE), MANAGING)) == ["no_such_pool"]


@pytest.mark.clause("4.1")
def test_officers_leave_and_keys_end_before_the_founding_as_after_it() -> None:
    """A member who has left votes no more, and the key with which it was registered is ended."""
    left = EndOfficer(officer="an", reason="调离")
    after = PREPARED_STAFFED.after(left, MANAGING)
    prepared = after.state.prepared
    assert prepared is not None
    assert prepared.officers_with(MANAGING, Duty.VOTE) == MEMBERS[1:]
    (key,) = prepared.keys_of(MANAGING, "an")
    assert key.has_ended
    assert codes(after.when(officer("an", Duty.VOTE), MANAGING)) == ["officer_id_taken", "key_in_use"]
    rotated = RotateKey(public_key=public_key("new"))
    assert codes(PREPARED_STAFFED.when(rotated, MANAGING)) == ["root_key_not_rotatable"]


@pytest.mark.clause("4.1")
def test_a_key_that_has_ended_signs_nothing_before_the_founding() -> None:
    """It is refused in a prepared pool as in a founded one."""
    registered = officer("replaced", Duty.SELECTION).model_copy(update={"public_key": public_key("managing/replaced")})
    given = PREPARED.after(registered, MANAGING)
    given = given.after(RotateKey(public_key=public_key("new")), MANAGING, "replaced")
    assert codes(given.when(opening(), MANAGING, "replaced")) == ["key_retired"]


@pytest.mark.clause("8.1")
def test_the_committee_of_a_prepared_pool_decides_by_the_rules_of_its_preparation() -> None:
    """There are no rules yet; quorum and majority are those that the preparation named."""
    rules = BallotRules(voters_min=2)
    given = NOTHING.after(preparing(ballot=rules), MANAGING)
    given = given.after(officer(SELECTOR, Duty.SELECTION), MANAGING).after(officer(SECRETARY, Duty.BALLOT), MANAGING)
    for member in MEMBERS:
        given = given.after(officer(member, Duty.VOTE), MANAGING)
    given = proven(given.after(opening(), MANAGING, SELECTOR), USCC[COOPERATING]).after(scoring(), MANAGING, SELECTOR)
    given = given.after(recommending(), MANAGING, SELECTOR, LATER)
    (event,) = given.when(ballot(), MANAGING, SECRETARY, LATER).events
    assert isinstance(event, BallotOpened)
    assert event.rules == rules


@pytest.mark.clause("8.1")
def test_a_founded_pools_selection_is_only_recorded() -> None:
    """After a stop another cooperating institution is selected; the pool itself does not change by it."""
    assert CONCLUDED.state.pool == SELECTED.state.pool == OPENED.state.pool


def test_a_prepared_pool_survives_being_written_down() -> None:
    """Read back from its JSON it is the same value."""
    prepared = CONCLUDED_BEFORE_FOUNDING.state.prepared
    assert prepared is not None
    assert prepared.selected == USCC[COOPERATING]
    assert PreparedPool.model_validate_json(prepared.model_dump_json()) == prepared
