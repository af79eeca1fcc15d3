"""Article 5: further agreements and amendments are recorded, and the operating period is the agreements'."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.registry.domain.agreements.commands import AGREEMENTS_WITH_ONE_MAX
from services.registry.domain.calendar.article_05_operating_period import operating_period_on
from services.registry.domain.cycle import OperatingPeriod
from shared.contracts.documents import DocumentKind
from shared.contracts.ids import entry_id
from shared.contracts.receipts import Outcome
from shared.contracts.registry.agreements import (
    AgreementConsented,
    AgreementRecorded,
    ConsentToAgreement,
    RecordAgreement,
)
from shared.contracts.registry.cycle import DayBegan, DueKind
from shared.contracts.registry.performance import OperatingPeriodFixed, PoolStopped
from shared.contracts.registry.pools import ConsentToSupervisingBank
from tests.unit.registry.cycle_examples import (
    DECIDED,
    DECIDED_ON,
    MINUTES,
    OVERSEER,
    RUNNING,
    continuation,
    ending,
    evaluation_of_the_term,
    period,
)
from tests.unit.registry.registry_examples import (
    ADMINISTRATOR,
    BANK,
    COOPERATING,
    FOUNDED_ON,
    LENDER,
    MANAGING,
    NOON,
    POOL_ID,
    TODAY,
    agreement,
    bank_proposal,
    codes,
    document,
    institution,
)

DAY = timedelta(days=1)
FROM, UNTIL = TODAY, TODAY + 300 * DAY
BANKED = RUNNING.says(
    bank_proposal(bank=institution(BANK), agreement=agreement(number="监管-1")), MANAGING, ADMINISTRATOR
).says(ConsentToSupervisingBank(bank=BANK), COOPERATING, ADMINISTRATOR)


def recording(number: str = "协议-2", where: str = COOPERATING, **changed: Any) -> RecordAgreement:
    values = {
        "number": number,
        "institution": where,
        "signed_on": TODAY,
        "document": document(DocumentKind.AGREEMENT),
    }
    return RecordAgreement.model_validate({**values, **changed})


def with_period(number: str = "协议-2", operating_until: date = UNTIL, **changed: Any) -> RecordAgreement:
    return recording(number, operating_from=FROM, operating_until=operating_until, **changed)


FIXED = RUNNING.says(with_period(), MANAGING, OVERSEER).fresh()


@pytest.mark.clause("5.3")
def test_a_further_agreement_is_recorded_with_number_date_and_document() -> None:
    """With whom, and what it amends; the same again is a duplicate, and another one needs another number."""
    amendment = recording("补充-1", amends="协议-1")
    (event,) = RUNNING.by_overseer(amendment).events
    assert isinstance(event, AgreementRecorded)
    assert event.entry_id == entry_id(POOL_ID, "agreement", "补充-1")
    assert (event.institution, event.amends, event.awaits_consent_of) == (COOPERATING, "协议-1", None)
    assert (event.signed_on, event.document, event.recorded_by) == (TODAY, amendment.document, OVERSEER)
    recorded = RUNNING.having(event)
    assert recorded.by_overseer(amendment).outcome is Outcome.DUPLICATE
    for other in ({"signed_on": FOUNDED_ON}, {"amends": None}, {"operating_from": FROM, "operating_until": UNTIL}):
        changed = amendment.model_copy(update=other)
        assert codes(recorded.by_overseer(changed)) == ["number_taken"]
    # An amendment can be amended; the founding's number, and that of a fixed period, are taken too.
    assert recorded.fresh().by_overseer(recording("补充-2", amends="补充-1")).outcome is Outcome.ACCEPTED
    assert codes(RUNNING.by_overseer(recording("协议-1"))) == ["number_taken"]
    fixed = RUNNING.says(period(UNTIL), MANAGING, OVERSEER)
    assert codes(fixed.by_overseer(recording("协议-2"))) == ["number_taken"]


@pytest.mark.clause("5.3")
def test_an_agreement_is_with_one_of_the_two_parties() -> None:
    """With a lender none is recorded, and with the bank none before it is appointed."""
    assert codes(RUNNING.by_overseer(recording(where=LENDER))) == ["agreement_with_other"]
    assert codes(RUNNING.by_overseer(recording(where=BANK))) == ["agreement_with_other"]
    assert BANKED.by_overseer(recording(where=BANK)).outcome is Outcome.ACCEPTED


@pytest.mark.clause("5.3")
def test_an_agreement_was_signed_and_amends_one_with_the_same_institution() -> None:
    """Unsigned, or amending what is with somebody else or unknown, it is refused."""
    assert codes(RUNNING.by_overseer(recording(signed_on=TODAY + DAY))) == ["agreement_not_recorded"]
    assert codes(RUNNING.by_overseer(recording(document=document()))) == ["agreement_not_recorded"]
    assert codes(RUNNING.by_overseer(recording(amends="协议-9"))) == ["amended_agreement_unknown"]
    assert codes(BANKED.by_overseer(recording(amends="监管-1"))) == ["amended_agreement_unknown"]
    assert BANKED.by_overseer(recording(where=BANK, amends="监管-1")).outcome is Outcome.ACCEPTED


@pytest.mark.clause("16.1")
def test_an_agreement_is_recorded_on_beijings_day() -> None:
    """From midnight in Beijing, which is 16:00 UTC of the day before, what was signed on the new day can come in."""
    midnight = datetime.combine(TODAY, time(16, 0), UTC)
    signed = recording(signed_on=TODAY + DAY)
    before = RUNNING.by_overseer(signed, midnight - timedelta(seconds=1))
    assert codes(before) == ["agreement_not_recorded"]
    (event,) = RUNNING.by_overseer(signed, midnight).events
    assert isinstance(event, AgreementRecorded)
    assert event.recorded_on == TODAY + DAY


@pytest.mark.clause("6.3")
def test_an_agreement_with_the_bank_waits_for_the_other_institutions_consent() -> None:
    """Only then it counts, and can be amended; consent given again is a duplicate."""
    (event,) = BANKED.by_overseer(recording("监管-2", BANK, amends="监管-1")).events
    assert isinstance(event, AgreementRecorded)
    assert event.awaits_consent_of == COOPERATING
    waiting = BANKED.having(event)
    amending = recording("监管-3", BANK, amends="监管-2")
    assert codes(waiting.fresh().by_overseer(amending)) == ["amended_agreement_unknown"]
    consent = ConsentToAgreement(number="监管-2")
    decision = waiting.when(consent, COOPERATING, officer=ADMINISTRATOR)
    (given_consent,) = decision.events
    assert isinstance(given_consent, AgreementConsented)
    assert (given_consent.institution, given_consent.consented_by) == (BANK, ADMINISTRATOR)
    counts = waiting.after(decision)
    assert counts.when(consent, COOPERATING, officer=ADMINISTRATOR).outcome is Outcome.DUPLICATE
    assert counts.fresh().by_overseer(amending).outcome is Outcome.ACCEPTED


@pytest.mark.clause("6.3")
def test_only_what_waits_is_consented_to() -> None:
    """Not an agreement that needs no consent, and none that nobody recorded."""
    consent = ConsentToAgreement(number="监管-2")
    for running in (BANKED, BANKED.says(recording("监管-2"), MANAGING, OVERSEER)):
        refused = running.when(consent, COOPERATING, officer=ADMINISTRATOR)
        assert codes(refused) == ["agreement_awaits_no_consent"]


@pytest.mark.clause("5.3")
def test_an_agreement_fixes_the_operating_period_with_its_two_days() -> None:
    """The pool's day says it, its end is announced, and the term stays what it is."""
    recorded, fixed = RUNNING.by_overseer(with_period()).events
    assert isinstance(recorded, AgreementRecorded)
    assert isinstance(fixed, OperatingPeriodFixed)
    assert (fixed.operating_from, fixed.operating_until, fixed.operating_until_before) == (FROM, UNTIL, None)
    assert (fixed.agreement.number, fixed.fixed_on, fixed.fixed_by) == ("协议-2", TODAY, OVERSEER)
    assert FIXED.pool.ends_on == RUNNING.pool.ends_on
    _, duties = FIXED.on(UNTIL - 90 * DAY)
    assert [duty.days_left for duty in duties if duty.kind is DueKind.OPERATING_PERIOD] == [90]
    for day, runs_until in ((TODAY, UNTIL), (UNTIL, UNTIL), (UNTIL + DAY, None)):
        began = FIXED.begin(day).events[0]
        assert isinstance(began, DayBegan)
        assert (began.operating_until, began.ends_on) == (runs_until, RUNNING.pool.ends_on)


@pytest.mark.clause("5.3")
@pytest.mark.parametrize(
    "wrong",
    [
        {"operating_from": FROM},
        {"operating_until": UNTIL},
        {"operating_from": UNTIL, "operating_until": UNTIL},
        {"operating_from": FOUNDED_ON - DAY, "operating_until": UNTIL},
        {"operating_from": FROM, "operating_until": UNTIL, "where": BANK},
    ],
)
def test_an_operating_period_is_the_cooperations_and_has_two_days(wrong: dict[str, Any]) -> None:
    """One day, none between them, one before the founding, or one agreed on with the bank: none is a period."""
    assert codes(BANKED.by_overseer(recording(**wrong))) == ["operating_period_not_agreed"]


@pytest.mark.clause("5.1")
@pytest.mark.clause("5.7")
def test_going_on_by_an_agreement_is_decided_as_any_other_way() -> None:
    """A later end within the term, with minutes; and nothing of the kind after a stop."""
    ends_on = RUNNING.pool.ends_on
    assert codes(RUNNING.by_overseer(with_period(operating_until=ends_on + DAY))) == ["operating_period_not_ahead"]
    later = UNTIL + 100 * DAY
    assert codes(FIXED.by_overseer(with_period("协议-3", later))) == ["minutes_missing"]
    assert codes(FIXED.by_overseer(with_period("协议-3", UNTIL, decision=MINUTES))) == ["operating_period_not_ahead"]
    decision = FIXED.by_overseer(with_period("协议-3", later, decision=MINUTES))
    assert decision.outcome is Outcome.ACCEPTED
    assert FIXED.after(decision).pool.cycle.operating_until == later


@pytest.mark.clause("5.3")
def test_a_further_operating_period_is_agreed_on_anew() -> None:
    """The first one may be the founding's; after it neither that agreement counts, nor the present or an older one."""
    founding = RUNNING.pool.cooperation_agreement
    first = period(UNTIL, agreement=founding)
    assert RUNNING.by_overseer(first).outcome is Outcome.ACCEPTED
    signed = RUNNING.says(period(UNTIL, agreement=agreement(number="HZ 2", signed_on=TODAY)), MANAGING, OVERSEER)
    later = UNTIL + 100 * DAY
    of_before = (
        founding,
        agreement(number="HZ 2", signed_on=TODAY),
        agreement(number="ｈｚ2", signed_on=TODAY),
        agreement(number="协议-3", signed_on=TODAY - DAY),
    )
    for agreed in of_before:
        decision = signed.by_overseer(period(later, agreement=agreed, decision=MINUTES))
        assert [(each.code, each.clause) for each in decision.refusals] == [
            ("further_period_without_new_agreement", "5.3")
        ]
    anew = period(later, agreement=agreement(number="协议-3", signed_on=TODAY), decision=MINUTES)
    assert signed.by_overseer(anew).outcome is Outcome.ACCEPTED
    older = with_period("协议-3", later, decision=MINUTES, signed_on=TODAY - DAY)
    assert codes(signed.by_overseer(older)) == ["further_period_without_new_agreement"]
    # What was recorded and has fixed no period is new.
    recorded = signed.says(recording("补充-3"), MANAGING, OVERSEER).fresh()
    by_amendment = period(later, agreement=agreement(number="补充-3", signed_on=TODAY), decision=MINUTES)
    assert recorded.by_overseer(by_amendment).outcome is Outcome.ACCEPTED


PERIODS = st.lists(st.tuples(st.integers(0, 40), st.integers(1, 40), st.integers(0, 10)), min_size=1, max_size=6)


@pytest.mark.clause("5.3")
@settings(deadline=None)
@given(PERIODS, st.integers(0, 130))
def test_a_changed_operating_period_does_not_rewrite_the_past(
    drawn: list[tuple[int, int, int]], day_number: int
) -> None:
    """What ran on a day is what ran on it as it was known then, whatever is fixed afterwards."""
    periods, fixed_on = [], FOUNDED_ON
    for start, length, pause in drawn:
        fixed_on += pause * DAY
        first = FOUNDED_ON + start * DAY
        periods.append(
            OperatingPeriod(
                agreement=agreement(number=f"协议-{len(periods)}"),
                operating_from=first,
                operating_until=first + length * DAY,
                fixed_on=fixed_on,
            )
        )
    day = FOUNDED_ON + day_number * DAY
    known_then = [one for one in periods if one.fixed_on <= day]
    ran = operating_period_on(known_then, day)
    if ran is not None:
        assert operating_period_on(periods, day) == ran
        assert ran == [one for one in known_then if one.operating_from <= day <= one.operating_until][-1]
    found = operating_period_on(periods, day)
    assert (found is None) == all(not one.operating_from <= day <= one.operating_until for one in periods)


@pytest.mark.clause("19.3")
def test_an_ended_cooperation_gets_no_operating_period() -> None:
    """Nothing more is agreed on with whoever does not run the pool any more."""
    ended = RUNNING.after(RUNNING.by_overseer(ending()))
    assert codes(ended.fresh().by_overseer(with_period())) == ["cooperation_ended"]


@pytest.mark.clause("4.1")
def test_there_is_room_for_a_limited_number_of_agreements() -> None:
    """Nobody can fill the register."""
    (event,) = RUNNING.by_overseer(recording()).events
    assert isinstance(event, AgreementRecorded)
    full = RUNNING
    for number in range(AGREEMENTS_WITH_ONE_MAX - 1):
        full = full.having(event.model_copy(update={"number": f"补充-{number}"})).fresh()
    assert codes(full.by_overseer(recording())) == ["register_full"]


@pytest.mark.clause("22.1")
def test_a_stopped_pool_gets_no_operating_period() -> None:
    """An agreement without one can still be recorded: existing projects go on."""
    stopped = RUNNING.having(
        PoolStopped(
            evaluation="PJ-1",
            reasons="不再继续",
            decision=MINUTES,
            stopped_on=TODAY,
            decided_by=OVERSEER,
            rules_version=1,
        )
    )
    assert codes(stopped.by_overseer(with_period())) == ["pool_stopped"]
    assert stopped.by_overseer(recording()).outcome is Outcome.ACCEPTED


@pytest.mark.parametrize("number", ["协议-2", "协议－２"])
def test_an_agreement_that_was_recorded_is_named_as_it_is_by_whatever_rests_on_it(number: str) -> None:
    """It has a period later, or a new term, under its number, and with no other day or document."""
    for signed_on, at, rests_on_it in (
        (TODAY, NOON, lambda agreed: period(UNTIL, agreement=agreed)),
        (DECIDED_ON, DECIDED, lambda agreed: continuation(agreement=agreed)),
    ):
        recorded = RUNNING.after(RUNNING.by_overseer(recording(signed_on=signed_on - DAY), at)).fresh()
        running = recorded.after(recorded.by_overseer(evaluation_of_the_term(period_to=signed_on - DAY), at))
        as_it_is = agreement(number=number, signed_on=signed_on - DAY)
        for changed in (
            {"signed_on": signed_on},
            {"document": as_it_is.document.model_copy(update={"sha256": "b" * 64})},
        ):
            another = as_it_is.model_copy(update=changed)
            assert codes(running.by_overseer(rests_on_it(another), at)) == ["agreement_not_as_recorded"]
        assert running.by_overseer(rests_on_it(as_it_is), at).outcome is Outcome.ACCEPTED


def test_a_number_of_an_agreement_is_the_same_however_it_is_written() -> None:
    """Full-width, with spaces, in capitals: else one agreement could be recorded twice."""
    (refused,) = RUNNING.by_overseer(recording(number="协议－１")).refusals
    assert refused.code == "number_taken"
    # What it is recorded as is what an amendment has to name.
    assert "under its own number, and say in an amendment that it amends 协议-1." in refused.text
    assert "补充协议请注明补充 协议-1。" in refused.text_zh
