"""Rights by what tells them apart, each in many writings of its number."""

from dataclasses import dataclass

from hypothesis import strategies as st

from shared.contracts.registry.words import RightKind
from simulator.invented_numbers import patent_check_digit

_ABOUT_ANY = ("", "第", "登记号：", "证书 ", "编号 ", "No. ", "№", "（{kind}）", "{kind}：", "[{english}] ")
_ABOUT = {
    RightKind.PATENT: ("专利号：", "專利號 ", "发明专利第", "实用新型 ", "CN", "zl. ", "ZL CN ", "国家知识产权局 "),
    RightKind.TRADEMARK: ("商标注册证第", "注册商标 ", "商標註冊號", "第9类 ", "9、35类-", "Class 9: "),
    RightKind.COPYRIGHT: ("软件著作权登记号：", "著作權登記號 ", "计算机软件 ", "软著 "),
    RightKind.OTHER: ("其他知识产权 ", "登記號："),
}
_BEHIND_ANY = ("", "号", " 号", "（{kind}）", " {english}")
_BEHIND = {
    RightKind.PATENT: ("（发明专利）", " 實用新型"),
    RightKind.TRADEMARK: ("（第9类）", " 第9类、第35类", "-9", "/45", " 9", "（9、35类）", " class 9"),
    RightKind.COPYRIGHT: ("（软件）",),
    RightKind.OTHER: (),
}
OFFICES = ("国作登字-", "京作登字-", "粤作登字-", "19-", "11-")


@dataclass(frozen=True)
class Right:
    """A right as its papers name it. ``apart``: between which characters signs and spaces tell nothing."""

    kind: RightKind
    plain: str
    apart: str = ""
    may_lack: str = ""

    def __str__(self) -> str:
        """It stands in a failing test as one would write it."""
        return f"{self.kind} {self.plain}"


def _patent(digits: str) -> Right:
    check = patent_check_digit(digits)
    return Right(RightKind.PATENT, f"{digits}.{check}", apart="0123456789", may_lack=f".{check}")


def _serial(length: int) -> st.SearchStrategy[str]:
    return st.integers(1, 10**length - 1).map(lambda number: f"{number:0{length}d}")


new_patents = st.builds("{}{}{}".format, st.integers(2003, 2099), st.sampled_from("12389"), _serial(7)).map(_patent)
old_patents = st.builds(
    "{:02d}{}{}".format, st.sampled_from([*range(85, 100), *range(4)]), st.sampled_from("12389"), _serial(5)
).map(_patent)
trademarks = st.builds(
    "{}{}{}".format, st.sampled_from(["", "", "G"]), st.integers(100, 10**9 - 1), st.sampled_from(["", "", "A"])
).map(lambda plain: Right(RightKind.TRADEMARK, plain))
programs = st.builds("{}SR{}".format, st.integers(1992, 2099), _serial(7)).map(
    lambda plain: Right(RightKind.COPYRIGHT, plain)
)
works = st.builds(
    "{}{}-{}-{}".format, st.sampled_from(OFFICES), st.integers(1992, 2099), st.sampled_from("ABFI"), _serial(8)
).map(lambda plain: Right(RightKind.COPYRIGHT, plain))
others = st.one_of(
    st.builds("{}{}".format, st.sampled_from(["BS.", "AGI"]), _serial(9)),
    st.builds("浙数知登{}第{}号".format, st.integers(2020, 2099), st.integers(1, 999)),
    st.builds("US {} B2".format, st.integers(10**7, 10**8)),
).map(lambda plain: Right(RightKind.OTHER, plain))

rights = st.one_of(new_patents, old_patents, trademarks, programs, works, others)


@st.composite
def writings(draw: st.DrawFn, right: Right) -> str:
    """Some way to write the right's number, with whatever else is written around it."""
    written = right.plain
    if right.may_lack and draw(st.booleans()):
        written = written.removesuffix(right.may_lack)
    if right.apart:
        signs = st.sampled_from(["", "", "", " ", "　", ".", "-", "·", " – "])
        written = "".join(character + (draw(signs) if character in right.apart else "") for character in written)
    before = draw(st.lists(st.sampled_from([*_ABOUT_ANY, *_ABOUT[right.kind]]), max_size=2))
    behind = draw(st.sampled_from([*_BEHIND_ANY, *_BEHIND[right.kind]]))
    written = "".join([*before, written.strip(), behind])
    written = written.format(kind=right.kind.chinese, english=right.kind.english)
    match draw(st.sampled_from(["", "", "small", "wide"])):
        case "small":
            return written.lower()
        case "wide":
            return "".join(chr(ord(each) + 0xFEE0) if "!" <= each <= "~" else each for each in written)
    return written
