"""How figures read in a refusal."""


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
