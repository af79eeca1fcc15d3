"""Article 9: the pool covers no project of an affiliate of the cooperating institution, whatever it calls itself."""

from services.registry.domain.enterprise_name import is_one_legal_person
from services.registry.domain.pool import Pool
from shared.contracts.refusals import Refusal, refusal
from shared.contracts.registry.projects import Borrower


def refuse_if_borrower_is_registered_as_affiliate(pool: Pool, borrower: Borrower) -> Refusal | None:
    """Article 9.1. Neither the cooperating institution nor an affiliate borrows, by no code, name or branch."""
    itself = pool.institutions[pool.cooperating_institution]
    affiliates = [(itself.uscc, itself.name), *((uscc, affiliate.name) for uscc, affiliate in pool.affiliates.items())]
    for uscc, name in affiliates:
        if uscc == borrower.uscc or is_one_legal_person(name, borrower.name):
            return refusal(
                "borrower_is_registered_affiliate",
                "9.1",
                f"the borrower {borrower.name} ({borrower.uscc}) is {name} ({uscc}), the cooperating institution or a "
                "registered affiliate of it; the pool can't cover it. If it is another enterprise or no affiliate "
                "any more, have the registration withdrawn with evidence first.",
                f"借款企业 {borrower.name}（{borrower.uscc}）即 {name}（{uscc}），系合作机构或其已登记的关联企业，"
                "资金池不予覆盖；如并非同一企业或已不再关联，请先凭证明材料撤销关联登记。",
            )
    return None
