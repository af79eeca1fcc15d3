"""Codes for programs that carry their labels for people, the regulation's own words, in both languages."""

from enum import StrEnum
from typing import Self


class LabelledEnum(StrEnum):
    """An enum whose members have labels; whoever adds a member has to label it in both languages.

    A message carries the code, ``Duty.PLAN`` or ``"plan"``; a text for people says ``Duty.PLAN.english`` or
    ``Duty.PLAN.chinese``.
    """

    english: str
    chinese: str

    # The labels can only be left out where a member is looked up by its code.
    def __new__(cls, code: str, english: str = "", chinese: str = "") -> Self:
        """The member with this code and these labels."""
        assert english and chinese, f"{code} has no labels for people"
        member = str.__new__(cls, code)
        member._value_ = code
        member.english = english
        member.chinese = chinese
        return member
