"""Interview slots at a booth (面试时段): made in one go, given to people who were met, settled."""

import datetime as dt

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from matcher.errors import InvalidInputError
from matcher.kinds.interviews import InterviewState
from matcher.models.fairs import FairSession
from matcher.services.fair_hall import slot_lists, slots
from matcher.services.permissions import Actor, Permission
from web.auth import current_actor
from web.filters import day
from web.forms import FormErrors, FormState, blank_form, read_form, refused_form
from web.fragments import see_other, toast
from web.i18n import gettext
from web.marks import needs, rate_limited
from web.pages.own_booth_people import attempt
from web.schemas.fair_hall import BookForm, SettleForm, SlotsForm
from web.session import reading_aside, request_session, undo_request
from web.words import fair_hall as words

bp = Blueprint("own_booth_slots", __name__, url_prefix="/my-fairs")

_TAKE_PART = Permission.TAKE_PART_IN_FAIRS
_LIKELY_MINUTES = 15


@bp.get("/<public_id>/booth/slots")
@needs(_TAKE_PART)
def index(public_id: str) -> ResponseReturnValue:
    """Show the slots by time, with who has each."""
    return _page(public_id)


def _page(public_id: str, form: FormState | None = None, status: int = 200) -> ResponseReturnValue:
    with reading_aside() as session:
        place, rows = slot_lists.list_slots(session, current_actor(), public_id)
        held = slot_lists.sessions_of(session, place)
        page = render_template(
            "own_booth/slots.html",
            place=place,
            rows=rows,
            sessions=[(one.public_id, _line(one)) for one in held],
            form=form or _likely(held[0] if held else None, place.n_interviewers),
            words=words,
        )
    return page, status


def _line(held: FairSession) -> str:
    hours = f"{_clock(held.begins_minute)}–{_clock(held.ends_minute)}"
    return f"{day(held.held_on)} {held.name} {hours}"


def _likely(held: FairSession | None, n_tables: int) -> FormState:
    return blank_form(
        SlotsForm,
        begins=_clock(held.begins_minute) if held else None,
        ends=_clock(held.ends_minute) if held else None,
        minutes=_LIKELY_MINUTES,
        n_tables=n_tables,
    )


def _clock(minute: int) -> str:
    """Return a minute of the day as a field of time takes it; the day's end is its last minute."""
    hour, rest = divmod(min(minute, 24 * 60 - 1), 60)
    return f"{hour:02d}:{rest:02d}"


@bp.post("/<public_id>/booth/slots")
@needs(_TAKE_PART)
@rate_limited("60/minute")
def make(public_id: str) -> ResponseReturnValue:
    """Make slots."""
    wish = read_form(SlotsForm)
    if isinstance(wish, FormErrors):
        return _page(public_id, wish, 422)
    asked = slots.SlotWish(
        session=wish.session,
        begins=_minute(wish.begins),
        ends=_minute(wish.ends),
        minutes=wish.minutes,
        n_tables=wish.n_tables,
    )
    try:
        made = slots.make_slots(request_session(), current_actor(), public_id, asked)
    except InvalidInputError as error:
        undo_request()
        return _page(public_id, refused_form(SlotsForm, error), 422)
    toast(gettext("已排 %(n)s 个时段", n=made) if made else gettext("这些时段已经排过"))
    return see_other(url_for(".index", public_id=public_id))


def _minute(time: dt.time) -> int:
    return time.hour * 60 + time.minute


@bp.post("/<public_id>/booth/slots/<slot_id>/remove")
@needs(_TAKE_PART)
@rate_limited("120/minute")
def remove(public_id: str, slot_id: str) -> ResponseReturnValue:
    """Take a slot nobody had away."""
    slots.drop_slot(request_session(), current_actor(), public_id, slot_id)
    toast(gettext("时段已删除"))
    return see_other(url_for(".index", public_id=public_id))


@bp.post("/<public_id>/booth/people/<contact_id>/interview")
@needs(_TAKE_PART)
@rate_limited("120/minute")
def book(public_id: str, contact_id: str) -> ResponseReturnValue:
    """Give somebody a slot, or another one."""
    wish = read_form(BookForm)
    if isinstance(wish, FormErrors):
        return see_other(
            url_for("own_booth_people.show", public_id=public_id, contact_id=contact_id)
        )

    def _do(session: Session, by: Actor) -> str:
        slots.book(session, by, public_id, contact_id, wish.slot)
        return gettext("面试已约")

    return attempt(public_id, contact_id, "book", _do)


@bp.post("/<public_id>/booth/people/<contact_id>/interview/outcome")
@needs(_TAKE_PART)
@rate_limited("120/minute")
def settle(public_id: str, contact_id: str) -> ResponseReturnValue:
    """Say whether somebody came to their appointment, or that it is off."""
    wish = read_form(SettleForm)
    if isinstance(wish, FormErrors) or wish.to not in words.INTERVIEWS:
        return see_other(
            url_for("own_booth_people.show", public_id=public_id, contact_id=contact_id)
        )
    to: InterviewState = wish.to

    def _do(session: Session, by: Actor) -> str:
        slots.settle(session, by, public_id, contact_id, to)
        return gettext(words.INTERVIEWS[to])

    return attempt(public_id, contact_id, "book", _do)
