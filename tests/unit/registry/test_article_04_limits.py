"""Article 4: nobody can fill the registry, whatever is registered there."""

from dataclasses import replace
from typing import Any

import pytest

from services.registry.domain.accounts.commands import ACCOUNT_PROPOSALS_PER_INSTITUTION_MAX
from services.registry.domain.institutions.commands import INSTITUTIONS_PER_POOL_MAX
from services.registry.domain.keys.commands import KEYS_PER_HOLDER_MAX
from services.registry.domain.pool import PayeeAccount
from services.registry.domain.project import Project
from services.registry.domain.repayments.commands import REPAYMENTS_PER_PROJECT_MAX
from services.registry.domain.rules_versions.commands import RULES_VERSIONS_PER_POOL_MAX
from services.registry.domain.selections.commands import CANDIDATES_PER_SELECTION_MAX
from services.registry.domain.spot_checks.commands import SPOT_CHECKS_PER_PROJECT_MAX
from services.registry.domain.supervising_bank.commands import BANK_PROPOSALS_PER_POOL_MAX
from shared.contracts.ids import key_id
from shared.contracts.receipts import Outcome
from shared.contracts.registry.people import KeyReplacement, ProposePayeeAccount, RevokeKey
from shared.contracts.registry.pools import RegisterInstitution
from shared.contracts.registry.words import Role
from tests.unit.registry.project_life_examples import COVERED, REPORTER, repayment, spot_check
from tests.unit.registry.registry_examples import (
    ADMINISTRATOR,
    COOPERATING,
    LENDER,
    MANAGING,
    NOON,
    STAFFED,
    Given,
    bank_proposal,
    codes,
    document,
    institution,
    public_key,
)
from tests.unit.registry.rules_examples import DRAFTER, REGULATED, adopted, proposal, version
from tests.unit.registry.selection_examples import FIRST, OPENED, SECOND, SELECTOR, candidate, selection_in

pytestmark = pytest.mark.clause("4.1")

NEW_LENDER = RegisterInstitution(role=Role.LENDER, institution=institution("other-bank"))
ACCOUNT = ProposePayeeAccount(account_number="6222-1", account_name="示例银行", bank_name="示例银行营业部")
LOST_KEY = public_key(f"{LENDER}/{ADMINISTRATOR}")
REPLACING = RevokeKey(
    key_id=key_id(LOST_KEY),
    reason="密钥介质遗失",
    replacement=KeyReplacement(public_key=public_key("reserve"), request=document()),
)


def with_institutions(count: int) -> Given:
    others = {f"bank-{number}": STAFFED.pool.institutions[LENDER] for number in range(count)}
    return STAFFED.with_pool(institutions=dict([*STAFFED.pool.institutions.items(), *others.items()][:count]))


def with_bank_proposals(count: int) -> Given:
    one = STAFFED.after(bank_proposal(), COOPERATING).pool.bank_proposals
    return STAFFED.with_pool(
        bank_proposals={f"bank-{number}": each for number in range(count) for each in one.values()}
    )


def with_proposed_accounts(count: int) -> Given:
    accounts = {
        str(number): PayeeAccount(account_number=str(number), account_name="名", bank_name="行", proposed_by="someone")
        for number in range(count)
    }
    lender = STAFFED.pool.institutions[LENDER].model_copy(update={"proposed_accounts": accounts})
    return STAFFED.with_pool(institutions={**STAFFED.pool.institutions, LENDER: lender})


def with_lost_keys(count: int) -> Given:
    former = {f"former-{number}": STAFFED.pool.keys[key_id(LOST_KEY)] for number in range(count - 1)}
    ended = {name: key.model_copy(update={"valid_until": NOON}) for name, key in former.items()}
    return STAFFED.with_pool(keys={**STAFFED.pool.keys, **ended})


def with_rules_versions(count: int) -> Given:
    (second,) = adopted().pool.adopted_rules
    versions = [
        second.model_copy(update={"rules": second.rules.model_copy(update={"version": number + 2})})
        for number in range(count)
    ]
    return REGULATED.with_pool(adopted_rules=tuple(versions))


def with_candidates(count: int) -> Given:
    one = OPENED.after(candidate(SECOND), MANAGING, SELECTOR)
    others = {f"{number:018d}": selection_in(one).candidates[SECOND] for number in range(count)}
    selection = selection_in(OPENED).model_copy(update={"candidates": others})
    return replace(OPENED, state=replace(OPENED.state, entry=selection))


def with_of_project(name: str, data: Any, count: int) -> Given:
    after = COVERED.after(data, COOPERATING, REPORTER).state.project
    assert isinstance(after, Project)
    project = COVERED.state.project
    assert isinstance(project, Project)
    full = project.model_copy(update={name: getattr(after, name) * count})
    return replace(COVERED, state=replace(COVERED.state, project=full))


LIMITS = [
    (with_institutions, INSTITUTIONS_PER_POOL_MAX, NEW_LENDER, MANAGING, ADMINISTRATOR),
    (with_bank_proposals, BANK_PROPOSALS_PER_POOL_MAX, bank_proposal(), COOPERATING, ADMINISTRATOR),
    (with_proposed_accounts, ACCOUNT_PROPOSALS_PER_INSTITUTION_MAX, ACCOUNT, LENDER, ADMINISTRATOR),
    (with_lost_keys, KEYS_PER_HOLDER_MAX, REPLACING, MANAGING, ADMINISTRATOR),
    (with_candidates, CANDIDATES_PER_SELECTION_MAX, candidate(FIRST), MANAGING, SELECTOR),
    (
        lambda count: with_of_project("repayments", repayment("HK-0", 1), count),
        REPAYMENTS_PER_PROJECT_MAX,
        repayment("HK-1", 1),
        COOPERATING,
        REPORTER,
    ),
    (
        lambda count: with_of_project("spot_checks", spot_check("CC-0"), count),
        SPOT_CHECKS_PER_PROJECT_MAX,
        spot_check("CC-1"),
        COOPERATING,
        REPORTER,
    ),
]


@pytest.mark.parametrize(("with_so_many", "count_max", "one_more", "where", "who"), LIMITS)
def test_a_register_takes_so_many_and_no_more(
    with_so_many: Any, count_max: int, one_more: Any, where: str, who: str
) -> None:
    """The last one for which there is room is registered; the one after it is refused, and nothing else is wrong."""
    assert with_so_many(count_max - 1).when(one_more, where, who).outcome is Outcome.ACCEPTED
    decision = with_so_many(count_max).when(one_more, where, who)
    assert (decision.outcome, codes(decision)) == (Outcome.REFUSED, ["register_full"])


def test_the_rules_of_a_pool_have_a_last_version() -> None:
    """A version after it can't even be proposed."""
    last = proposal(proposed=version(RULES_VERSIONS_PER_POOL_MAX + 1))
    assert with_rules_versions(RULES_VERSIONS_PER_POOL_MAX - 1).when(last, COOPERATING, DRAFTER).events
    one_more = proposal(proposed=version(RULES_VERSIONS_PER_POOL_MAX + 2))
    decision = with_rules_versions(RULES_VERSIONS_PER_POOL_MAX).when(one_more, COOPERATING, DRAFTER)
    assert (decision.outcome, codes(decision)) == (Outcome.REFUSED, ["register_full"])
