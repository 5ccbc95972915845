"""Service events (就业服务活动): fairs, talks, guidance, visits, entered by whoever held them.

Rows are never changed: a correction is a new row that names the one it replaces, a withdrawn event a last row that
is void. The first row's public id names the event in addresses. Nothing here is about a person, so a fair organiser
may enter and read it.
"""

import datetime as dt
from dataclasses import asdict, dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import ConflictError, InvalidInputError, RuleBrokenError
from matcher.kinds.cohorts import EventChannel, EventKind
from matcher.models.accounts import Account
from matcher.models.service_events import ServiceEvent
from matcher.services import audit
from matcher.services.drives import get_drive
from matcher.services.permissions import Actor, Permission, require, scope_of
from matcher.services.rows import first_or_missing, not_found, unique_or

SUBJECT = "service_event"

_COUNTS = ("n_employers", "n_posts", "n_distinct_posts", "n_visitors", "n_intents")

_MOST_DAYS = 92
"""An event longer than a quarter of a year is a slip of the pen, or several events."""


@dataclass(frozen=True, kw_only=True)
class EventInput:
    """What is entered of an event; counts None are not known, which is not nought.

    Parameters
    ----------
    n_distinct_posts : of the posts shown, those on record neither here nor at an earlier event
    """

    kind: EventKind
    channel: EventChannel
    title: str
    happened_on: dt.date
    until_on: dt.date | None = None
    place: str | None = None
    n_employers: int | None = None
    n_posts: int | None = None
    n_distinct_posts: int | None = None
    n_visitors: int | None = None
    n_intents: int | None = None


def record_event(
    session: Session,
    by: Actor,
    drive_id: int,
    facts: EventInput,
    *,
    union_id: int | None = None,
    credited_to_id: int | None = None,
) -> ServiceEvent:
    """Enter an event of a drive.

    Parameters
    ----------
    union_id : the union that held it, in scope; None is the actor's own
    credited_to_id : who answers for it; None is who enters it

    Raises
    ------
    InvalidInputError
        No title, days out of order or ahead, counts that cannot be.
    """
    require(by, Permission.RECORD_EVENTS)
    drive = get_drive(session, by, drive_id)
    held_by = union_id if union_id is not None else by.union_id
    if held_by is None or not scope_of(by).admits(session, held_by):
        raise not_found()
    _check(facts)
    _check_account(session, credited_to_id)
    event = ServiceEvent(
        **_columns(facts),
        union_id=held_by,
        drive_id=drive.id,
        entered_at=clock.now(),
        actor_id=by.account_id,
        credited_to_id=credited_to_id or by.account_id,
    )
    session.add(event)
    session.flush()
    _audit(session, by, "service_event.recorded", event)
    return event


def correct_event(
    session: Session,
    by: Actor,
    public_id: str,
    facts: EventInput,
    *,
    why: str,
    expected_row: int | None = None,
) -> ServiceEvent:
    """Correct an event by a new row, with a reason.

    Parameters
    ----------
    expected_row : the row the person had before their eyes
    """
    require(by, Permission.RECORD_EVENTS)
    before = _standing(session, by, public_id, expected_row)
    _check(facts, why)
    return _follow(session, by, before, why=why, columns=_columns(facts))


def void_event(
    session: Session, by: Actor, public_id: str, *, why: str, expected_row: int | None = None
) -> ServiceEvent:
    """Withdraw an event that was entered by mistake (作废); it counts nowhere from now on."""
    require(by, Permission.RECORD_EVENTS)
    before = _standing(session, by, public_id, expected_row)
    if not why.strip():
        message = "请写明作废的原因。"
        raise InvalidInputError("event_input", message, fields={"why": message})
    columns = {name: getattr(before, name) for name in _columns(facts_of(before))}
    return _follow(session, by, before, why=why, columns=columns | {"is_void": True})


def _follow(
    session: Session, by: Actor, before: ServiceEvent, *, why: str, columns: dict[str, object]
) -> ServiceEvent:
    after = ServiceEvent(
        **columns,
        union_id=before.union_id,
        drive_id=before.drive_id,
        credited_to_id=before.credited_to_id,
        entered_at=clock.now(),
        actor_id=by.account_id,
        replaces_id=before.id,
        first_id=before.first_id or before.id,
        why=why.strip(),
    )
    with unique_or(session, RuleBrokenError("event_changed", "这条活动刚被更正过，请刷新后再改。")):
        session.add(after)
    act = "service_event.voided" if after.is_void else "service_event.corrected"
    _audit(session, by, act, after)
    return after


def _standing(
    session: Session, by: Actor, public_id: str, expected_row: int | None
) -> ServiceEvent:
    row = get_event(session, by, public_id)[0]
    if row.is_void:
        raise RuleBrokenError("event_void", "这条活动已经作废，不能再改。")
    if expected_row is not None and row.id != expected_row:
        raise ConflictError(
            "changed_meanwhile",
            "这条记录刚被别人修改过，请核对最新内容后再保存。",
            expected=expected_row,
            current=row.id,
            subject=(SUBJECT, row.first_id or row.id),
        )
    return row


def get_event(session: Session, by: Actor, public_id: str) -> list[ServiceEvent]:
    """Return all rows of an event in scope, the one that stands first."""
    require(by, Permission.RECORD_EVENTS)
    found = sa.select(ServiceEvent).where(
        ServiceEvent.public_id == public_id,
        ServiceEvent.first_id.is_(None),
        ServiceEvent.union_id.in_(scope_of(by).unions()),
    )
    first = first_or_missing(session, found, lock=False)
    rows = sa.select(ServiceEvent).where(
        sa.or_(ServiceEvent.id == first.id, ServiceEvent.first_id == first.id)
    )
    return list(session.scalars(rows.order_by(ServiceEvent.id.desc())))


def facts_of(row: ServiceEvent) -> EventInput:
    """Return what a row says, as it is entered."""
    return EventInput(**{name: getattr(row, name) for name in EventInput.__dataclass_fields__})


def _columns(facts: EventInput) -> dict[str, object]:
    columns = asdict(facts)
    columns["title"] = facts.title.strip()
    columns["place"] = (facts.place or "").strip() or None
    columns["until_on"] = facts.until_on or facts.happened_on
    return columns


def _check(facts: EventInput, why: str | None = None) -> None:
    fields: dict[str, str] = {}
    if not facts.title.strip():
        fields["title"] = "请填写活动名称。"
    if facts.happened_on > clock.today():
        fields["happened_on"] = "活动日期不能晚于今天，办完再登记。"
    last = facts.until_on or facts.happened_on
    if last < facts.happened_on:
        fields["until_on"] = "结束日期不能早于开始日期。"
    elif last > clock.today():
        fields["until_on"] = "活动还没有结束，办完再登记。"
    elif (last - facts.happened_on).days > _MOST_DAYS:
        fields["until_on"] = "一场活动不会这么长，请分开登记。"
    fields |= _wrong_counts(facts)
    if why is not None and not why.strip():
        fields["why"] = "请写明更正的原因。"
    if fields:
        raise InvalidInputError("event_input", "活动登记有误，请修改标出的项目。", fields=fields)


def _wrong_counts(facts: EventInput) -> dict[str, str]:
    counts = {name: getattr(facts, name) for name in _COUNTS}
    wrong = {name: "数量不能为负。" for name, n in counts.items() if n is not None and n < 0}
    if facts.n_distinct_posts is not None and (facts.n_posts or 0) < facts.n_distinct_posts:
        wrong["n_distinct_posts"] = "首次展示的岗位数不能多于展示的岗位数。"
    both = facts.n_intents is not None and facts.n_visitors is not None
    if both and (facts.n_intents or 0) > (facts.n_visitors or 0):
        wrong["n_intents"] = "达成意向的人数不能多于进场人次。"
    return wrong


def _check_account(session: Session, account_id: int | None) -> None:
    if account_id is not None and session.get(Account, account_id) is None:
        message = "没有这个人员，请从列表中选择。"
        raise InvalidInputError("event_input", message, fields={"credited_to_id": message})


def _audit(session: Session, by: Actor, act: str, event: ServiceEvent) -> None:
    audit.record(
        session,
        by,
        act,
        subject=(SUBJECT, event.first_id or event.id),
        row=event.id,
        kind=event.kind,
        on=event.happened_on,
    )
    session.flush()
