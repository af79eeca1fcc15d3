"""The numbers of the regulation's clauses, and how a Chinese reader cites them."""

# How many parts each article has; Article 1 says why there is a pool, and asks nothing of anybody.
_PARTS = {
    2: 1, 3: 1, 4: 1, 5: 9, 6: 10, 7: 9, 8: 1, 9: 4, 10: 5, 11: 1, 12: 1, 13: 1, 14: 2, 15: 2, 16: 2, 17: 2, 18: 1,
    19: 3, 20: 1, 21: 1, 22: 1, 23: 1,
}  # fmt: skip
# Every clause that there is, in the regulation's order.
CLAUSES = tuple(f"{article}.{part}" for article, parts in _PARTS.items() for part in range(1, parts + 1))

_KNOWN = frozenset(CLAUSES)
_DIGITS = "零一二三四五六七八九"
# Articles whose parts are numbered items （一）; in all others a part is a paragraph 款.
_ARTICLES_WITH_ITEMS = frozenset({5, 6, 7, 16})


def _numeral(number: int) -> str:
    assert 0 < number < 100
    tens, ones = divmod(number, 10)
    if tens == 0:
        return _DIGITS[ones]
    return ("" if tens == 1 else _DIGITS[tens]) + "十" + (_DIGITS[ones] if ones else "")


def citation(clause: str) -> str:
    """The clause as the regulation's reader cites it.

    >>> citation("10.3"), citation("6.6")
    ('第十条第三款', '第六条第（六）项')

    Raises ValueError for anything that is not ``article.part`` of a clause that there is.
    """
    if clause not in _KNOWN:
        raise ValueError(f"not a clause: {clause!r}")
    if clause in _CITED_OTHERWISE:
        return _CITED_OTHERWISE[clause]
    article, part = map(int, clause.split("."))
    if article in _ARTICLES_WITH_ITEMS:
        return f"第{_numeral(article)}条第（{_numeral(part)}）项"
    return f"第{_numeral(article)}条第{_numeral(part)}款"


# Our parts are finer than the regulation's paragraphs in these articles; the citation is the paragraph that holds them.
_CITED_OTHERWISE = {
    "3.1": "第三条第一款",
    "4.1": "第四条",
    "2.1": "第二条",
    "8.1": "第八条",
    "9.1": "第九条第一款",
    "9.2": "第九条第一款",
    "9.3": "第九条第二款",
    "9.4": "第九条第三款",
    "10.1": "第十条第一款",
    "10.2": "第十条第一款",
    "10.3": "第十条第二款",
    "10.4": "第十条第三款",
    "10.5": "第十条第三款",
    "11.1": "第十一条",
    "12.1": "第十二条",
    "13.1": "第十三条",
    "14.1": "第十四条",
    "14.2": "第十四条",
    "15.1": "第十五条第一款",
    "15.2": "第十五条第二款",
    "16.1": "第十六条",
    "16.2": "第十六条",
    "17.1": "第十七条",
    "17.2": "第十七条",
    "18.1": "第十八条",
    "19.1": "第十九条第一款",
    "19.2": "第十九条第一款",
    "19.3": "第十九条第二款",
    "20.1": "第二十条",
    "21.1": "第二十一条",
    "22.1": "第二十二条",
    "23.1": "第二十三条",
}
