"""Signers as a refusal names them."""

from shared.contracts.received import Acting


def signer(acting: Acting) -> str:
    """Who signed: an officer, or a system, which has no name of its own."""
    return f"{acting.officer or 'a system'} of {acting.institution}"


def signer_zh(acting: Acting) -> str:
    """Who signed, in Chinese."""
    return f"{acting.institution}的{acting.officer or '系统'}"
