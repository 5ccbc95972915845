"""Taking a scan: the one transaction of a request, tried again where two scans met, and its answer as JSON."""

import logging
from collections.abc import Callable
from typing import Any, TypeVar

from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from matcher import clock
from matcher.db.turns import transaction_in_turn
from matcher.errors import ConflictError
from matcher.kinds.fairs import EntryKind
from matcher.services.doors.answers import ScanAnswer
from matcher.services.doors.devices import Scanner, note_seen
from matcher.services.doors.scanning import scan
from web.door_pages.devices import paired
from web.schemas.doors import ScanForm
from web.session import factory
from web.words.door_words import headline, hint

_log = logging.getLogger(__name__)

_TRIES = 3
"""The same scan sent twice at once meets itself once; two rows that wait for one another are told apart at once."""

Made = TypeVar("Made")


def at_the_door(work: Callable[[Session, Scanner], Made]) -> Made:
    """Do a scanner's work in a short transaction of its own, again if it met another and was undone.

    Nothing is nudged afterwards: a scan asks for no background work.
    """
    for left in range(_TRIES - 1, -1, -1):
        try:
            with transaction_in_turn(factory()) as session:
                scanner = paired(session)
                note_seen(session, scanner)
                return work(session, scanner)
        except (ConflictError, OperationalError) as error:
            if left == 0 or not _may_try_again(error):
                raise
            _log.info("a scan met another; tried again")
    raise AssertionError("the last try returns or raises")


def _may_try_again(error: ConflictError | OperationalError) -> bool:
    if isinstance(error, ConflictError):
        return error.code == "scan_sent_twice"
    return getattr(error.orig, "sqlstate", None) in ("40001", "40P01")


def take_scan(wish: ScanForm) -> ScanAnswer:
    """Judge and count a scan."""
    return at_the_door(
        lambda session, scanner: scan(
            session,
            scanner,
            wish.code,
            scan_number=wish.scan_number,
            direction=wish.direction,
        )
    )


def answer_out(answer: ScanAnswer) -> dict[str, Any]:
    """Return what a scanner's page shows of an answer; no name is in it."""
    counts = answer.counts
    return {
        "kind": answer.kind.value,
        "refusal": answer.refusal.value if answer.refusal else None,
        "good": answer.kind is not EntryKind.REFUSED,
        "words": headline(answer),
        "hint": hint(answer),
        "session": answer.session.public_id if answer.session else None,
        "n_inside": counts.n_inside if counts else None,
        "n_entered": counts.n_entered if counts else None,
        "left": counts.left if counts else None,
        "again": answer.is_repeat,
        "own_place": answer.own_place,
        "now": clock.now().isoformat(),
    }
