"""The family of service events (招聘会等就业服务活动), each by its newest row known, withdrawn ones left out."""

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from matcher.kinds.cohorts import EventChannel, EventKind
from matcher.models.service_events import ServiceEvent
from matcher.services.figures.cuts import Cut
from matcher.services.figures.lines import Family, Line

_BY_CHANNEL = {
    "fairs_on_site": EventChannel.ON_SITE,
    "fairs_online": EventChannel.ONLINE,
    "fairs_livestream": EventChannel.LIVESTREAM,
    "fairs_mixed": EventChannel.MIXED,
}


def standing_events(cut: Cut) -> sa.CTE:
    """Return the drive's events of the days, as known at the moment."""
    event, later = ServiceEvent, aliased(ServiceEvent)
    corrected = sa.exists().where(later.replaces_id == event.id, cut.known(later.entered_at))
    return (
        sa.select(
            event.id,
            event.union_id,
            event.kind,
            event.channel,
            event.title,
            event.happened_on,
            event.entered_at,
            event.n_employers,
            event.n_distinct_posts,
            event.n_visitors,
            event.n_intents,
        )
        .where(
            event.drive_id == cut.drive_id,
            cut.known(event.entered_at),
            cut.happened(event.happened_on),
            sa.not_(event.is_void),
            ~corrected,
        )
        .cte("events")
    )


def family(cut: Cut) -> Family:
    """Return the family of events."""
    rows = standing_events(cut)
    c = rows.c

    def line(
        where: sa.ColumnElement[bool] | None = None, quantity: sa.ColumnElement[int] | None = None
    ) -> Line:
        return Line(
            "service_event",
            c.id,
            c.happened_on,
            c.entered_at,
            where=where,
            quantity=quantity,
            words=c.title,
        )

    fair = c.kind == EventKind.FAIR
    lines = {
        "events": line(),
        "fairs": line(fair),
        "event_employers": line(c.n_employers > 0, c.n_employers),
        "visitors": line(c.n_visitors > 0, c.n_visitors),
        "intents": line(c.n_intents > 0, c.n_intents),
    }
    for code, channel in _BY_CHANNEL.items():
        lines[code] = line(sa.and_(fair, c.channel == channel))
    return Family(rows, c.union_id, lines)
