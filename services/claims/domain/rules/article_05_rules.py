"""Article 5: a case goes by the version of the rules that its project was filed under, and by no other one."""

from shared.contracts.refusals import Refusal, refusal
from shared.contracts.registry.rules import Rules


def refuse_unless_rules_have_arrived(version: int, rules: Rules | None) -> Refusal | None:
    """Article 5.2. What the project's version asks for is asked once that was observed; topics come in any order."""
    if rules is not None:
        return None
    return refusal(
        "rules_not_arrived",
        "5.2",
        f"version {version} of the rules, under which this project was filed, has not arrived here yet; send the "
        "application again in a little while, under a new id",
        f"该项目备案所依据的规则第{version}版尚未送达；请稍后用新的消息编号重新提交申请",
    )
