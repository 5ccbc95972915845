"""What of a fair is filed with an authority (报批内容), so that a later change is found by comparing."""

from typing import Any

from sqlalchemy.orm import Session

from matcher.models.fairs import Fair
from matcher.services.fairs.sessions import sessions_of


def of_fair(session: Session, fair: Fair) -> dict[str, Any]:
    """Return days, place, content, expected people and sessions as they stand."""
    return {
        "title": fair.title,
        "channel": fair.channel.value,
        "first_on": fair.first_on.isoformat(),
        "last_on": fair.last_on.isoformat(),
        "venue_name": fair.venue_name,
        "venue_address": fair.venue_address,
        "venue_region": fair.venue_region,
        "venue_capacity": fair.venue_capacity,
        "expected_people": fair.expected_people,
        "sessions": [
            [one.held_on.isoformat(), one.begins_minute, one.ends_minute]
            for one in sessions_of(session, fair.id)
        ],
    }
