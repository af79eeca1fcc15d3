"""Payee accounts: one officer proposes, another one approves, and only then the pool may pay on them."""

from services.registry.domain.accounts.article_09_accounts import (
    refuse_if_account_proposal_is_in_doubt,
    refuse_unless_account_proposal_stands,
    refuse_unless_account_proposal_waits,
    refuse_unless_account_was_proposed,
    refuse_unless_approval_names_the_account,
    refuse_unless_institution_can_be_paid,
)
from services.registry.domain.article_04_administrators import refuse_if_approved_by_the_same_person
from services.registry.domain.article_04_institutional_roles import refuse_unless_there_is_room
from services.registry.domain.command_spec import CommandSpec
from services.registry.domain.context import CommandContext
from services.registry.domain.pool import PayeeAccount
from shared.contracts.registry.people import (
    ApprovePayeeAccount,
    PayeeAccountProposed,
    PayeeAccountRegistered,
    PayeeAccountWithdrawn,
    ProposePayeeAccount,
    WithdrawPayeeAccount,
)
from shared.decisions.checks import all_faults, first_fault
from shared.decisions.decision import DUPLICATE, Decision, accepted, refused
from shared.decisions.permission import ADMINISTRATION

ACCOUNT_PROPOSALS_PER_INSTITUTION_MAX = 50
# They are kept for ever, so that an approval can't come to mean another account of the same number.
ACCOUNTS_WITHDRAWN_PER_INSTITUTION_MAX = 200


def propose_payee_account(ctx: CommandContext[ProposePayeeAccount]) -> Decision:
    """Propose an account of the sender's own institution."""
    pool, command, acting = ctx.pool, ctx.command, ctx.acting
    institution = pool.institutions[acting.institution]
    account = PayeeAccount.from_message(command, proposed_by=ctx.officer)
    proposed = institution.proposed_accounts.get(command.account_number)
    if account in (proposed, institution.payee_account):
        return DUPLICATE
    wrong = all_faults(
        refuse_unless_institution_can_be_paid(institution.roles),
        refuse_unless_account_proposal_stands(institution, proposed, account),
        refuse_unless_there_is_room(
            len(institution.proposed_accounts),
            ACCOUNT_PROPOSALS_PER_INSTITUTION_MAX,
            "proposed accounts of your institution that wait for approval",
            "贵机构待批准的收款账户",
        ),
    )
    if wrong:
        return refused(wrong)
    return accepted(PayeeAccountProposed(institution=acting.institution, **account.model_dump(exclude={"in_doubt"})))


def approve_payee_account(ctx: CommandContext[ApprovePayeeAccount]) -> Decision:
    """Approve the account that another officer proposed; it takes the place of the one before."""
    pool, command, acting = ctx.pool, ctx.command, ctx.acting
    institution = pool.institutions[acting.institution]
    registered = institution.payee_account
    proposed = institution.proposed_accounts.get(command.account_number)
    if proposed is None and registered is not None and _names(command, registered):
        return DUPLICATE
    if fault := refuse_unless_account_was_proposed(proposed, command.account_number):
        return refused(fault)
    assert proposed is not None
    not_two_officers = first_fault(
        refuse_if_approved_by_the_same_person(
            pool, (acting.institution, proposed.proposed_by), (acting.institution, ctx.officer), "9.4"
        ),
        refuse_if_account_proposal_is_in_doubt(institution, proposed),
        refuse_unless_approval_names_the_account(proposed, command, institution.withdrawn_accounts),
    )
    if not_two_officers:
        return refused(not_two_officers)
    return accepted(
        PayeeAccountRegistered(
            institution=acting.institution, approved_by=ctx.officer, **proposed.model_dump(exclude={"in_doubt"})
        )
    )


def withdraw_payee_account(ctx: CommandContext[WithdrawPayeeAccount]) -> Decision:
    """Withdraw what an officer of the sender's own institution has proposed; its number is free for another one."""
    pool, command, acting = ctx.pool, ctx.command, ctx.acting
    institution = pool.institutions[acting.institution]
    others = [number for number in institution.withdrawn_accounts if number != command.account_number]
    wrong = first_fault(
        refuse_unless_account_proposal_waits(
            institution.proposed_accounts.get(command.account_number), command.account_number
        ),
        refuse_unless_there_is_room(
            len(others),
            ACCOUNTS_WITHDRAWN_PER_INSTITUTION_MAX,
            "accounts of your institution whose proposals were withdrawn",
            "贵机构已撤回提议的收款账户",
        ),
    )
    if wrong:
        return refused(wrong)
    return accepted(PayeeAccountWithdrawn(**dict(command), institution=acting.institution, withdrawn_by=ctx.officer))


def _names(command: ApprovePayeeAccount, registered: PayeeAccount) -> bool:
    """Whether what is approved is the account that is registered; what the approval leaves open says nothing else."""
    return (
        command.account_number == registered.account_number
        and command.account_name in (None, registered.account_name)
        and command.bank_name in (None, registered.bank_name)
    )


COMMANDS = (
    CommandSpec(ProposePayeeAccount, propose_payee_account, "9.4", ADMINISTRATION),
    CommandSpec(ApprovePayeeAccount, approve_payee_account, "9.4", ADMINISTRATION),
    CommandSpec(WithdrawPayeeAccount, withdraw_payee_account, "9.4", ADMINISTRATION),
)
