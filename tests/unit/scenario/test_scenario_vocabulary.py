"""The words of a message are the fields of its command, as people would write them."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from pydantic import ValidationError

from scenarios.player.messages import MESSAGES
from shared.contracts.documents import DocumentKind
from tests.unit.scenario.scenario_examples import step_context


def said(word: str, **words: object) -> Any:
    """The command that a message becomes; words are written with underscores here."""
    message = MESSAGES[word].model_validate({name.replace("_", " "): value for name, value in words.items()})
    return message.command(step_context(message.who))


@pytest.mark.parametrize(
    ("message", "words"),
    [
        ("working norm", ("number", "title", "effective", "document", "supersedes")),
        ("preliminary review", ("notice", "findings")),
        ("misuse recovery", ("number", "receipt", "amount", "recovered", "evidence")),
        ("drawdown", ("drawdown number", "amount", "disbursed", "documents", "late because")),
        (
            "operating period",
            ("operating until", "agreement number", "signed", "agreement document", "decision", "reasons"),
        ),
        ("key rotation", ("key",)),
    ],
)
def test_a_word_is_a_field_without_its_unit(message: str, words: tuple[str, ...]) -> None:
    """Ids and hashes aren't written by people; a part's words are the message's, or say whose they are."""
    assert MESSAGES[message].allowed_words() == words


def test_two_fields_of_one_name_say_whose_they_are() -> None:
    """Of five findings each is met or not."""
    filing = said("filing", good_credit_met="no")
    assert (filing.borrower.good_credit.met, filing.borrower.capable_team.met) == (False, True)


def test_each_kind_of_field_is_read_as_people_write_it() -> None:
    """Amounts in yuan, rates in per cent, days and times of Beijing, parties by their words, ids with spaces."""
    plan = said("compensation plan", share_rate="15.5 %", cap="1,000.01", loss_ratio="3:7", payee="guarantor")
    assert (plan.basis.share_rate_bp, plan.basis.cap_fen, plan.payee) == (1_550, 100_001, "guarantor-demo")
    assert (plan.basis.loss_ratio.fiscal_weight, plan.basis.loss_ratio.social_weight) == (3, 7)
    visit = said("on-site verification", visited="2026-06-04 09:30", verifiers="verifier one", premises_abandoned="yes")
    assert visit.visited_at == datetime(2026, 6, 4, 1, 30, tzinfo=UTC)
    assert (visit.verifiers, visit.premises_abandoned) == (("verifier-one",), True)
    evidence = said("candidate evidence", candidate="other institution", condition="credit record", found="2026-05-01")
    assert (evidence.uscc, evidence.found_on) == ("91110105MA0000006H", date(2026, 5, 1))


def test_a_party_that_is_none_is_told() -> None:
    """Whose data are registered is one of those who are there."""
    assert said("institution", institution="guarantor").institution.name == "示例担保公司"
    with pytest.raises(ValidationError, match="'lenders' is no party; did you mean 'lender'"):
        said("institution", institution="lenders")


def test_a_document_is_said_by_its_title() -> None:
    """What kind it is says the field; yes is the usual one."""
    named, usual = said("project end", document="结清证明").document, said("project end", document="yes").document
    assert (named.title, named.kind) == ("结清证明", DocumentKind.MINUTES)
    assert usual.title == "结束项目决定会议纪要"
    assert said("project end").document is None


def test_what_may_be_left_out_is_left_out_by_none() -> None:
    """A guarantor, a list of documents, or those of one kind; what has to be said can't be."""
    assert said("filing", guarantor="none").loan.guarantor is None
    assert said("on-site verification", evidence="none").evidence == ()
    kinds = [document.kind for document in said("filing", without=["pledge contract", "ip analysis"]).documents]
    assert len(kinds) == 4
    assert DocumentKind.PLEDGE_CONTRACT not in kinds
    with pytest.raises(ValidationError, match="a day is written like 2026-06-01"):
        said("working norm", effective="none")


def test_a_list_of_parts_has_the_parts_words() -> None:
    """An unknown word in one of them is told as anywhere else."""
    scores = said("candidate scores", scores=[{"criterion": "专业能力", "points": "60"}]).scores
    assert [(score.criterion, score.points) for score in scores] == [("专业能力", 60)]
    with pytest.raises(ValidationError, match="'point' is not known here; did you mean 'points'"):
        said("candidate scores", scores=[{"criterion": "专业能力", "point": "60"}])
