"""Booths that fit somebody beside those of the route (其他适合的展位): nobody is kept from any of them."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.kinds import ListSide
from matcher.models.fairs import Fair
from matcher.models.referrals import HiddenEmployer
from matcher.services.fair_guests.demand import postings_of
from matcher.services.fair_guests.own_views import OwnVisit, Stop, stops_of
from matcher.services.ranking_chunks import unpacked
from matcher.services.ranking_overlays import stored_list
from matcher.services.ranking_runs import current_run

_MOST = 40


def other_fits(session: Session, visit: OwnVisit) -> tuple[Stop, ...]:
    """Return the other booths that fit a visitor, best first, forty at most; none for who is not of the drive."""
    graduate_id = visit.visitor.graduate_id
    run = current_run(session, session.get_one(Fair, visit.fair.id).drive_id)
    if graduate_id is None or run is None:
        return ()
    stored = stored_list(session, run, ListSide.GRADUATE, graduate_id)
    if stored is None:
        return ()
    employers = postings_of(session, visit.fair.id)
    on_route = {one.fair_employer_id for one in visit.stops}
    found: dict[int, list[int]] = {}
    for posting in unpacked(stored.keys, stored.partners)[1].tolist():
        employer = employers.get(posting)
        if employer is not None and employer not in on_route:
            found.setdefault(employer, []).append(posting)
    rows = [
        {"fair_employer": employer, "postings": postings[:3], "reasons": []}
        for employer, postings in list(found.items())[:_MOST]
    ]
    stops = stops_of(session, visit.fair.id, {visit.visitor.id: rows})
    hidden = set(
        session.scalars(
            sa.select(HiddenEmployer.employer_id).where(HiddenEmployer.graduate_id == graduate_id)
        )
    )
    return tuple(one for one in stops[visit.visitor.id] if one.employer_id not in hidden)
