"""What a scan at the door came to, as data; the words are the edge's (`web/words/door_words.py`)."""

import datetime as dt
from dataclasses import dataclass

from matcher.kinds.fairs import EntryKind, EntryRefusal
from matcher.services.doors.places import Counts


@dataclass(frozen=True, slots=True)
class SessionSeen:
    """The session a ticket is for, as a refusal names it."""

    public_id: str
    name: str
    held_on: dt.date
    begins_minute: int
    ends_minute: int
    opens_minutes_before: int


@dataclass(frozen=True, slots=True)
class LastUse:
    """When and where a ticket let somebody in."""

    at: dt.datetime
    door: str | None


@dataclass(frozen=True, slots=True)
class ScanAnswer:
    """What a scan came to; the words are the edge's (`web/words/door_words.py`).

    Attributes
    ----------
    refusal : None unless refused
    session, counts : None of a code nobody knows
    before : of a ticket that is in already, when and where it was used
    is_full_hall : refused because the hall is full though the approved number is not reached
    own_place : let in on one of the places lent to this very scanner
    is_repeat : this scan was answered before; nothing was counted again
    """

    kind: EntryKind
    refusal: EntryRefusal | None
    at: dt.datetime
    session: SessionSeen | None = None
    counts: Counts | None = None
    before: LastUse | None = None
    is_full_hall: bool = False
    own_place: bool = False
    is_repeat: bool = False
