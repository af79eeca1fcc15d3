"""Signers as a refusal names them."""

from shared.contracts.received import Acting
from shared.decisions.permission import Names


def signer(names: Names, acting: Acting) -> str:
    """Who signed: an officer, or a system, which has no name of its own."""
    return f"{_called(names, acting) or 'a system'} of {names.name_of(acting.institution)}"


def signer_zh(names: Names, acting: Acting) -> str:
    """Who signed, in Chinese."""
    return f"{names.name_of(acting.institution)}的{_called(names, acting) or '系统'}"


def _called(names: Names, acting: Acting) -> str | None:
    return acting.officer and names.officer_called(acting.institution, acting.officer)
