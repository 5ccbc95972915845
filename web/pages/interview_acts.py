"""One interview (面试): by hand into a slot, to another time, swapped, cancelled; came or not (到场、未到)."""

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from matcher.models.interviews import InterviewDay, InterviewSlot
from matcher.services.interviews import attendance, booking, views
from matcher.services.interviews.sight import get_interview, slot_and_day
from matcher.services.permissions import Permission
from web.auth import current_actor
from web.fragments import see_other, toast
from web.i18n import gettext
from web.marks import needs
from web.session import request_session

bp = Blueprint("interview_acts", __name__, url_prefix="/interviews")


@bp.post("/<public_id>/book")
@needs(Permission.REFER)
def book(public_id: str) -> ResponseReturnValue:
    """Give somebody who waits a free slot of a day."""
    slot, referral = request.form.get("slot", ""), request.form.get("referral", "")
    booking.book(request_session(), current_actor(), slot, referral)
    toast(gettext("已排上，已通知本人"))
    return see_other(url_for("interviews.show", public_id=public_id))


@bp.get("/appointments/<public_id>")
@needs(Permission.REFER)
def change(public_id: str) -> ResponseReturnValue:
    """Show the free times of the same employer and the people to swap with."""
    session, actor = request_session(), current_actor()
    interview = get_interview(session, actor, public_id)
    slot, day = slot_and_day(session, interview.slot_id)
    sheet = views.read_day(session, actor, day.public_id)
    table = next(one for one in sheet.tables if one.employer.id == slot.employer_id)
    seen = [line.appointment for line in table.lines if line.appointment is not None]
    mine = next((one for one in seen if one.public_id == public_id), None)
    return render_template(
        "interviews/change.html",
        day=day,
        table=table,
        slot=slot,
        mine=mine,
        others=[one for one in seen if one is not mine and one.state == "booked"],
    )


@bp.post("/appointments/<public_id>/move")
@needs(Permission.REFER)
def move(public_id: str) -> ResponseReturnValue:
    """Move an appointment to another time."""
    day = _day_of(public_id)
    booking.move(
        request_session(),
        current_actor(),
        public_id,
        request.form.get("slot", ""),
        expected_version=request.form.get("version", type=int),
    )
    toast(gettext("已改时间，已通知本人"))
    return see_other(url_for("interviews.show", public_id=day.public_id))


@bp.post("/appointments/<public_id>/swap")
@needs(Permission.REFER)
def swap(public_id: str) -> ResponseReturnValue:
    """Let two people change places."""
    day = _day_of(public_id)
    booking.swap(request_session(), current_actor(), public_id, request.form.get("other", ""))
    toast(gettext("两人已对调，已通知本人"))
    return see_other(url_for("interviews.show", public_id=day.public_id))


@bp.post("/appointments/<public_id>/cancel")
@needs(Permission.REFER)
def cancel(public_id: str) -> ResponseReturnValue:
    """Cancel an appointment."""
    day = _day_of(public_id)
    version = request.form.get("version", type=int)
    booking.cancel(request_session(), current_actor(), public_id, expected_version=version)
    toast(gettext("这场面试已取消，已通知本人"))
    return see_other(url_for("interviews.show", public_id=day.public_id))


@bp.post("/appointments/<public_id>/attendance")
@needs(Permission.REFER, Permission.ANSWER_REFERRALS)
def note(public_id: str) -> ResponseReturnValue:
    """Record whether somebody came; the union goes back to the day, an employer to its list."""
    session, actor = request_session(), current_actor()
    attended = request.form.get("attended") == "yes"
    interview = attendance.note(session, actor, public_id, attended=attended)
    toast(gettext("已登记到场") if attended else gettext("已登记未到"))
    if actor.employer_id is not None:
        return see_other(url_for("own_interviews.index"))
    _, day = slot_and_day(session, interview.slot_id)
    return see_other(url_for("interviews.show", public_id=day.public_id) + f"#i-{public_id}")


def _day_of(public_id: str) -> InterviewDay:
    session = request_session()
    interview = get_interview(session, current_actor(), public_id)
    slot = session.get_one(InterviewSlot, interview.slot_id)
    return session.get_one(InterviewDay, slot.day_id)
