"""Marks on views, read before a view runs and by the tests: public, permission, rate limit.

Login is the default; a mark is an attribute of the view function, so that a test can list every
route with what it asks for.
"""

from collections.abc import Callable
from enum import StrEnum
from typing import Any, TypeVar

from matcher.services.permissions import Permission

View = TypeVar("View", bound=Callable[..., Any])


def public(view: View) -> View:
    """Let anybody see this view, signed in or not."""
    view.__dict__["is_public"] = True
    return view


def needs(*permissions: Permission) -> Callable[[View], View]:
    """Ask for one of these permissions before the view runs; the use case asks again."""

    def mark(view: View) -> View:
        view.__dict__["needs"] = permissions
        return view

    return mark


class Counted(StrEnum):
    """Whose calls a limit counts together."""

    CALLER = "caller"
    """The signed-in account where the view asks for one, else the address."""
    PHONE = "phone"
    """The visitor a phone in the hall is known by, else the address."""
    LINK = "link"
    """The visitor whose own link is called, else the address."""


def rate_limited(rule: str, counted: Counted = Counted.CALLER) -> Callable[[View], View]:
    """Limit how often one caller may call this view, such as "30/minute"."""

    def mark(view: View) -> View:
        view.__dict__["rate_limit"] = rule
        view.__dict__["counted"] = counted
        return view

    return mark


def before_second_factor(view: View) -> View:
    """Let a reviewer without a second factor see this view (setting it up, signing out)."""
    view.__dict__["before_second_factor"] = True
    return view
