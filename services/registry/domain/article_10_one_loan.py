"""Article 10: one loan is one project, so that no loss is compensated twice."""

from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from shared.contracts.refusals import Refusal, refusal
from shared.contracts.registry.projects import Drawdown, OtherLoan, SimilarLoan
from shared.decisions.amounts import yuan, yuan_zh


def refuse_if_loan_could_be_filed_already(similar: Sequence[SimilarLoan]) -> tuple[Refusal, ...]:
    """Article 10.3. What could still be the same loan under another number is told, and never passes unseen.

    It can be another loan all the same: whoever approves it says why (a reading). So it is reported with what the
    filing lacks, and stops it only until then.
    """
    return tuple(
        refusal(
            "could_be_the_same_loan",
            "10.3",
            f"it could be the loan {each.contract_number} of {each.lender}, which is filed: it has the same "
            f"{_alike(each)}; let the managing institution name that loan in its approval, and why this is another.",
            f"可能与已备案的{each.lender}借款合同{each.contract_number}为同一笔贷款（{_alike_zh(each)}相同）；"
            "如确为另一笔贷款，请由管理机构在审核通过时写明该笔贷款及理由。",
        )
        for each in similar
    )


def refuse_unless_similar_loans_are_told_apart(
    similar: Sequence[SimilarLoan], named: Collection[UUID]
) -> tuple[Refusal, ...]:
    """Article 10.3. An approval names each loan that this one could be, and says why it is another one."""
    return tuple(
        refusal(
            "similar_loan_not_named",
            "10.3",
            f"the filing could be the loan {each.contract_number} of {each.lender}, with which it has the same "
            f"{_alike(each)}; name that loan in the approval and why this is another one, or reject the filing.",
            f"该备案可能与{each.lender}借款合同{each.contract_number}为同一笔贷款（{_alike_zh(each)}相同）；"
            "请在审核意见中写明该笔贷款及其并非同一笔的理由，或不予通过。",
        )
        for each in similar
        if each.project_id not in named
    )


def refuse_if_loan_told_apart_was_not_reported(
    similar: Sequence[SimilarLoan], named: Mapping[UUID, OtherLoan]
) -> tuple[Refusal, ...]:
    """Article 10.3. Only a loan that was reported is told apart: a wrong one named would leave the right one unread."""
    reported = {each.project_id for each in similar}
    return tuple(
        refusal(
            "loan_not_reported_as_similar",
            "10.3",
            f"the approval names the loan {other.contract_number} of {other.lender}, which this filing was not "
            "reported to resemble; name the loans that the filing's report names, and no others.",
            f"审核意见写明的{other.lender}借款合同{other.contract_number}不在该备案所报告的相似贷款之列；"
            "请仅写明备案报告所列的贷款。",
        )
        for project_id, other in named.items()
        if project_id not in reported
    )


def refuse_if_payout_could_be_another_loans(similar: Sequence[SimilarLoan], drawdown: Drawdown) -> tuple[Refusal, ...]:
    """Article 10.3. A further payout that could be another loan's waits for nobody's approval, so it comes corrected.

    A correction is approved, and whoever approves it tells the two loans apart (a reading).
    """
    return tuple(
        refusal(
            "payout_could_be_another_loans",
            "10.3",
            f"the payout of {yuan(drawdown.amount_fen)} on {drawdown.disbursed_on} could be that of the loan "
            f"{each.contract_number} of {each.lender}, which has the same {_alike(each)}; file it in a correction of "
            "the filing, and let the managing institution name that loan in its approval, and why this is another.",
            f"{drawdown.disbursed_on} 的放款 {yuan_zh(drawdown.amount_fen)} 可能即为{each.lender}借款合同"
            f"{each.contract_number}的放款（{_alike_zh(each)}相同）；请以更正备案的方式报送，并由管理机构在审核通过时"
            "写明该笔贷款及理由。",
        )
        for each in similar
    )


def _alike(similar: SimilarLoan) -> str:
    return " and ".join(likeness.english for likeness in similar.alike)


def _alike_zh(similar: SimilarLoan) -> str:
    return "、".join(likeness.chinese for likeness in similar.alike)
