"""A clause is cited as the regulation's Chinese reader cites it."""

import pytest

from shared.contracts.clauses import CLAUSES, citation
from shared.contracts.refusals import refusal


@pytest.mark.parametrize(
    ("clause", "cited"),
    [
        ("2.1", "第二条"),
        ("3.1", "第三条第一款"),
        ("4.1", "第四条"),
        ("5.1", "第五条第（一）项"),
        ("5.9", "第五条第（九）项"),
        ("6.6", "第六条第（六）项"),
        ("6.10", "第六条第（十）项"),
        ("7.9", "第七条第（九）项"),
        ("9.2", "第九条第一款"),
        ("9.4", "第九条第三款"),
        ("10.3", "第十条第二款"),
        ("10.5", "第十条第三款"),
        ("14.2", "第十四条"),
        ("15.2", "第十五条第二款"),
        ("16.1", "第十六条"),
        ("19.3", "第十九条第二款"),
        ("20.1", "第二十条"),
        ("21.1", "第二十一条"),
        ("23.1", "第二十三条"),
    ],
)
def test_a_clause_as_it_is_cited(clause: str, cited: str) -> None:
    """Parts finer than the regulation's paragraphs are cited by the paragraph that holds them."""
    assert citation(clause) == cited


@pytest.mark.parametrize(
    "clause",
    [
        "",
        "10",
        "10.",
        ".3",
        "10.3.1",
        "10.0",
        "0.1",
        "010.3",
        "10.03",
        "1.1",
        "3.99",
        "10.6",
        "24.1",
        "99.9",
        "10．3",
        "１０.3",
        "十.三",
        "10.3\n",
    ],
)
def test_what_is_no_clause_is_refused(clause: str) -> None:
    """A refusal can't name what the regulation doesn't have."""
    with pytest.raises(ValueError, match="not a clause"):
        refusal("some_code", clause, "why", "原因")


@pytest.mark.parametrize("clause", CLAUSES)
def test_every_clause_can_be_cited(clause: str) -> None:
    """A citation begins with its article, in Chinese numerals, and two parts are never two articles."""
    article = int(clause.split(".", maxsplit=1)[0])
    cited = citation(clause)
    digits = "零一二三四五六七八九"
    tens, ones = divmod(article, 10)
    numeral = ("" if tens == 0 else "十" if tens == 1 else digits[tens] + "十") + (digits[ones] if ones else "")
    assert cited.startswith(f"第{numeral}条")
