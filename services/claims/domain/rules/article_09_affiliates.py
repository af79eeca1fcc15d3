"""Article 9: nothing is released to an affiliate of the cooperating institution before that is decided on."""

from collections.abc import Sequence

from shared.contracts.refusals import Refusal, refusal
from shared.contracts.registry.project_life import FlagParticulars
from shared.decisions.article_06_flags import words_of_flags
from shared.decisions.article_09_affiliates import flags_of_affiliates


def refuse_if_affiliates_flag_stands(flags: Sequence[FlagParticulars]) -> Refusal | None:
    """Article 9.1. An affiliate that was found after the confirmation holds the payout (a reading)."""
    standing = flags_of_affiliates(flags)
    if not standing:
        return None
    words, words_zh = words_of_flags(standing)
    return refusal(
        "affiliate_flag_stands",
        "9.1",
        f"the borrower was registered as an affiliate of the cooperating institution ({words}), so that its payout is "
        "held; have the managing institution decide, and lift the flag with the document of its decision "
        "(registry.flag.lift)",
        f"借款企业已登记为合作机构的关联企业（{words_zh}），补偿资金暂停支付；"
        "请由管理机构作出决定，并凭决定文件解除该标记（registry.flag.lift）",
    )
