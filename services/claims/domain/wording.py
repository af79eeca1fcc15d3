"""How amounts are written for people."""


def yuan(amount_fen: int) -> str:
    """The amount in yuan with both decimals, exact: 20000000 is ``200,000.00``."""
    whole, rest = divmod(abs(amount_fen), 100)
    return f"{'-' if amount_fen < 0 else ''}{whole:,}.{rest:02d}"
