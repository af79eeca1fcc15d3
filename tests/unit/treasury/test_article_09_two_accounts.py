"""Article 9: contributions, and what the supervising bank says about the two accounts."""

from datetime import date, timedelta

import pytest

from services.treasury.domain.books import Books
from services.treasury.domain.case import Payment, PaymentStage, instruction_id
from services.treasury.domain.pool import ArrivedContribution, Pool, evolve_pool
from services.treasury.domain.rules import article_09_accounts as article_09
from shared.contracts.documents import Document, DocumentKind
from shared.contracts.receipts import Outcome
from shared.contracts.registry.contributions import ContributionsPlanned
from shared.contracts.registry.pools import InstitutionRegistered
from shared.contracts.registry.words import Role
from shared.contracts.treasury import Account, ContributionReceived, Leg, PaymentSettled
from tests.unit.treasury.treasury_factories import (
    ACCOUNT_REGISTERED,
    BANK,
    COMPENSATION_ID,
    FOUNDED,
    LENDER,
    NAMES,
    PAIR_FEN,
    POOL_ID,
    PROJECT_ID,
    TODAY,
    books_with,
    confirmation_of,
    contribution,
    from_bank,
    instructed,
    observed,
    payout,
    registered_pool,
    then,
)

PAYMENT = Payment(
    instruction_id=instruction_id(COMPENSATION_ID, Leg.PAYOUT, 1),
    project_id=PROJECT_ID,
    compensation_id=COMPENSATION_ID,
    mandate_id=COMPENSATION_ID,
    leg=Leg.PAYOUT,
    instalment=1,
    amount_fen=500,
    stage=PaymentStage.INSTRUCTED,
)


def _arrived(account: Account, instalment: int) -> ArrivedContribution:
    return ArrivedContribution(
        account=account,
        instalment=instalment,
        amount_fen=PAIR_FEN,
        budget_reference="2026-科技-018",
        budget_year=2026,
        bank_reference="IN-1",
        value_on=TODAY,
        booked_on=TODAY,
    )


@pytest.mark.clause("9.2")
def test_a_contribution_is_planned_with_this_amount() -> None:
    """Another amount and an instalment nobody planned are refused, each with what is planned."""
    planned = FOUNDED.contributions
    assert article_09.refuse_unless_contribution_is_planned(planned, Account.FISCAL, 1, PAIR_FEN) is None
    refused = article_09.refuse_unless_contribution_is_planned(planned, Account.SOCIAL_CAPITAL, 1, PAIR_FEN - 1)
    assert refused is not None
    assert (refused.code, refused.clause) == ("contribution_amount_differs", "9.2")
    assert "500,000.00 yuan" in refused.text
    refused = article_09.refuse_unless_contribution_is_planned(planned, Account.FISCAL, 3, PAIR_FEN)
    assert refused is not None
    assert refused.code == "contribution_not_planned"


@pytest.mark.clause("9.2")
def test_further_pairs_can_be_paid_in() -> None:
    """What both institutions have planned after the founding arrives like the first pairs."""
    number = len(FOUNDED.contributions) + 1
    word = from_bank(contribution(Account.SOCIAL_CAPITAL, number))
    books, decision = then(Books(registered_pool()), word)
    assert [fault.code for fault in decision.refusals] == ["contribution_not_planned"]
    pair = FOUNDED.contributions[0].model_copy(update={"instalment": number})
    planned = ContributionsPlanned(
        entry_id=POOL_ID,
        number="出资-1",
        instalments=(pair,),
        document=Document(kind=DocumentKind.AGREEMENT, title="追加出资协议", sha256="0" * 64),
        size_fen=FOUNDED.size_fen + 2 * PAIR_FEN,
        planned_on=TODAY,
        planned_by="overseer",
        rules_version=1,
    )
    books, _ = then(books, observed(planned))
    assert then(books, word)[1].outcome is Outcome.ACCEPTED


@pytest.mark.clause("9.2")
def test_a_contribution_arrives_once() -> None:
    """The same instalment again, with anything said otherwise, is refused; word for word it is a duplicate."""
    confirmed = contribution(Account.SOCIAL_CAPITAL)
    assert article_09.refuse_unless_contribution_is_new(None, confirmed) is None
    refused = article_09.refuse_unless_contribution_is_new(_arrived(Account.SOCIAL_CAPITAL, 1), confirmed)
    assert refused is not None
    assert refused.code == "contribution_arrived_before"
    books = books_with()
    assert then(books, from_bank(confirmed))[1].outcome is Outcome.DUPLICATE
    other = contribution(Account.SOCIAL_CAPITAL, bank_reference="IN-OTHER")
    decision = then(books, from_bank(other))[1]
    assert [each.code for each in decision.refusals] == ["contribution_arrived_before"]
    assert decision.events == ()


@pytest.mark.clause("9.2")
def test_the_first_pair_is_one_contribution_on_each_account() -> None:
    """Neither one side alone nor a later pair opens the pool for payouts."""
    planned = FOUNDED.contributions
    fiscal, social = _arrived(Account.FISCAL, 1), _arrived(Account.SOCIAL_CAPITAL, 1)
    assert article_09.first_pair_has_arrived(planned, (fiscal, social))
    assert not article_09.first_pair_has_arrived(planned, (fiscal, _arrived(Account.SOCIAL_CAPITAL, 2)))
    assert not article_09.first_pair_has_arrived(planned, ())
    assert not article_09.first_pair_has_arrived((), (fiscal, social))


@pytest.mark.clause("9.2")
def test_whether_the_first_pair_is_required_is_a_field_of_the_rules() -> None:
    """Where the rules don't require it, payouts begin without any contribution having arrived in pairs."""
    planned, one_side = FOUNDED.contributions, (_arrived(Account.FISCAL, 1),)
    assert not article_09.payouts_have_begun(planned, one_side, is_required=True)
    assert article_09.payouts_have_begun(planned, one_side, is_required=False)
    assert article_09.payouts_have_begun(planned, (*one_side, _arrived(Account.SOCIAL_CAPITAL, 1)), is_required=True)


@pytest.mark.clause("9.2")
def test_a_planned_contribution_is_received() -> None:
    """It is on its account, with the bank's dates and what is on both accounts then."""
    arrived = contribution(Account.FISCAL, budget_reference="2026-科技-018", budget_year=2026)
    books, decision = then(Books(registered_pool()), from_bank(arrived))
    (said,) = decision.events
    assert isinstance(said, ContributionReceived)
    assert (said.balances.fiscal.balance_fen, said.balances.social_capital.balance_fen) == (PAIR_FEN, 0)
    assert (said.budget_reference, said.budget_year) == ("2026-科技-018", 2026)
    assert books.pool.arrived_contribution(Account.FISCAL, 1) == ArrivedContribution.of(said)


@pytest.mark.clause("9.3")
def test_a_fiscal_contribution_names_its_budget() -> None:
    """Reference and year, both; the social capital account has no budget."""
    assert article_09.refuse_unless_budget_is_named(Account.FISCAL, "2026-科技-018", 2026) is None
    assert article_09.refuse_unless_budget_is_named(Account.SOCIAL_CAPITAL, None, None) is None
    for reference, year, missing in ((None, 2026, "budget reference"), ("R", None, "budget year")):
        refused = article_09.refuse_unless_budget_is_named(Account.FISCAL, reference, year)
        assert refused is not None
        assert (refused.code, refused.clause) == ("budget_missing", "9.3")
        assert missing in refused.text
    decision = then(Books(registered_pool()), from_bank(contribution(Account.FISCAL, budget_year=None)))[1]
    assert [each.clause for each in decision.refusals] == ["9.3"]


@pytest.mark.clause("9.4")
def test_only_this_pools_bank_confirms() -> None:
    """Another bank, and any bank before one is appointed, confirms nothing."""
    for books, institution in ((books_with(), LENDER), (Books(Pool(pool_id=POOL_ID, names=NAMES)), BANK)):
        decision = then(books, from_bank(contribution(Account.FISCAL, 2), institution=institution))[1]
        assert decision.outcome is Outcome.REFUSED
        assert [(each.code, each.clause) for each in decision.refusals] == [("role_not_held", "9.4")]
    lender = InstitutionRegistered(institution="bank-b", name="丙银行", uscc="91110105MA00000002", role=Role.LENDER)
    after = evolve_pool(registered_pool(), lender)
    assert (after.holders_of(Role.SUPERVISING_BANK), after.roles_of("bank-b")) == ((BANK,), frozenset())
    assert (after.name_of("bank-b"), after.name_of("bank-z")) == ("丙银行", "bank-z")


@pytest.mark.clause("9.4")
def test_the_banks_dates_have_come_and_are_none_of_before_the_pool() -> None:
    """A date ahead is refused, and one of before the founding can have been decided on: the accounts were not there."""
    possible = article_09.refuse_unless_bank_dates_are_possible
    first = TODAY - timedelta(366)
    for value_on, booked_on in ((TODAY, TODAY), (first, TODAY), (first, first)):
        assert possible(value_on, booked_on, TODAY, TODAY) is None
    before, after = first - timedelta(1), TODAY + timedelta(1)
    for value_on, booked_on, code in (
        (after, TODAY, "day_in_the_future"),
        (TODAY, after, "day_in_the_future"),
        (before, TODAY, "day_out_of_range"),
        (TODAY, before, "day_out_of_range"),
    ):
        refused = possible(value_on, booked_on, TODAY, TODAY)
        assert refused is not None
        assert (refused.code, refused.clause) == (code, "9.4")


@pytest.mark.clause("9.4")
def test_a_contribution_of_1999_did_not_arrive_in_this_pool() -> None:
    """Nor one that is booked on a day of then."""
    old = date(1999, 12, 31)
    for changed in ({"value_on": old}, {"booked_on": old}):
        said = contribution(Account.FISCAL, 2, **changed)
        decision = then(books_with(), from_bank(said))[1]
        assert [(each.code, each.clause) for each in decision.refusals] == [("day_out_of_range", "9.4")]


@pytest.mark.clause("9.4")
def test_a_confirmation_answers_an_instruction_to_the_fen() -> None:
    """Known, not answered before, and with the instructed amount."""
    assert article_09.refuse_unless_payment_is_instructed(PAYMENT) is None
    refused = article_09.refuse_unless_payment_is_instructed(None)
    assert refused is not None
    assert refused.code == "instruction_unknown"
    assert article_09.refuse_unless_payment_amount_is_instructed(PAYMENT, 500) is None
    refused = article_09.refuse_unless_payment_amount_is_instructed(PAYMENT, 501)
    assert refused is not None
    assert refused.code == "payment_amount_differs"
    signed_payout = payout()
    books, decision = then(books_with(), observed(signed_payout.released()), signed_payout.originals)
    wrong = confirmation_of(instructed(decision), amount_fen=1)
    assert [each.code for each in then(books, from_bank(wrong))[1].refusals] == ["payment_amount_differs"]


@pytest.mark.clause("9.4")
def test_an_instruction_is_answered_once() -> None:
    """Settled stays settled and voided stays voided."""
    assert article_09.refuse_unless_payment_is_open(PAYMENT) is None
    signed_payout = payout()
    books, decision = then(books_with(), observed(signed_payout.released()), signed_payout.originals)
    confirmed = confirmation_of(instructed(decision))
    books, settled = then(books, from_bank(confirmed))
    assert isinstance(settled.events[0], PaymentSettled)
    (payment,) = books.cases[PROJECT_ID].payments.values()
    refused = article_09.refuse_unless_payment_is_open(payment)
    assert refused is not None
    assert refused.code == "payment_answered_before"
    assert confirmed.bank_reference in refused.text


@pytest.mark.clause("9.4")
def test_a_payee_is_paid_on_its_registered_account_only() -> None:
    """An institution whose account two of its officers have not registered is not paid."""
    pool = registered_pool()
    assert article_09.payee_account_is_registered(pool, LENDER)
    assert not article_09.payee_account_is_registered(pool, "bank-z")
    later = ACCOUNT_REGISTERED.model_copy(update={"account_number": "6222-0002"})
    assert evolve_pool(pool, later).payee_accounts[LENDER].account_number == "6222-0002"
