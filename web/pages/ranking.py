"""Running the ranking (排序): start, progress, stop, earlier runs; and the parameters of its order."""

from dataclasses import dataclass, replace
from typing import Any

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from matcher.errors import InvalidInputError, NotFoundError
from matcher.kinds import PriorityMode
from matcher.models.drives import Drive
from matcher.models.ranking_runs import RankingRun
from matcher.ranking.parameters import DriveParameters
from matcher.services import ranking_runs, ranking_state
from matcher.services.drives import get_parameters, revise_parameters
from matcher.services.permissions import Permission
from web.auth import current_actor
from web.drive_choice import chosen_drive, needed_drive
from web.forms import FormErrors, FormState, blank_form, read_form, refused_form
from web.fragments import see_other, toast
from web.i18n import gettext, label, msg
from web.marks import needs
from web.navigation import NavItem
from web.schemas.ranking import OrderParameters
from web.session import reading_aside, request_session
from web.words.runs import RunWords, run_words, why_failed

bp = Blueprint("ranking", __name__, url_prefix="/ranking")

MENU = (
    NavItem(
        "ranking.index",
        msg("运行排序"),
        Permission.RUN_RANKING,
        "drive",
        hint=msg("排一次序，看进度，改排序规则"),
    ),
)

_POINTS = (
    "major_leaf",
    "major_class",
    "major_group",
    "major_any",
    "text",
    "industry",
    "pay",
    "unit",
)
"""Points of parts a drive manager sets here."""

_OWN = (
    "ordinary_mode",
    "reserved_mode",
    "equal_width",
    "postings_length",
    "graduates_length",
    "cap_per_seat",
    "floor_per_graduate",
)

_RANKS = ("rank_1", "rank_2", "rank_3", "rank_4", "rank_5")
"""Points of the priority ranks above none, in order."""


@dataclass(frozen=True)
class RunView:
    """What `ranking/_run.html` shows of a drive: the live run or none, the current one or none."""

    drive: Drive
    live: RunWords | None
    current: RankingRun | None
    n_waiting: int
    failed: str
    """Why the last run failed, if no later one is under way or done."""


def run_view(drive: Drive) -> RunView:
    """Return the state of a drive's ranking; for any page that includes `ranking/_run.html`."""
    with reading_aside() as session:
        runs = ranking_state.drive_runs(session, current_actor(), drive.id)
        live = None
        if runs.live is not None:
            progress = ranking_runs.run_progress(session, runs.live.id)
            live = run_words(runs.live, progress)
        last = next(iter(runs.recent), None)
        failed = why_failed(last) if last is not None else ""
        return RunView(drive, live, runs.current, runs.n_waiting, failed)


@bp.get("")
@needs(Permission.VIEW_RANKING)
def index() -> ResponseReturnValue:
    """Show the state of a drive's ranking, its rules and its runs."""
    choice = chosen_drive()
    if choice.drive is None:
        return render_template("postings/none.html")
    session, actor = request_session(), current_actor()
    runs = ranking_state.drive_runs(session, actor, choice.drive.id)
    return render_template(
        "ranking/index.html",
        drive=choice.drive,
        drives=choice.drives,
        run=run_view(choice.drive),
        runs=runs.recent,
        parameters=_present(session, choice.drive),
    )


@bp.post("/run")
@needs(Permission.RUN_RANKING)
def start() -> ResponseReturnValue:
    """Ask for a run; the page then shows its progress."""
    drive = needed_drive()
    run = ranking_runs.request_run(request_session(), current_actor(), drive.id)
    toast(gettext("第 %(number)s 次排序已开始", number=run.number))
    return see_other(url_for("ranking.index", drive=drive.id))


@bp.get("/runs/<public_id>")
@needs(Permission.VIEW_RANKING)
def progress(public_id: str) -> ResponseReturnValue:
    """Show how far a run is, as a fragment that polls itself until the run is over."""
    session, run = request_session(), _run(public_id)
    words = run_words(run, ranking_runs.run_progress(session, run.id))
    return render_template("ranking/_progress.html", run=words)


@bp.post("/runs/<public_id>/stop")
@needs(Permission.RUN_RANKING)
def stop(public_id: str) -> ResponseReturnValue:
    """Stop a run; the lists of the last finished one stay."""
    run = _run(public_id)
    ranking_runs.stop_run(request_session(), current_actor(), run.id)
    toast(gettext("第 %(number)s 次排序已停止，上一次的名单照常可用", number=run.number))
    return see_other(url_for("ranking.index", drive=run.drive_id))


def _run(public_id: str) -> RankingRun:
    run = ranking_state.find_run(request_session(), current_actor(), public_id)
    if run is None:
        raise NotFoundError("not_found", "没有这次排序。")
    return run


@bp.get("/parameters")
@needs(Permission.MANAGE_DRIVE)
def parameters() -> ResponseReturnValue:
    """Show the parameters of a drive's order."""
    drive = needed_drive()
    with reading_aside() as session:
        present = _present(session, drive) or DriveParameters()
    values = parameter_values(present)
    return _form(drive, blank_form(OrderParameters, **values, version=drive.version_id), 200)


def _present(session: Session, drive: Drive) -> DriveParameters | None:
    """Return the rules of a drive; None where those an older version stored cannot be ranked by and must be mended."""
    try:
        return get_parameters(session, drive)
    except InvalidInputError:
        return None


def parameter_values(present: DriveParameters) -> dict[str, Any]:
    """Return what the form shows of rules."""
    points = {name: getattr(present.points, name) for name in _POINTS}
    own = {name: getattr(present, name) for name in _OWN}
    own |= {name: present.hardship_points[rank] for rank, name in enumerate(_RANKS, start=1)}
    return points | own


def _form(drive: Drive, form: FormState, status: int) -> ResponseReturnValue:
    page = render_template(
        "ranking/parameters.html",
        drive=drive,
        form=form,
        modes=[
            (
                PriorityMode.EQUAL_CONDITIONS.value,
                label(PriorityMode.EQUAL_CONDITIONS),
                gettext("契合分相近时，优先的人在前；普通席位一般用这个"),
            ),
            (
                PriorityMode.BAND.value,
                label(PriorityMode.BAND),
                gettext("先按优先分档，档内按契合分；预留席位一般用这个"),
            ),
            (
                PriorityMode.POINTS.value,
                label(PriorityMode.POINTS),
                gettext("按档次加分，计入总分"),
            ),
        ],
    )
    return page, status


@bp.post("/parameters")
@needs(Permission.MANAGE_DRIVE)
def save_parameters() -> ResponseReturnValue:
    """Give the drive a new revision of its parameters; lists change with the next run."""
    drive = needed_drive()
    wish = read_form(OrderParameters)
    if isinstance(wish, FormErrors):
        return _form(drive, wish, 422)
    try:
        wanted = _changed(drive, wish)
    except InvalidInputError as error:
        return _form(drive, refused_form(OrderParameters, error), 422)
    revision = revise_parameters(
        request_session(), current_actor(), drive.id, wanted, expected_version=wish.version
    )
    toast(gettext("排序规则已保存为第 %(number)s 版，重新排序后生效", number=revision.revision))
    return see_other(url_for("ranking.index", drive=drive.id))


def _changed(drive: Drive, wish: OrderParameters) -> DriveParameters:
    with reading_aside() as session:
        return changed_parameters(_present(session, drive) or DriveParameters(), wish)


def changed_parameters(
    present: DriveParameters, wish: OrderParameters, **more: Any
) -> DriveParameters:
    """Return rules with what a form says, and perhaps more points by name."""
    said = {name: getattr(wish, name) for name in _POINTS}
    points = replace(present.points, **said, **more)
    extra = (0, *(getattr(wish, name) for name in _RANKS))
    own = {name: getattr(wish, name) for name in _OWN}
    return replace(present, points=points, hardship_points=extra, **own)
