"""An employer's own fairs (招聘会): invitations, applying, papers, posts to show, the booth; nobody by name."""

from io import BytesIO

from flask import Blueprint, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue

from matcher.errors import InvalidInputError
from matcher.kinds.fair_papers import FairPaperKind
from matcher.services.fair_employers import applying, own, papers, posts
from matcher.services.fair_employers.applying import Application
from matcher.services.fair_employers.sight import own_place
from matcher.services.permissions import Permission
from web.addresses import address_of
from web.auth import current_actor
from web.fair_papers_form import hand_in
from web.forms import FormErrors, FormState, apart, blank_form, read_form, refused_form
from web.fragments import see_other, toast
from web.i18n import gettext, msg
from web.marks import needs, rate_limited
from web.navigation import NavItem
from web.schemas.fair_employers import ApplicationForm, LeaveForm, PaperForm, shown_paper
from web.session import reading_aside, request_session, undo_request
from web.words import fair_moves

bp = Blueprint("own_fairs", __name__, url_prefix="/my-fairs")

_TAKE_PART = Permission.TAKE_PART_IN_FAIRS

MENU = (
    NavItem(
        "own_fairs.index",
        msg("招聘会"),
        _TAKE_PART,
        "own",
        hint=msg("看邀请，报名，交材料，选参会岗位，看展位"),
        icon="calendar",
        parts=("own_fair_", "own_booth"),
    ),
)


@bp.get("")
@needs(_TAKE_PART)
def index() -> ResponseReturnValue:
    """List the fairs the employer takes part in or may apply to."""
    return render_template(
        "own_fairs/list.html", rows=own.list_own(request_session(), current_actor())
    )


@bp.get("/<public_id>")
@needs(_TAKE_PART)
def show(public_id: str) -> ResponseReturnValue:
    """Show one fair: what is next, papers, posts, booth."""
    return _page(public_id)


def _page(
    public_id: str, sent: FormState | None = None, status: int = 200, of: str = ""
) -> ResponseReturnValue:
    """Show the page, with a form that was refused in the place of the blank one named `of`."""
    with reading_aside() as session:
        read = own.read_own(session, current_actor(), public_id)
        row = read.line.row if read.line else None
        applied = blank_form(
            ApplicationForm,
            n_booths=row.n_booths if row else 1,
            n_staff=row.n_staff if row else None,
            n_interviewers=row.n_interviewers if row else 1,
        )
        forms = {
            "apply": sent if of == "apply" and sent else applied,
            "leave": blank_form(LeaveForm),
            **{
                kind.value: sent if of == kind and sent else blank_form(shown_paper(kind))
                for kind in FairPaperKind
            },
        }
        page = render_template(
            "own_fairs/show.html",
            read=read,
            fair=read.fair,
            row=row,
            moved=fair_moves,
            forms=apart(forms),
            sent=sent,
            booth=address_of("own_booth.index", public_id=row.public_id) if row else "",
        )
    return page, status


def _here(public_id: str, anchor: str = "") -> ResponseReturnValue:
    there = url_for(".show", public_id=public_id)
    return see_other(f"{there}#{anchor}" if anchor else there)


@bp.post("/<public_id>/apply")
@needs(_TAKE_PART)
@rate_limited("60/minute")
def apply(public_id: str) -> ResponseReturnValue:
    """Apply, or change what was asked for."""
    wish = read_form(ApplicationForm)
    if isinstance(wish, FormErrors):
        return _page(public_id, wish, 422, "apply")
    asked = Application(
        n_booths=wish.n_booths, n_staff=wish.n_staff, n_interviewers=wish.n_interviewers
    )
    try:
        row = applying.apply(
            request_session(), current_actor(), public_id, asked, expected_version=wish.version
        )
    except InvalidInputError as error:
        undo_request()
        return _page(public_id, refused_form(ApplicationForm, error), 422, "apply")
    if row.state == "waiting":
        toast(gettext("展位已满，先排入候补；有单位退出会马上通知您"))
    else:
        toast(gettext("报名已登记，接着交材料、选岗位"))
    return _here(public_id)


@bp.post("/<public_id>/leave")
@needs(_TAKE_PART)
@rate_limited("60/minute")
def leave(public_id: str) -> ResponseReturnValue:
    """Decline or withdraw."""
    wish = read_form(LeaveForm)
    if isinstance(wish, FormErrors):
        return _page(public_id, wish, 422, "leave")
    applying.leave_own(
        request_session(),
        current_actor(),
        public_id,
        reason=wish.reason,
        expected_version=wish.version,
    )
    toast(gettext("已告诉主办单位，这次不参加"))
    return _here(public_id)


@bp.post("/<public_id>/posts")
@needs(_TAKE_PART)
@rate_limited("60/minute")
def choose(public_id: str) -> ResponseReturnValue:
    """Choose which of the own posts are shown."""
    session, actor = request_session(), current_actor()
    place = own_place(session, actor, public_id, lock=True)
    n_shown = posts.choose_posts(session, actor, place, request.form.getlist("post"))
    toast(gettext("参会岗位已保存，共 %(n)s 个", n=n_shown))
    return _here(public_id, "posts")


@bp.post("/<public_id>/papers")
@needs(_TAKE_PART)
@rate_limited("60/minute")
def hand_in_paper(public_id: str) -> ResponseReturnValue:
    """Hand a paper in."""
    wish = read_form(PaperForm)
    if isinstance(wish, FormErrors):
        return _page(public_id, wish, 422, request.form.get("kind", ""))
    session, actor = request_session(), current_actor()
    try:
        hand_in(session, actor, own_place(session, actor, public_id, lock=True), wish)
    except InvalidInputError as error:
        undo_request()
        return _page(public_id, refused_form(shown_paper(wish.kind), error), 422, wish.kind)
    toast(gettext("%(paper)s已交，等主办单位核对", paper=wish.kind.label))
    return _here(public_id, f"paper-{wish.kind}")


@bp.post("/<public_id>/papers/<paper_id>/file")
@needs(_TAKE_PART)
@rate_limited("60/minute")
def read_paper(public_id: str, paper_id: str) -> ResponseReturnValue:
    """Hand the employer its own paper back; each time is noted."""
    session, actor = request_session(), current_actor()
    place = own_place(session, actor, public_id)
    stored, content = papers.read_paper(session, actor, place, paper_id)
    return send_file(
        BytesIO(content),
        mimetype=stored.media_type,
        as_attachment=True,
        download_name=stored.file_name,
    )
