"""What is usually said is one valid value for each field, and stands beside it."""

from datetime import date, timedelta

import pytest
from pydantic import BaseModel, ValidationError

from shared.contracts.catalogue import COMMANDS
from shared.contracts.claims import ApplyForReimbursement, NotifyLoss
from shared.contracts.documents import DocumentKind
from shared.contracts.envelope import Command
from shared.contracts.examples import LOSS_FEN
from shared.contracts.registry.norms import AdoptWorkingNorm
from shared.contracts.registry.projects import FileProject
from shared.contracts.registry.selections import ConcludeSelection
from simulator.samples import sample
from tests.unit.scenario.scenario_examples import step_context

LENDER = "lender/system"


@pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS)
def test_every_command_can_be_said_as_it_usually_is(command: type[Command]) -> None:
    """Whoever adds a field that has to be said says what is usually said in it."""
    said = sample(command, step_context(LENDER))
    assert type(said).model_validate(said.model_dump()) == said


def test_what_is_said_stands_and_all_else_is_usual() -> None:
    """Of a part too: one figure of a loss is another one, the rest is the example's."""
    notice = sample(NotifyLoss, step_context(LENDER), {"loss": {"interest_fen": 2}})
    assert (notice.loss.interest_fen, notice.loss.total_fen) == (2, LOSS_FEN)


def test_a_day_after_another_follows_what_is_said_of_that() -> None:
    """An operating period is two years from the day on which it begins, whichever that is."""
    agreed = sample(ConcludeSelection, step_context(LENDER), {"operates_from": date(2027, 1, 1)})
    assert agreed.operates_until - agreed.operates_from == timedelta(days=730)


def test_a_title_names_what_else_is_said() -> None:
    """Two norms have two documents."""
    assert sample(AdoptWorkingNorm, step_context(LENDER), {"number": "GF-9"}).document.title == "日常工作规范 GF-9"


def test_parts_of_a_list_are_filled_in_one_by_one() -> None:
    """Each payout has its own number, by its place."""
    payouts = ({"amount_fen": 1}, {"amount_fen": 2})
    filing = sample(FileProject, step_context(LENDER), {"loan": {"drawdowns": payouts}})
    assert [(each.number, each.amount_fen) for each in filing.loan.drawdowns] == [(1, 1), (2, 2)]


def test_a_loan_without_guarantor_has_no_guarantee_contract() -> None:
    """Neither is said of it, nor comes the document along."""
    without = step_context(LENDER, "{loan: {guarantor: no}}")
    assert sample(FileProject, without).loan.guarantor is None
    kinds = {document.kind for document in sample(ApplyForReimbursement, without).documents}
    assert DocumentKind.GUARANTEE_CONTRACT not in kinds


def test_a_field_without_example_has_to_be_said() -> None:
    """A guess would be worse than an error."""

    class Nameless(BaseModel):
        name: str

    with pytest.raises(LookupError, match=r"Nameless\.name has no example"):
        sample(Nameless, step_context(LENDER))
    with pytest.raises(ValidationError):
        sample(AdoptWorkingNorm, step_context(LENDER), {"number": ""})
