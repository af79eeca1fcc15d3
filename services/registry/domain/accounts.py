"""Payee accounts: one officer proposes, another one approves, and only then the pool may pay on them."""

from services.registry.domain.decision import DUPLICATE, Decision, accepted, every, first, refused
from services.registry.domain.pool import PayeeAccount, Pool
from services.registry.domain.rules.article_04_institutional_roles import has_room, officer_has_duty
from services.registry.domain.rules.article_09_use_of_the_pool import (
    account_is_approved_by_another,
    account_proposal_is_not_in_doubt,
    account_proposal_stands,
    account_was_proposed,
    institution_can_be_paid,
)
from shared.contracts.received import Acting
from shared.contracts.registry.people import (
    ApprovePayeeAccount,
    PayeeAccountProposed,
    PayeeAccountRegistered,
    ProposePayeeAccount,
)
from shared.contracts.registry.words import Duty

ACCOUNT_PROPOSALS_PER_INSTITUTION_MAX = 50


def propose_payee_account(pool: Pool, data: ProposePayeeAccount, acting: Acting) -> Decision:
    """Propose an account of the sender's own institution."""
    if not_allowed := officer_has_duty(pool, acting, Duty.ADMINISTRATION):
        return refused(not_allowed)
    assert acting.officer is not None
    institution = pool.institutions[acting.institution]
    account = PayeeAccount(
        account_number=data.account_number,
        account_name=data.account_name,
        bank_name=data.bank_name,
        proposed_by=acting.officer,
    )
    proposed = institution.proposed_accounts.get(data.account_number)
    if account in (proposed, institution.payee_account):
        return DUPLICATE
    wrong = every(
        institution_can_be_paid(institution.role),
        account_proposal_stands(proposed, account),
        has_room(
            len(institution.proposed_accounts),
            ACCOUNT_PROPOSALS_PER_INSTITUTION_MAX,
            "proposed accounts of your institution that wait for approval",
            "贵机构待批准的收款账户",
        ),
    )
    if wrong:
        return refused(wrong)
    return accepted(PayeeAccountProposed(institution=acting.institution, **account.model_dump(exclude={"in_doubt"})))


def approve_payee_account(pool: Pool, data: ApprovePayeeAccount, acting: Acting) -> Decision:
    """Approve the account that another officer proposed; it takes the place of the one before."""
    if not_allowed := officer_has_duty(pool, acting, Duty.ADMINISTRATION):
        return refused(not_allowed)
    assert acting.officer is not None
    institution = pool.institutions[acting.institution]
    registered = institution.payee_account
    proposed = institution.proposed_accounts.get(data.account_number)
    if proposed is None and registered is not None and registered.account_number == data.account_number:
        return DUPLICATE
    if not_proposed := account_was_proposed(proposed, data.account_number):
        return refused(not_proposed)
    assert proposed is not None
    not_two_officers = first(
        account_is_approved_by_another(proposed, acting), account_proposal_is_not_in_doubt(proposed)
    )
    if not_two_officers:
        return refused(not_two_officers)
    return accepted(
        PayeeAccountRegistered(
            institution=acting.institution, approved_by=acting.officer, **proposed.model_dump(exclude={"in_doubt"})
        )
    )
