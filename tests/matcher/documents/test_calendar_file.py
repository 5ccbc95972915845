"""Calendar files: lines no wider than 75 octets, no character cut, signs escaped, whole days."""

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from matcher.documents.calendar_file import DayEvent, write_calendar

_AT = dt.datetime(2026, 11, 23, 4, 0, tzinfo=dt.UTC)
_TEXT = st.text(st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp")), max_size=200)


def _unfolded(file: bytes) -> list[str]:
    return file.decode().replace("\r\n ", "").split("\r\n")


@given(_TEXT)
def test_every_line_is_narrow_whole_and_reads_back(title: str) -> None:
    file = write_calendar("期限", [DayEvent("a", dt.date(2026, 6, 29), title)], _AT)

    for line in file.split(b"\r\n"):
        assert len(line) <= 75
        line.decode()
    (summary,) = [one for one in _unfolded(file) if one.startswith("SUMMARY:")]
    read = summary.removeprefix("SUMMARY:")
    back = read.replace("\\,", ",").replace("\\;", ";").replace("\\\\", "\\")
    assert back == title


def test_a_day_is_whole_and_warned_of_the_day_before() -> None:
    file = write_calendar(
        "期限",
        [DayEvent("x@y", dt.date(2026, 12, 31), "交表", "第一行\n第二行", "http://a/b")],
        _AT,
    )

    lines = _unfolded(file)
    assert lines[0] == "BEGIN:VCALENDAR"
    assert "DTSTART;VALUE=DATE:20261231" in lines
    assert "DTEND;VALUE=DATE:20270101" in lines
    assert "DTSTAMP:20261123T040000Z" in lines
    assert "DESCRIPTION:第一行\\n第二行" in lines
    assert "TRIGGER:-P1D" in lines
    assert lines[-2:] == ["END:VCALENDAR", ""]


def test_nothing_due_is_an_empty_calendar() -> None:
    assert "VEVENT" not in write_calendar("期限", [], _AT).decode()
