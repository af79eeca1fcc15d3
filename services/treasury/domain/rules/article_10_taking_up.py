"""Article 10: what the bank did not carry out is still owed, and is paid once its cause is mended."""

from shared.contracts.refusals import Refusal, refusal


def refuse_unless_payment_was_stopped(*, is_stopped: bool) -> Refusal | None:
    """Article 10.5. Only what the bank said that it did not carry out goes out again: nothing is paid twice."""
    if is_stopped:
        return None
    return refusal(
        "instruction_not_stopped",
        "10.5",
        "the supervising bank has not said of this instruction that it was not carried out, so that it is not paid "
        "again; wait for its answer",
        "监管银行未答复该指令未办理，不得再次支付；请等待银行答复",
    )
