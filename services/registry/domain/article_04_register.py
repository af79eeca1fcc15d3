"""Article 4: a register keeps what was recorded in it, and each number in it stands for one thing."""

from shared.contracts.refusals import Refusal, refusal


def refuse_unless_number_is_free(
    what: str, what_zh: str, taken: str | None, clause: str, *, later: tuple[str, str] = ("", "")
) -> Refusal | None:
    """Article 4.1. Nobody changes what was recorded by saying it otherwise: what is new has its own number.

    ``taken`` is the number of ``what`` if something else was recorded under it; ``clause`` is the one that asks for it.
    ``later`` is what a later one says of the one before it, in both languages, where it can.
    """
    if taken is None:
        return None
    return refusal(
        "number_taken",
        clause,
        f"the {what} {taken} is recorded with other particulars, which stay; send the new one under its own number"
        f"{later[0]}.",
        f"{what_zh} {taken} 已登记，内容不同，原登记不变；请以新的编号提交{later[1]}。",
    )
