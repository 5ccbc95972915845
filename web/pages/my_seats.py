"""The published plan for who looks after people (我的人的席位): confirm proposals, read out what may be read out."""

from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from matcher.errors import SnapshotError
from matcher.identity import mask_name
from matcher.services.graduate_pages import find_graduate
from matcher.services.permissions import Permission
from matcher.services.plans import my_seats
from matcher.services.plans.confirming import confirm_many
from matcher.services.plans.explanations import ReadAloud, reasons_to_read_out
from matcher.services.plans.help_acts import offers_for, refer_to_course
from matcher.services.plans.help_runs import PublishedHelp, help_for
from matcher.services.plans.my_seats import MySeat, MySeats
from matcher.services.referrals import lists
from matcher.services.training.sight import find_course
from web.asked import asked_tick
from web.auth import current_actor
from web.drive_choice import chosen_drive, needed_drive
from web.forms import FormErrors, FormState, blank_form, read_form
from web.fragments import fragment_or_page, see_other, toast
from web.i18n import gettext, msg, translated
from web.marks import needs
from web.navigation import NavItem
from web.paging import page_of, requested_slice, with_query
from web.schemas.plans import ConfirmSeats, CourseReferral
from web.session import reading_aside, request_session
from web.words import my_seats as words
from web.words import plan_help, plan_reasons
from web.words.plan_help import referred_words

bp = Blueprint("my_seats", __name__, url_prefix="/my-seats")

MENU = (
    NavItem(
        "my_seats.index",
        msg("方案席位"),
        Permission.REFER,
        "care",
        hint=msg("方案给我的人安排了什么，逐人确认后才问本人"),
    ),
)

_GROUPS = ("", "waiting", "without")


@bp.get("")
@needs(Permission.REFER)
def index() -> ResponseReturnValue:
    """List people with their seats in the plan that was published last."""
    return _page(blank_form(ConfirmSeats))


def _page(form: FormState, status: int = 200) -> ResponseReturnValue:
    choice = chosen_drive()
    if choice.drive is None:
        return render_template("postings/none.html")
    group, part = request.args.get("group", ""), requested_slice()
    group = group if group in _GROUPS else ""
    with reading_aside() as session:
        found = my_seats.my_seats(
            session,
            current_actor(),
            choice.drive.id,
            everybody=asked_tick("all"),
            group=group,
            limit=part.limit,
            offset=part.offset,
        )
        page = fragment_or_page(
            "my_seats/_rows.html",
            "my_seats/index.html",
            form=form,
            drive=choice.drive,
            drives=choice.drives,
            found=found,
            rows=[
                {"line": one, "state": words.seat_state(one), "said": words.said(one)}
                for one in found.rows
            ],
            tabs=_tabs(found, group),
            everybody=asked_tick("all"),
            group=group,
            pager=page_of(part, found.total),
        )
    page.status_code = status
    return page


def _tabs(found: MySeats, group: str) -> list[dict[str, Any]]:
    names = {
        "": (gettext("全部"), None),
        "waiting": (gettext("待确认"), found.n_waiting),
        "without": (gettext("没有席位"), found.n_without),
    }
    return [
        {
            "label": words,
            "address": with_query(group=key or None, page=None),
            "count": count,
            "current": key == group,
        }
        for key, (words, count) in names.items()
    ]


@bp.post("/confirm")
@needs(Permission.REFER)
def confirm() -> ResponseReturnValue:
    """Let the people of the ticked proposals be asked, and show what became of each."""
    wish = read_form(ConfirmSeats)
    if isinstance(wish, FormErrors):
        wish.errors = {"": gettext("请先勾选要确认的推荐。")}
        return _page(wish, 422)
    session, actor = request_session(), current_actor()
    asked = {one.referral.id: one for one in lists.lines_of(session, actor, wish.r)}
    outcomes = confirm_many(session, actor, list(asked))
    rows = []
    for number, outcome in zip(sorted(asked), outcomes, strict=True):
        line = asked[number]
        rows.append(
            {
                "name": line.name_masked,
                "title": line.title,
                "employer": line.employer,
                "public_id": line.referral.public_id,
                "refusal": translated(outcome.words or ""),
            }
        )
    return render_template(
        "referrals/outcomes.html",
        title=gettext("确认结果"),
        rows=rows,
        n_done=sum(one.refusal is None for one in outcomes),
    )


def _sentences(seat: MySeat | None, told: ReadAloud | None) -> list[str]:
    """Return what may be read out; of a seat that came to nothing that it did, and what comes next."""
    if told is None:
        return []
    if seat is None or seat.has_seat or told.reasons.posting is None:
        before = [words.said(seat)] if seat is not None and seat.is_over else []
        return [*before, *plan_reasons.spoken_sentences(told)]
    return [words.said(seat)]


@bp.get("/<public_id>")
@needs(Permission.REFER)
def show(public_id: str) -> ResponseReturnValue:
    """Show what may be read out to somebody about the published plan, and what would help."""
    session, actor, drive = request_session(), current_actor(), needed_drive()
    person = find_graduate(session, actor, public_id)
    gone = ""
    try:
        told = reasons_to_read_out(session, actor, drive.id, person.id)
    except SnapshotError as error:
        told, gone = None, translated(error.message)
    found = help_for(session, actor, drive.id, person.id)
    seat = my_seats.my_seat(session, actor, drive.id, person.id)
    return render_template(
        "my_seats/show.html",
        drive=drive,
        person=person,
        name=mask_name(person.name),
        sentences=_sentences(seat, told),
        absent=gone or words.absent(seat),
        seat=seat,
        help=found,
        lines=_lines(found, person.id),
    )


def _lines(found: PublishedHelp, graduate: int) -> list[plan_help.PersonRow]:
    if found.person is None:
        return []
    offers = offers_for(request_session(), current_actor(), {graduate: found.person})
    return plan_help.person_rows(graduate, found.person, offers)


@bp.post("/<public_id>/course")
@needs(Permission.REFER)
def refer(public_id: str) -> ResponseReturnValue:
    """Propose a course that would seat somebody."""
    session, actor, drive = request_session(), current_actor(), needed_drive()
    wish = read_form(CourseReferral)
    person = find_graduate(session, actor, public_id)
    if not isinstance(wish, FormErrors):
        course = find_course(session, actor, wish.course)
        made = refer_to_course(
            session, actor, drive_id=drive.id, graduate_id=person.id, course_id=course.id
        )
        toast(referred_words(made))
    return see_other(url_for("my_seats.show", public_id=public_id, drive=drive.id) + "#help")
