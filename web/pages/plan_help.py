"""What would help (做什么能有用) beside a plan: asked for, followed, ranked; employers are put on the list to call."""

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from matcher.models.drives import Drive
from matcher.services.graduate_pages import find_graduate
from matcher.services.permissions import Permission
from matcher.services.plans import help_acts, help_runs, runs
from matcher.services.plans.posting_names import PostingName, posting_names
from matcher.services.quality.people import persons
from matcher.services.training.sight import find_course
from web.auth import current_actor
from web.forms import FormErrors, read_form
from web.fragments import see_other, toast
from web.i18n import gettext
from web.marks import needs
from web.pages.plans import progress_of
from web.schemas.plans import CourseReferral, EmployerCalled
from web.session import request_session
from web.words import plan_help as words

bp = Blueprint("plan_help", __name__, url_prefix="/plans/<public_id>/help")

_MOST_PEOPLE = 50


@bp.get("")
@needs(Permission.MANAGE_DRIVE)
def index(public_id: str) -> ResponseReturnValue:
    """Show what would help: employers and seats ranked by whom they seat, then person by person."""
    session, actor = request_session(), current_actor()
    found = help_runs.help_of(session, actor, public_id)
    runs.check_usable(found.plan)
    lines = found.row.lines if found.row is not None and found.row.made_at else {}
    names = posting_names(session, _postings(lines))
    people = help_runs.people_of(session, found.plan, found.row) if lines and found.row else {}
    some = dict(list(people.items())[:_MOST_PEOPLE])
    offers = help_acts.offers_for(session, actor, some)
    calls = _calls(session, public_id, names)
    return render_template(
        "plans/help.html",
        plan=found.plan,
        drive=session.get_one(Drive, found.plan.drive_id),
        made_at=found.row.made_at if found.row else None,
        progress=progress_of(session, found.row.job_id) if found.row else None,
        lines=lines,
        tables=_tables(lines, names),
        n_people=len(people),
        people=some,
        person_rows={one: words.person_rows(one, told, offers) for one, told in some.items()},
        persons=persons(session, actor, list(some)),
        calls=calls,
        called={call.posting_id for call, _ in calls},
        words=words,
    )


def _postings(lines: dict[str, Any]) -> set[int]:
    every = [one for name in ("employers", "seats", "bundle") for one in lines.get(name, [])]
    return {one["posting"] for one in every if "posting" in one}


@dataclass(frozen=True)
class _Table:
    """A group of lines in words.

    Parameters
    ----------
    gains : what the figures are: of each line alone, or of all so far
    may_call : lines of employers to be called
    note : what the lines have in common
    """

    head: str
    gains: str
    may_call: bool
    rows: list[dict[str, Any]]
    note: str = ""


def _tables(lines: dict[str, Any], names: dict[int, PostingName]) -> list[_Table]:
    """Return lines in words, group by group, each with what it gains."""
    heads = {
        "employers": gettext("单位放宽一个条件"),
        "seats": gettext("增加预留席位"),
        "groups": gettext("给几个人办同一件事"),
        "bundle": gettext("合在一起，一步一步加"),
    }
    notes = {
        "seats": gettext("每加一个席位多安置 1 人，加到所列的个数为止；再多没有用。"),
        "employers": gettext("每个条件只列最有用的几个单位。"),
    }
    return [
        _Table(
            head=head,
            note=notes.get(name, ""),
            gains=gettext("累计多安置") if name == "bundle" else gettext("多安置"),
            may_call=name in ("employers", "seats"),
            rows=[
                {
                    "words": words.offer_words(one, names),
                    # The bundle counts all steps so far.
                    "gain": one["together"] if name == "bundle" else one["gain"],
                    "zero": None if name == "bundle" else one.get("zero"),
                    "posting": one.get("posting") if name in ("employers", "seats") else None,
                }
                for one in lines.get(name, [])
            ],
        )
        for name, head in heads.items()
    ]


def _calls(session: Session, public_id: str, names: dict[int, PostingName]) -> list[Any]:
    """Return employers to call, with what to ask for in words."""
    return [
        (
            call,
            [words.offer_words({**line, "posting": call.posting_id}, names) for line in call.lines],
        )
        for call in help_acts.call_list(session, current_actor(), public_id)
    ]


@bp.post("")
@needs(Permission.MANAGE_DRIVE)
def ask(public_id: str) -> ResponseReturnValue:
    """Ask what would help; the page then shows the progress."""
    help_runs.request_help(request_session(), current_actor(), public_id)
    toast(gettext("已开始计算做什么能有用"))
    return see_other(url_for("plan_help.index", public_id=public_id))


@bp.post("/people/<person_id>/course")
@needs(Permission.MANAGE_DRIVE)
def refer(public_id: str, person_id: str) -> ResponseReturnValue:
    """Propose a course that would seat somebody."""
    session, actor = request_session(), current_actor()
    wish = read_form(CourseReferral)
    person = find_graduate(session, actor, person_id)
    if not isinstance(wish, FormErrors):
        course = find_course(session, actor, wish.course)
        made = help_acts.refer_beside_plan(
            session, actor, public_id, graduate_id=person.id, course_id=course.id
        )
        toast(words.referred_words(made))
    return see_other(url_for("plan_help.index", public_id=public_id) + "#people")


@bp.post("/<int:posting_number>/call")
@needs(Permission.MANAGE_DRIVE)
def call(public_id: str, posting_number: int) -> ResponseReturnValue:
    """Put an employer on the list of those to call."""
    help_acts.ask_employer(request_session(), current_actor(), public_id, posting_number)
    toast(gettext("已列入要打的电话"))
    return see_other(url_for("plan_help.index", public_id=public_id) + "#calls")


@bp.post("/<int:posting_number>/called")
@needs(Permission.MANAGE_DRIVE)
def called(public_id: str, posting_number: int) -> ResponseReturnValue:
    """Note what an employer said."""
    wish = read_form(EmployerCalled)
    has_agreed = not isinstance(wish, FormErrors) and wish.agreed
    help_acts.close_call(
        request_session(), current_actor(), public_id, posting_number, has_agreed=has_agreed
    )
    toast(
        gettext("已记下，请到岗位里改条件或席位") if has_agreed else gettext("已记下，单位没有答应")
    )
    return see_other(url_for("plan_help.index", public_id=public_id) + "#calls")
