"""Calendar files (日历文件, RFC 5545): whole days, and hours with a place; each with an alarm the day before.

Lines end with CR LF and are folded at 75 octets without cutting a character in two, as office calendars ask.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

MEDIA_TYPE = "text/calendar; charset=utf-8"
_WIDTH = 75
_PRODUCT = "-//yangguang//calendar//ZH"


@dataclass(frozen=True, slots=True)
class DayEvent:
    """Something that is due on a day; the same `uid` again replaces it in a calendar."""

    uid: str
    on: dt.date
    title: str
    text: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class TimedEvent:
    """Something that begins and ends at an hour, at a place anybody may know."""

    uid: str
    begins: dt.datetime
    ends: dt.datetime
    title: str
    place: str = ""
    text: str = ""
    address: str = ""
    is_off: bool = False
    """It was called off: whoever took it along earlier and takes it again sees so."""
    sequence: int = 0
    """Grows with every change; without it a calendar may keep the hours it took along first."""


def write_calendar(
    name: str, events: Iterable[DayEvent | TimedEvent], made_at: dt.datetime
) -> bytes:
    """Return the file; events stand in the order given."""
    stamp = made_at.astimezone(dt.UTC).strftime("%Y%m%dT%H%M%SZ")
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:{_PRODUCT}",
        "CALSCALE:GREGORIAN",
        f"X-WR-CALNAME:{_escaped(name)}",
    ]
    for event in events:
        lines += _event(event, stamp)
    lines.append("END:VCALENDAR")
    return b"".join(_folded(line) for line in lines)


def _event(event: DayEvent | TimedEvent, stamp: str) -> list[str]:
    lines = [
        "BEGIN:VEVENT",
        f"UID:{_escaped(event.uid)}",
        f"DTSTAMP:{stamp}",
        *_times(event),
        f"SUMMARY:{_escaped(event.title)}",
    ]
    if event.text:
        lines.append(f"DESCRIPTION:{_escaped(event.text)}")
    if event.address:
        lines.append(f"URL:{event.address}")
    if isinstance(event, TimedEvent):
        lines.append(f"SEQUENCE:{event.sequence}")
        if event.is_off:
            return [*lines, "STATUS:CANCELLED", "END:VEVENT"]
    return [
        *lines,
        "BEGIN:VALARM",
        "ACTION:DISPLAY",
        f"DESCRIPTION:{_escaped(event.title)}",
        "TRIGGER:-P1D",
        "END:VALARM",
        "END:VEVENT",
    ]


def _times(event: DayEvent | TimedEvent) -> list[str]:
    """Return when it is: a day that keeps nobody busy, or hours in UTC with their place."""
    if isinstance(event, DayEvent):
        after = event.on + dt.timedelta(days=1)
        return [
            f"DTSTART;VALUE=DATE:{event.on:%Y%m%d}",
            f"DTEND;VALUE=DATE:{after:%Y%m%d}",
            "TRANSP:TRANSPARENT",
        ]
    lines = [f"DTSTART:{_instant(event.begins)}", f"DTEND:{_instant(event.ends)}"]
    return [*lines, f"LOCATION:{_escaped(event.place)}"] if event.place else lines


def _instant(moment: dt.datetime) -> str:
    return f"{moment.astimezone(dt.UTC):%Y%m%dT%H%M%SZ}"


def _escaped(text: str) -> str:
    kept = text.replace("\r\n", "\n").replace("\r", "\n")
    for sign in ("\\", ";", ","):
        kept = kept.replace(sign, "\\" + sign)
    return kept.replace("\n", "\\n")


def _folded(line: str) -> bytes:
    """Return a line cut into pieces of 75 octets, each further one beginning with a blank."""
    pieces: list[bytes] = []
    piece, room = b"", _WIDTH
    for sign in line:
        octets = sign.encode()
        if len(piece) + len(octets) > room:
            pieces.append(piece)
            piece, room = b"", _WIDTH - 1
        piece += octets
    pieces.append(piece)
    return b"\r\n ".join(pieces) + b"\r\n"
