"""Article 4: each message is for the roles and the duties of its row in the table of contents, and for nobody else."""

from functools import cache
from typing import Any

import pytest

from riskpool.contracts import example
from scenarios.recorded import published_bytes
from services.registry.domain.command_spec import CommandSpec
from services.registry.domain.officers.article_04_officers import refuse_unless_duties_fit_roles
from services.registry.domain.subjects import COMMANDS
from shared.contracts.catalogue import COMMAND_MESSAGES
from shared.contracts.envelope import Command
from shared.contracts.receipts import Outcome
from shared.contracts.registry.words import Duty, Role
from tests.unit.registry.registry_examples import (
    BANK,
    BANK_APPOINTED,
    COOPERATING,
    GUARANTOR,
    LENDER,
    MANAGING,
    Given,
    codes,
    officer,
)

INSTITUTION = {
    Role.MANAGING: MANAGING,
    Role.COOPERATING: COOPERATING,
    Role.SUPERVISING_BANK: BANK,
    Role.LENDER: LENDER,
    Role.GUARANTOR: GUARANTOR,
}
ENTITLED = [
    pytest.param(row, role, duty, marks=pytest.mark.clause(row.clause), id=f"{row.command.message_type}-{role}")
    for row in COMMANDS.values()
    for role, duty in row.permission.items()
    if duty is not None
]
OTHERS = [
    pytest.param(row, role, marks=pytest.mark.clause(row.clause), id=f"{row.command.message_type}-{role}")
    for row in COMMANDS.values()
    for role in Role
    if role not in row.permission
]

pytestmark = pytest.mark.clause("4.1")


@cache
def examples() -> dict[str, Command]:
    """A message of each kind that is in order; the pool here knows nothing of what it is about."""
    types = [row.command.message_type for row in COMMANDS.values()]
    return {each: COMMAND_MESSAGES[each].model_validate_json(published_bytes(example(each))).data for each in types}  # type: ignore[attr-defined]  # each model has its data


def with_officer(role: Role, *without: Duty) -> Given:
    """A pool in which ``somebody`` of the role's institution has all duties that its officers can have, but these."""
    duties = [duty for duty in Duty if not refuse_unless_duties_fit_roles((role,), (duty,)) and duty not in without]
    return BANK_APPOINTED.after(officer("somebody", *duties), INSTITUTION[role]) if duties else BANK_APPOINTED


@pytest.mark.parametrize(("row", "role"), OTHERS)
def test_a_message_is_for_no_other_role(row: CommandSpec[Any], role: Role) -> None:
    """Whatever duties its officers have, and whatever a system signs: it is told whose message that is."""
    given, data = with_officer(role), examples()[row.command.message_type]
    for who in ("somebody", None):
        decision = given.when(data, INSTITUTION[role], who)
        assert decision.outcome is Outcome.REFUSED
        (refused,) = decision.refusals
        assert (refused.code, refused.clause) == ("role_not_held", row.clause)
        assert data.message_type in refused.text
        for entitled, duty in row.permission.items():
            words = (entitled,) if duty is None else (entitled, duty)
            assert all(word.english in refused.text for word in words)
            assert all(word.chinese in refused.text_zh for word in words)


@pytest.mark.parametrize(("row", "role", "duty"), ENTITLED)
def test_a_message_needs_the_duty(row: CommandSpec[Any], role: Role, duty: Duty) -> None:
    """An officer with all other duties is refused, a system key has none, and whoever has it isn't refused for that."""
    data = examples()[row.command.message_type]
    without = with_officer(role, duty)
    for who, code in (("somebody", "duty_not_held"), (None, "officer_required")):
        decision = without.when(data, INSTITUTION[role], who)
        assert (decision.outcome, codes(decision)) == (Outcome.REFUSED, [code])
        assert duty.english in decision.refusals[0].text
    allowed = codes(with_officer(role).when(data, INSTITUTION[role], "somebody"))
    assert not {"role_not_held", "duty_not_held", "officer_required"} & set(allowed)


def test_a_stranger_says_nothing() -> None:
    """An institution that isn't registered in the pool has no role in it."""
    for row in (row for row in COMMANDS.values() if not row.begins_pool):
        decision = BANK_APPOINTED.when(examples()[row.command.message_type], "stranger")
        assert codes(decision) == ["role_not_held"], row.command
