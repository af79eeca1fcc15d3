"""What several services refuse alike: one fact has one code and one text, under the clause of whoever asks."""

from datetime import date
from uuid import UUID

import pytest

from shared.contracts.documents import Document, DocumentKind
from shared.contracts.refusals import Refusal
from shared.contracts.registry.rules import LossRatio
from shared.decisions.article_03_one_pool import refuse_unless_of_one_pool
from shared.decisions.article_05_bound_bytes import refuse_unless_hash_is_named
from shared.decisions.article_10_plan_figures import refuse_unless_figure_is_right
from shared.decisions.article_14_claimants import (
    refuse_unless_contract_number_can_be_read,
    refuse_unless_notifier_is_party,
    refuse_unless_payee_holds_the_claim,
)
from shared.decisions.article_15_documents import materials_of, refuse_unless_enclosed
from shared.decisions.days import refuse_if_day_is_ahead, refuse_unless_day_is_between


class Named:
    """What people call the institutions of these tests."""

    def name_of(self, institution: str) -> str:
        return {"bank-a": "示例甲银行", "bank-z": "示例丙银行", "guarantor-b": "示例担保公司"}[institution]


NAMES = Named()


def _said(refused: Refusal | None, code: str, clause: str, *words: str) -> None:
    """It is refused so, and its English text has these words."""
    assert refused is not None
    assert (refused.code, refused.clause) == (code, clause)
    assert [word for word in words if word not in refused.text] == []


@pytest.mark.clause("3.1")
def test_what_belongs_to_another_pool_is_out_of_reach() -> None:
    """It is told what that is, and none of the two pools' ids."""
    one, other = UUID(int=1), UUID(int=2)
    assert refuse_unless_of_one_pool(one, one, "case", "案件") is None
    _said(refuse_unless_of_one_pool(one, other, "case", "案件"), "of_another_pool", "3.1", "the case belongs")


@pytest.mark.clause("5.6")
def test_whoever_decides_names_the_bytes_that_were_read() -> None:
    """Another hash is another version; both are told, so that it can be looked up which one was read."""
    assert refuse_unless_hash_is_named("plan", "方案", "a" * 64, "a" * 64, "5.6") is None
    refused = refuse_unless_hash_is_named("plan", "方案", "a" * 64, "b" * 64, "6.8")
    _said(refused, "another_version_named", "6.8", "the plan that stands", "a" * 64, "b" * 64)


@pytest.mark.clause("10.3")
@pytest.mark.parametrize(
    ("field", "right", "planned", "words"),
    [
        ("cap_fen", 20_000_000, 20_000_001, ("the cap must be 200,000.00 yuan", "the plan says 200,000.01 yuan")),
        ("share_rate_bp", 2_000, 2_050, ("20 %", "20.5 %")),
        ("rules_version", 1, 2, ("version of the rules must be 1 ", "says 2;")),
        (
            "loss_ratio",
            LossRatio(fiscal_weight=1, social_weight=2),
            LossRatio(fiscal_weight=1, social_weight=1),
            ("1:2", "1:1"),
        ),
    ],
)
def test_a_wrong_figure_is_told_as_people_read_it(
    field: str, right: int | LossRatio, planned: int | LossRatio, words: tuple[str, ...]
) -> None:
    """What it has to be and what the plan says, in yuan, in per cent or as a ratio."""
    assert refuse_unless_figure_is_right(field, right, right) is None
    refused = refuse_unless_figure_is_right(field, right, planned)
    assert refused is not None
    _said(refused, "plan_figure_wrong", refused.clause, *words)


@pytest.mark.clause("14.1")
def test_the_loans_lender_and_its_guarantor_notify_and_nobody_else() -> None:
    """A guarantor that there is not can't be anybody."""
    assert refuse_unless_notifier_is_party(NAMES, "bank-a", "bank-a", None) is None
    assert refuse_unless_notifier_is_party(NAMES, "guarantor-b", "bank-a", "guarantor-b") is None
    for guarantor, guaranteed_by in ((None, "guarantor none"), ("guarantor-b", "guarantor 示例担保公司")):
        refused = refuse_unless_notifier_is_party(NAMES, "bank-z", "bank-a", guarantor)
        _said(refused, "notifier_no_party", "14.1", "示例丙银行 is", "lender 示例甲银行", guaranteed_by)


@pytest.mark.clause("14.2")
def test_whoever_holds_the_claim_is_paid() -> None:
    """The plan that names another payee is told whom to name."""
    assert refuse_unless_payee_holds_the_claim(NAMES, "bank-a", "bank-a") is None
    _said(
        refuse_unless_payee_holds_the_claim(NAMES, "bank-z", "bank-a"),
        "payee_is_another",
        "14.2",
        "payee 示例丙银行",
        "held by 示例甲银行",
    )


@pytest.mark.clause("14.1")
def test_a_loan_has_a_number_that_can_be_read() -> None:
    """What is no letter of a contract is shown, and what to write instead; any sign beside letters is welcome."""
    for written in ("(2026)1号", "（2026） 1号", "НТ–2026/1"):
        assert refuse_unless_contract_number_can_be_read(written, "14.1") is None
    refused = refuse_unless_contract_number_can_be_read("Ж-١号", "16.1")
    _said(refused, "contract_number_not_readable", "16.1", "has the characters Ж١, and a number is of Latin letters")
    refused = refuse_unless_contract_number_can_be_read("（号）", "14.1")
    _said(refused, "contract_number_not_readable", "14.1", "has nothing but signs")


@pytest.mark.clause("15.1")
def test_each_document_that_is_missing_is_named() -> None:
    """What is enclosed instead is told too: no paper of another kind stands for it, whatever its title."""
    minutes = Document(kind=DocumentKind.MINUTES, title="借款合同", sha256="0" * 64)
    needed = (DocumentKind.MINUTES, DocumentKind.LOAN_CONTRACT)
    assert refuse_unless_enclosed((DocumentKind.MINUTES,), (minutes,), "15.1") == ()
    (missing,) = refuse_unless_enclosed(needed, (minutes,), "16.2")
    _said(missing, "loan_contract_missing", "16.2", "loan contract", "(enclosed: minutes)")
    assert [each.code for each in refuse_unless_enclosed(needed, (), "15.1")] == [
        "minutes_missing",
        "loan_contract_missing",
    ]


@pytest.mark.clause("10.1")
def test_what_has_happened_has_no_day_ahead() -> None:
    """Today is no day ahead, tomorrow is."""
    today = date(2026, 11, 20)
    assert refuse_if_day_is_ahead("value date", "起息日", today, today, "9.4") is None
    refused = refuse_if_day_is_ahead("value date", "起息日", date(2026, 11, 21), today, "9.4")
    _said(refused, "day_in_the_future", "9.4", "the value date 2026-11-21")


@pytest.mark.clause("10.1")
def test_what_followed_on_something_came_after_it_and_by_today() -> None:
    """Both days themselves are in between; the day before and the day after are not."""
    first, today = date(2026, 11, 2), date(2026, 11, 20)
    for day in (first, today):
        assert refuse_unless_day_is_between("day of the check", "抽查日期", day, first, today, "6.5") is None
    for day in (date(2026, 11, 1), date(2026, 11, 21)):
        refused = refuse_unless_day_is_between("day of the check", "抽查日期", day, first, today, "6.5")
        _said(refused, "day_out_of_range", "6.5", f"the day of the check {day}", "between 2026-11-02 and today")


@pytest.mark.clause("15.1")
def test_a_guarantee_contract_is_asked_for_where_there_is_a_guarantor() -> None:
    """All else that the rules ask for is asked for in any case."""
    kinds = (DocumentKind.LOAN_CONTRACT, DocumentKind.GUARANTEE_CONTRACT)
    assert materials_of(kinds, "guarantor") == kinds
    assert materials_of(kinds, None) == (DocumentKind.LOAN_CONTRACT,)
