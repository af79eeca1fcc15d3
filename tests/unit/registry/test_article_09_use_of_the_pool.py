"""Article 9: what the pool covers, how it is funded, and where it pays."""

import math
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.registry.domain.accounts.commands import ACCOUNTS_WITHDRAWN_PER_INSTITUTION_MAX
from services.registry.domain.article_09_contributions import (
    refuse_unless_contributions_are_in_ratio,
    refuse_unless_contributions_make_up_the_size,
)
from shared.contracts.receipts import Outcome
from shared.contracts.registry.people import (
    ApprovePayeeAccount,
    PayeeAccountProposed,
    PayeeAccountRegistered,
    PayeeAccountWithdrawn,
    ProposePayeeAccount,
    WithdrawPayeeAccount,
)
from shared.contracts.registry.rules import ContributionRatio
from shared.contracts.registry.words import Duty
from tests.unit.registry.registry_examples import (
    ADMINISTRATOR,
    BANK,
    BANK_APPOINTED,
    COOPERATING,
    FILER,
    GUARANTOR,
    LENDER,
    MANAGING,
    NOTHING,
    STAFFED,
    borrower,
    codes,
    filing,
    founding,
    instalment,
    officer,
    public_key,
    rules,
)

SECOND = "second-officer"
ACCOUNT = ProposePayeeAccount(account_number="6222-1", account_name="示例银行", bank_name="示例银行营业部")
APPROVE = ApprovePayeeAccount(account_number="6222-1")
WITH_SECOND = STAFFED.after(officer(SECOND, Duty.ADMINISTRATION), LENDER)
PROPOSED = WITH_SECOND.after(ACCOUNT, LENDER)


@pytest.mark.clause("9.1")
@pytest.mark.parametrize(
    ("data", "code"),
    [
        (filing(borrower=borrower(district="110106")), "borrower_of_another_district"),
        (filing(promoted_by_cooperating=False), "not_promoted_by_cooperating"),
        (filing(borrower_is_affiliate=True), "borrower_is_affiliate"),
    ],
)
def test_the_pool_covers_promoted_projects_of_the_districts_enterprises(data: object, code: str) -> None:
    """Other districts, projects it does not bear risk on, and its own affiliates are not covered."""
    decision = STAFFED.when(data, COOPERATING, FILER)  # type: ignore[arg-type]  # any command will do
    assert (decision.outcome, codes(decision)) == (Outcome.REFUSED, [code])


@pytest.mark.clause("9.2")
def test_each_planned_instalment_is_in_the_ratio_of_the_rules() -> None:
    """Both sides pay the same each time, not only in the end; every other pair is named, with what it has to be."""
    pairs = (
        instalment(1, fiscal_fen=300_000_000, social_fen=200_000_000),
        instalment(2, fiscal_fen=200_000_000, social_fen=300_000_000),
    )
    decision = NOTHING.when(founding(contributions=pairs), MANAGING)
    assert (decision.outcome, codes(decision)) == (Outcome.REFUSED, ["contributions_not_in_ratio"] * 2)
    for refused in decision.refusals:
        assert (
            "in the ratio 1:1 of the rules their 5,000,000.00 yuan are 2,500,000.00 yuan and 2,500,000.00"
            in refused.text
        )
        assert "出资比例 1:1，合计 5,000,000.00 元应分为 2,500,000.00 元和 2,500,000.00 元" in refused.text_zh


@pytest.mark.clause("9.2")
@given(
    st.integers(1_000, 10**15),
    st.builds(ContributionRatio, fiscal_weight=st.integers(1, 300), social_weight=st.integers(1, 300)),
    st.integers(-2, 2),
)
def test_a_pair_is_split_by_largest_remainder(pair_fen: int, ratio: ContributionRatio, off_fen: int) -> None:
    """Of any amount exactly one split is in the ratio, half a fen at most from the exact one, and a tie to fiscal."""
    weights = ratio.fiscal_weight + ratio.social_weight
    fiscal_fen = math.floor(Fraction(pair_fen * ratio.fiscal_weight, weights) + Fraction(1, 2)) + off_fen
    pair = instalment(1, fiscal_fen, pair_fen - fiscal_fen)
    refused = refuse_unless_contributions_are_in_ratio((pair,), ratio)
    assert [each.code for each in refused] == ["contributions_not_in_ratio"] * (off_fen != 0)


@pytest.mark.clause("9.2")
def test_this_district_has_equal_contributions() -> None:
    """等比例出资: rules with another ratio are refused under that clause, whatever is planned by it."""
    other = ContributionRatio(fiscal_weight=1, social_weight=2)
    decision = NOTHING.when(founding(rules=rules(contribution_ratio=other)), MANAGING)
    outside, *_ = decision.refusals
    assert outside.clause == "9.2"
    assert codes(decision) == ["rules_outside_the_districts_bounds", *["contributions_not_in_ratio"] * 2]


@pytest.mark.clause("9.2")
@pytest.mark.parametrize("size_fen", [999_999_999, 1_000_000_001])
def test_the_instalments_make_up_the_size(size_fen: int) -> None:
    """One fen too little or too much is refused."""
    decision = NOTHING.when(founding(size_fen=size_fen), MANAGING)
    assert (decision.outcome, codes(decision)) == (Outcome.REFUSED, ["contributions_not_the_size"])


@pytest.mark.clause("9.2")
@given(st.lists(st.integers(1, 10**12), min_size=1, max_size=20), st.integers(-2, 2))
def test_the_size_is_the_sum_of_all_pairs(halves_fen: list[int], off_fen: int) -> None:
    """For any plan, the size is right exactly if it is the sum over both sides of all instalments."""
    pairs = [instalment(number, half, half) for number, half in enumerate(halves_fen, 1)]
    refused = refuse_unless_contributions_make_up_the_size(pairs, 2 * sum(halves_fen) + off_fen)
    assert (refused is None) == (off_fen == 0)


@pytest.mark.clause("9.2")
@pytest.mark.parametrize(
    "pairs",
    [
        (instalment(1), instalment(3)),
        (instalment(2), instalment(1)),
        (instalment(1), instalment(1)),
        (instalment(1).model_copy(update={"due_on": instalment(3).due_on}), instalment(2)),
    ],
)
def test_instalments_are_numbered_in_the_order_in_which_they_fall_due(pairs: object) -> None:
    """Gaps, repeats and a later instalment due earlier are refused."""
    decision = NOTHING.when(founding(contributions=pairs), MANAGING)
    assert (decision.outcome, codes(decision)) == (Outcome.REFUSED, ["instalments_not_in_order"])


@pytest.mark.clause("9.4")
@pytest.mark.parametrize("where", [LENDER, GUARANTOR, MANAGING, COOPERATING])
def test_an_account_counts_once_a_second_officer_has_approved_it(where: str) -> None:
    """A proposal alone registers nothing; the approval of another officer of the same institution does."""
    given = STAFFED.after(officer(SECOND, Duty.ADMINISTRATION), where)
    proposal = given.when(ACCOUNT, where)
    assert [type(event) for event in proposal.events] == [PayeeAccountProposed]
    given = given.having(proposal.events)
    assert given.pool.institutions[where].payee_account is None
    approval = given.when(APPROVE, where, SECOND)
    (event,) = approval.events
    assert isinstance(event, PayeeAccountRegistered)
    assert (event.proposed_by, event.approved_by) == (ADMINISTRATOR, SECOND)
    after = given.having(approval.events).pool.institutions[where]
    assert after.payee_account is not None
    assert after.payee_account.account_number == "6222-1"
    assert after.proposed_accounts == {}


@pytest.mark.clause("9.4")
def test_who_proposed_an_account_can_not_approve_it() -> None:
    """One officer alone can't direct the pool's money."""
    decision = PROPOSED.when(APPROVE, LENDER)
    assert (decision.outcome, codes(decision)) == (Outcome.REFUSED, ["approved_by_the_same_person"])


@pytest.mark.clause("9.4")
def test_the_supervising_bank_is_never_paid() -> None:
    """The bank that keeps the accounts has no payee account: the pool pays no fees."""
    decision = BANK_APPOINTED.when(ACCOUNT, BANK)
    assert (decision.outcome, codes(decision)) == (Outcome.REFUSED, ["role_is_never_paid"])


@pytest.mark.clause("9.4")
def test_an_account_is_approved_only_by_its_own_institution() -> None:
    """Another institution's officer finds no such proposal."""
    given = PROPOSED.after(
        officer(SECOND, Duty.ADMINISTRATION).model_copy(update={"public_key": public_key("new")}), GUARANTOR
    )
    decision = given.when(APPROVE, GUARANTOR, SECOND)
    assert (decision.outcome, codes(decision)) == (Outcome.REFUSED, ["account_not_proposed"])


@pytest.mark.clause("9.4")
@pytest.mark.parametrize("changed", [{"account_name": "别人"}, {"bank_name": "别的银行"}])
def test_a_proposed_account_can_not_be_changed_under_its_approval(changed: dict[str, str]) -> None:
    """An approval names only the account's number, so what was proposed under it stays what it was."""
    decision = PROPOSED.when(ACCOUNT.model_copy(update=changed), LENDER)
    assert (decision.outcome, codes(decision)) == (Outcome.REFUSED, ["account_proposal_differs"])


@pytest.mark.clause("9.4")
def test_a_second_account_takes_the_place_of_the_first() -> None:
    """There is one account that the pool may pay on; saying the same again is a duplicate."""
    given = PROPOSED.after(APPROVE, LENDER, SECOND)
    assert given.when(ACCOUNT, LENDER).outcome is Outcome.DUPLICATE
    assert given.when(APPROVE, LENDER, SECOND).outcome is Outcome.DUPLICATE
    assert PROPOSED.when(ACCOUNT, LENDER).outcome is Outcome.DUPLICATE
    given = given.after(ACCOUNT.model_copy(update={"account_number": "6222-2"}), LENDER, SECOND)
    given = given.after(ApprovePayeeAccount(account_number="6222-2"), LENDER)
    account = given.pool.institutions[LENDER].payee_account
    assert account is not None
    assert account.account_number == "6222-2"


WITHDRAW = WithdrawPayeeAccount(account_number="6222-1", reasons="户名录入有误")
RENAMED = ACCOUNT.model_copy(update={"account_name": "更正后的户名"})


@pytest.mark.clause("9.4")
def test_a_proposal_can_be_withdrawn_by_its_institution() -> None:
    """By any of its administrators, until it is approved; then the number can be proposed with other particulars."""
    (event,) = PROPOSED.when(WITHDRAW, LENDER, SECOND).events
    assert event == PayeeAccountWithdrawn(
        institution=LENDER, account_number="6222-1", reasons="户名录入有误", withdrawn_by=SECOND
    )
    withdrawn = PROPOSED.having([event])
    assert withdrawn.pool.institutions[LENDER].proposed_accounts == {}
    assert codes(withdrawn.when(APPROVE, LENDER, SECOND)) == ["account_not_proposed"]
    assert codes(withdrawn.when(WITHDRAW, LENDER, SECOND)) == ["no_account_proposal"]
    assert withdrawn.when(RENAMED, LENDER).outcome is Outcome.ACCEPTED


@pytest.mark.clause("9.4")
@pytest.mark.clause("4.1")
def test_a_proposal_is_withdrawn_by_nobody_else() -> None:
    """Another institution finds no such proposal, an officer who is no administrator has no say."""
    assert codes(PROPOSED.when(WITHDRAW, GUARANTOR)) == ["no_account_proposal"]
    assert codes(PROPOSED.when(WITHDRAW, LENDER, "nobody")) == ["duty_not_held"]


@pytest.mark.clause("9.4")
def test_what_is_registered_is_not_withdrawn() -> None:
    """The pool pays on it until another account has taken its place; the refusal says so."""
    registered = PROPOSED.after(APPROVE, LENDER, SECOND)
    decision = registered.when(WITHDRAW, LENDER, SECOND)
    assert [(found.code, found.clause) for found in decision.refusals] == [("no_account_proposal", "9.4")]
    assert "replaced" in decision.refusals[0].text
    # A further proposal of the registered number can be, and leaves it as it is.
    again = registered.after(RENAMED, LENDER).after(WITHDRAW, LENDER, SECOND)
    assert again.pool.institutions[LENDER].payee_account == registered.pool.institutions[LENDER].payee_account


@pytest.mark.clause("9.4")
def test_an_approval_of_a_withdrawn_proposal_approves_no_other_account() -> None:
    """Signed for the first proposal, it comes after the second one: holder and bank have to be named by then."""
    renamed = PROPOSED.after(WITHDRAW, LENDER, SECOND).after(RENAMED, LENDER)
    assert codes(renamed.when(APPROVE, LENDER, SECOND)) == ["approval_of_another_account"]
    half = APPROVE.model_copy(update={"account_name": RENAMED.account_name})
    assert codes(renamed.when(half, LENDER, SECOND)) == ["approval_of_another_account"]
    for other in ({"account_name": ACCOUNT.account_name}, {"bank_name": "别的银行"}):
        named = {"account_name": RENAMED.account_name, "bank_name": RENAMED.bank_name, **other}
        assert codes(renamed.when(APPROVE.model_copy(update=named), LENDER, SECOND)) == ["approval_of_another_account"]
    whole = half.model_copy(update={"bank_name": RENAMED.bank_name})
    approved = renamed.after(whole, LENDER, SECOND)
    assert approved.when(whole, LENDER, SECOND).outcome is Outcome.DUPLICATE
    assert codes(approved.when(half.model_copy(update={"account_name": "别人"}), LENDER, SECOND)) == [
        "account_not_proposed"
    ]


@pytest.mark.clause("9.4")
def test_an_approval_may_name_holder_and_bank_anyway() -> None:
    """Then they have to be those that were proposed."""
    wrong = APPROVE.model_copy(update={"account_name": "别人"})
    assert codes(PROPOSED.when(wrong, LENDER, SECOND)) == ["approval_of_another_account"]
    right = APPROVE.model_copy(update={"account_name": ACCOUNT.account_name, "bank_name": ACCOUNT.bank_name})
    assert PROPOSED.when(right, LENDER, SECOND).outcome is Outcome.ACCEPTED


@pytest.mark.clause("9.4")
def test_withdrawn_numbers_are_bounded() -> None:
    """They are kept for ever, so there is an end to them; the same number again takes no further room."""
    numbers = tuple(f"6222-old-{number}" for number in range(ACCOUNTS_WITHDRAWN_PER_INSTITUTION_MAX))
    lender = PROPOSED.pool.institutions[LENDER].model_copy(update={"withdrawn_accounts": numbers})
    pool = PROPOSED.pool.model_copy(update={"institutions": {**PROPOSED.pool.institutions, LENDER: lender}})
    full = replace(PROPOSED, state=replace(PROPOSED.state, pool=pool))
    assert codes(full.when(WITHDRAW, LENDER, SECOND)) == ["register_full"]
    with_withdrawn = lender.model_copy(update={"withdrawn_accounts": (*numbers[1:], "6222-1")})
    pool = pool.model_copy(update={"institutions": {**pool.institutions, LENDER: with_withdrawn}})
    again = replace(full, state=replace(full.state, pool=pool))
    assert again.when(WITHDRAW, LENDER, SECOND).outcome is Outcome.ACCEPTED
