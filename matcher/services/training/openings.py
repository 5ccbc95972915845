"""What would open most seats (学什么、去哪里能多出多少席位): for one graduate, and for all of a caseworker.

For each single change (a certificate, a place more, freer to move, an occupation more) the number is exact: the
seats free now, of published postings of the drive the person would be certainly eligible for after the change and is
not before, of the classes that admit the person. One call of the engine answers all changes of a person. Courses on
offer stand at the certificate they give.
"""

import datetime as dt
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.kinds import DriveState, Mobility
from matcher.kinds.placements import PlacementState
from matcher.kinds.training import CourseState
from matcher.models.drives import Drive, DriveEntry
from matcher.models.graduate_cases import GraduateCase
from matcher.models.graduates import Graduate
from matcher.models.placements import Placement
from matcher.models.training import Course
from matcher.ranking.facts import GraduateFacts
from matcher.ranking.places import city_key
from matcher.ranking.what_if import (
    Change,
    ChangeKind,
    asked_certificates,
    in_wish,
    newly_open,
    posting_occupations,
    posting_places,
)
from matcher.services.casework.cases import whole_case_in_sight
from matcher.services.permissions import Actor
from matcher.services.ranking_facts import graduate_facts
from matcher.services.rows import get_in_scope
from matcher.services.training.market import Ids, Market, open_market
from matcher.services.training.sight import courses_in_sight, require_staff
from matcher.services.training.stepping import is_open

MOST_CHANGES = 256
"""Asked of one person at once; places beyond that are those with the fewest free seats."""

_CHUNK = 50


@dataclass(frozen=True)
class Opening:
    """What one change would open for somebody.

    Parameters
    ----------
    n_seats, n_postings : newly eligible; for an occupation always none, it is no condition
    n_wished : seats open already that an occupation would bring into the wishes
    courses : on offer, giving this certificate
    """

    change: Change
    n_seats: int
    n_postings: int
    n_wished: int = 0
    courses: tuple[Course, ...] = ()


@dataclass(frozen=True)
class Openings:
    """What is open now, and what each change would add, most seats first; changes that add nothing are left out."""

    drive: Drive
    n_seats: int
    n_postings: int
    lines: tuple[Opening, ...]
    n_asked: int
    run_finished_at: dt.datetime | None


def openings_of(session: Session, by: Actor, graduate_id: int) -> Openings | None:
    """Return what single changes would open for a graduate; None if no open drive has the person.

    About a dozen queries, whatever the number of postings.
    """
    require_staff(by)
    get_in_scope(session, by, Graduate, graduate_id)
    drive = _drive_of(session, graduate_id)
    if drive is None:
        return None
    people = list(graduate_facts(session, drive.id, [graduate_id]))
    if not people:
        return None
    market = open_market(session, drive, people)
    return _ask(market, people[0], offered_courses(session, by))


def _drive_of(session: Session, graduate_id: int) -> Drive | None:
    return session.scalar(
        sa.select(Drive)
        .join(DriveEntry, DriveEntry.drive_id == Drive.id)
        .where(DriveEntry.graduate_id == graduate_id, DriveEntry.left_at.is_(None))
        .where(Drive.state == DriveState.OPEN)
        .order_by(Drive.opens_on.desc(), Drive.id.desc())
        .limit(1)
    )


def offered_courses(session: Session, by: Actor) -> dict[str, tuple[Course, ...]]:
    """Return the courses one may refer to today by the certificate they give, soonest first."""
    found = (
        sa.select(Course)
        .where(
            courses_in_sight(by),
            Course.state == CourseState.OPEN,
            Course.certificate.is_not(None),
            Course.ends_on >= clock.today(),
        )
        .order_by(Course.starts_on, Course.id)
    )
    offered: dict[str, list[Course]] = {}
    for course in session.scalars(found):
        if is_open(course):
            offered.setdefault(course.certificate or "", []).append(course)
    return {name: tuple(courses) for name, courses in offered.items()}


def changes_for(market: Market, person: GraduateFacts, certificates: Sequence[str]) -> list[Change]:
    """Return the changes worth asking about: what postings ask for and the person has not."""
    parts = [snapshot for snapshot, _ in market.parts]
    asked = {name for part in parts for name in asked_certificates(part)} | set(certificates)
    changes = [
        Change(ChangeKind.CERTIFICATE, name) for name in sorted(asked - set(person.certificates))
    ]
    wider = list(Mobility)[list(Mobility).index(person.mobility) + 1 :]
    changes += [Change(ChangeKind.MOBILITY, kind.value) for kind in wider]
    if person.mobility is not Mobility.ANYWHERE:
        listed = {city_key(code) for code in person.places}
        places = _places_by_seats(market)
        new = [code for code in places if city_key(code) not in listed]
        changes += [Change(ChangeKind.PLACE, code) for code in new]
    return changes[:MOST_CHANGES]


def _places_by_seats(market: Market) -> list[str]:
    """Return the places of the postings, those with most free seats first."""
    free: Counter[str] = Counter()
    for snapshot, _ in market.parts:
        for code in posting_places(snapshot):
            free[code] += 0
        table = snapshot.postings
        for key, number in zip(table.city.tolist(), table.id.tolist(), strict=True):
            if key:
                free[f"{key:06d}"] += sum(count for *_, count in market.seats.get(number, ()))
    return sorted(free, key=lambda code: (-free[code], code))


def _ask(market: Market, person: GraduateFacts, offered: dict[str, tuple[Course, ...]]) -> Openings:
    changes = changes_for(market, person, list(offered))
    found = [newly_open(snapshot, person, changes) for snapshot, _ in market.parts]
    counted = [live for _, live in market.parts]
    now, *then = (
        np.concatenate(
            [np.intersect1d(ids, live) for ids, live in zip(column, counted, strict=True)]
        )
        for column in zip(*found, strict=True)
    )
    rank = person.priority_rank
    lines = [
        Opening(
            change,
            market.free_seats(ids, rank),
            len(ids),
            courses=offered.get(change.value, ()) if change.kind is ChangeKind.CERTIFICATE else (),
        )
        for change, ids in zip(changes, then, strict=True)
    ]
    lines += _wishes(market, person, now)
    kept = [line for line in lines if line.n_seats or line.n_wished]
    kept.sort(key=lambda line: (-line.n_seats, not line.courses, -line.n_wished, line.change))
    return Openings(
        drive=market.drive,
        n_seats=market.free_seats(now, rank),
        n_postings=len(now),
        lines=tuple(kept),
        n_asked=len(changes),
        run_finished_at=market.run_finished_at,
    )


def _wishes(market: Market, person: GraduateFacts, now: Ids) -> list[Opening]:
    """Return for each occupation not wished for the open seats it would bring into the wishes."""
    counts: Counter[str] = Counter()
    for snapshot, _ in market.parts:
        codes = posting_occupations(snapshot)
        for code, ids in zip(codes, in_wish(snapshot, person, now, codes), strict=True):
            counts[code] += market.free_seats(ids, person.priority_rank)
    return [
        Opening(Change(ChangeKind.OCCUPATION, code), 0, 0, n_wished=count)
        for code, count in sorted(counts.items())
        if count
    ]


@dataclass(frozen=True)
class GroupLine:
    """What one change would do for a group: people helped, and the seats opened for all of them together."""

    change: Change
    n_people: int
    n_seats: int
    graduate_ids: tuple[int, ...]


def without_post(session: Session, by: Actor) -> list[int]:
    """Return the graduates of the open cases an actor sees whole who have no live placement, by id.

    A placement that is none (待就业 and the like) leaves a person without a post.
    """
    require_staff(by)
    placed = sa.select(Placement.graduate_id).where(
        Placement.state != PlacementState.REVOKED,
        Placement.ended_on.is_(None),
        Placement.is_outcome,
    )
    found = sa.select(GraduateCase.graduate_id).where(
        GraduateCase.closed_on.is_(None),
        whole_case_in_sight(by),
        GraduateCase.graduate_id.not_in(placed),
    )
    return list(session.scalars(found.order_by(GraduateCase.graduate_id)))


def group_openings(
    session: Session,
    by: Actor,
    graduate_ids: Sequence[int],
    *,
    progress: Callable[[int], None] = lambda done: None,
) -> list[GroupLine]:
    """Rank the changes by the people they help, then by the seats they open; occupations open none and are left out.

    Parameters
    ----------
    progress : told how many people are done
    """
    require_staff(by)
    helped: dict[Change, list[int]] = {}
    seats: Counter[Change] = Counter()
    offered = offered_courses(session, by)
    done = 0
    for drive, ids in _by_drive(session, graduate_ids):
        for start in range(0, len(ids), _CHUNK):
            people = list(graduate_facts(session, drive.id, ids[start : start + _CHUNK]))
            market = open_market(session, drive, people)
            for person in people:
                for line in _ask(market, person, offered).lines:
                    if line.n_seats:
                        helped.setdefault(line.change, []).append(person.id)
                        seats[line.change] += line.n_seats
                done += 1
                progress(done)
    lines = [GroupLine(c, len(ids), seats[c], tuple(ids)) for c, ids in helped.items()]
    return sorted(lines, key=lambda line: (-line.n_people, -line.n_seats, line.change))


def _by_drive(session: Session, graduate_ids: Sequence[int]) -> list[tuple[Drive, list[int]]]:
    """Return the newest open drive of each graduate with its people; those in none are left out."""
    rows = session.execute(
        sa.select(Drive, DriveEntry.graduate_id)
        .join(DriveEntry, DriveEntry.drive_id == Drive.id)
        .where(DriveEntry.left_at.is_(None), Drive.state == DriveState.OPEN)
        .where(DriveEntry.graduate_id.in_(graduate_ids))
        .order_by(Drive.opens_on, Drive.id)
    )
    newest = {graduate_id: drive for drive, graduate_id in rows}
    grouped: dict[int, tuple[Drive, list[int]]] = {}
    for graduate_id, drive in sorted(newest.items(), key=lambda item: item[0]):
        grouped.setdefault(drive.id, (drive, []))[1].append(graduate_id)
    return list(grouped.values())
