"""How the seats of closed postings were filled (招满情况): the union's list and answers taken on the telephone."""

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from matcher.errors import InvalidInputError
from matcher.kinds.follow_ups import SeatOutcomeKind
from matcher.services.follow_ups import seat_answers
from matcher.services.follow_ups.seat_answers import SurveyChoice
from matcher.services.follow_ups.sight import survey_of_posting
from matcher.services.permissions import Permission
from web.auth import current_actor
from web.forms import FormErrors, FormState, blank_form, read_form, refused_form
from web.fragments import see_other, toast
from web.i18n import gettext, label, msg
from web.marks import needs
from web.navigation import NavItem
from web.paging import page_of, requested_slice
from web.schemas.follow_ups import SeatsForm
from web.session import reading_aside, request_session, undo_request

bp = Blueprint("seat_surveys", __name__, url_prefix="/seat-surveys")

MENU = (
    NavItem(
        "seat_surveys.index",
        msg("招满情况"),
        Permission.VIEW_REFERRALS,
        "care",
        hint=msg("结束的岗位各名额怎么招满的，哪家还没答复"),
        icon="building",
    ),
)


@bp.get("")
@needs(Permission.VIEW_REFERRALS)
def index() -> ResponseReturnValue:
    """List the questions that wait, or those answered, with how all seats were filled."""
    session, actor, part = request_session(), current_actor(), requested_slice()
    args, drives = request.args, seat_answers.surveyed_drives(session, actor)
    is_open = args.get("state") != "answered"
    drive = next((one for one in drives if one.public_id == args.get("drive")), None)
    outcome = next((one for one in SeatOutcomeKind if one == args.get("outcome")), None)
    among = SurveyChoice(drive.id if drive else None, None if is_open else outcome)
    rows = seat_answers.list_surveys(
        session, actor, is_open=is_open, among=among, limit=part.limit, offset=part.offset
    )
    total = seat_answers.count_surveys(session, actor, is_open=is_open, among=among)
    return render_template(
        "seat_surveys/list.html",
        rows=rows,
        pager=page_of(part, total),
        is_open=is_open,
        totals=seat_answers.totals(session, actor, among.drive_id),
        drives=[(one.public_id, one.name) for one in drives],
        drive=drive.public_id if drive else None,
        outcomes=[(one.value, label(one)) for one in SeatOutcomeKind],
        outcome=among.outcome,
    )


@bp.get("/posting/<posting_id>")
@needs(Permission.VIEW_REFERRALS)
def of_posting(posting_id: str) -> ResponseReturnValue:
    """Go to the question of a posting."""
    survey = survey_of_posting(request_session(), current_actor(), posting_id)
    return see_other(url_for("seat_surveys.show", public_id=survey.public_id))


@bp.get("/<public_id>")
@needs(Permission.VIEW_REFERRALS)
def show(public_id: str) -> ResponseReturnValue:
    """Show one question with its answer or the form."""
    return _page(public_id, None)


def _page(public_id: str, form: FormState | None, status: int = 200) -> ResponseReturnValue:
    with reading_aside() as database:
        line = seat_answers.read_survey(database, current_actor(), public_id)
        page = render_template("seat_surveys/show.html", line=line, form=form or seats_form(line))
    return page, status


def seats_form(line: seat_answers.SurveyLine) -> FormState:
    """Return the form with what was answered, else with what is known: the people hired."""
    told = {kind.value: number for kind, number in line.counts.items()}
    return blank_form(SeatsForm, **(told or {"referred": min(line.hired, line.survey.seats)}))


@bp.post("/<public_id>/answer")
@needs(Permission.REFER)
def answer(public_id: str) -> ResponseReturnValue:
    """Record what the employer said on the telephone."""
    session, actor = request_session(), current_actor()
    seat_answers.read_survey(session, actor, public_id)
    wish = read_form(SeatsForm)
    if isinstance(wish, FormErrors):
        return _page(public_id, wish, 422)
    try:
        seat_answers.answer_seats(
            session, actor, public_id, wish.counts, expected_version=wish.version
        )
    except InvalidInputError as error:
        undo_request()
        return _page(public_id, refused_form(SeatsForm, error), 422)
    toast(gettext("招满情况已登记"))
    return see_other(url_for("seat_surveys.index"))
