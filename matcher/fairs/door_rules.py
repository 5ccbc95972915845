"""Who may pass the door (放行规则): what a ticket, the hour and the direction say, before places are counted.

Pure, so that the page, the server and the list a scanner takes along offline judge alike. The number of places is
not judged here: it is taken by a conditional update, or two doors would give the last one away twice.
"""

import datetime as dt
from dataclasses import dataclass

from matcher.kinds.fairs import DoorDirection, EntryRefusal


@dataclass(frozen=True, slots=True)
class TicketStanding:
    """What is known of a ticket when it is held to a scanner.

    Attributes
    ----------
    is_of_this_fair : the scanner stands at the fair the ticket is for
    is_cancelled : the ticket was taken back, or the fair is called off
    is_closed : the fair is over and closed (招聘会已结束)
    held_on, begins_minute, ends_minute, opens_minutes_before : the session, on China's clock
    is_inside : it let somebody in who has not left
    """

    is_of_this_fair: bool
    is_cancelled: bool
    is_closed: bool
    held_on: dt.date
    begins_minute: int
    ends_minute: int
    opens_minutes_before: int
    is_inside: bool


def refusal_of(
    ticket: TicketStanding, direction: DoorDirection, local: dt.datetime
) -> EntryRefusal | None:
    """Return why a ticket does not pass, or None if it does as long as there is a place.

    Parameters
    ----------
    local : the instant of the scan on China's clock

    Notes
    -----
    Leaving is never refused for the hour: whoever is inside may go.
    """
    if not ticket.is_of_this_fair:
        return EntryRefusal.OTHER_FAIR
    if direction is DoorDirection.OUT:
        return None if ticket.is_inside else EntryRefusal.NOT_INSIDE
    if ticket.is_cancelled:
        return EntryRefusal.CANCELLED
    return _by_the_hour(ticket, local) or (EntryRefusal.ALREADY_IN if ticket.is_inside else None)


def _by_the_hour(ticket: TicketStanding, local: dt.datetime) -> EntryRefusal | None:
    if local.date() != ticket.held_on:
        return EntryRefusal.WRONG_DAY
    minute = local.hour * 60 + local.minute
    if ticket.is_closed or minute >= ticket.ends_minute:
        return EntryRefusal.OVER
    if minute < ticket.begins_minute - ticket.opens_minutes_before:
        return EntryRefusal.TOO_EARLY
    return None
