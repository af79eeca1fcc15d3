"""Article 6: the cooperating institution adopts the norms of its daily work."""

from datetime import date

from services.registry.domain.article_04_register import refuse_unless_number_is_free
from services.registry.domain.pool import Pool
from services.registry.domain.working_norms.state import WorkingNorm
from shared.contracts.refusals import Refusal, refusal
from shared.contracts.registry.norms import AdoptWorkingNorm


def refuse_unless_norm_takes_effect_in_time(command: AdoptWorkingNorm, today: date) -> Refusal | None:
    """Article 6.2. A norm takes effect today or later: nobody's past work is measured by it."""
    if today <= command.effective_on:
        return None
    return refusal(
        "norm_takes_effect_in_the_past",
        "6.2",
        f"the norm is to take effect on {command.effective_on}, and today is {today}; let it take effect "
        "today or later.",
        f"工作规范的生效日 {command.effective_on} 早于今日 {today}；请将生效日定为今日或之后。",
    )


def refuse_unless_norm_number_is_free(adopted: WorkingNorm | None) -> Refusal | None:
    """Article 6.2. A norm stays as it was adopted; another one has its own number and names the one it supersedes."""
    taken = adopted.number if adopted else None
    later = (f", and say in it that it supersedes {taken}", f"，如取代原规范，请注明取代 {taken}")
    return refuse_unless_number_is_free("working norm", "工作规范", taken, "6.2", later=later)


def refuse_unless_superseded_norm_stands(pool: Pool, command: AdoptWorkingNorm) -> Refusal | None:
    """Article 6.2. A norm comes in the place of one that stands: adopted in this pool, and not superseded yet."""
    if command.supersedes is None or command.supersedes in pool.working_norms:
        return None
    return refusal(
        "superseded_norm_does_not_stand",
        "6.2",
        f"no working norm {command.supersedes} stands in this pool; those that do are "
        f"{', '.join(pool.working_norms) or 'none'}: name one of them, or none.",
        f"本资金池没有现行的编号为 {command.supersedes} 的工作规范，现行规范为 "
        f"{'、'.join(pool.working_norms) or '无'}；"
        "请更正，或不填写。",
    )
