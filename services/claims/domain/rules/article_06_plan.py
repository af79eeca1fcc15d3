"""Article 6: the cooperating institution draws up the compensation plan."""

from shared.contracts.refusals import Refusal, refusal


def refuse_if_plan_is_of_another_compensation(number: int, named: int) -> Refusal | None:
    """Article 6.8. The plan is that of the compensation which the verified notice asks for: ``number`` in its case."""
    if named == number:
        return None
    return refusal(
        "plan_of_another_compensation",
        "6.8",
        f"the plan is numbered as compensation {named} of this case, the one to be planned is compensation {number}; "
        "draw the plan up with that number",
        f"方案载明为本案第{named}次补偿，应制定方案的是第{number}次补偿；请按该序号重新制定",
    )
