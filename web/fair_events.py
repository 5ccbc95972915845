"""Sessions of a fair as events of a calendar (加到日历): the same for the public page and a visitor's own."""

from matcher.documents.calendar_file import TimedEvent
from matcher.kinds.fairs import FairState
from matcher.models.fairs import Fair, FairSession
from matcher.services.interviews.days import moment_of
from web.i18n import gettext
from web.qr_codes import fair_address


def event_of(fair: Fair, held: FairSession) -> TimedEvent:
    """Return a session as an event; whoever took it along before gets what changed, or that it is off."""
    is_off = fair.state is FairState.CANCELLED
    lines = [
        fair.cancelled_because if is_off else None,
        f"{gettext('咨询')}：{fair.enquiries}" if fair.enquiries else None,
    ]
    return TimedEvent(
        uid=f"{held.public_id}@yangguang",
        begins=moment_of(held.held_on, held.begins_minute),
        ends=moment_of(held.held_on, held.ends_minute),
        title=f"{fair.title} {held.name}",
        place=" ".join(filter(None, (fair.venue_name, fair.venue_address)))
        or fair.online_address
        or "",
        text="\n".join(filter(None, lines)),
        address=fair_address(fair.token),
        is_off=is_off,
        sequence=fair.version_id,
    )
