"""Alarms of exports (导出警戒): one account's records are added up over a day and over thirty days.

Splitting a large export into small ones does not pass by: what counts is the sum of what an account asked for and
was not refused. The alarm is raised when it is asked, before anybody approves.
"""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.kinds.people_rights import ExportState
from matcher.models.people_rights import ExportRequest
from matcher.policy.export_alarms import alarm_line, windows
from matcher.services import tasks
from matcher.services.people_rights import officers

ALARM_RULE = "export.alarm"
TEMPLATE = "export_alarm"


def records_within(session: Session, account_id: int | None, days: int) -> int:
    """Return how many records an account asked to export today and on the days before, refused ones left out."""
    first = clock.today() - dt.timedelta(days=days - 1)
    start = dt.datetime.combine(first, dt.time(), tzinfo=clock.CHINA)
    found = sa.select(sa.func.coalesce(sa.func.sum(ExportRequest.n_records), 0)).where(
        ExportRequest.requested_by_id == account_id,
        ExportRequest.requested_at >= start,
        ExportRequest.state != ExportState.REFUSED,
    )
    return int(session.scalar(found) or 0)


def raise_alarm(session: Session, export: ExportRequest) -> int:
    """Raise the alarm an export reaches together with its asker's others; return the level, 0 for none.

    An export is told of once a level; one that grew until it was made may be told of again.
    """
    today = clock.today()
    counts = {
        days: records_within(session, export.requested_by_id, days) for days in windows(today)
    }
    line = alarm_line(counts, today)
    if line is None or line.level <= export.alarm_level:
        return export.alarm_level
    export.alarm_level = line.level
    found = officers.officers_of(session, export.union_id)
    tasks.open_task(
        session,
        union_id=found[0][1] if found else export.union_id,
        rule=ALARM_RULE,
        subject=("export_request", export.id),
        due_on=today,
        facts={
            "level": line.level,
            "records": counts[line.window_days],
            "from": line.records,
            "days": line.window_days,
        },
        assignee_id=found[0][0] if len(found) == 1 else None,
    )
    officers.tell_officers(
        session,
        export.union_id,
        key=f"export-alarm:{export.id}:{line.level}",
        template=TEMPLATE,
        parameters={"export": export.id, "level": line.level, "from": line.records},
    )
    return line.level
