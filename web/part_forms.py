"""Inputs by a form's own fields (控件): a page of a part writes no template of its own.

The widget follows from the type of the field: a closed list becomes a choice, a date a date input, yes or no a
tick, unknown allowed a choice of three.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import UnionType
from typing import Any, Union, get_args, get_origin

from pydantic import BaseModel

from web.i18n import gettext, label

Options = Sequence[tuple[str, str]]
_LONG = frozenset({"findings", "illness"})
_CHECKS = frozenset({"secondary", "clears"})


@dataclass(frozen=True)
class Widget:
    """How one field is shown: select, checks, tick, date, number, textarea, file or text."""

    name: str
    kind: str
    options: Options = ()
    blank: str = ""


def widgets(
    model: type[BaseModel], options: Mapping[str, Options] | None = None, skip: Sequence[str] = ()
) -> list[Widget]:
    """Return the inputs of a form in the order of its fields.

    Parameters
    ----------
    options : choices of fields whose values are rows (members, papers, colleagues)
    skip : fields the page writes itself
    """
    given = options or {}
    return [
        _widget(name, field.annotation, given, required=field.is_required())
        for name, field in model.model_fields.items()
        if name not in skip
    ]


def _widget(name: str, annotation: Any, given: Mapping[str, Options], *, required: bool) -> Widget:
    kinds = _kinds(annotation)
    blank = "" if required else gettext("不填")
    if name == "scan":
        return Widget(name, "file")
    if name in _CHECKS:
        return Widget(name, "checks", given.get(name) or _members(kinds))
    if name in given:
        return Widget(name, "select", given[name], blank or gettext("请选择"))
    if bool in kinds:
        both = ((("true"), gettext("是")), ("false", gettext("否")))
        return (
            Widget(name, "select", both, gettext("不清楚"))
            if None in kinds
            else Widget(name, "tick")
        )
    if _members(kinds):
        return Widget(name, "select", _members(kinds), blank or gettext("请选择"))
    if dt.date in kinds:
        return Widget(name, "date")
    return Widget(name, "textarea" if name in _LONG else "text")


def _kinds(annotation: Any) -> set[Any]:
    """Return the plain types of an annotation; None stands for itself."""
    if annotation is type(None):
        return {None}
    if get_origin(annotation) in (Union, UnionType, list):
        return set().union(*(_kinds(one) for one in get_args(annotation)))
    return {annotation}


def _members(kinds: set[Any]) -> Options:
    """Return the choices of the closed list among these types."""
    for kind in kinds:
        if isinstance(kind, type) and issubclass(kind, StrEnum):
            return [(member.value, label(member)) for member in kind]
    return ()
