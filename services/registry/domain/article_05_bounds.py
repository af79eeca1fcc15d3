"""Article 5: a version of the rules lies within what the district's regulation fixes."""

from collections.abc import Iterable, Iterator
from fractions import Fraction
from itertools import combinations

from services.registry.domain.district_profile import Bound, DistrictProfile
from services.registry.domain.rules_figures import Figure
from shared.contracts.clauses import citation
from shared.contracts.refusals import Refusal, refusal
from shared.decisions.amounts import percent, percent_zh


def refuse_unless_figures_are_within_bounds(profile: DistrictProfile, figures: Iterable[Figure]) -> tuple[Refusal, ...]:
    """Article 5.2. No rules go beyond what the district fixes; each refusal names the clause that it is fixed under."""
    return tuple(
        _outside(profile, figure, bound, *beyond)
        for figure in figures
        for bound in (profile.bounds[figure.path],)
        for beyond in _beyond(figure, bound)
    )


def _beyond(figure: Figure, bound: Bound) -> Iterator[tuple[str, str, str, str]]:
    """What the figure is and what the bound is, in both languages, for everything that lies beyond it."""
    for number in figure.numbers:
        is_said, is_said_zh = _number(figure, number), _number_zh(figure, number)
        if bound.least is not None and number < bound.least:
            least, least_zh = _number(figure, bound.least), _number_zh(figure, bound.least)
            yield is_said, f"at least {least}", is_said_zh, f"不低于 {least_zh}"
        if bound.most is not None and number > bound.most:
            most, most_zh = _number(figure, bound.most), _number_zh(figure, bound.most)
            yield is_said, f"at most {most}", is_said_zh, f"不高于 {most_zh}"
    if figure.is_several and len(figure.numbers) < bound.several_min:
        there = len(figure.numbers)
        yield f"{there} of them", f"{bound.several_min} of them at least", f"{there} 个", f"至少 {bound.several_min} 个"
    if missing := _missing(figure, bound):
        english, chinese = _labels(figure, missing)
        yield f"not {english}", f"{english} too", f"未含{chinese}", f"须含{chinese}"
    if bound.only is not None:
        allowed = _labels(figure, bound.only) if bound.only else ("none", "无")
        for pair in sorted(sorted(pair) for pair in figure.pairs - set(map(frozenset, bound.only))):
            english, chinese = _labels(figure, [pair])
            yield english, f"only {allowed[0]}", chinese, f"仅可为{allowed[1]}"


def _labels(figure: Figure, codes: Iterable[Iterable[str]]) -> tuple[str, str]:
    """How people call each of these codes or pairs, in both languages."""
    assert figure.code_labels is not None, "only a list of codes or pairs says which"
    labels = [[figure.code_labels(code) for code in pair] for pair in codes]
    english = ", ".join(" with ".join(each.english for each in pair) for pair in labels)
    return english, "、".join("与".join(each.chinese for each in pair) for pair in labels)


def _missing(figure: Figure, bound: Bound) -> list[tuple[str, ...]]:
    """The codes that the list lacks, or the pairs of codes."""
    if figure.codes is not None:
        return [(code,) for code in bound.includes if code not in figure.codes]
    return [pair for pair in combinations(bound.includes, 2) if frozenset(pair) not in figure.pairs]


def _outside(
    profile: DistrictProfile, figure: Figure, bound: Bound, is_said: str, allowed: str, is_said_zh: str, allowed_zh: str
) -> Refusal:
    by = "the text" if bound.source == "text" else "a reading"
    by_zh = "原文" if bound.source == "text" else "的解释"
    return refusal(
        "rules_outside_the_districts_bounds",
        bound.clause,
        f"these rules would have {is_said} as {figure.english}; {profile.name} has {allowed}, by {by} of "
        f"{bound.clause} ({profile.source}). Send them again within that.",
        f"规则中“{figure.chinese}”为 {is_said_zh}，{profile.name}规定{allowed_zh}（依据《{profile.source}》"
        f"{citation(bound.clause)}{by_zh}）；请在规定范围内更正后重新提交。",
    )


def _number(figure: Figure, number: Fraction) -> str:
    return percent(int(number)) if figure.path.endswith("_bp") else str(number)


def _number_zh(figure: Figure, number: Fraction) -> str:
    return percent_zh(int(number)) if figure.path.endswith("_bp") else str(number)
