"""Signers as a refusal names them."""

from shared.contracts.received import Acting
from shared.decisions.permission import Names


def signer(names: Names, acting: Acting) -> str:
    """Who signed: an officer, or a system, which has no name of its own."""
    return f"{acting.officer or 'a system'} of {names.name_of(acting.institution)}"


def signer_zh(names: Names, acting: Acting) -> str:
    """Who signed, in Chinese."""
    return f"{names.name_of(acting.institution)}的{acting.officer or '系统'}"
