"""Routes of a fair's visitors (参会路线), made for all together and stored with their reasons.

What fits comes from the graduates' own ranked lists, whose order knows no priority; which booths and in which order
is `matcher.fairs.routes`. Made anew, everybody's route may change: printed slips name the moment they are of.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import SnapshotError
from matcher.fairs.routes import MOST_STOPS, Desk, Guest, Hall, Timing, plan_routes
from matcher.kinds.fair_guests import BookingState, StopReason
from matcher.kinds.fairs import FairEmployerState, VisitorState
from matcher.models.drives import Drive
from matcher.models.fair_guests import FairBooking, FairRoute
from matcher.models.fair_visitors import FairVisitor
from matcher.models.fairs import Fair, FairEmployer, FairSession
from matcher.models.referrals import HiddenEmployer
from matcher.policy.limits import get_limit
from matcher.ranking.explain import Explanation
from matcher.services.booths.booth_map import BoothMap, booth_map
from matcher.services.fair_guests.demand import fitting_lists, postings_of
from matcher.services.ranking_lists import explain_pairs
from matcher.services.ranking_runs import current_run

STOPS = "fair.route_stops"
MINUTES = "fair.visit_minutes"
_PART = 200
"""People whose reasons are made at once: as many as one small snapshot holds in a second."""
_MOST_POSTINGS = 3
_MOST_REASONS = 3

_COMES = (VisitorState.INVITED, VisitorState.COMING, VisitorState.WAITING)
_REASONS = {
    "place": StopReason.PLACE,
    "occupation": StopReason.OCCUPATION,
    "industry": StopReason.INDUSTRY,
    "pay": StopReason.PAY,
    "unit": StopReason.UNIT,
    "text": StopReason.TEXT,
}

Fits = dict[int, list[int]]
"""Postings that fit by employer at the fair, both best first."""


@dataclass(frozen=True)
class PlannedRoute:
    """A route before it is stored: employers at the fair in order, and the minute of the session to come at."""

    visitor_id: int
    graduate_id: int
    employers: tuple[int, ...]
    arrive_minutes: int


def plan(session: Session, fair_id: int) -> tuple[list[PlannedRoute], dict[int, Fits]]:
    """Return the routes of everybody who may come and fits some booth, and what fits each graduate."""
    fits = fits_of(session, fair_id)
    desks = _desks(session, fair_id)
    if not desks:
        return [], fits
    hall, numbers = _hall(booth_map(session, fair_id), desks), {d: n for n, d in enumerate(desks)}
    planned = []
    for minutes, visitors in _crowds(session, fair_id, fits):
        guests = [
            Guest(key, tuple(numbers[one] for one in fits[graduate] if one in numbers))
            for _, graduate, key in visitors
        ]
        timing = Timing(minutes, _limit(session, fair_id, MINUTES))
        routes = plan_routes(
            guests,
            [Desk(one) for one in desks.values()],
            hall,
            timing=timing,
            most_stops=min(_limit(session, fair_id, STOPS), MOST_STOPS),
            seed=str(fair_id),
        )
        order = list(desks)
        planned += [
            PlannedRoute(
                visitor,
                graduate,
                tuple(order[stop] for stop in route.stops),
                route.slot * timing.slot_minutes,
            )
            for (visitor, graduate, _), route in zip(visitors, routes, strict=True)
        ]
    return planned, fits


def store(
    session: Session, fair_id: int, routes: Sequence[PlannedRoute], fits: Mapping[int, Fits]
) -> None:
    """Replace the routes of some visitors, with their reasons."""
    reasons = _reasons(session, fair_id, routes, fits)
    now = clock.now()
    session.execute(
        sa.delete(FairRoute).where(FairRoute.visitor_id.in_([one.visitor_id for one in routes]))
    )
    session.add_all(
        FairRoute(
            visitor_id=one.visitor_id,
            stops=[
                {
                    "fair_employer": employer,
                    "postings": fits[one.graduate_id][employer][:_MOST_POSTINGS],
                    "reasons": reasons.get((one.graduate_id, employer), []),
                }
                for employer in one.employers
            ],
            arrive_minutes=one.arrive_minutes,
            made_at=now,
        )
        for one in routes
    )
    session.flush()


def parts(routes: Sequence[PlannedRoute]) -> Iterator[Sequence[PlannedRoute]]:
    """Split routes into transactions."""
    for start in range(0, len(routes), _PART):
        yield routes[start : start + _PART]


def make_routes(session: Session, fair_id: int) -> int:
    """Make and store all routes of a fair in one transaction; return how many. The job does it in parts."""
    routes, fits = plan(session, fair_id)
    for part in parts(routes):
        store(session, fair_id, part, fits)
    return len(routes)


def fits_of(session: Session, fair_id: int) -> dict[int, Fits]:
    """Return what fits each graduate of the drive among the posts of employers that come."""
    employers = postings_of(session, fair_id)
    hidden = _hidden(session, fair_id)
    found: dict[int, Fits] = {}
    for graduate, postings in fitting_lists(session, fair_id, list(employers)):
        own: Fits = {}
        for posting in postings.tolist():
            if (graduate, employers[posting]) not in hidden:
                own.setdefault(employers[posting], []).append(posting)
        if own:
            found[graduate] = own
    return found


def who_fits(session: Session, fair_id: int) -> set[int]:
    """Return the graduates of the drive whom some post fits of an employer that comes: the keys of `fits_of`."""
    employers = postings_of(session, fair_id)
    hidden = _hidden(session, fair_id)
    hiding = {graduate for graduate, _ in hidden}
    return {
        graduate
        for graduate, postings in fitting_lists(session, fair_id, list(employers))
        if graduate not in hiding
        or any((graduate, employers[one]) not in hidden for one in postings.tolist())
    }


def _hidden(session: Session, fair_id: int) -> set[tuple[int, int]]:
    """Return graduate and employer at the fair where the person hides from the employer."""
    chosen = (
        sa.select(HiddenEmployer.graduate_id, FairEmployer.id)
        .join(FairEmployer, FairEmployer.employer_id == HiddenEmployer.employer_id)
        .where(FairEmployer.fair_id == fair_id)
        .order_by(HiddenEmployer.graduate_id, FairEmployer.id)
    )
    return {(row[0], row[1]) for row in session.execute(chosen)}


def _limit(session: Session, fair_id: int, rule: str) -> int:
    region = session.get_one(Fair, fair_id).venue_region
    return get_limit(rule, region, clock.today()).value


def _desks(session: Session, fair_id: int) -> dict[int, int]:
    """Return who can talk at once, by employer that comes."""
    chosen = (
        sa.select(FairEmployer.id, FairEmployer.n_interviewers)
        .where(FairEmployer.fair_id == fair_id, FairEmployer.state == FairEmployerState.ACCEPTED)
        .order_by(FairEmployer.id)
    )
    return {row.id: row.n_interviewers for row in session.execute(chosen)}


def _hall(drawn: BoothMap, desks: Mapping[int, int]) -> Hall:
    """Return steps between employers, by their first booth; who has none yet is no way off."""
    rank = [
        drawn.rank[drawn.booths_of[one][0]] if one in drawn.booths_of else None for one in desks
    ]
    n, placed = len(rank), [at for at, one in enumerate(rank) if one is not None]
    between, door = np.zeros((n, n), dtype=np.int32), np.zeros(n, dtype=np.int32)
    if placed:
        booths = [one for one in rank if one is not None]
        between[np.ix_(placed, placed)] = drawn.walks.between[np.ix_(booths, booths)]
        door[placed] = drawn.walks.from_door[booths]
    return Hall(between, door)


def _crowds(
    session: Session, fair_id: int, fits: Mapping[int, Fits]
) -> list[tuple[int, list[tuple[int, int, str]]]]:
    """Return length and visitors (id, graduate, key) of each session; who has not chosen is counted to one by lot."""
    held = session.scalars(
        sa.select(FairSession)
        .where(FairSession.fair_id == fair_id)
        .order_by(FairSession.held_on, FairSession.begins_minute)
    ).all()
    lengths = {one.id: one.ends_minute - one.begins_minute for one in held} or {0: 180}
    crowds: dict[int, list[tuple[int, int, str]]] = {one: [] for one in lengths}
    for row in session.execute(_visitors(fair_id)):
        if row.graduate_id in fits:
            lot = list(lengths)[int(row.public_id, 16) % len(lengths)]
            chosen = row.session_id if row.session_id in lengths else lot
            crowds[chosen].append((row.id, row.graduate_id, row.public_id))
    return [(lengths[one], people) for one, people in crowds.items() if people]


def _visitors(fair_id: int) -> sa.Select[*tuple[Any, ...]]:
    booked = (
        sa.select(FairBooking.visitor_id, sa.func.min(FairBooking.session_id).label("session_id"))
        .where(FairBooking.state != BookingState.ENDED)
        .group_by(FairBooking.visitor_id)
        .subquery()
    )
    return (
        sa.select(
            FairVisitor.id, FairVisitor.graduate_id, FairVisitor.public_id, booked.c.session_id
        )
        .outerjoin(booked, booked.c.visitor_id == FairVisitor.id)
        .where(
            FairVisitor.fair_id == fair_id,
            FairVisitor.graduate_id.is_not(None),
            FairVisitor.state.in_(_COMES),
        )
        .order_by(FairVisitor.public_id)
    )


def _reasons(
    session: Session, fair_id: int, routes: Sequence[PlannedRoute], fits: Mapping[int, Fits]
) -> dict[tuple[int, int], list[str]]:
    """Return reason codes by graduate and employer: those of the employer's best post."""
    best = {
        (one.graduate_id, fits[one.graduate_id][employer][0]): employer
        for one in routes
        for employer in one.employers
    }
    drive = session.get_one(Drive, session.get_one(Fair, fair_id).drive_id)
    run = current_run(session, drive.id)
    found: dict[tuple[int, int], list[str]] = defaultdict(list)
    if run is None:
        return found
    try:
        explained = explain_pairs(session, drive, run, best)
    except (OSError, SnapshotError):  # the run's input was cleared: routes stand without reasons
        return found
    for pair, explanation in explained.items():
        found[pair[0], best[pair]] = reasons_of(explanation)
    return found


def reasons_of(explanation: Explanation) -> list[str]:
    """Return the codes of what speaks for a pair, the major first, three at most."""
    codes: list[str] = []
    for part in explanation.parts:
        if part.name == "major" and part.code != "major_none":
            certain = part.code == "major_yes"
            codes.append(StopReason.MAJOR if certain else StopReason.MAJOR_OPEN)
        elif part.points > 0 and part.name in _REASONS:
            codes.append(_REASONS[part.name])
    return [str(one) for one in codes[:_MOST_REASONS]]
