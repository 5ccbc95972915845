"""How printed route slips say things (路线条上的话), the same whoever prints them."""

from sqlalchemy.orm import Session

from matcher.models.fairs import FairSession
from matcher.services.fair_guests.own_views import Stop
from matcher.services.fair_guests.slips import SlipWords
from matcher.services.fairs.sight import get_fair
from web.auth import current_actor
from web.filters import day
from web.i18n import gettext
from web.qr_codes import qr_svg
from web.words import fair_guests as words
from web.words.fairs import minute


def slip_words(session: Session, public_id: str) -> SlipWords:
    """Return the words of a fair's slips."""
    fair = get_fair(session, current_actor(), public_id)
    last = "" if fair.first_on == fair.last_on else f" – {day(fair.last_on)}"
    return SlipWords(
        draw=qr_svg,
        reasons=_reasons,
        session=_session,
        arrive=_arrive,
        when=f"{day(fair.first_on)}{last}",
    )


def _reasons(stop: Stop) -> str:
    return words.reasons(stop.reasons)


def _session(held: FairSession) -> str:
    hours = f"{minute(held.begins_minute)}—{minute(held.ends_minute)}"
    return f"{held.name} {day(held.held_on)} {hours}"


def _arrive(at: int) -> str:
    return gettext("建议 %(time)s 左右到", time=minute(at))
