"""How good a drive's lists are (排序质量): pictures for drive managers, and proposals of points to decide on."""

from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from matcher.errors import InvalidInputError, NotFoundError
from matcher.kinds.ranking_studies import StudyKind, StudyState
from matcher.models.drives import Drive
from matcher.models.jobs import Job
from matcher.models.ranking_studies import RankingStudy
from matcher.ranking.parameters import DriveParameters
from matcher.services import job_sweep
from matcher.services.permissions import Permission, scope_of
from matcher.services.quality import people, studies
from matcher.services.quality.people import ChoiceGroup
from matcher.services.ranking_runs import current_run
from web.auth import current_actor
from web.drive_choice import chosen_drive, needed_drive
from web.forms import FormErrors, FormState, blank_form, read_form, refused_form
from web.fragments import see_other, toast
from web.i18n import gettext, msg
from web.marks import needs
from web.navigation import NavItem
from web.paging import page_of, requested_slice
from web.schemas.quality import DeclineStudy
from web.session import reading_aside, request_session
from web.words import quality as words

bp = Blueprint("quality", __name__, url_prefix="/quality")

MENU = (
    NavItem(
        "quality.index",
        msg("排序质量"),
        Permission.MANAGE_DRIVE,
        "drive",
        hint=msg("看名单准不准、挤不挤，试改规则"),
    ),
)


@bp.get("")
@needs(Permission.MANAGE_DRIVE)
def index() -> ResponseReturnValue:
    """Show the newest evaluation and the newest proposal of a drive."""
    choice = chosen_drive()
    with reading_aside() as session:
        managed = studies.managed_among(session, current_actor(), choice.drives)
    if not managed:
        return render_template("postings/none.html")
    # Without a name in the address, the newest open drive may be one of a union above.
    drive = choice.drive if choice.drive in managed or "drive" in request.args else managed[0]
    return _page(drive or managed[0], managed, blank_form(DeclineStudy))


def _page(
    drive: Drive, drives: list[Drive], form: FormState, status: int = 200
) -> ResponseReturnValue:
    with reading_aside() as session:
        evaluation = _newest(session, drive, StudyKind.EVALUATION)
        proposal = _newest(session, drive, StudyKind.CALIBRATION)
        page = render_template(
            "quality/index.html",
            drive=drive,
            drives=drives,
            run=current_run(session, drive.id),
            evaluation=evaluation,
            proposal=proposal,
            going_on=[one for one in _going_on(session, drive) if one is not None],
            tried=_tried(session, drive),
            form=form,
            words=words,
            groups=ChoiceGroup,
            biased=gettext(words.BIASED),
            why_not={code: gettext(text) for code, text in words.WHY_NOT.items()},
        )
    return page, status


def _newest(session: Session, drive: Drive, kind: StudyKind) -> RankingStudy | None:
    return studies.newest(session, current_actor(), drive.id, kind, is_done=True)


def _tried(session: Session, drive: Drive) -> list[tuple[RankingStudy, list[str]]]:
    """Return the rules tried last, each with what it changed."""
    found = studies.recent_comparisons(session, current_actor(), drive.id)
    return [(one, _changes(session, one)) for one in found]


def _changes(session: Session, tried: RankingStudy) -> list[str]:
    """Return what a comparison changed; nothing for rules of an older version that hold no more."""
    try:
        rules = studies.started_from(session, tried), DriveParameters.from_dict(tried.asked)
    except InvalidInputError:
        return []
    return [
        gettext("%(name)s：%(before)s → %(after)s", name=name, before=before, after=after)
        for name, before, after in words.differences(*rules)
    ]


def _going_on(session: Session, drive: Drive) -> list[Any]:
    """Return the progress of studies that are being computed."""
    kinds = (StudyKind.EVALUATION, StudyKind.CALIBRATION)
    found = [studies.newest(session, current_actor(), drive.id, kind) for kind in kinds]
    return [progress_of(session, one) for one in found if one is not None]


def progress_of(session: Session, study: RankingStudy) -> job_sweep.JobProgress | None:
    """Return how far a study is; None for one that is computed."""
    if study.state is not StudyState.ASKED or study.job_id is None:
        return None
    job = session.get_one(Job, study.job_id)
    return job_sweep.progress(session, scope_of(current_actor()), job.public_id)


@bp.post("/evaluate")
@needs(Permission.MANAGE_DRIVE)
def evaluate() -> ResponseReturnValue:
    """Ask for an evaluation of the current run."""
    return _asked(StudyKind.EVALUATION)


@bp.post("/calibrate")
@needs(Permission.MANAGE_DRIVE)
def calibrate() -> ResponseReturnValue:
    """Ask for a proposal of points."""
    return _asked(StudyKind.CALIBRATION)


def _asked(kind: StudyKind) -> ResponseReturnValue:
    drive = needed_drive()
    studies.ask(request_session(), current_actor(), drive.id, kind)
    toast(gettext("已开始计算"))
    return see_other(url_for("quality.index", drive=drive.id))


@bp.post("/studies/<public_id>/accept")
@needs(Permission.MANAGE_DRIVE)
def accept(public_id: str) -> ResponseReturnValue:
    """Make what a study proposes the drive's next revision."""
    study = studies.accept(request_session(), current_actor(), public_id)
    toast(
        gettext("已保存为第 %(number)s 版排序规则，重新排序后生效", number=study.accepted_revision)
    )
    return see_other(url_for("ranking.index", drive=study.drive_id))


@bp.post("/studies/<public_id>/decline")
@needs(Permission.MANAGE_DRIVE)
def decline(public_id: str) -> ResponseReturnValue:
    """Turn a proposal down, with a reason."""
    wish = read_form(DeclineStudy)
    with reading_aside() as session:
        study = studies.find(session, current_actor(), public_id)
        drive = studies.managed_drive(session, current_actor(), study.drive_id)
    if isinstance(wish, FormErrors):
        return _page(drive, [drive], wish, 422)
    try:
        studies.decline(request_session(), current_actor(), public_id, wish.words)
    except InvalidInputError as error:
        return _page(drive, [drive], refused_form(DeclineStudy, error), 422)
    toast(gettext("已记下，不采用"))
    return see_other(url_for("quality.index", drive=drive.id))


@bp.get("/people")
@needs(Permission.MANAGE_DRIVE)
def of_group() -> ResponseReturnValue:
    """Show the people behind a figure; without a group those who have nothing to choose from."""
    group = request.args.get("group", ChoiceGroup.NONE.value)
    if group not in set(ChoiceGroup):
        raise NotFoundError("not_found", "没有这个页面。")
    drive, part = needed_drive(), requested_slice()
    found = people.people_by_choice(
        request_session(),
        current_actor(),
        drive.id,
        ChoiceGroup(group),
        limit=part.limit,
        offset=part.offset,
    )
    heads = {
        ChoiceGroup.NONE: gettext("没有可推荐岗位的人"),
        ChoiceGroup.FEW: gettext("只有一两个可推荐岗位的人"),
        ChoiceGroup.ENOUGH: gettext("有 3 个及以上可推荐岗位的人"),
    }
    return render_template(
        "quality/people.html",
        drive=drive,
        head=heads[ChoiceGroup(group)],
        found=found,
        pager=page_of(part, found.total),
    )
