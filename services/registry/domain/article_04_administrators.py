"""Article 4: with whom an institution's administration begins, and which people are one."""

from services.registry.domain.pool import Register
from shared.contracts.refusals import Refusal, refusal
from shared.contracts.registry.words import InstitutionData


def refuse_unless_administrators_are_distinct(institution: InstitutionData) -> Refusal | None:
    """Article 4.1. An institution's first administrators are different people, each with an id and a key of its own."""
    administrators = institution.administrators
    for part in ("officer", "person", "public_key"):
        if len({getattr(each, part) for each in administrators}) < len(administrators):
            break
    else:
        return None
    return refusal(
        "administrators_not_distinct",
        "4.1",
        f"two of the administrators of {institution.name} have one id, one identity document or one key; name "
        "different people, each with an id and a key of its own.",
        f"{institution.name}的管理员中有两人的标识、身份证件或密钥相同；请填写不同的人员，各用其自己的标识和密钥。",
    )


def refuse_unless_administration_is_its_own(institution: InstitutionData, *, is_its_own: bool) -> Refusal | None:
    """Article 4.1. Who takes part in the pool already registers its officers and keys itself, in a further role too.

    Else whoever gives it that role could bring along people and keys that act in its name.
    """
    if is_its_own:
        return None
    return refusal(
        "administration_not_its_own",
        "4.1",
        f"{institution.name} takes part in this pool already and registers its officers and keys itself, for a further "
        "role too; name those of its administrators that are registered, as they are registered",
        f"{institution.name}已参与本资金池，其人员和密钥（包括增加角色后的）均由其自行登记；请填写其已登记的管理员及登记内容",
    )


def refuse_if_approved_by_the_same_person(
    register: Register, proposer: tuple[str, str], approver: tuple[str, str], clause: str
) -> Refusal | None:
    """Article 4.1. Where two people have to stand by something, one person does not, under whichever officer ids.

    Both are given as institution and officer; ``clause`` is the one that asks for two.
    """
    if register.person(*proposer) != register.person(*approver):
        return None
    (whose, who), (whose_before, who_before) = (
        (register.name_of(institution), register.officer_called(institution, officer))
        for institution, officer in (approver, proposer)
    )
    return refusal(
        "approved_by_the_same_person",
        clause,
        f"{who} of {whose} is the person who brought this forward as {who_before} of {whose_before}, and two people "
        "have to stand by it; let another person say it.",
        f"{whose}的{who}与提出人{whose_before}的{who_before}为同一人，该事项须由两人办理；请由另一人办理。",
    )
