"""Money and rates as people read them: yuan with both decimals and thousands set apart, and per cent; exact, always.

Messages carry whole fen and basis points. A text for people carries neither: what it says of money goes through here.
"""


def yuan_figure(amount_fen: int) -> str:
    """An amount in yuan without the unit, for a column whose head says it.

    >>> yuan_figure(100_000_001), yuan_figure(0), yuan_figure(-5)
    ('1,000,000.01', '0.00', '-0.05')
    """
    # Whole yuan and the fen left over, of the amount without its sign: nothing is rounded.
    whole, rest = divmod(abs(amount_fen), 100)
    return f"{'-' if amount_fen < 0 else ''}{whole:,}.{rest:02d}"


def yuan(amount_fen: int) -> str:
    """An amount in an English text.

    >>> yuan(20_000_001)
    '200,000.01 yuan'
    """
    return f"{yuan_figure(amount_fen)} yuan"


def yuan_zh(amount_fen: int) -> str:
    """An amount in a Chinese text.

    >>> yuan_zh(20_000_001)
    '200,000.01 元'
    """
    return f"{yuan_figure(amount_fen)} 元"


def percent(basis_points: int) -> str:
    """A rate in an English text, with as many decimals as it has, which are two at most.

    >>> percent(2_000), percent(1_250), percent(1), percent(0)
    ('20 %', '12.5 %', '0.01 %', '0 %')

    Raises ValueError for a negative rate: there is none.
    """
    return f"{_hundredths(basis_points)} %"


def percent_zh(basis_points: int) -> str:
    """A rate in a Chinese text; as ``percent``.

    >>> percent_zh(1_250)
    '12.5%'
    """
    return f"{_hundredths(basis_points)}%"


def _hundredths(basis_points: int) -> str:
    if basis_points < 0:
        raise ValueError(f"no rate: {basis_points}")
    whole, rest = divmod(basis_points, 100)
    return f"{whole}.{rest:02d}".rstrip("0") if rest else str(whole)
