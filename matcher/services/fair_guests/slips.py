"""Printed route slips (路线条): ticket and route on a third of a page, the same for everybody.

The name is masked on all of them, also on those a caseworker prints: a name in full would tell who has a caseworker.
Only who has a ticket gets a slip, so that none looks different for want of a code; all have the same number of lines.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.documents.pdf import compile_pdf
from matcher.fairs.permits import ON_SITE
from matcher.fairs.ticket_codes import spaced
from matcher.identity import mask_name
from matcher.kinds.fair_guests import BookingState
from matcher.models.fair_guests import FairBooking, FairRoute
from matcher.models.fair_visitors import FairTicket, FairVisitor
from matcher.models.fairs import Fair, FairSession
from matcher.models.graduates import Graduate
from matcher.policy.limits import get_limit
from matcher.services import audit
from matcher.services.doors.tickets import ticket_code
from matcher.services.fair_guests import inviting, preparing
from matcher.services.fair_guests.own_views import Stop, stops_of
from matcher.services.fairs.sight import get_fair, get_managed, require_not_cancelled
from matcher.services.permissions import Actor

AT_ONCE = 300
"""Slips of one file, a hundred pages: more are printed in parts, so that nobody waits for a minute."""
_STOPS = "fair.route_stops"
_POSTINGS_LENGTH = 28


@dataclass(frozen=True)
class SlipWords:
    """How slips say things, in the reader's language; the caller brings them and the drawing of codes."""

    draw: Callable[[str], str]
    reasons: Callable[[Stop], str]
    session: Callable[[FairSession], str]
    arrive: Callable[[int], str]
    when: str


def n_slips(session: Session, by: Actor, public_id: str, *, own: bool) -> int:
    """Return how many slips there are: of all with a ticket, or of the actor's own people."""
    fair = _fair(session, by, public_id, own=own)
    chosen = _chosen(session, by, fair, own=own)
    return session.scalar(sa.select(sa.func.count()).select_from(chosen.subquery())) or 0


def print_slips(
    session: Session, by: Actor, public_id: str, words: SlipWords, *, part: int, own: bool
) -> bytes:
    """Return one part of the slips as PDF, in an order drawn by lot; recorded like every paper with people on it.

    Parameters
    ----------
    part : counts from 1
    own : the caseworker's own people instead of all

    Raises
    ------
    RuleBrokenError
        The fair was cancelled.
    """
    fair = _fair(session, by, public_id, own=own)
    require_not_cancelled(fair)
    chosen = _chosen(session, by, fair, own=own)
    rows = session.execute(chosen.limit(AT_ONCE).offset((part - 1) * AT_ONCE)).all()
    content = compile_pdf("fair_slips", slip_data(session, fair, rows, words))
    audit.record(
        session,
        by,
        "fair.slips_printed",
        subject=("fair", fair.id),
        people=len(rows),
        own=own,
    )
    return content


def slip_data(
    session: Session, fair: Fair, rows: Sequence[Any], words: SlipWords
) -> dict[str, object]:
    """Return what the template shows of tickets; nothing in it depends on who prints, or on who a person is."""
    routes = dict(_routes(session, [row[0].visitor_id for row in rows]))
    stops = stops_of(session, fair.id, {one: route.stops for one, route in routes.items()})
    most = get_limit(_STOPS, fair.venue_region, clock.today()).value
    several = len({one.hall for own in stops.values() for one in own if one.hall}) > 1
    has_door = fair.channel in ON_SITE
    return {
        "title": fair.title,
        "when": words.when,
        "where": " ".join(filter(None, (fair.venue_name, fair.venue_address)))
        if has_door
        else fair.online_address or "",
        "lines": most,
        "slips": [
            {
                **_head(
                    session, row, routes.get(row[0].visitor_id), words=words, has_door=has_door
                ),
                "stops": [
                    _line(one, words, several=several)
                    for one in stops.get(row[0].visitor_id, ())[:most]
                ],
            }
            for row in rows
        ],
    }


def _head(
    session: Session, row: Any, route: FairRoute | None, *, words: SlipWords, has_door: bool
) -> dict[str, object]:
    """Return the ticket of a slip; where there is no door, no picture for it and no time to arrive at."""
    ticket, held, masked, name = row
    code = ticket_code(session, ticket)
    begins = held.begins_minute + (route.arrive_minutes or 0 if route else 0)
    return {
        "code": words.draw(code) if has_door else "",
        "words": spaced(code),
        "name": mask_name(name) if name else masked or "*",
        "session": words.session(held),
        "arrive": words.arrive(begins) if has_door else "",
    }


def _line(stop: Stop, words: SlipWords, *, several: bool) -> dict[str, str]:
    titles = "、".join(stop.postings)
    if len(titles) > _POSTINGS_LENGTH:
        titles = titles[: _POSTINGS_LENGTH - 1] + "…"
    booth = f"{stop.hall} {stop.booth}" if several and stop.booth else stop.booth
    return {
        "booth": booth,
        "employer": stop.employer,
        "postings": titles,
        "reasons": words.reasons(stop),
    }


def _fair(session: Session, by: Actor, public_id: str, *, own: bool) -> Fair:
    return (
        get_fair(session, by, public_id) if own else get_managed(session, by, public_id, lock=False)
    )


def _chosen(session: Session, by: Actor, fair: Fair, *, own: bool) -> sa.Select[*tuple[Any, ...]]:
    """Select the tickets to print; who was asked is left out until everybody has heard, as in the list of visitors."""
    if own:
        return _tickets(fair, preparing.own_ids(session, by, fair))
    return _tickets(fair, None).where(*inviting.in_sight(session, fair.id))


def _tickets(fair: Fair, visitors: Sequence[int] | None) -> sa.Select[*tuple[Any, ...]]:
    """Select good tickets that were booked, with session and name; who walked in has a ticket of the door."""
    chosen = (
        sa.select(FairTicket, FairSession, FairVisitor.name_masked, Graduate.name)
        .join(FairSession, FairSession.id == FairTicket.session_id)
        .join(FairVisitor, FairVisitor.id == FairTicket.visitor_id)
        .join(
            FairBooking,
            sa.and_(
                FairBooking.visitor_id == FairTicket.visitor_id,
                FairBooking.session_id == FairTicket.session_id,
                FairBooking.state == BookingState.BOOKED,
            ),
        )
        .outerjoin(Graduate, Graduate.id == FairVisitor.graduate_id)
        .where(FairVisitor.fair_id == fair.id, FairTicket.revoked_at.is_(None))
        .where(FairVisitor.forgotten_at.is_(None))
        .order_by(FairSession.held_on, FairSession.begins_minute, FairVisitor.public_id)
    )
    return chosen if visitors is None else chosen.where(FairVisitor.id.in_(visitors))


def _routes(session: Session, visitors: Sequence[int]) -> list[tuple[int, FairRoute]]:
    found = sa.select(FairRoute).where(FairRoute.visitor_id.in_(visitors))
    return [(one.visitor_id, one) for one in session.scalars(found.order_by(FairRoute.id))]
