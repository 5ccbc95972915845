"""People referred to an employer (推荐来的人): the list by posting and state, one person, the figures.

Answers are in `own_people_acts`, files in `own_people_files`.
"""

import datetime as dt

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from matcher import clock
from matcher.kinds.referrals import ReferralState
from matcher.services.permissions import Permission
from matcher.services.referrals import (
    employer_people,
    employer_progress,
    neutral_contacts,
    status_statements,
)
from matcher.services.referrals.employer_people import PeopleFilter
from matcher.services.referrals.shown_people import PeopleGroup, ReferredPerson
from web.asked import asked_member
from web.auth import current_actor
from web.forms import FormState, apart, blank_form
from web.i18n import gettext, msg
from web.marks import needs
from web.navigation import NavItem
from web.paging import page_of, requested_slice
from web.schemas.own_people import FORMS
from web.session import reading_aside
from web.words import own_people as words

bp = Blueprint("own_people", __name__, url_prefix="/people")

MENU = (
    NavItem(
        "own_people.index",
        msg("推荐来的人"),
        Permission.ANSWER_REFERRALS,
        "own",
        hint=msg("看工会推荐来的人，约面试、录用或者说明不合适"),
        icon="person",
    ),
)

_ANSWERS = Permission.ANSWER_REFERRALS


def wish_of_request() -> PeopleFilter:
    """Return which people the query or the form asks for."""
    posting = request.values.get("posting", "").strip()
    return PeopleFilter(posting[:64] or None, asked_member("group", PeopleGroup))


@bp.get("")
@needs(_ANSWERS)
def index() -> ResponseReturnValue:
    """List the people referred, in the order of their fit."""
    with reading_aside() as session:
        actor, rows, wish = current_actor(), requested_slice(), wish_of_request()
        found = employer_people.list_people(
            session, actor, wish, limit=rows.limit, offset=rows.offset
        )
        postings = employer_progress.progress(session, actor)
        chosen = next((one for one in postings if one.public_id == wish.posting), None)
        return render_template(
            "own_people/list.html",
            rows=found.rows,
            pager=page_of(rows, found.total),
            counts=found.counts,
            groups=[(one, gettext(name)) for one, name in words.GROUP_NAMES.items()],
            wish=wish,
            chosen=chosen,
            postings=postings,
            posting_options=[(one.public_id, one.title) for one in postings],
            drives=employer_progress.drive_progress(session, actor, postings),
            contact=neutral_contacts.of_employer(session, actor),
            first_due=_first_due(found.rows),
            many=words.MANY,
            words=words,
        )


def _first_due(rows: list[ReferredPerson]) -> dt.date | None:
    """Return the nearest last day of an answer on the page."""
    days = [
        row.decide_by_on for row in rows if row.decide_by_on and row.state is ReferralState.SENT
    ]
    return min(days, default=None)


@bp.get("/<public_id>")
@needs(_ANSWERS)
def show(public_id: str) -> ResponseReturnValue:
    """Show one person with what may be done."""
    return person_page(public_id)


def person_page(
    public_id: str,
    *,
    act: str = "",
    form: FormState | None = None,
    phone: str = "",
    status: int = 200,
) -> ResponseReturnValue:
    """Show one person; `act` is the answer whose form is open, with what was typed."""
    with reading_aside() as session:
        actor = current_actor()
        person = employer_people.find_person(session, actor, public_id)
        page = render_template(
            "own_people/show.html",
            person=person,
            statements=status_statements.statements_for(session, actor, person.id),
            steps=employer_people.steps_of(session, actor, person),
            acts=words.acts_of(person),
            forms=_forms(person, act, form),
            open_act=act,
            phone=phone,
            contact=neutral_contacts.of_drive(session, actor, person.drive_id),
            reasons=words.refusal_options(),
            falls=words.fall_options(),
            words=words,
        )
    return page, status


def _forms(person: ReferredPerson, act: str, form: FormState | None) -> dict[str, FormState]:
    blank = {
        name: blank_form(model, seen=person.state.value, on=_likely_day(name))
        for name, model in FORMS.items()
    }
    return apart(blank | ({act: form} if form is not None else {}))


def _likely_day(act: str) -> dt.date | None:
    """Return the day a form begins with: work begins today, interviews are still to be fixed."""
    return clock.today() if act in ("report", "stay", "left") else None
