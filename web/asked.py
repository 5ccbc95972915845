"""What the query of a list asks for, read leniently: nonsense narrows nothing."""

import datetime as dt
from enum import StrEnum
from typing import TypeVar

from flask import request

Member = TypeVar("Member", bound=StrEnum)

_LONGEST_WORDS = 60


def asked_words(name: str) -> str:
    """Return the words of a search field."""
    return request.values.get(name, "").strip()[:_LONGEST_WORDS]


def asked_member(name: str, kind: type[Member]) -> Member | None:
    """Return the member of a closed list, or None."""
    text = request.values.get(name, "")
    return next((member for member in kind if member.value == text), None)


def asked_region(name: str) -> str:
    """Return the digits of a region code."""
    text = request.values.get(name, "")
    return text if text.isascii() and text.isdigit() and len(text) <= 6 else ""


def asked_tick(name: str) -> bool:
    """Say whether a box is ticked."""
    return request.values.get(name, "") == "yes"


def asked_day(name: str) -> dt.date | None:
    """Return a day, or None."""
    try:
        return dt.date.fromisoformat(request.values.get(name, ""))
    except ValueError:
        return None
