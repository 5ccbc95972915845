"""Prints of a fair (印刷件): booklet, posters, booth cards and the table of posts; asked for, watched, fetched."""

from io import BytesIO

from flask import Blueprint, render_template, send_file, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from matcher.kinds.fair_papers import FairPrintKind, FairPrintState
from matcher.kinds.fairs import FairState
from matcher.models.fair_papers import FairPrint
from matcher.models.jobs import Job
from matcher.services import job_sweep
from matcher.services.fair_employers import books, prints
from matcher.services.fair_employers.sight import find_fair
from matcher.services.permissions import Permission, scope_of
from web.auth import current_actor
from web.fair_tabs import around
from web.forms import FormErrors, FormState, blank_form, read_form
from web.fragments import see_other, toast
from web.i18n import gettext, msg
from web.marks import needs, rate_limited
from web.pages.fair_employers import TAB
from web.schemas.fair_employers import PrintForm
from web.session import reading_aside, request_session

bp = Blueprint("fair_prints", __name__, url_prefix="/fairs/<public_id>/prints")

_MANAGE = Permission.MANAGE_FAIRS

USES = {
    FairPrintKind.BOOKLET: msg("印成册子发给求职者，按行业排"),
    FairPrintKind.BOOKLET_WORD: msg("同样的内容，可以再改版式"),
    FairPrintKind.POSTERS: msg("A3，每家单位一张，贴在展位上"),
    FairPrintKind.CARDS: msg("A5，每家单位一张，带取号排队的二维码"),
    FairPrintKind.POSTS: msg("一行一个岗位，可以筛选"),
}


@bp.get("")
@needs(_MANAGE)
def index(public_id: str) -> ResponseReturnValue:
    """Show what may be printed and what was."""
    return _page(public_id)


def _page(public_id: str, form: FormState | None = None, status: int = 200) -> ResponseReturnValue:
    actor = current_actor()
    with reading_aside() as session:
        fair = find_fair(session, actor, public_id)
        # Of a cancelled fair the table alone: a record, not something to hand out on the day.
        offered = [FairPrintKind.POSTS] if fair.state is FairState.CANCELLED else list(USES)
        page = render_template(
            "fair_employers/prints.html",
            fair=fair,
            form=form or blank_form(PrintForm, kind=offered[0].value),
            book=books.read_book(session, fair),
            kinds=[(one.value, one.label, gettext(USES[one])) for one in offered],
            rows=with_progress(session, prints.list_prints(session, actor, public_id)),
            **around(public_id, TAB),
        )
    return page, status


def with_progress(
    session: Session, shown: list[prints.ShownPrint]
) -> list[tuple[prints.ShownPrint, job_sweep.JobProgress | None]]:
    """Return prints, each with how far the making is."""
    return [(one, _progress(session, one.row)) for one in shown]


def _progress(session: Session, row: FairPrint) -> job_sweep.JobProgress | None:
    """Return how far the making of a print is; None once it is over."""
    if row.state is not FairPrintState.WAITING or row.job_id is None:
        return None
    job = session.get_one(Job, row.job_id)
    return job_sweep.progress(session, scope_of(current_actor()), job.public_id)


@bp.post("")
@needs(_MANAGE)
@rate_limited("60/minute")
def ask(public_id: str) -> ResponseReturnValue:
    """Make a print, or have a long one made."""
    wish = read_form(PrintForm)
    if isinstance(wish, FormErrors):
        return _page(public_id, wish, 422)
    row = prints.ask_print(request_session(), current_actor(), public_id, wish.kind)
    is_there = row.state is FairPrintState.READY
    toast(gettext("已生成，可以下载") if is_there else gettext("岗位多，正在后台生成"))
    return see_other(url_for(".index", public_id=public_id) + "#prints")


@bp.post("/<print_id>/download")
@needs(_MANAGE)
@rate_limited("60/minute")
def download(public_id: str, print_id: str) -> ResponseReturnValue:
    """Hand a print out; each time is noted."""
    stored, content = prints.fetch(request_session(), current_actor(), public_id, print_id)
    return send_file(
        BytesIO(content),
        mimetype=stored.media_type,
        as_attachment=True,
        download_name=stored.file_name,
    )
