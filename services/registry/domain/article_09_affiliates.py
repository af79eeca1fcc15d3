"""Article 9: the pool covers no project of an affiliate of the cooperating institution, whatever it calls itself."""

from collections.abc import Iterable

from services.registry.domain.enterprise_name import Enterprise
from services.registry.domain.pool import Pool
from services.registry.domain.project import Draft, Project, Stage
from shared.contracts.refusals import Refusal, refusal
from shared.contracts.registry.projects import Borrower


def refuse_if_borrower_is_registered_as_affiliate(pool: Pool, borrower: Borrower) -> Refusal | None:
    """Article 9.1. Neither the cooperating institution nor an affiliate borrows, by no code, name or branch."""
    itself = pool.institutions[pool.cooperating_institution]
    affiliates = [
        Enterprise(itself.uscc, itself.name),
        *(Enterprise(uscc, affiliate.name) for uscc, affiliate in pool.affiliates.items()),
    ]
    for affiliate in affiliates:
        if affiliate.is_also(_enterprise(borrower)):
            uscc, name = affiliate
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


# accept: ()
def projects_at_stake(affiliate: Enterprise, filings: Iterable[Project | Draft]) -> tuple[Project, ...]:
    """Article 9.1. Those of the filings that are an affiliate's projects, on which the pool may still have to pay.

    Of one that has ended by decision, what was notified before is paid; what was never complete is no project, and is
    refused when it is. They come in the order of their ids.
    """
    projects = (each for each in filings if isinstance(each, Project) and _can_cost_the_pool(each))
    own = (project for project in projects if affiliate.is_also(_enterprise(project.borrower)))
    return tuple(sorted(own, key=lambda project: project.project_id))


def _can_cost_the_pool(project: Project) -> bool:
    return project.stage is not Stage.REJECTED and (project.stage is not Stage.ENDED or project.outstanding_fen > 0)


def _enterprise(borrower: Borrower) -> Enterprise:
    return Enterprise(borrower.uscc, borrower.name)
