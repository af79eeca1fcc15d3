"""Article 4: which institutions are simply registered."""

from shared.contracts.refusals import Refusal, refusal
from shared.contracts.registry.words import Role


def refuse_unless_role_is_for_registration(role: Role) -> Refusal | None:
    """Article 4.1. Only lenders and guarantors are simply registered; the founders and the bank come another way."""
    if role in {Role.LENDER, Role.GUARANTOR}:
        return None
    return refusal(
        "role_not_registrable",
        "4.1",
        f"the role {role.english} is not given by registration; the two founders come with the founding: propose a "
        "supervising bank (registry.supervising_bank.propose), to which the other institution consents.",
        f"{role.chinese}不能通过登记取得，管理机构与合作机构随资金池设立确定；监管银行请另行提议"
        "（registry.supervising_bank.propose），并由另一方机构同意。",
    )
