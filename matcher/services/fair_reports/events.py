"""The service event (就业服务活动) a closed fair is in the drive's figures: one, written by the product.

A fair has at most one event (`service_event.fair_id` is unique); figures that change later correct it by a new row, as
a person would. Who types a fair by hand as well would count it twice, so events of the same union and days are told.
"""

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from matcher import clock
from matcher.kinds.cohorts import EventKind
from matcher.models.fairs import Fair
from matcher.models.service_events import ServiceEvent
from matcher.services import audit
from matcher.services.fair_reports import figures
from matcher.services.permissions import Actor

SUBJECT = "service_event"
_WHY = "招聘会的记录有变化，由系统按会后数字更新。"


def find_event(session: Session, fair: Fair) -> tuple[ServiceEvent, ServiceEvent] | None:
    """Return the first row of a fair's event and the row that stands; None before the fair was closed."""
    first = session.scalar(sa.select(ServiceEvent).where(ServiceEvent.fair_id == fair.id))
    if first is None:
        return None
    rows = sa.select(ServiceEvent).where(
        sa.or_(ServiceEvent.id == first.id, ServiceEvent.first_id == first.id)
    )
    return first, session.scalars(rows.order_by(ServiceEvent.id.desc()).limit(1)).one()


def write_event(session: Session, by: Actor, fair: Fair) -> ServiceEvent:
    """Write or bring up to date the event of a closed fair; unchanged figures change nothing.

    The fair is locked by the caller, so that two who do it at once write one. An event somebody withdrew (作废) with
    a reason stays withdrawn.
    """
    values: dict[str, object] = {
        "kind": EventKind.FAIR,
        "channel": fair.channel,
        "title": fair.title,
        "happened_on": fair.first_on,
        "until_on": fair.last_on,
        "place": fair.venue_name,
        **figures_of_event(session, fair),
    }
    standing = find_event(session, fair)
    if standing is None:
        event = ServiceEvent(**values, **_entered(by, fair), fair_id=fair.id)
        return _add(session, by, event, "service_event.recorded")
    first, last = standing
    if last.is_void or all(getattr(last, name) == value for name, value in values.items()):
        return last
    event = ServiceEvent(
        **values, **_entered(by, fair), replaces_id=last.id, first_id=first.id, why=_WHY
    )
    return _add(session, by, event, "service_event.corrected")


def figures_of_event(session: Session, fair: Fair) -> dict[str, int]:
    """Return the figures of a fair's event; who took part online came once (人次)."""
    counted = figures.count_all(session, fair)
    n_online = figures.count_rows(session, figures.never_in(fair))
    return {
        "n_employers": counted["units"],
        "n_posts": counted["posts"],
        "n_distinct_posts": counted["distinct_posts"],
        "n_visitors": counted["visits"] + n_online,
        "n_intents": counted["intent_people"],
    }


def _entered(by: Actor, fair: Fair) -> dict[str, object]:
    return {
        "union_id": fair.union_id,
        "drive_id": fair.drive_id,
        "entered_at": clock.now(),
        "actor_id": by.account_id,
        "credited_to_id": fair.created_by_id,
    }


def _add(session: Session, by: Actor, event: ServiceEvent, act: str) -> ServiceEvent:
    session.add(event)
    session.flush()
    audit.record(
        session,
        by,
        act,
        subject=(SUBJECT, event.first_id or event.id),
        row=event.id,
        kind=event.kind,
        on=event.happened_on,
    )
    return event


def typed_twice(session: Session, fair: Fair) -> list[tuple[str, str]]:
    """Return address and title of events typed by hand for the same union and days, which count the fair again."""
    newer, first = aliased(ServiceEvent), aliased(ServiceEvent)
    found = (
        sa.select(first.public_id, ServiceEvent.title)
        .join(first, first.id == sa.func.coalesce(ServiceEvent.first_id, ServiceEvent.id))
        .where(
            ServiceEvent.union_id == fair.union_id,
            ServiceEvent.kind == EventKind.FAIR,
            ServiceEvent.happened_on <= fair.last_on,
            ServiceEvent.until_on >= fair.first_on,
            first.fair_id.is_(None),
            ~ServiceEvent.is_void,
            ~sa.exists().where(newer.replaces_id == ServiceEvent.id),
        )
        .order_by(ServiceEvent.id)
    )
    return [(row[0], row[1]) for row in session.execute(found)]
