"""Ids of institutions and officers that were typed."""

from pydantic import TypeAdapter, ValidationError

from shared.contracts.words import InstitutionId, OfficerId

# One form for both.
_ID: TypeAdapter[str] = TypeAdapter(InstitutionId | OfficerId)
ID_FORM = "an id is 2 to 40 small letters (a to z), digits and hyphens, and begins with a letter"


def is_id(typed: str) -> bool:
    """Whether it can be an institution's or an officer's id."""
    try:
        _ID.validate_python(typed)
    except ValidationError:
        return False
    return True
