"""Article 9: which projects the pool is for."""

from services.registry.domain.pool import Pool
from shared.contracts.refusals import Refusal, refusal
from shared.contracts.registry.projects import Borrower, FilingData


def refuse_unless_borrower_is_of_the_district(pool: Pool, borrower: Borrower) -> Refusal | None:
    """Article 9.1. The pool covers enterprises of its own district only."""
    if borrower.district == pool.district:
        return None
    return refusal(
        "borrower_of_another_district",
        "9.1",
        f"the borrower belongs to district {borrower.district}, the pool to {pool.district}; "
        "the pool covers enterprises of its own district only. File it with the pool of that district.",
        f"借款企业所属区划为 {borrower.district}，资金池所属区划为 {pool.district}；"
        "资金池仅覆盖本区企业，请向企业所属区划的资金池备案。",
    )


def refuse_unless_project_was_promoted(command: FilingData) -> Refusal | None:
    """Article 9.1. The pool covers only projects that the cooperating institution promoted and bears risk on."""
    if command.promoted_by_cooperating:
        return None
    return refusal(
        "not_promoted_by_cooperating",
        "9.1",
        "the cooperating institution did not promote this project and bears no risk on it; the pool can't cover it. "
        "File a project that it promotes, or correct the statement and file again.",
        "该项目并非由合作机构推动并承担风险，资金池不予覆盖；请备案由其推动的项目，如陈述有误请更正后重新备案。",
    )


def refuse_if_borrower_is_affiliate(command: FilingData) -> Refusal | None:
    """Article 9.1. Affiliates of the cooperating institution are not covered."""
    if not command.borrower_is_affiliate:
        return None
    return refusal(
        "borrower_is_affiliate",
        "9.1",
        f"the borrower {command.borrower.uscc} is an affiliate of the cooperating institution; the pool "
        "can't cover it. "
        "If that was stated by mistake, correct it and file again.",
        f"借款企业 {command.borrower.uscc} 系合作机构的关联企业，资金池不予覆盖；如陈述有误，请更正后重新备案。",
    )
