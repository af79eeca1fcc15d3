"""Article 6: what a flag holds says so in one text, whichever service refuses it."""

import pytest

from shared.contracts.registry.project_life import FlagGround, FlagParticulars
from shared.decisions.article_06_flags import refuse_if_flag_stands

pytestmark = pytest.mark.clause("6.5")

OF_CHECK = FlagParticulars(ground=FlagGround.SPOT_CHECK, number="CC-1")
OF_AFFILIATE = FlagParticulars(ground=FlagGround.AFFILIATE, number="91110105MA0000006H")


def test_no_flag_holds_nothing() -> None:
    """The most projects have none."""
    assert refuse_if_flag_stands(()) is None


@pytest.mark.parametrize("flags", [(OF_CHECK,), (OF_AFFILIATE,), (OF_CHECK, OF_AFFILIATE)])
def test_each_flag_that_stands_is_named(flags: tuple[FlagParticulars, ...]) -> None:
    """With what has set it, in both languages, and with what lifts it."""
    fault = refuse_if_flag_stands(flags)
    assert fault is not None
    assert (fault.code, fault.clause) == ("flag_stands", "6.5")
    for flag in flags:
        assert f"{flag.ground.english} {flag.number}" in fault.text
        assert f"{flag.ground.chinese} {flag.number}" in fault.text_zh
    assert "registry.flag.lift" in fault.text
    assert "registry.flag.lift" in fault.text_zh
