"""Article 4: which commands take effect only on a second person's word."""

import pytest

from shared.contracts.envelope import Command
from shared.contracts.ids import key_id
from shared.contracts.registry.people import EndOfficer, KeyReplacement, RegisterOfficerKey, RevokeKey
from shared.contracts.registry.words import Duty
from shared.decisions.article_04_second_person import waits_for_a_second_person
from tests.unit.registry.registry_examples import document, officer, public_key

NEW, LOST = public_key("new"), key_id(public_key("lost"))


@pytest.mark.clause("4.1")
@pytest.mark.parametrize(
    ("command", "waits"),
    [
        (officer("somebody", Duty.VOTE), True),
        (RegisterOfficerKey(officer="somebody", public_key=NEW), True),
        (RegisterOfficerKey(officer="administrator", public_key=NEW), False),
        (RevokeKey(key_id=LOST, reason="遗失", replacement=KeyReplacement(public_key=NEW, request=document())), True),
        (RevokeKey(key_id=LOST, reason="遗失"), False),
        (EndOfficer(officer="somebody", reason="调离"), True),
        (EndOfficer(officer="administrator", reason="调离"), False),
    ],
)
def test_who_may_act_waits_for_a_second_person(command: Command, waits: bool) -> None:
    """Officers and keys that another one sets wait; one's own further key, a revocation and an end don't."""
    assert waits_for_a_second_person(command, "administrator") is waits
