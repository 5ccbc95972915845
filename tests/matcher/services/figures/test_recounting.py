"""A snapshot is recounted number by number; last year is the drive before at the same day, as known then."""

import datetime as dt
from copy import deepcopy
from typing import Any

import pytest
from sqlalchemy.orm import Session

from matcher.errors import NotFoundError
from matcher.kinds import Role
from matcher.models.drives import Drive
from matcher.services.figures.counting import count_by_union, count_figures
from matcher.services.figures.last_year import last_year
from matcher.services.figures.moments import Moment, end_of, moment_of
from matcher.services.figures.verify import (
    Difference,
    moment_from_json,
    moment_to_json,
    verify,
)
from tests.factories import targets
from tests.factories.accounts import make_actor, make_union
from tests.factories.targets import (
    DAY,
    Town,
    count_in,
    fill_town,
    make_town,
    make_year_before,
    serve,
)

_CODES = ["graduates", "need_help", "served", "helped", "zero_employment"]


@pytest.fixture
def town(session: Session) -> Town:
    """Give the town with its people."""
    made = make_town(session)
    fill_town(session, made)
    return made


def _snapshot(session: Session, town: Town, moment: Moment) -> dict[str, Any]:
    where = (session, town.manager, town.drive.id, town.city.id, moment)
    children = count_by_union(*where, _CODES)
    return {
        "moment": moment_to_json(moment),
        "values": {
            code: one.to_json() for code, one in count_figures(*where, codes=_CODES).values.items()
        },
        "children": {
            str(child): {code: one.to_json() for code, one in values.items()}
            for child, values in children.items()
        },
    }


def _verify(session: Session, town: Town, stored: dict[str, Any]) -> list[Difference]:
    return verify(session, town.manager, town.drive.id, town.city.id, stored)


def test_a_moment_is_kept_to_the_microsecond() -> None:
    known = dt.datetime(2026, 8, 1, 9, 30, 0, 123456, tzinfo=dt.timezone(dt.timedelta(hours=8)))
    moment = Moment(dt.date(2026, 7, 1), dt.date(2026, 7, 31), known)

    assert moment_from_json(moment_to_json(moment)) == moment


def test_a_true_snapshot_is_found_true_whatever_is_entered_later(
    session: Session, town: Town
) -> None:
    until = town.drive.opens_on + 12 * DAY
    stored = _snapshot(session, town, moment_of(session, town.drive, until))
    assert stored["values"]["helped"]["value"] > 0

    late = count_in(session, town.drive, town.counties[0], since=until + DAY)
    serve(session, town.caseworker, late, until, entered_at=end_of(until))

    assert _verify(session, town, stored) == []
    whole = {name: part for name, part in stored.items() if name != "children"}
    assert _verify(session, town, whole) == []


def test_every_number_that_does_not_come_out_again_is_told(session: Session, town: Town) -> None:
    true = _snapshot(session, town, moment_of(session, town.drive))
    first, second = (str(county.id) for county in town.counties)

    false = deepcopy(true)
    false["values"]["served"]["value"] += 1
    false["values"]["helped"]["reported"] += 2
    false["children"][first]["graduates"]["earlier"] += 1
    served, helped = true["values"]["served"]["value"], true["values"]["helped"]["reported"]
    earlier = true["children"][first]["graduates"]["earlier"]
    assert _verify(session, town, false) == [
        Difference("helped", None, "reported", helped + 2, helped),
        Difference("served", None, "value", served + 1, served),
        Difference("graduates", int(first), "earlier", earlier + 1, earlier),
    ]

    lacking = deepcopy(true)
    del lacking["children"][second]
    told = _verify(session, town, lacking)
    assert {one.child_union_id for one in told} == {int(second)}
    assert {one.stored for one in told} == {None}


def test_rows_changed_behind_the_back_are_found(session: Session, town: Town) -> None:
    stored = _snapshot(session, town, moment_of(session, town.drive))

    count_in(session, town.drive, town.counties[1], zero_employment=True)

    told = {(one.code, one.child_union_id) for one in _verify(session, town, stored)}
    assert told == {
        (code, child)
        for code in ("graduates", "need_help", "zero_employment")
        for child in (None, town.counties[1].id)
    }


def _fill_year_before(session: Session, town: Town) -> Drive:
    """Serve one person on the drive's third day, and one on its ninth; a third is entered late, a fourth elsewhere."""
    before = make_year_before(session, town)
    start = before.opens_on
    early, late, told_late, other = (
        count_in(session, before, town.counties[place]) for place in (0, 0, 0, 1)
    )
    serve(session, town.caseworker, early, start + 2 * DAY)
    targets.place(session, early, start + 3 * DAY)
    serve(session, town.caseworker, late, start + 8 * DAY)
    serve(session, town.caseworker, told_late, start + 2 * DAY, entered_at=end_of(start + 6 * DAY))
    serve(session, town.caseworker, other, start + 2 * DAY)
    return before


def _last_year(session: Session, town: Town, day: int, union_id: int) -> dict[str, int | None]:
    moment = moment_of(session, town.drive, town.drive.opens_on + day * DAY)
    found = last_year(session, town.manager, town.drive.id, union_id, moment, _CODES)
    assert found is not None
    return {code: found.values[code].value for code in ("graduates", "served", "helped")}


def test_last_year_is_the_same_day_of_the_drive_before_as_known_then(
    session: Session, town: Town
) -> None:
    _fill_year_before(session, town)
    city, county = town.city.id, town.counties[0].id

    assert _last_year(session, town, 1, city) == {"graduates": 4, "served": 0, "helped": 0}
    assert _last_year(session, town, 6, city) == {"graduates": 4, "served": 2, "helped": 1}
    assert _last_year(session, town, 7, city) == {"graduates": 4, "served": 3, "helped": 1}
    assert _last_year(session, town, 8, city) == {"graduates": 4, "served": 4, "helped": 1}
    assert _last_year(session, town, 8, county) == {"graduates": 3, "served": 3, "helped": 1}


def test_last_year_is_the_newest_drive_before_and_nothing_where_none_was_counted(
    session: Session, town: Town
) -> None:
    moment = moment_of(session, town.drive)
    where = (session, town.manager, town.drive.id, town.city.id, moment, _CODES)
    assert last_year(*where) is None

    before = _fill_year_before(session, town)
    found = last_year(*where)

    assert found is not None
    assert found.drive.id == before.id
    assert found.moment.until_on - found.moment.from_on == moment.until_on - moment.from_on
    assert found.moment.known_at == end_of(found.moment.until_on)
    assert last_year(session, town.manager, before.id, town.city.id, found.moment) is None


def test_figures_of_another_city_are_neither_recounted_nor_shown_beside(
    session: Session, town: Town
) -> None:
    _fill_year_before(session, town)
    moment = moment_of(session, town.drive)
    stored = _snapshot(session, town, moment)
    stranger = make_actor(session, Role.DRIVE_MANAGER, union=make_union(session))

    with pytest.raises(NotFoundError):
        verify(session, stranger, town.drive.id, town.city.id, stored)
    with pytest.raises(NotFoundError):
        last_year(session, stranger, town.drive.id, town.city.id, moment)
