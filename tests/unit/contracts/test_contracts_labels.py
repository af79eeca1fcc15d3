"""Codes that people meet have labels, in both languages."""

import importlib
import inspect
import re
from enum import Enum
from pathlib import Path

import pytest

from shared.contracts.labels import LabelledEnum
from shared.contracts.registry.words import Duty

ROOT = Path(__file__).parents[3]
# Whose members the registry's refusals may show: what its messages say, and where something stands.
SHOWN = ("shared/contracts/documents.py", "shared/contracts/registry/*.py", "services/registry/domain/**/*.py")
ENUMS = [
    found
    for pattern in SHOWN
    for path in sorted(ROOT.glob(pattern))
    for module in (".".join(path.relative_to(ROOT).with_suffix("").parts),)
    for _, found in inspect.getmembers(importlib.import_module(module), inspect.isclass)
    if issubclass(found, Enum) and found.__module__ == module
]
ENGLISH = re.compile(r"[A-Za-z][A-Za-z ,-]*")
CHINESE = re.compile(r"[\u4e00-\u9fff，、“”]+")


@pytest.mark.parametrize("shown", ENUMS, ids=lambda shown: f"{shown.__module__}.{shown.__name__}")
def test_what_the_registry_may_show_has_labels(shown: type[LabelledEnum]) -> None:
    """Every enum of the registry's messages and states names each member in English and Chinese, no two the same."""
    assert issubclass(shown, LabelledEnum)
    assert [member for member in shown if not ENGLISH.fullmatch(member.english)] == []
    assert [member for member in shown if not CHINESE.fullmatch(member.chinese)] == []
    assert len({member.english for member in shown}) == len({member.chinese for member in shown}) == len(shown)


def test_all_enums_are_looked_at() -> None:
    """The roles, duties and stages are among those that were found."""
    assert {"Role", "Duty", "DocumentKind", "RightKind", "Condition", "Stage", "SelectionStage"} <= {
        shown.__name__ for shown in ENUMS
    }


def test_a_code_stays_what_messages_carry() -> None:
    """The labels change nothing of what a member is to programs; one without labels can't be defined."""
    assert Duty("filing_approval") is Duty.FILING_APPROVAL
    assert (f"{Duty.FILING_APPROVAL}", Duty.FILING_APPROVAL.value) == ("filing_approval", "filing_approval")
    with pytest.raises(AssertionError, match="no labels"):
        LabelledEnum("Silent", {"CODE": "code"})
