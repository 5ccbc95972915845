"""What the areas of the demo's fairs share: which fair, where it stands, and who works at it."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from matcher.db.engine import SessionFactory
from matcher.services.permissions import Actor


class Stage(StrEnum):
    """Where a fair of the demo stands."""

    OVER = "over"
    TODAY = "today"
    SOON = "soon"
    """In some days: a small one, whose invitations are being answered."""
    COMING = "coming"
    """In three weeks: a big one, still to be permitted."""


@dataclass(frozen=True)
class FairPeople:
    """Who works at the demo's fairs, and whose the accounts of the two other sides are."""

    organiser: Actor
    manager: Actor
    caseworker: Actor
    reviewer: Actor
    employer: Actor
    graduate: Actor


@dataclass(frozen=True)
class DemoFair:
    """One fair of the demo as the areas get it."""

    fair_id: int
    public_id: str
    stage: Stage
    drive_id: int


Area = Callable[[SessionFactory, DemoFair, FairPeople], object]
"""Fills its part of a fair in transactions of its own; `clock` says the time the fair lives in."""
