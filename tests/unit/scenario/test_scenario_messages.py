"""Every message has a short name, and says something whole without a word."""

from datetime import date

import pytest

from scenarios.player.given_messages import contributions, planned_instalments
from scenarios.player.message import MessageWords
from scenarios.player.messages import MESSAGES
from shared.contracts.catalogue import COMMAND_MESSAGES, COMMANDS
from shared.contracts.claims import ApplyForReimbursement, DrawUpPlan, NotifyLoss
from shared.contracts.documents import DocumentKind
from shared.contracts.registry.pools import FoundPool
from shared.contracts.registry.projects import FileProject
from shared.contracts.treasury import ConfirmContribution
from simulator.party_messages import write_message
from tests.unit.scenario.scenario_examples import default_given, read, step_context


def said(word: str, given: str = "{}", **words: object) -> object:
    """The command that a message becomes; words are written with underscores here."""
    message = MESSAGES[word].model_validate({name.replace("_", " "): value for name, value in words.items()})
    return message.command(step_context(message.who, given))


def test_every_command_has_a_short_name() -> None:
    """Whatever an outside party can say, a scenario can say; a new command has to get its words here."""
    assert {message.becomes for message in MESSAGES.values()} == set(COMMANDS.values())
    assert len(MESSAGES) == len(COMMANDS)


@pytest.mark.parametrize("message", MESSAGES.values(), ids=MESSAGES)
def test_every_message_is_whole_without_a_word(message: type[MessageWords]) -> None:
    """Each field has a sensible default: what comes out passes the contract of its type."""
    context = step_context(message.who)
    command = message.model_validate({}).command(context)
    assert type(command) is message.becomes
    _, value = write_message(context.sender, command, at=context.at)
    COMMAND_MESSAGES[command.message_type].model_validate_json(value)


def test_a_notices_total_is_principal_as_far_as_the_loan_goes() -> None:
    """1,000,000.01 on a loan of a million is a million of principal and a fen of interest, and all of it is claimed."""
    notice = said("loss notice", total="1000000.01")
    assert isinstance(notice, NotifyLoss)
    assert (notice.loss.principal_fen, notice.loss.interest_fen) == (100_000_000, 1)
    assert notice.claimed_fen == notice.loss.total_fen == 100_000_001


def test_a_notices_components_make_its_total_unless_it_says_another() -> None:
    """Components that are named are all there is; a total beside them is taken as it is, right or wrong."""
    right = said("loss notice", principal="10.00", other="0.05")
    wrong = said("loss notice", principal="10.00", total="11.00")
    assert isinstance(right, NotifyLoss)
    assert isinstance(wrong, NotifyLoss)
    assert (right.loss.interest_fen, right.loss.total_fen) == (0, 1_005)
    assert (wrong.loss.principal_fen, wrong.loss.total_fen) == (1_000, 1_100)


def test_what_is_given_changes_the_founding() -> None:
    """Rate, ratio and rules given are those that the pool adopts."""
    founding = said("founding", "{share rate: 15 %, loss ratio: 3:7, rules: {verifiers: '3', quorum: 3/4}}")
    assert isinstance(founding, FoundPool)
    rules = founding.rules
    assert (rules.share_rate_bp, rules.loss_ratio.fiscal_weight, rules.loss_ratio.social_weight) == (1_500, 3, 7)
    assert (rules.verifiers_min, rules.ballot.quorum_numerator, rules.ballot.quorum_denominator) == (3, 3, 4)


@pytest.mark.parametrize(
    ("balances", "planned", "arrived"),
    [
        ("{}", [500_000_000], [("fiscal", 1), ("social_capital", 1)]),
        (
            "{fiscal: 10.00, social capital: 1.50}",
            [150, 850],
            [("fiscal", 1), ("fiscal", 2), ("social_capital", 1)],
        ),
        ("{fiscal: 10.00, social capital: 0.00}", [1_000], [("fiscal", 1)]),
        ("{fiscal: 0.00, social capital: 0.00}", [], []),
    ],
)
def test_balances_come_from_equal_pairs(balances: str, planned: list[int], arrived: list[tuple[str, int]]) -> None:
    """Contributions are planned in equal pairs (9.2); an imbalance is a pair of which one side has not arrived."""
    given = read(f"title: a case\nsteps: [says: loss notice]\ngiven:\n  balances: {balances}\n").given
    assert [pair.fiscal_fen for pair in planned_instalments(given)] == planned
    context = step_context("supervising bank/system", f"{{balances: {balances}}}")
    commands = [message.command(context) for message in contributions(given)]
    assert [(said.account.value, said.instalment) for said in commands] == arrived


def test_a_contribution_is_the_next_that_is_outstanding() -> None:
    """Without a word the social capital account gets what is planned for it and has not arrived."""
    message = MESSAGES["contribution"].model_validate({})
    context = step_context(message.who, "{balances: {fiscal: 10.00, social capital: 1.50}}")
    context.pool.arrived.add(("social_capital", 1))
    command = message.command(context)
    assert isinstance(command, ConfirmContribution)
    assert (command.instalment, command.amount_fen, command.value_on) == (2, 850, date(2026, 6, 1))


def test_without_a_guarantor_no_guarantee_contract_comes_along() -> None:
    """What a loan has no need of, filing and application don't have."""
    for word in ("filing", "reimbursement application"):
        command = said(word, "{loan: {guarantor: no}}")
        assert isinstance(command, FileProject | ApplyForReimbursement)
        assert DocumentKind.GUARANTEE_CONTRACT not in {document.kind for document in command.documents}


def test_a_plan_says_what_the_verification_has_published_unless_it_is_told_otherwise() -> None:
    """One figure can be made wrong on purpose; the others stay those of the rules."""
    message = MESSAGES["compensation plan"].model_validate({"pool share": "1.00", "loss ratio": "1:2"})
    context = step_context(message.who)
    basis = {
        "rules_version": 1,
        "share_rate_bp": 2_000,
        "loss_ratio": {"fiscal_weight": 1, "social_weight": 1},
        "total_loss_fen": 5_000,
        "claimed_fen": 5_000,
        "committed_before_fen": 0,
        "cap_fen": 1_000,
        "pool_share_fen": 1_000,
        "fiscal_part_fen": 500,
        "social_part_fen": 500,
    }
    context.case.basis = basis
    command = message.command(context)
    assert isinstance(command, DrawUpPlan)
    assert command.basis.model_dump() == {
        **basis,
        "pool_share_fen": 100,
        "loss_ratio": {"fiscal_weight": 1, "social_weight": 2},
    }


def test_what_is_given_by_default_is_worked_case_ones() -> None:
    """A million lent, five millions on each account."""
    given = default_given()
    assert (given.loan.principal, given.balances.fiscal) == (100_000_000, 500_000_000)
