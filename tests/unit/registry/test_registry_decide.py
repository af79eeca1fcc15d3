"""What the registry says: the events of a founding and of a project's way, and that a refusal changes nothing."""

import re

from services.registry.domain.pool import Pool
from services.registry.domain.project import Project
from services.registry.domain.subjects import CHANGES, COMMANDS
from shared.contracts import catalogue
from shared.contracts.ids import key_id
from shared.contracts.receipts import Outcome
from shared.contracts.registry.people import KeyRegistered, OfficerRegistered
from shared.contracts.registry.pools import InstitutionRegistered, PoolFounded
from shared.contracts.registry.projects import (
    ApproveProject,
    ProjectApproved,
    ProjectFiled,
    RejectProject,
    ReturnProject,
)
from shared.contracts.registry.words import Duty
from shared.contracts.topics import REGISTRY_COMMANDS, REGISTRY_EVENTS
from tests.unit.registry.registry_examples import (
    ADMINISTRATOR,
    APPROVED,
    APPROVER,
    BANK_PROPOSED,
    COOPERATING,
    FILED,
    FILER,
    MANAGING,
    NOON,
    NOTHING,
    PROJECT_ID,
    STAFFED,
    USCC,
    acting,
    codes,
    filing,
    founding,
    public_key,
)


def test_every_message_is_in_the_table_of_contents_once() -> None:
    """Each kind of message has one row, and is decided on by the function that is called as it is."""
    assert set(COMMANDS) == {command for command in catalogue.COMMANDS.values() if command.topic == REGISTRY_COMMANDS}
    assert all(spec.command is command for command, spec in COMMANDS.items())
    called = {command.__name__: spec.decider.__name__ for command, spec in COMMANDS.items()}
    assert called == {name: re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower() for name in called}


def test_every_event_changes_something_or_is_known_to_change_nothing() -> None:
    """Each event that the registry says is one that some subject tells the change of."""
    assert set(CHANGES) == {event for event in catalogue.EVENTS.values() if event.topic == REGISTRY_EVENTS}


def test_a_founding_says_who_founded_and_with_which_keys() -> None:
    """Given nothing, when a pool is founded, then pool, institutions, administrators and keys are known, in order."""
    decision = NOTHING.when(founding(), MANAGING)
    assert [type(event) for event in decision.events] == [
        PoolFounded,
        InstitutionRegistered,
        *(OfficerRegistered, KeyRegistered) * 2,
        InstitutionRegistered,
        *(OfficerRegistered, KeyRegistered) * 2,
    ]
    pool, managing, officer, root, *_, key, _, _ = decision.events
    assert isinstance(pool, PoolFounded)
    assert pool.share_rate_max_bp == 2000
    assert pool.cooperation_agreement == founding().cooperation_agreement
    assert isinstance(managing, InstitutionRegistered)
    assert (managing.institution, managing.uscc) == (MANAGING, USCC[MANAGING])
    assert isinstance(officer, OfficerRegistered)
    assert (officer.officer, officer.duties) == (ADMINISTRATOR, (Duty.ADMINISTRATION,))
    assert isinstance(root, KeyRegistered)
    assert root.key_id == root.registered_with == acting(MANAGING).key_id
    assert isinstance(key, KeyRegistered)
    assert key.key_id == key_id(public_key(f"{COOPERATING}/{ADMINISTRATOR}"))
    assert (key.institution, key.registered_with, key.valid_from) == (COOPERATING, root.key_id, NOON)


def test_all_that_is_wrong_with_a_founding_is_said_at_once() -> None:
    """A founding with three faults gets three reasons, each with its clause and its citation."""
    wrong = founding(size_fen=7, district="999999").model_copy(
        update={"rules": founding().rules.model_copy(update={"version": 9})}
    )
    decision = NOTHING.when(wrong, MANAGING)
    assert codes(decision) == ["first_rules_not_version_one", "district_unknown", "contributions_not_the_size"]
    assert [found.clause for found in decision.refusals] == ["5.2", "10.3", "9.2"]
    assert all(found.citation and found.text_zh for found in decision.refusals)


def test_a_filing_says_all_that_its_approval_needs() -> None:
    """Given a staffed pool, when a project is filed and approved, then both events carry loan, documents and terms."""
    (filed,) = STAFFED.when(filing(), COOPERATING, FILER).events
    assert isinstance(filed, ProjectFiled)
    assert (filed.project_id, filed.filing, filed.filed_by) == (PROJECT_ID, 1, FILER)
    assert (filed.rights, filed.borrower) == (filing().rights, filing().borrower)
    (approved,) = FILED.when(ApproveProject(project_id=PROJECT_ID, filing=1), MANAGING, APPROVER).events
    assert isinstance(approved, ProjectApproved)
    assert (approved.filed_by, approved.approved_by) == (FILER, APPROVER)
    assert (approved.loan, approved.documents, approved.terms) == (filed.loan, filed.documents, filed.terms)
    assert (approved.borrower_name, approved.borrower_uscc) == (filing().borrower.name, USCC["borrower"])


def test_a_refusal_has_no_events() -> None:
    """Given an approved project, when it is filed, returned or rejected, then nothing happens but a refusal."""
    for data, where, officer in (
        (filing(other_collateral_fen=1), COOPERATING, FILER),
        (ReturnProject(project_id=PROJECT_ID, reasons="迟了", filing=1), MANAGING, APPROVER),
        (RejectProject(project_id=PROJECT_ID, reasons="迟了", filing=1), MANAGING, APPROVER),
    ):
        decision = APPROVED.when(data, where, officer)
        assert decision.outcome is Outcome.REFUSED
        assert decision.events == ()


def test_states_survive_being_written_down() -> None:
    """A pool and a project read back from their JSON are the same values."""
    pool = BANK_PROPOSED.pool
    assert Pool.model_validate_json(pool.model_dump_json()) == pool
    project = APPROVED.state.project
    assert project is not None
    assert Project.model_validate_json(project.model_dump_json()) == project
