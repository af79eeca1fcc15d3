"""Traditional and simplified characters, which tell no two names and no two numbers apart."""

from functools import cache

from opencc import OpenCC


def simplified(text: str) -> str:
    """The text in simplified characters, by OpenCC's tables."""
    return text if text.isascii() else _converter().convert(text)


@cache
def _converter() -> OpenCC:
    return OpenCC("t2s")
