"""One employer of a fair (参会单位核验): papers beside what is registered, verdicts, its posts, its place."""

import base64
from io import BytesIO

from flask import Blueprint, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue

from matcher.errors import InvalidInputError
from matcher.kinds.fair_papers import FairPaperKind
from matcher.models.fairs import FairEmployer
from matcher.services.fair_employers import applying, lists, papers, posts, vetting
from matcher.services.fair_employers.applying import Application
from matcher.services.fair_employers.places import room_of
from matcher.services.fair_employers.sight import PRESENT, is_open, place_of
from matcher.services.permissions import Permission
from web.auth import current_actor
from web.fair_papers_form import hand_in
from web.fair_tabs import around
from web.forms import FormErrors, FormState, apart, blank_form, read_form, refused_form
from web.fragments import see_other, toast, wants_fragment
from web.i18n import gettext
from web.marks import needs, rate_limited
from web.pages.fair_employers import TAB
from web.schemas.fair_employers import (
    ApplicationForm,
    LeaveForm,
    PaperForm,
    RefusalForm,
    ReturnForm,
    shown_paper,
)
from web.session import reading_aside, request_session, undo_request

bp = Blueprint("fair_vetting", __name__, url_prefix="/fairs/<public_id>/employers/<place_id>")

_MANAGE = Permission.MANAGE_FAIRS


@bp.get("")
@needs(_MANAGE)
def show(public_id: str, place_id: str) -> ResponseReturnValue:
    """Show an employer's papers beside what is registered about it."""
    return _page(public_id, place_id)


def _page(
    public_id: str, place_id: str, sent: FormState | None = None, status: int = 200, of: str = ""
) -> ResponseReturnValue:
    """Show the page, with a form that was refused in the place of the blank one.

    Parameters
    ----------
    of : kind of the paper, or name of the form, the refused one is about
    """
    actor = current_actor()
    with reading_aside() as session:
        place = place_of(session, actor, public_id, place_id)
        line = lists.lines_of(session, place.fair, [(place.row, place.employer)])[0]
        row = place.row
        forms = _blank_forms(row)
        if sent and of in forms:
            forms[of] = sent
        page = render_template(
            "fair_employers/show.html",
            fair=place.fair,
            line=line,
            row=row,
            employer=place.employer,
            offered=posts.offered_posts(session, place),
            room=room_of(session, place.fair.id, besides=row.id),
            is_open=is_open(place.fair),
            is_present=row.state in PRESENT,
            forms=apart(forms),
            sent=sent,
            **around(public_id, TAB),
        )
    return page, status


def _blank_forms(row: FairEmployer) -> dict[str, FormState]:
    """Return the forms of the page by name, papers by their kind."""
    applied = blank_form(
        ApplicationForm,
        n_booths=row.n_booths,
        n_staff=row.n_staff,
        n_interviewers=row.n_interviewers,
    )
    return {
        "apply": applied,
        "leave": blank_form(LeaveForm),
        "refuse": blank_form(RefusalForm),
        **{kind.value: blank_form(shown_paper(kind)) for kind in FairPaperKind},
        **{f"return-{kind.value}": blank_form(ReturnForm) for kind in FairPaperKind},
    }


def _here(public_id: str, place_id: str, anchor: str = "") -> ResponseReturnValue:
    there = url_for(".show", public_id=public_id, place_id=place_id)
    return see_other(f"{there}#{anchor}" if anchor else there)


@bp.post("/apply")
@needs(_MANAGE)
def enter(public_id: str, place_id: str) -> ResponseReturnValue:
    """Write down for the employer that it comes, or change what it asked for."""
    wish = read_form(ApplicationForm)
    if isinstance(wish, FormErrors):
        return _page(public_id, place_id, wish, 422, "apply")
    asked = Application(
        n_booths=wish.n_booths, n_staff=wish.n_staff, n_interviewers=wish.n_interviewers
    )
    try:
        row = applying.enter_for(
            request_session(),
            current_actor(),
            public_id,
            place_id,
            asked,
            expected_version=wish.version,
        )
    except InvalidInputError as error:
        undo_request()
        return _page(public_id, place_id, refused_form(ApplicationForm, error), 422, "apply")
    toast(gettext("已登记，状态：%(state)s", state=row.state.label))
    return _here(public_id, place_id)


@bp.post("/leave")
@needs(_MANAGE)
def leave(public_id: str, place_id: str) -> ResponseReturnValue:
    """Write down for the employer that it does not come."""
    wish = read_form(LeaveForm)
    if isinstance(wish, FormErrors):
        return _page(public_id, place_id, wish, 422, "leave")
    applying.leave_for(
        request_session(),
        current_actor(),
        public_id,
        place_id,
        reason=wish.reason,
        expected_version=wish.version,
    )
    toast(gettext("已登记不参加，空出的展位给候补单位"))
    return _here(public_id, place_id)


@bp.post("/accept")
@needs(_MANAGE)
def accept(public_id: str, place_id: str) -> ResponseReturnValue:
    """Confirm the employer's place."""
    version = request.form.get("version", type=int)
    vetting.accept_employer(
        request_session(), current_actor(), public_id, place_id, expected_version=version
    )
    toast(gettext("已确认参会，已通知单位"))
    return _here(public_id, place_id)


@bp.post("/refuse")
@needs(_MANAGE)
def refuse(public_id: str, place_id: str) -> ResponseReturnValue:
    """Refuse the employer's place."""
    wish = read_form(RefusalForm)
    if isinstance(wish, FormErrors):
        return _page(public_id, place_id, wish, 422, "refuse")
    vetting.refuse_employer(
        request_session(),
        current_actor(),
        public_id,
        place_id,
        wish.reason,
        expected_version=wish.version,
    )
    toast(gettext("已登记不予通过，已通知单位"))
    return _here(public_id, place_id)


@bp.post("/posts")
@needs(_MANAGE)
def choose(public_id: str, place_id: str) -> ResponseReturnValue:
    """Choose the employer's posts for it."""
    session, actor = request_session(), current_actor()
    place = place_of(session, actor, public_id, place_id, lock=True)
    n_shown = posts.choose_posts(session, actor, place, request.form.getlist("post"))
    toast(gettext("参会岗位已保存，共 %(n)s 个", n=n_shown))
    return _here(public_id, place_id, "posts")


@bp.post("/papers")
@needs(_MANAGE)
@rate_limited("60/minute")
def hand_in_for(public_id: str, place_id: str) -> ResponseReturnValue:
    """Hand a paper in for the employer, that came by hand or by post."""
    wish = read_form(PaperForm)
    if isinstance(wish, FormErrors):
        return _page(public_id, place_id, wish, 422, request.form.get("kind", ""))
    session, actor = request_session(), current_actor()
    try:
        hand_in(session, actor, place_of(session, actor, public_id, place_id, lock=True), wish)
    except InvalidInputError as error:
        undo_request()
        return _page(
            public_id, place_id, refused_form(shown_paper(wish.kind), error), 422, wish.kind
        )
    toast(gettext("%(paper)s已收下，请核对", paper=wish.kind.label))
    return _here(public_id, place_id, f"paper-{wish.kind}")


@bp.post("/papers/<paper_id>/file")
@needs(_MANAGE)
@rate_limited("120/minute")
def read(public_id: str, place_id: str, paper_id: str) -> ResponseReturnValue:
    """Show a paper, each time noted: a picture in the page where htmx asks for one, else the file itself."""
    session, actor = request_session(), current_actor()
    place = place_of(session, actor, public_id, place_id)
    stored, content = papers.read_paper(session, actor, place, paper_id)
    if wants_fragment() and stored.media_type.startswith("image/"):
        picture = f"data:{stored.media_type};base64,{base64.b64encode(content).decode()}"
        return render_template("fair_employers/_picture.html", picture=picture)
    return send_file(
        BytesIO(content),
        mimetype=stored.media_type,
        as_attachment=True,
        download_name=stored.file_name,
    )


@bp.post("/papers/<paper_id>/agent")
@needs(_MANAGE)
@rate_limited("60/minute")
def agent(public_id: str, place_id: str, paper_id: str) -> ResponseReturnValue:
    """Show the agent's name and number in full, each time noted."""
    session, actor = request_session(), current_actor()
    place = place_of(session, actor, public_id, place_id)
    found = papers.reveal_agent(session, actor, place, paper_id)
    return render_template("fair_employers/agent.html", agent=found, place=place, fair=place.fair)


@bp.post("/papers/<paper_id>/accept")
@needs(_MANAGE)
def accept_paper(public_id: str, place_id: str, paper_id: str) -> ResponseReturnValue:
    """Accept a paper."""
    session, actor = request_session(), current_actor()
    place = place_of(session, actor, public_id, place_id)
    version = request.form.get("version", type=int)
    paper = vetting.accept_paper(session, actor, place, paper_id, expected_version=version)
    toast(gettext("%(paper)s已核", paper=paper.kind.label))
    return _here(public_id, place_id, f"paper-{paper.kind}")


@bp.post("/papers/<paper_id>/return")
@needs(_MANAGE)
def return_paper(public_id: str, place_id: str, paper_id: str) -> ResponseReturnValue:
    """Return a paper with the reason."""
    session, actor = request_session(), current_actor()
    place = place_of(session, actor, public_id, place_id)
    paper = papers.find_of(session, place, paper_id)
    wish = read_form(ReturnForm)
    if isinstance(wish, FormErrors):
        return _page(public_id, place_id, wish, 422, f"return-{paper.kind}")
    vetting.return_paper(
        session, actor, place, paper_id, wish.reason, expected_version=wish.version
    )
    toast(gettext("%(paper)s已退回，已通知单位", paper=paper.kind.label))
    return _here(public_id, place_id, f"paper-{paper.kind}")
