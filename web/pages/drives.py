"""Drives (活动): the home of a drive with its figures, the list of drives, making, opening, closing."""

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import InvalidInputError
from matcher.kinds import DriveState, EmployerState, PostingState
from matcher.models.drives import Drive
from matcher.services import drives
from matcher.services.drive_home import DriveHome, drive_home
from matcher.services.permissions import Actor, Permission, may, scope_of
from web.addresses import address_of
from web.auth import current_actor
from web.drive_choice import chosen_drive
from web.forms import FormErrors, blank_form, read_form, refused_form
from web.fragments import see_other, toast
from web.i18n import gettext, msg, ngettext
from web.marks import needs
from web.navigation import NavItem
from web.pages.ranking import run_view
from web.schemas.drives import NewDrive
from web.session import request_session
from web.words.target_lines import target_lines

bp = Blueprint("drives", __name__, url_prefix="/drives")

MENU = (
    NavItem(
        "drives.index",
        msg("活动首页"),
        Permission.VIEW_DRIVE,
        "drive",
        hint=msg("看活动进展，接着做下一步"),
        icon="home",
    ),
)

TARGET_NAMES = {
    "coverage": msg("服务覆盖"),
    "placed": msg("就业率"),
    "zero_employment": msg("零就业家庭清零"),
}
"""Names of the targets drives carry."""

_TARGETS_OF_HARDSHIP = frozenset({"zero_employment"})


@dataclass(frozen=True)
class Step:
    """Something to do next: what, why, and where."""

    title: str
    text: str
    address: str
    action: str


@bp.get("")
@needs(Permission.VIEW_DRIVE)
def index() -> ResponseReturnValue:
    """Open the drive that goes on, or say how to begin."""
    drive = chosen_drive().drive
    if drive is None:
        return render_template("drives/list.html", drives=[])
    return see_other(url_for("drives.home", drive_id=drive.id))


@bp.get("/all")
@needs(Permission.VIEW_DRIVE)
def all_drives() -> ResponseReturnValue:
    """List the drives one may see."""
    found = drives.list_drives(request_session(), current_actor())
    return render_template("drives/list.html", drives=found)


@bp.get("/new")
@needs(Permission.MANAGE_DRIVE)
def new() -> ResponseReturnValue:
    """Show the form for a new drive."""
    return render_template("drives/new.html", form=blank_form(NewDrive))


@bp.post("")
@needs(Permission.MANAGE_DRIVE)
def create() -> ResponseReturnValue:
    """Make a drive of the union in use, in preparation."""
    wish = read_form(NewDrive)
    if isinstance(wish, FormErrors):
        return render_template("drives/new.html", form=wish), 422
    actor = current_actor()
    try:
        made = drives.create_drive(
            request_session(),
            actor,
            union_id=actor.union_id or 0,
            name=wish.name,
            neutral_name=wish.neutral_name,
            opens_on=wish.opens_on,
            closes_on=wish.closes_on,
            census_on=wish.census_on,
        )
    except InvalidInputError as error:
        return render_template("drives/new.html", form=refused_form(NewDrive, error)), 422
    toast(gettext("活动已新建，抽签密钥已封存"))
    return see_other(url_for("drives.home", drive_id=made.id))


@bp.get("/<int:drive_id>")
@needs(Permission.VIEW_DRIVE)
def home(drive_id: int) -> ResponseReturnValue:
    """Show a drive: figures that open their lists, the last run, what to do next."""
    session, actor = request_session(), current_actor()
    found = drive_home(session, actor, drive_id)
    is_own = scope_of(actor).admits(session, found.drive.union_id)
    return render_template(
        "drives/home.html",
        drive=found.drive,
        home=found,
        figures=_figures(actor, found),
        steps=_steps(actor, found),
        targets=_targets(actor, found.drive),
        target_lines=target_lines(found.drive),
        last_run=found.last_run,
        run=run_view(found.drive) if may(actor, Permission.VIEW_RANKING) else None,
        may_manage=is_own and may(actor, Permission.MANAGE_DRIVE),
        now=clock.now(),
        days_left=(found.drive.closes_on - clock.today()).days,
        lottery_key=_lottery_key(session, actor, found.drive),
    )


def _figure(label: str, value: int, address: str, note: str = "") -> dict[str, Any]:
    return {"label": label, "value": value, "address": address, "note": note, "current": False}


def _figures(actor: Actor, found: DriveHome) -> list[dict[str, Any]]:
    """Return the counts of a drive; who may not see hardship gets none that follows from it."""
    return [*_employer_figures(found), *_posting_figures(found), *_people_figures(actor, found)]


def _employer_figures(found: DriveHome) -> list[dict[str, Any]]:
    drive = found.drive.id
    total = sum(found.employers.values())
    rows = [_figure(gettext("单位"), total, address_of("employers.index", drive=drive))]
    pending = found.employers.get(EmployerState.PENDING, 0)
    if pending:
        address = address_of("employers.index", drive=drive, state=EmployerState.PENDING.value)
        rows.append(_figure(gettext("待核单位"), pending, address))
    return rows


def _posting_figures(found: DriveHome) -> list[dict[str, Any]]:
    drive = found.drive.id
    published = found.postings.get(PostingState.PUBLISHED, 0)
    rows = [
        _figure(
            gettext("岗位"),
            sum(found.postings.values()),
            address_of("postings.index", drive=drive),
            gettext("已发布 %(n)d", n=published),
        ),
        _figure(
            gettext("要素不全的岗位"),
            found.n_incomplete,
            address_of("postings.index", drive=drive, incomplete="yes"),
        ),
        _seats(found),
    ]
    if found.last_run is not None and "n_postings_undecided" in found.last_run.figures:
        undecided = int(found.last_run.figures["n_postings_undecided"])
        address = address_of("postings.index", drive=drive, undecided="yes")
        rows.append(_figure(gettext("专业要求待确认的岗位"), undecided, address))
    return rows


def _people_figures(actor: Actor, found: DriveHome) -> list[dict[str, Any]]:
    drive = found.drive.id
    people = address_of("graduates.index", drive=drive)
    address = people if may(actor, Permission.VIEW_RANKING) else ""
    rows = [_figure(gettext("毕业生"), found.n_graduates, address)]
    if found.n_zero_employment is not None:
        # The address says "home=b": addresses stand in logs and histories, and name nobody's status.
        flagged = address_of("graduates.index", drive=drive, home="b")
        rows.append(_figure(gettext("零就业家庭毕业生"), found.n_zero_employment, flagged))
    return rows


def _seats(found: DriveHome) -> dict[str, Any]:
    """Return the seats of published postings; reserved ones only for who may see hardship."""
    address = address_of("postings.index", drive=found.drive.id, state=PostingState.PUBLISHED.value)
    note = ""
    if found.seats is not None:
        reserved = found.seats.total - found.seats.ordinary
        note = gettext(
            "普通 %(ordinary)d，预留 %(reserved)d",
            ordinary=found.seats.ordinary,
            reserved=reserved,
        )
    return _figure(gettext("席位"), found.n_seats, address, note)


def _targets(actor: Actor, drive: Drive) -> list[tuple[str, dict[str, Any]]]:
    """Return the targets the reader may see, by name; their sources speak of hardship."""
    if may(actor, Permission.VIEW_HARDSHIP):
        return [(_target_name(name), target) for name, target in drive.targets.items()]
    return [
        (_target_name(name), {"percent": target["percent"], "source": ""})
        for name, target in drive.targets.items()
        if name not in _TARGETS_OF_HARDSHIP
    ]


def _target_name(name: str) -> str:
    return gettext(TARGET_NAMES.get(name, name))


def _lottery_key(session: Session, actor: Actor, drive: Drive) -> str | None:
    """Return the lottery key of a closed drive."""
    if drive.lottery_revealed_at is None:
        return None
    return drives.reveal_lottery(session, actor, drive.id)


def _steps(actor: Actor, found: DriveHome) -> list[Step]:
    """Return what to do next, most pressing first, of what the role may do."""
    if found.drive.state is DriveState.CLOSED:
        return []
    return [*_import_steps(actor, found), *_check_steps(actor, found), *_rank_steps(actor, found)]


def _import_steps(actor: Actor, found: DriveHome) -> list[Step]:
    if not may(actor, Permission.IMPORT_ROWS):
        return []
    steps = []
    if not found.postings:
        address = url_for("imports.new", drive=found.drive.id, kind="postings")
        text = gettext("还没有岗位。把岗位表导进来，列和问题会先给您核对。")
        steps.append(Step(gettext("导入岗位"), text, address, gettext("导入岗位表")))
    if not found.n_graduates:
        address = url_for("imports.new", drive=found.drive.id, kind="graduates")
        text = gettext("还没有毕业生。先导家庭名册，再导毕业生名册，两边会自动对上。")
        steps.append(Step(gettext("导入毕业生"), text, address, gettext("导入毕业生名册")))
    return steps


def _check_steps(actor: Actor, found: DriveHome) -> list[Step]:
    if not may(actor, Permission.VERIFY_EMPLOYER):
        return []
    steps = []
    pending = found.employers.get(EmployerState.PENDING, 0)
    if pending:
        address = url_for("employers.index", drive=found.drive.id, state="pending")
        title = ngettext("核验 %(num)d 家单位", "核验 %(num)d 家单位", pending)
        text = gettext("没核验的单位不参加排序，也不推荐。")
        steps.append(Step(title, text, address, gettext("去核验")))
    if found.n_checks_expired:
        address = url_for("employers.index", drive=found.drive.id, due="over")
        n = found.n_checks_expired
        title = ngettext("%(num)d 家单位要重新核验", "%(num)d 家单位要重新核验", n)
        text = gettext("核验半年有效，过期的单位不再参加排序。")
        steps.append(Step(title, text, address, gettext("去核验")))
    return steps


def _rank_steps(actor: Actor, found: DriveHome) -> list[Step]:
    run_page = address_of("ranking.index", drive=found.drive.id)
    if not may(actor, Permission.RUN_RANKING) or not run_page:
        return []
    if found.n_rankable and found.n_graduates and found.last_run is None:
        text = gettext("岗位和毕业生都有了，可以排出每个岗位的名单。")
        return [Step(gettext("运行排序"), text, run_page, gettext("去排序"))]
    return []


@bp.post("/<int:drive_id>/open")
@needs(Permission.MANAGE_DRIVE)
def open_(drive_id: int) -> ResponseReturnValue:
    """Open a drive."""
    drive = drives.open_drive(request_session(), current_actor(), drive_id)
    toast(gettext("活动已开启，单位可以发布岗位"))
    return see_other(url_for("drives.home", drive_id=drive.id))


@bp.post("/<int:drive_id>/close")
@needs(Permission.MANAGE_DRIVE)
def close(drive_id: int) -> ResponseReturnValue:
    """Close a drive and publish its lottery key."""
    drive = drives.close_drive(request_session(), current_actor(), drive_id)
    toast(gettext("活动已结束，抽签密钥已公布"))
    return see_other(url_for("drives.home", drive_id=drive.id))
