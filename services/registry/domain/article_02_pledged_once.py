"""Article 2: a right is the main collateral of one loan only."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from services.registry.domain.pledged_rights import key_of
from shared.contracts.refusals import Refusal, refusal
from shared.contracts.registry.projects import IpRight


def refuse_if_rights_secure_something_else(
    rights: Sequence[IpRight], holders: Mapping[str, UUID], project_id: UUID
) -> tuple[Refusal, ...]:
    """Article 2.1. A right that secures another live project, in whatever pool, can't support this loan as well."""
    return tuple(
        refusal(
            "right_pledged_twice",
            "2.1",
            f"the {right.kind.english} {right.registration_number} secures another project that is filed and has not "
            "ended; pledge another right, or file once that project has ended.",
            f"权利 {right.registration_number}（{right.kind.chinese}）已为另一未结束的备案项目提供质押；"
            "请以其他权利质押，或待该项目结束后再行备案。",
        )
        for right in rights
        if holders.get(key_of(right.kind, right.registration_number), project_id) != project_id
    )
