"""Entering and editing a fair (新建、修改招聘会).

What is read outside carries no word that tells anybody's circumstances. A fair that moves takes its sessions along,
as long as nobody came in yet. What was announced and then moved is told to everybody who counts on it.
"""

import datetime as dt
import secrets
from dataclasses import asdict, dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import InvalidInputError, RuleBrokenError
from matcher.fairs.permits import ON_SITE
from matcher.kinds.cohorts import EventChannel
from matcher.kinds.fairs import FairState
from matcher.models.fairs import Fair, FairSession
from matcher.services import audit
from matcher.services.drives import get_drive, is_telling
from matcher.services.fairs import moves, telling
from matcher.services.fairs.sight import get_managed, require_live
from matcher.services.permissions import Actor, Permission, require, scope_of
from matcher.services.rows import expect_version, not_found

SUBJECT = "fair"
_TOKEN_BYTES = 9
_MOST_DAYS = 31
"""A fair longer than a month is several fairs."""
_READ_OUTSIDE = ("title", "venue_name", "venue_address", "co_organisers", "enquiries", "about")
_TELLING = "这一项对外公开，不能出现困难、零就业、帮扶等字样，以免暴露求职者的家庭情况。"


@dataclass(frozen=True, kw_only=True)
class FairInput:
    """What is entered of a fair.

    Parameters
    ----------
    expected_people : expected people of the largest session
    """

    title: str
    channel: EventChannel
    first_on: dt.date
    last_on: dt.date | None = None
    venue_name: str | None = None
    venue_address: str | None = None
    venue_region: str | None = None
    venue_capacity: int | None = None
    expected_people: int = 0
    online_address: str | None = None
    co_organisers: str | None = None
    enquiries: str | None = None
    about: str | None = None


def create_fair(
    session: Session, by: Actor, drive_id: int, facts: FairInput, *, union_id: int | None = None
) -> Fair:
    """Enter a fair of a drive, in preparation.

    Parameters
    ----------
    union_id : the union that holds it, in scope; None is the actor's own

    Raises
    ------
    InvalidInputError
        Days out of order or past, no venue of a fair on site, words that tell somebody's circumstances.
    """
    require(by, Permission.MANAGE_FAIRS)
    drive = get_drive(session, by, drive_id)
    held_by = union_id if union_id is not None else by.union_id
    if held_by is None or not scope_of(by).admits(session, held_by):
        raise not_found()
    check(facts)
    fair = Fair(
        **columns_of(facts),
        token=secrets.token_urlsafe(_TOKEN_BYTES),
        drive_id=drive.id,
        union_id=held_by,
        state=FairState.DRAFT,
        created_at=clock.now(),
        created_by_id=by.account_id,
    )
    session.add(fair)
    session.flush()
    audit.record(session, by, "fair.created", subject=(SUBJECT, fair.id), on=fair.first_on)
    session.flush()
    return fair


def edit_fair(
    session: Session,
    by: Actor,
    public_id: str,
    facts: FairInput,
    *,
    expected_version: int | None = None,
) -> Fair:
    """Change a fair; its sessions move along with its first day, and who counts on it is told.

    Raises
    ------
    InvalidInputError
        As `create_fair`, or sessions would lie outside its days.
    RuleBrokenError
        It is over, or somebody came in already and its days change.
    """
    fair = get_managed(session, by, public_id)
    expect_version(fair, expected_version)
    require_live(fair)
    check(facts, already=fair.first_on)
    _check_numbers(session, fair, facts)
    columns = columns_of(facts)
    before = {name: getattr(fair, name) for name in columns}
    changed = sorted(name for name in columns if before[name] != columns[name])
    stood = moves.standing(session, fair)
    _move_sessions(session, fair, facts)
    for name, value in columns.items():
        setattr(fair, name, value)
    session.flush()
    if changed:
        audit.record(session, by, "fair.edited", subject=(SUBJECT, fair.id), fields=changed)
        telling.note_moved(session, fair, changed, before=stood, asked_by_id=by.account_id)
    session.flush()
    return fair


def _move_sessions(session: Session, fair: Fair, facts: FairInput) -> None:
    """Move the sessions by as many days as the first day; refuse days that would leave one outside."""
    last_on = facts.last_on or facts.first_on
    if (facts.first_on, last_on) == (fair.first_on, fair.last_on):
        return
    found = sa.select(FairSession).where(FairSession.fair_id == fair.id)
    held = list(session.scalars(found.order_by(FairSession.held_on, FairSession.id)))
    if any(one.n_entered for one in held):
        raise RuleBrokenError("fair_running", "已经有人入场，日期不能再改。")
    by_days = facts.first_on - fair.first_on
    if any(one.held_on + by_days > last_on for one in held):
        message = "有场次排在这几天以外，请先修改场次。"
        raise InvalidInputError("fair_input", message, fields={"last_on": message})
    # From the end on when moving later, so that no two stand on the same hour in between.
    for one in reversed(held) if by_days > dt.timedelta() else held:
        one.held_on += by_days
        session.flush()


def _check_numbers(session: Session, fair: Fair, facts: FairInput) -> None:
    """Refuse a hall smaller than a session may let in, and one open to anybody without a number to stop at."""
    if facts.channel not in ON_SITE:
        return
    found = sa.select(FairSession.approved_number).where(FairSession.fair_id == fair.id)
    numbers = list(session.scalars(found.order_by(FairSession.id)))
    most = max((one for one in numbers if one is not None), default=0)
    message, field = "", "venue_capacity"
    if most > (facts.venue_capacity or 0):
        message = f"有场次的核准人数是 {most}，比场馆可容纳的多，请先把场次的人数改小。"
    elif fair.state is FairState.ANNOUNCED and None in numbers:
        message, field = "有场次没有定核准人数，验票不知道到几个人停，请先在场次里填。", "channel"
    if message:
        raise InvalidInputError("fair_input", message, fields={field: message})


def facts_of(fair: Fair) -> FairInput:
    """Return what a fair says, as it is entered."""
    return FairInput(**{name: getattr(fair, name) for name in FairInput.__dataclass_fields__})


def columns_of(facts: FairInput) -> dict[str, object]:
    """Return the columns of a fair: texts trimmed, empty ones none, the last day never empty."""
    columns: dict[str, object] = {
        name: (value.strip() or None) if isinstance(value, str) and name != "channel" else value
        for name, value in asdict(facts).items()
    }
    columns["channel"] = facts.channel
    columns["last_on"] = facts.last_on or facts.first_on
    return columns


def check(facts: FairInput, *, already: dt.date | None = None) -> None:
    """Refuse what cannot be.

    Parameters
    ----------
    already : first day as it stands; one that is past may stay, but none is set into the past

    Raises
    ------
    InvalidInputError
        With each wrong field.
    """
    fields = _wrong_days(facts, already) | _wrong_place(facts)
    if not facts.title.strip():
        fields["title"] = "请填写招聘会名称。"
    if facts.expected_people < 0:
        fields["expected_people"] = "人数不能为负。"
    for name in _READ_OUTSIDE:
        if is_telling(getattr(facts, name) or ""):
            fields[name] = _TELLING
    if fields:
        raise InvalidInputError("fair_input", "招聘会信息有误，请修改标出的项目。", fields=fields)


def _wrong_days(facts: FairInput, already: dt.date | None) -> dict[str, str]:
    last_on = facts.last_on or facts.first_on
    if facts.first_on < clock.today() and facts.first_on != already:
        return {"first_on": "这一天已经过去。办过的招聘会请在“服务活动”登记。"}
    if last_on < facts.first_on:
        return {"last_on": "结束日期不能早于开始日期。"}
    if (last_on - facts.first_on).days >= _MOST_DAYS:
        return {"last_on": "一场招聘会不会超过一个月，请分开建。"}
    return {}


def _wrong_place(facts: FairInput) -> dict[str, str]:
    if facts.channel not in ON_SITE:
        if (facts.online_address or "").strip():
            return {}
        return {"online_address": "线上举办的，请填写观看或参加的网址。"}
    wrong: dict[str, str] = {}
    for name, words in (
        ("venue_name", "请填写场馆名称。"),
        ("venue_address", "请填写场馆地址。"),
    ):
        if not (getattr(facts, name) or "").strip():
            wrong[name] = words
    if not facts.venue_capacity or facts.venue_capacity < 0:
        wrong["venue_capacity"] = "请填写场馆可容纳的人数，验票到这个数就停。"
    if facts.expected_people == 0:
        wrong["expected_people"] = "请填写预计参加人数，要不要报批按它算。"
    if not facts.venue_region:
        wrong["venue_region"] = "请选择场馆所在地，报批规则按所在地算。"
    return wrong
