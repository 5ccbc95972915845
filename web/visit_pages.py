"""A visitor's page of a fair (参会页): the same for the link anybody gets and for a graduate's own account."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from matcher import clock
from matcher.documents.calendar_file import write_calendar
from matcher.kinds.fair_guests import BookingState
from matcher.kinds.fair_hall import Audience
from matcher.kinds.fairs import FairState
from matcher.models.fair_visitors import FairVisitor
from matcher.models.fairs import Fair
from matcher.services.fair_guests import fit_lists, own_views
from matcher.services.fair_guests.registering import consent_text
from matcher.services.fair_hall import announcements
from web.fair_events import event_of
from web.forms import Form, FormState, blank_form
from web.i18n import gettext
from web.qr_codes import fair_address, qr_picture
from web.schemas.fair_guests import ComeForm, ShowForm
from web.words import fair_guests as words
from web.words import fair_moves

FORMS: dict[str, type[Form]] = {"come": ComeForm, "show": ShowForm}


def shown_visit(
    session: Session, visitor: FairVisitor, filled: Mapping[str, FormState]
) -> dict[str, Any]:
    """Return what the template of a visitor's page shows; the caller has checked whose it is."""
    visit = own_views.own_visit(session, visitor)
    tickets = [
        (one, qr_picture(one.code, gettext("入场码"), scale=8) if visit.has_door else "")
        for one in visit.sessions
        if one.code
    ]
    return {
        "visit": visit,
        "fair": visit.fair,
        "tickets": tickets,
        "waiting": [one for one in visit.sessions if one.state is BookingState.WAITING],
        "others": fit_lists.other_fits(session, visit),
        "n_halls": len({one.hall for one in visit.stops if one.hall}),
        "words": words,
        "moved": fair_moves,
        "is_today": _is_today(visit.fair),
        "said": announcements.standing(session, visit.fair.id, Audience.VISITORS),
        "consent": consent_text(session).body,
        "public_page": fair_address(visit.fair.token),
        "forms": {
            "come": filled.get("come")
            or blank_form(ComeForm, sessions=words.chosen_sessions(visit.sessions)),
            "show": filled.get("show") or blank_form(ShowForm, fields=sorted(visit.shown)),
        },
    }


def _is_today(fair: Fair) -> bool:
    """Say whether the fair is on today: only then does the page ask for announcements by itself."""
    return fair.state is FairState.ANNOUNCED and fair.first_on <= clock.today() <= fair.last_on


def calendar_of(session: Session, visitor: FairVisitor) -> bytes:
    """Return the calendar file of the sessions a visitor has a place in."""
    visit = own_views.own_visit(session, visitor)
    events = [
        event_of(visit.fair, one.held) for one in visit.sessions if one.state is BookingState.BOOKED
    ]
    return write_calendar(visit.fair.title, events, clock.now())
