"""The base of the closed lists: a stored value with its official Chinese label (代码与标签)."""

from enum import StrEnum
from typing import Self


class Labelled(StrEnum):
    """A string enumeration whose members carry the Chinese label shown to people."""

    label: str

    def __new__(cls, value: str, label: str = "") -> Self:
        """Make a member from its stored value and its Chinese label; by value alone, look one up."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label
        return member
