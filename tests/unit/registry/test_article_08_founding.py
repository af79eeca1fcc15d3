"""Article 8: a founding follows a selection, in the pool while it is prepared, or on paper."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from services.registry.domain.pool import PreparedPool
from shared.contracts.documents import Document, DocumentKind
from shared.contracts.receipts import Outcome
from shared.contracts.registry.ballots import BallotOpened
from shared.contracts.registry.people import (
    ChangeDuties,
    EndOfficer,
    KeyRegistered,
    OfficerRegistered,
    RevokeKey,
    RotateKey,
)
from shared.contracts.registry.performance import FixOperatingPeriod, OperatingPeriodFixed
from shared.contracts.registry.pools import (
    FoundPool,
    InstitutionRegistered,
    PoolFounded,
    PoolPrepared,
    RegisterInstitution,
)
from shared.contracts.registry.rules import BallotRules
from shared.contracts.registry.selections import CancelSelection
from shared.contracts.registry.words import Agreement, Duty, Role
from tests.unit.registry.cycle_examples import ending
from tests.unit.registry.registry_examples import (
    COOPERATING,
    FOUNDED,
    GUARANTOR,
    LENDER,
    MANAGING,
    NOTHING,
    PROFILE,
    USCC,
    Given,
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
    FIRST,
    FOUNDING,
    LATER,
    LATER_DAY,
    MEMBERS,
    NUMBER,
    PREPARED,
    RECOMMENDED,
    SCORED,
    SECRETARY,
    SELECTOR,
    STAFFED,
    ballot,
    candidate,
    concluding,
    opening,
    preparing,
    proven,
    recommending,
    scoring,
    selection_in,
    signed,
    staffed_for_selection,
)

DAY = timedelta(days=1)
UNTIL = concluding().operates_until


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
    assert CONCLUDED.when(FOUNDING, MANAGING, at=LATER).outcome is Outcome.ACCEPTED
    other = founding(
        cooperating_institution=institution(COOPERATING, uscc=USCC[GUARANTOR]), cooperation_agreement=signed()
    )
    decision = CONCLUDED.when(other, MANAGING, at=LATER)
    assert [(found.code, found.clause) for found in decision.refusals] == [("founder_not_selected", "8.1")]
    assert USCC[COOPERATING] in decision.refusals[0].text


@pytest.mark.clause("3.1")
def test_a_founding_takes_over_who_was_registered() -> None:
    """The managing institution is not registered twice; its officers and keys go on, the root key first."""
    founded = CONCLUDED.when(FOUNDING, MANAGING, at=LATER)
    assert [type(event) for event in founded.events] == [
        PoolFounded,
        InstitutionRegistered,
        *(OfficerRegistered, KeyRegistered) * 2,
        OperatingPeriodFixed,
    ]
    after = CONCLUDED.having(founded.events)
    assert after.state.prepared is None
    assert after.pool.officers_with(MANAGING, Duty.VOTE) == MEMBERS
    assert after.pool.root_key_id == acting(MANAGING).key_id
    assert after.pool.roles_of(MANAGING) == {Role.MANAGING}
    assert after.when(FOUNDING, MANAGING, at=LATER).outcome is Outcome.DUPLICATE
    assert codes(after.when(preparing(), MANAGING)) == ["pool_already_founded"]


@pytest.mark.clause("3.1")
def test_a_pool_is_prepared_once() -> None:
    """By its managing institution with the root key; the same again is a duplicate, anything else is refused."""
    decision = NOTHING.when(preparing(), MANAGING)
    assert [type(event) for event in decision.events] == [
        PoolPrepared,
        InstitutionRegistered,
        *(OfficerRegistered, KeyRegistered) * 2,
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
    other_key = institution(MANAGING, key=public_key("another"))
    assert codes(NOTHING.when(preparing(managing_institution=other_key), MANAGING)) == ["not_signed_with_root_key"]
    wrong = institution(MANAGING, uscc=USCC[MANAGING][:-1] + "9")
    assert codes(NOTHING.when(preparing(managing_institution=wrong), MANAGING)) == ["credit_code_invalid"]
    impossible = BallotRules(quorum_numerator=2, quorum_denominator=1)
    assert codes(NOTHING.when(preparing(ballot=impossible), MANAGING)) == ["ballot_rules_impossible"]


@pytest.mark.clause("5.2")
@pytest.mark.clause("10.3")
def test_a_preparation_lies_within_its_districts_bounds() -> None:
    """By one vote of twenty nobody is selected either, and a district without a profile has no pool."""
    alone = BallotRules(quorum_numerator=1, quorum_denominator=20, voters_min=1)
    decision = NOTHING.when(preparing(ballot=alone), MANAGING)
    assert codes(decision) == ["rules_outside_the_districts_bounds"] * 2
    assert codes(NOTHING.when(preparing(district="999999"), MANAGING)) == ["district_unknown"]


@pytest.mark.clause("3.1")
def test_a_prepared_pool_is_founded_in_its_district() -> None:
    """Else it would have been prepared under another district's bounds; the same one again is no other preparation."""
    elsewhere = replace(CONCLUDED.reference_data, districts={**CONCLUDED.reference_data.districts, "110108": PROFILE})
    decision = replace(CONCLUDED, reference_data=elsewhere).when(
        FOUNDING.model_copy(update={"district": "110108"}), MANAGING, at=LATER
    )
    assert codes(decision) == ["founded_in_another_district"]
    assert codes(PREPARED.when(preparing(district="110108"), MANAGING)) == ["pool_already_prepared"]


@pytest.mark.clause("4.1")
def test_no_key_that_has_ended_founds_a_prepared_pool() -> None:
    """Revoked while the pool was prepared, the root key signs neither its founding nor another preparation."""
    deputy = officer("deputy", Duty.ADMINISTRATION)
    lost = RevokeKey(key_id=acting(MANAGING).key_id, reason="遗失")
    revoked = CONCLUDED.after(deputy, MANAGING, at=LATER).after(lost, MANAGING, at=LATER)
    for data in (FOUNDING, preparing(name="另一资金池")):
        assert codes(revoked.when(data, MANAGING, at=LATER)) == ["key_revoked"]


def deputised(*duties: Duty) -> Given:
    """The prepared pool, its selection concluded, with one more officer of the managing institution."""
    deputy = officer("deputy", *duties).model_copy(update={"public_key": public_key(f"{MANAGING}/deputy")})
    return CONCLUDED.after(deputy, MANAGING, at=LATER)


BY_DEPUTY = FOUNDING.model_copy(
    update={"managing_institution": institution(MANAGING, who="deputy", key=public_key(f"{MANAGING}/deputy"))}
)
ROOT_LOST = RevokeKey(key_id=acting(MANAGING).key_id, reason="遗失")


@pytest.mark.clause("4.1")
def test_a_prepared_pool_whose_root_key_was_revoked_is_founded_by_another_administrator() -> None:
    """Its key comes from the root key, so the chain is whole; so the pool, and its id, are not stuck."""
    revoked = deputised(Duty.ADMINISTRATION).after(ROOT_LOST, MANAGING, at=LATER)
    founded = revoked.when(BY_DEPUTY, MANAGING, "deputy", LATER)
    assert founded.outcome is Outcome.ACCEPTED
    key_events = [event for event in founded.events if isinstance(event, KeyRegistered)]
    assert [event.registered_with for event in key_events] == [acting(MANAGING, "deputy").key_id] * 2
    after = revoked.having(founded.events)
    assert after.pool.root_key_id == acting(MANAGING).key_id
    assert after.when(officer("someone", Duty.VOTE), MANAGING, "deputy", LATER).outcome is Outcome.ACCEPTED


@pytest.mark.clause("4.1")
@pytest.mark.parametrize("duties", [(Duty.VOTE,), (Duty.ADMINISTRATION,)], ids=["a member", "an administrator"])
def test_no_other_officer_founds_a_prepared_pool_while_its_root_key_is_in_force(duties: tuple[Duty, ...]) -> None:
    """Also not by naming itself as the administrator, with its own key; it is said who can."""
    decision = deputised(*duties).when(BY_DEPUTY, MANAGING, "deputy", LATER)
    assert [(each.code, each.clause) for each in decision.refusals] == [("not_founded_with_the_root_key", "4.1")]
    assert "let 示例人员 administrator (administrator) sign" in decision.refusals[0].text


@pytest.mark.clause("4.1")
def test_a_root_key_whose_holder_is_no_administrator_any_more_founds_no_pool() -> None:
    """Another administrator does, as where the key was revoked."""
    handed_over = deputised(Duty.ADMINISTRATION).after(
        ChangeDuties(officer="administrator", duties=(Duty.VOTE,)), MANAGING, "deputy", LATER
    )
    decision = handed_over.when(founding(), MANAGING, at=LATER)
    assert codes(decision) == ["not_founded_with_the_root_key"]
    assert "another administrator" in decision.refusals[0].text
    assert handed_over.when(BY_DEPUTY, MANAGING, "deputy", LATER).outcome is Outcome.ACCEPTED


@pytest.mark.clause("4.1")
def test_who_is_no_administrator_founds_no_prepared_pool_whose_root_key_was_revoked() -> None:
    """The administration that is left does."""
    with_reserve = deputised(Duty.VOTE).after(officer("second", Duty.ADMINISTRATION), MANAGING, at=LATER)
    revoked = with_reserve.after(ROOT_LOST, MANAGING, at=LATER)
    decision = revoked.when(BY_DEPUTY, MANAGING, "deputy", LATER)
    assert codes(decision) == ["not_founded_with_the_root_key"]
    assert "another administrator" in decision.refusals[0].text


@pytest.mark.clause("3.1")
def test_whoever_prepared_a_pool_founds_it() -> None:
    """With the same name and code; and no officer's key is the cooperating institution's."""
    renamed = founding(managing_institution=institution(MANAGING, name="另一管理机构"))
    assert codes(PREPARED.when(renamed, MANAGING)) == ["founder_has_not_prepared"]
    shared = institution(COOPERATING, key=public_key(f"?/{SELECTOR}"))
    decision = STAFFED.when(founding(cooperating_institution=shared), MANAGING)
    assert codes(decision) == ["key_in_use"]


@pytest.mark.clause("3.1")
@pytest.mark.parametrize(
    "data", [RegisterInstitution(role=Role.LENDER, institution=institution(LENDER))], ids=["an institution"]
)
def test_a_prepared_pool_is_no_founded_one(data: Any) -> None:
    """Nothing but its people and its selection can be dealt with before the founding."""
    assert codes(STAFFED.when(data, MANAGING)) == ["no_such_pool"]
    assert codes(NOTHING.when(officer("someone", Duty.VOTE), MANAGING)) == ["no_such_pool"]


@pytest.mark.clause("4.1")
def test_officers_leave_and_keys_end_before_the_founding_as_after_it() -> None:
    """A member who has left votes no more, and the key with which it was registered is ended."""
    left = EndOfficer(officer="an", reason="调离")
    after = STAFFED.after(left, MANAGING)
    prepared = after.state.prepared
    assert prepared is not None
    assert prepared.officers_with(MANAGING, Duty.VOTE) == MEMBERS[1:]
    (key,) = prepared.keys_of(MANAGING, "an")
    assert key.has_ended
    assert codes(after.when(officer("an", Duty.VOTE), MANAGING)) == ["officer_id_taken", "key_in_use"]
    rotated = RotateKey(public_key=public_key("new"))
    assert codes(STAFFED.when(rotated, MANAGING)) == ["root_key_not_rotatable"]


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
    rules = BallotRules(open_days_max=60)
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
@pytest.mark.clause("5.3")
@pytest.mark.parametrize(
    "other",
    [
        signed(number="协议-9"),
        signed(signed_on=LATER_DAY - DAY),
        signed(document=document(DocumentKind.AGREEMENT).model_copy(update={"sha256": "f" * 64})),
    ],
    ids=["number", "day", "document"],
)
def test_the_pool_is_founded_under_the_agreement_that_the_selection_ended_in(other: Agreement) -> None:
    """Another number, day or document is another agreement; it is said which one it is."""
    data = founding(selection_record=None, cooperation_agreement=other)
    decision = CONCLUDED.when(data, MANAGING, at=LATER)
    assert [(found.code, found.clause) for found in decision.refusals] == [
        ("founding_agreement_not_the_selections", "8.1")
    ]
    assert signed().document.sha256 in decision.refusals[0].text
    # A founding that follows a paper record has no other agreement to compare with.
    assert PREPARED.when(founding(cooperation_agreement=other), MANAGING, at=LATER).outcome is Outcome.ACCEPTED


@pytest.mark.clause("8.1")
@pytest.mark.clause("5.1")
def test_the_first_operating_period_is_the_one_that_was_agreed_on() -> None:
    """It runs from its day, or from the founding where that is later, and going on after it is decided with minutes."""
    founded = CONCLUDED.after(FOUNDING, MANAGING, at=LATER)
    (period,) = founded.pool.cycle.operating_periods
    assert (period.operating_from, period.operating_until) == (LATER_DAY, UNTIL)
    assert period.agreement == signed()
    later = CONCLUDED.after(founding_on(LATER_DAY + 10 * DAY), MANAGING, at=LATER)
    assert later.pool.cycle.operating_periods[0].operating_from == LATER_DAY + 10 * DAY
    given = founded.after(officer("overseer", Duty.OVERSIGHT), MANAGING).without_matter()
    further = FixOperatingPeriod(operating_until=UNTIL + 90 * DAY, agreement=signed(number="协议-2"))
    assert codes(given.when(further, MANAGING, "overseer", LATER)) == ["minutes_missing"]


def founding_on(founded_on: date, term_years: int = 4) -> FoundPool:
    """The founding after the selection, on another day or for another term."""
    changed = FOUNDING.rules.model_copy(update={"term_years": term_years})
    return FOUNDING.model_copy(update={"founded_on": founded_on, "rules": changed})


@pytest.mark.clause("8.1")
@pytest.mark.clause("5.1")
def test_the_agreed_operating_period_lies_within_the_term() -> None:
    """One that outlasts the term, or is over when the pool is to be founded, becomes no pool's."""
    assert codes(CONCLUDED.when(founding_on(LATER_DAY, 1), MANAGING, at=LATER)) == ["agreed_period_outside_term"]
    assert codes(CONCLUDED.when(founding_on(LATER_DAY, 2), MANAGING, at=LATER)) == []
    last = LATER + (UNTIL - LATER_DAY - DAY)
    assert codes(CONCLUDED.when(FOUNDING, MANAGING, at=last)) == []
    assert codes(CONCLUDED.when(FOUNDING, MANAGING, at=last + DAY)) == ["agreed_period_outside_term"]


@pytest.mark.clause("8.1")
@pytest.mark.clause("3.1")
def test_nobody_is_selected_for_a_pool_that_is_founded() -> None:
    """It has the cooperating institution that founded it, also after their cooperation has ended."""
    given = staffed_for_selection(FOUNDED)
    decision = given.when(opening(), MANAGING, SELECTOR)
    assert [(found.code, found.clause) for found in decision.refusals] == [("pool_founded_before_selection", "8.1")]
    assert "registry.pool.prepare" in decision.refusals[0].text
    overseen = given.after(officer("overseer", Duty.OVERSIGHT), MANAGING)
    ended = overseen.after(ending(), MANAGING, "overseer")
    assert codes(ended.when(opening(), MANAGING, SELECTOR)) == ["pool_founded_before_selection"]


@pytest.mark.clause("8.1")
def test_a_selection_that_the_founding_has_overtaken_can_only_be_cancelled() -> None:
    """The pool was founded on a paper record meanwhile; what was said before the founding stays a duplicate."""
    overtaken = SCORED.after(founding(), MANAGING, at=LATER)
    for data in (candidate(USCC["borrower"]), scoring(FIRST, 40), recommending()):
        assert codes(overtaken.when(data, MANAGING, SELECTOR, LATER)) == ["pool_founded_before_selection"]
    asked = replace(overtaken, state=replace(overtaken.state, entry=selection_in(RECOMMENDED)))
    assert codes(asked.when(ballot(), MANAGING, SECRETARY, LATER)) == ["pool_founded_before_selection"]
    assert overtaken.when(opening(), MANAGING, SELECTOR).outcome is Outcome.DUPLICATE
    cancel = CancelSelection(number=NUMBER, reasons="已另行设立")
    assert overtaken.when(cancel, MANAGING, SELECTOR, LATER).outcome is Outcome.ACCEPTED


def test_a_prepared_pool_survives_being_written_down() -> None:
    """Read back from its JSON it is the same value."""
    prepared = CONCLUDED.state.prepared
    assert prepared is not None
    assert prepared.selected == USCC[COOPERATING]
    assert PreparedPool.model_validate_json(prepared.model_dump_json()) == prepared
