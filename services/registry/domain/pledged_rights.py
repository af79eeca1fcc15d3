"""Which project each pledged right, and each registration of a pledge, secures.

Either can secure one live project only, in any pool of the deployment.
"""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from uuid import UUID

from services.registry.domain.project import Draft, Project, Stage
from services.registry.domain.right_numbers import number_of
from shared.contracts.canonical_number import canonical_number
from shared.contracts.registry.projects import IpRight
from shared.contracts.registry.words import RightKind

# A filing's rights are asked for several times within its batch.
_KEYS_CACHED_MAX = 4_096


@lru_cache(maxsize=_KEYS_CACHED_MAX)
def key_of(kind: RightKind, registration_number: str) -> str:
    """The right by its kind and its number, however that is written; what is no number of that kind is its own key."""
    number = number_of(kind, registration_number)
    return f"{kind}/{number.form if number else canonical_number(registration_number) or registration_number}"


def keys_of(rights: Iterable[IpRight]) -> tuple[str, ...]:
    """The keys of these rights, each once, in order."""
    return tuple(sorted({key_of(right.kind, right.registration_number) for right in rights}))


def pledge_key_of(pledge_registration_number: str) -> str:
    """The registration of a pledge by its number, whatever that is written with."""
    return f"pledge/{canonical_number(pledge_registration_number)}"


def secured_by(rights: Iterable[IpRight]) -> tuple[str, ...]:
    """The keys of these rights and of the registrations of their pledges, each once, in order."""
    rights = tuple(rights)
    numbers = (right.pledge_registration_number for right in rights)
    return tuple(sorted({*keys_of(rights), *(pledge_key_of(number) for number in numbers if number is not None)}))


def words_of(key: str) -> tuple[str, str]:
    """What people call the right with this key, in English and in Chinese."""
    code, _, number = key.partition("/")
    kind = RightKind(code)
    return f"{kind.english} {number}", f"{kind.chinese} {number}"


def held_by(filing: Project | Draft | None) -> tuple[str, ...]:
    """The rights and registrations that secure this project: none before it was filed, none any more once it has ended.

    Those that a correction names are taken with it; those that it leaves out are free only once it is approved.
    """
    if not isinstance(filing, Project) or filing.stage in {Stage.REJECTED, Stage.ENDED}:
        return ()
    corrected = filing.correction.rights if filing.correction else ()
    return secured_by((*filing.rights, *corrected))


def holders_after(holders: Mapping[str, UUID], project_id: UUID, filing: Project | Draft | None) -> Mapping[str, UUID]:
    """Which project each right and registration secures, after this one has become ``filing``."""
    others = {key: holder for key, holder in holders.items() if holder != project_id}
    return {**others, **dict.fromkeys(held_by(filing), project_id)}
