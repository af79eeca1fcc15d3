"""Article 9: the accounts that the pool may pay on."""

from collections.abc import Sequence

from services.registry.domain.pool import Institution, PayeeAccount
from shared.contracts.refusals import Refusal, refusal
from shared.contracts.registry.people import ApprovePayeeAccount
from shared.contracts.registry.words import Role


def refuse_unless_institution_can_be_paid(roles: Sequence[Role]) -> Refusal | None:
    """Article 9.4. The pool is closed: it pays lenders, guarantors and its founders, never a bank for keeping it."""
    if set(roles) - {Role.SUPERVISING_BANK}:
        return None
    role = Role.SUPERVISING_BANK
    return refusal(
        "role_is_never_paid",
        "9.4",
        f"the pool never pays a {role.english}; leave the account out: only lenders, guarantors and the two founders "
        "have payee accounts.",
        f"资金池不向{role.chinese}付款；请勿登记：仅贷款银行、担保公司及管理机构、合作机构可登记收款账户。",
    )


def refuse_unless_account_proposal_stands(
    institution: Institution, proposed: PayeeAccount | None, account: PayeeAccount
) -> Refusal | None:
    """Article 9.4. A proposed account stays as it was proposed, so that its approval can't come to mean another one."""
    if proposed is None or _where(proposed) == _where(account):
        return None
    proposer = institution.officer_called(proposed.proposed_by)
    return refusal(
        "account_proposal_differs",
        "9.4",
        f"account {account.account_number} was proposed by {proposer} as {proposed.account_name!r} at "
        f"{proposed.bank_name!r} and a proposal can't be changed; approve it, or withdraw it first "
        "(registry.payee_account.withdraw).",
        f"账户 {account.account_number} 已由 {proposer} 以户名“{proposed.account_name}”、开户行"
        f"“{proposed.bank_name}”提议，提议不得更改；请批准原提议，或先行撤回（registry.payee_account.withdraw）。",
    )


def refuse_unless_account_was_proposed(proposed: PayeeAccount | None, account_number: str) -> Refusal | None:
    """Article 9.4. An approval needs a proposal of the same institution."""
    if proposed is not None:
        return None
    return refusal(
        "account_not_proposed",
        "9.4",
        f"account {account_number} was not proposed by an officer of your institution; propose it first.",
        f"账户 {account_number} 未经贵机构人员提议；请先提议。",
    )


def refuse_unless_account_proposal_waits(proposed: PayeeAccount | None, account_number: str) -> Refusal | None:
    """Article 9.4. What is withdrawn is a proposal of the same institution; what is registered is replaced instead."""
    if proposed is not None:
        return None
    return refusal(
        "no_account_proposal",
        "9.4",
        f"no proposal of account {account_number} waits in your institution; correct the number. A registered account "
        "is replaced by proposing and approving another one.",
        f"贵机构没有待批准的账户 {account_number}；请更正账号。已登记的账户请通过提议并批准新账户予以替换。",
    )


def refuse_unless_approval_names_the_account(
    proposed: PayeeAccount, command: ApprovePayeeAccount, withdrawn: Sequence[str]
) -> Refusal | None:
    """Article 9.4. The second officer approves the account that was read: holder and bank too, if it names them.

    It has to where an earlier proposal of this number was withdrawn, and the approval could be of that one.
    """
    named = (command.account_name, command.bank_name)
    left_open = (None, proposed.account_name), (None, proposed.bank_name)
    is_so = all(name in said for name, said in zip(named, left_open, strict=True))
    if is_so and (command.account_number not in withdrawn or None not in named):
        return None
    return refusal(
        "approval_of_another_account",
        "9.4",
        f"account {proposed.account_number} is proposed as {proposed.account_name!r} at {proposed.bank_name!r}, and "
        f"the approval names {command.account_name or 'no holder'} at {command.bank_name or 'no bank'}; read what is "
        "proposed now, and approve it with the names of its holder and its bank.",
        f"账户 {proposed.account_number} 现提议的户名为“{proposed.account_name}”、开户行为“{proposed.bank_name}”，"
        f"而批准所载户名为“{command.account_name or '（未填）'}”、开户行为“{command.bank_name or '（未填）'}”；"
        "请核对现行提议，并填写户名和开户行后批准。",
    )


def refuse_if_account_proposal_is_in_doubt(institution: Institution, proposed: PayeeAccount) -> Refusal | None:
    """Article 9.4. Both of the two officers stand by an account: nobody approves what one who is gone has proposed.

    An officer who has left, is no administrator any more, or whose key was revoked may not have proposed it at all.
    """
    if not proposed.in_doubt:
        return None
    proposer = institution.officer_called(proposed.proposed_by)
    return refusal(
        "account_proposal_in_doubt",
        "9.4",
        f"since proposing account {proposed.account_number}, {proposer} has left, is no administrator any "
        "more, or had a key revoked; let an administrator propose the account again.",
        f"{proposer} 提议账户 {proposed.account_number} 后已离任、不再担任管理员或其密钥已被吊销；"
        "请由现任管理员重新提议。",
    )


def _where(account: PayeeAccount) -> tuple[str, str, str]:
    return account.account_number, account.account_name, account.bank_name
