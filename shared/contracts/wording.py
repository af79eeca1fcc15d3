"""Codes for programs that carry the words for people, the regulation's own, in both languages."""

from enum import StrEnum
from typing import Self


class Worded(StrEnum):
    """An enum whose members say what they are called; whoever adds a member has to name it in both languages.

    A message carries the code, ``Duty.PLAN`` or ``"plan"``; a text for people says ``Duty.PLAN.english`` or
    ``Duty.PLAN.chinese``.
    """

    english: str
    chinese: str

    # The words can only be left out where a member is looked up by its code.
    def __new__(cls, code: str, english: str = "", chinese: str = "") -> Self:
        """The member with this code, called so."""
        assert english and chinese, f"{code} has no words for people"
        member = str.__new__(cls, code)
        member._value_ = code
        member.english = english
        member.chinese = chinese
        return member
