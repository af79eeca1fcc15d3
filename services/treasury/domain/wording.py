"""How figures and signers read in a refusal."""

from shared.contracts.received import Acting


def yuan(amount_fen: int) -> str:
    """The amount as people read it.

    >>> yuan(20000001)
    '200,000.01 yuan'
    """
    sign = "-" if amount_fen < 0 else ""
    whole, fen = divmod(abs(amount_fen), 100)
    return f"{sign}{whole:,}.{fen:02d} yuan"


def yuan_zh(amount_fen: int) -> str:
    """The amount as people read it in Chinese.

    >>> yuan_zh(20000001)
    '200,000.01元'
    """
    return yuan(amount_fen).replace(" yuan", "元")


def signer(acting: Acting) -> str:
    """Who signed: an officer, or a system, which has no name of its own."""
    return f"{acting.officer or 'a system'} of {acting.institution}"


def signer_zh(acting: Acting) -> str:
    """Who signed, in Chinese."""
    return f"{acting.institution}的{acting.officer or '系统'}"
