"""Printing one file (打印档案表): masked, or in full for a typed reason; every print is logged."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from matcher.models.audit import AuditHead
from matcher.models.households import Household
from matcher.services import audit
from matcher.services.hardship.people import members_of
from matcher.services.hardship.sight import get_whole
from matcher.services.permissions import Actor, Permission, require
from matcher.services.reveals import reveal

_NUMBERS = ("id_number", "phone", "card", "illness")

Numbers = dict[int, dict[str, str]]
"""Numbers in full by member and field."""


@dataclass(frozen=True)
class Print:
    """What a print may show: numbers in full if asked for, and the trail's head at that moment."""

    numbers: Numbers
    trail: str


def note_print(
    session: Session, by: Actor, household_id: int, *, reason: str = "", in_full: bool = False
) -> Print:
    """Log that a file is printed; return what to print in full, nothing if it is printed masked.

    In full it takes the permission to reveal and a typed reason, and each number is logged as a reveal.
    """
    require(by, Permission.VIEW_FILES)
    household = get_whole(session, by, household_id)
    opened = _opened(session, by, household, reason) if in_full else {}
    audit.record(
        session,
        by,
        "household.printed",
        subject=("household", household.id),
        in_full=in_full,
        reason=reason.strip() or None,
    )
    session.flush()
    head = session.get(AuditHead, 1)
    return Print(opened, head.hash if head else "")


def _opened(session: Session, by: Actor, household: Household, reason: str) -> Numbers:
    require(by, Permission.REVEAL_NUMBER)
    opened: Numbers = {}
    for member in members_of(session, household.id):
        for name in _NUMBERS:
            if getattr(member, f"{name}_cipher"):
                value = reveal(session, by, ("member", member.id), name, reason=reason)
                opened.setdefault(member.id, {})[name] = value
    return opened
