"""The use cases of casework, found by themselves, and what becomes of a call by each actor.

`casework_matrix.csv` names for each use case who reaches it (an audience, spelled out in `casework_audiences`) and,
where names of arguments do not tell, what is handed in. Arguments nobody named get something that agrees to
everything: a use case asks for permission and sight before it looks closer, so whoever may not is refused.
"""

import csv
import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import MagicMock

from sqlalchemy.orm import Session

import matcher.services
from matcher.errors import NotAllowedError, NotFoundError
from matcher.models import Base
from matcher.services.permissions import Actor
from tests.support.casework_world import World

PACKAGES = ("hardship", "approvals", "zero_employment", "casework", "people_rights")
TABLE = Path(__file__).with_name("casework_matrix.csv")

INNER = "inner"
"""Audience of a step that use cases call after they have asked: it takes a row somebody loaded in sight."""


@dataclass(frozen=True)
class Registered:
    """One line of the table."""

    use_case: str
    audience: str
    arguments: dict[str, str]


def use_cases() -> dict[str, Callable[..., Any]]:
    """Return every public function with a parameter `by` of the packages, by its short name."""
    return dict(_found())


def _found() -> Iterator[tuple[str, Callable[..., Any]]]:
    for package in PACKAGES:
        above = importlib.import_module(f"{matcher.services.__name__}.{package}")
        for one in sorted(pkgutil.iter_modules(above.__path__), key=lambda one: one.name):
            module = importlib.import_module(f"{above.__name__}.{one.name}")
            for name, function in sorted(vars(module).items()):
                is_own = inspect.isfunction(function) and function.__module__ == module.__name__
                if not is_own or name.startswith("_"):
                    continue
                if "by" in inspect.signature(function).parameters:
                    yield f"{package}.{one.name}.{name}", function


def registered() -> dict[str, Registered]:
    """Return the table by use case; arguments are written name=value, several with blanks between."""
    with TABLE.open(encoding="utf-8") as stream:
        return {
            row["use_case"]: Registered(
                row["use_case"],
                row["audience"],
                dict(pair.split("=", 1) for pair in (row["arguments"] or "").split()),
            )
            for row in csv.DictReader(stream)
        }


_ANYTHING = MagicMock()
"""Agrees to everything; one for all calls, since making one takes long."""

_BY_NAME = {
    "account_id": "account",
    "act_id": "service_act",
    "approval_id": "approval",
    "case_id": "graduate_case",
    "comparison_id": "register_comparison",
    "change_id": "register_change",
    "exit_id": "side_exit",
    "from_id": "account",
    "graduate_id": "graduate",
    "household_id": "household",
    "interest_id": "account_interest",
    "item_id": "yearly_review_item",
    "kept_id": "household",
    "gone_id": "household",
    "measure_id": "case_plan_measure",
    "member_id": "household_member",
    "need_id": "case_need",
    "notice_id": "notice",
    "objection_id": "objection",
    "obstacle_id": "case_obstacle",
    "owner_id": "account",
    "refusal_id": "referral_refusal",
    "review_id": "yearly_review",
    "to_id": "account",
    "union_id": "union_org",
    "visit_id": "survey_visit",
}
"""Tables whose row an argument of this name means."""


def arguments(
    session: Session, world: World, function: Callable[..., Any], line: Registered
) -> dict[str, Any]:
    """Return what a use case is called with."""
    given: dict[str, Any] = {}
    for name, parameter in inspect.signature(function).parameters.items():
        if name in ("session", "by"):
            continue
        told = line.arguments.get(name)
        if told is not None:
            given[name] = _value(session, world, told)
        elif parameter.default is inspect.Parameter.empty:
            table = _BY_NAME.get(name)
            given[name] = world.ids.get(table, 0) if table else _ANYTHING
    return given


def _value(session: Session, world: World, told: str) -> Any:
    """Read a value: `table.public_id`, `table.id`, `table.text`, `kind:table`, `@table` a row, `[value]`, or a word."""
    if told.startswith("["):
        return [_value(session, world, told[1:-1])]
    if told.startswith("@"):
        return session.get(_MODELS[told[1:]], world.ids.get(told[1:], 0))
    if told.endswith(".public_id"):
        return world.public_ids.get(told.removesuffix(".public_id"), "")
    if told.endswith(".id"):
        return world.ids.get(told.removesuffix(".id"), 0)
    if told.endswith(".text"):
        return str(world.ids.get(told.removesuffix(".text"), 0))
    if ":" in told:
        kind, table = told.split(":")
        return kind, world.ids.get(table, 0)
    plain: dict[str, Any] = {"none": None, "true": True, "false": False, "empty": [], "object": {}}
    if told in plain:
        return plain[told]
    return int(told) if told.lstrip("-").isdecimal() else told


_MODELS = {str(mapper.local_table.name): mapper.class_ for mapper in Base.registry.mappers}


def reaches(
    session: Session, world: World, by: Actor, line: Registered, function: Callable[..., Any]
) -> bool:
    """Say whether an actor gets through permission and sight; the world is committed, and nothing stays changed.

    A use case that lists answers everybody with the permission: what counts is whether it tells of the world's rows.
    """
    given = arguments(session, world, function, line)
    parameters = inspect.signature(function).parameters
    first = [session] if "session" in parameters else []
    try:
        told = function(*first, by, **given)
    except (NotAllowedError, NotFoundError):
        return False
    except Exception:  # noqa: BLE001 - whatever it stumbles over lies behind permission and sight
        return True
    else:
        return world.row_of(told) if line.audience.startswith("list:") else True
    finally:
        session.rollback()
