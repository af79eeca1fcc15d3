"""Article 6: plan and release of the cooperating institution, looked at again before money moves."""

from dataclasses import replace

import pytest

from services.treasury.domain.rules import article_06_payout as article_06
from services.treasury.domain.rules.article_04_signers import refuse_unless_signer_has_duty
from shared.contracts import ids
from shared.contracts.claims import ReleasePayout
from shared.contracts.registry.words import Duty
from tests.unit.treasury.treasury_factories import (
    COOPERATING,
    MANAGING,
    PROJECT_ID,
    observed,
    paid_books,
    payout,
    registered_pool,
    sign,
    then,
)


@pytest.mark.clause("6.8")
def test_only_the_cooperating_institution_plans_and_releases() -> None:
    """Each by an officer whose duty it is; the other duty isn't enough."""
    pool, signed_payout = registered_pool(), payout()
    for original, duty, officer, others in (
        (
            signed_payout.plan,
            Duty.PLAN,
            "planner",
            ((COOPERATING, "releaser"), (MANAGING, "confirmer"), ("bank-a", None)),
        ),
        (signed_payout.release, Duty.RELEASE, "releaser", ((COOPERATING, "planner"), (MANAGING, "confirmer"))),
    ):
        said = original.received.data
        signed = sign(said, COOPERATING, officer).received
        assert refuse_unless_signer_has_duty(pool, signed, COOPERATING, duty, "6.8") is None
        for institution, other in others:
            signed = sign(said, institution, other).received
            refused = refuse_unless_signer_has_duty(pool, signed, COOPERATING, duty, "6.8")
            assert refused is not None
            assert (refused.code, refused.clause) == ("signer_without_duty", "6.8")


@pytest.mark.clause("6.8")
def test_a_release_is_of_these_bytes() -> None:
    """A release signed for another plan releases nothing."""
    signed_payout = payout()
    assert (
        article_06.refuse_unless_release_binds_plan(signed_payout.plan.received, signed_payout.release.received) is None
    )
    other = ReleasePayout(project_id=PROJECT_ID, plan_sha256="0" * 64)
    refused = article_06.refuse_unless_release_binds_plan(
        signed_payout.plan.received, sign(other, COOPERATING, "releaser").received
    )
    assert refused is not None
    assert refused.code == "another_version_named"


@pytest.mark.clause("6.8")
def test_the_payout_is_the_signed_plans() -> None:
    """Where the event says anything else than the signed plan, the plan counts and the event is refused."""
    signed_payout = payout()
    assert article_06.refuse_unless_payout_is_the_plans(signed_payout.released(), signed_payout.plan.received) is None
    for changes, named in (
        ({"compensation": 2}, "number of the compensation"),
        ({"compensation_id": ids.compensation_id(PROJECT_ID, 2)}, "compensation"),
        ({"plan_sha256": "0" * 64}, "plan"),
        ({"payee": "guarantor-b"}, "payee"),
    ):
        refused = article_06.refuse_unless_payout_is_the_plans(
            signed_payout.released(**changes), signed_payout.plan.received
        )
        assert refused is not None
        assert (refused.code, refused.clause) == ("not_as_signed", "6.8")
        assert f"signed: {named};" in refused.text


@pytest.mark.clause("6.8")
def test_no_other_plan_takes_an_accepted_ones_place() -> None:
    """A settled plan can't change: a second plan for the same compensation is refused."""
    books = paid_books()
    case = books.cases[PROJECT_ID]
    signed_payout = payout()
    assert article_06.refuse_if_plan_is_replaced(case, signed_payout.released()) is None
    assert (
        article_06.refuse_if_plan_is_replaced(
            replace(case, compensations={}), signed_payout.released(plan_sha256="0" * 64)
        )
        is None
    )
    refused = article_06.refuse_if_plan_is_replaced(case, signed_payout.released(plan_sha256="0" * 64))
    assert refused is not None
    assert refused.code == "plan_replaced"
    edited = payout(total_fen=90_000_000)
    decision = then(books, observed(edited.released(), "event-9"), edited.originals)[1]
    assert [each.code for each in decision.refusals] == ["plan_replaced"]
