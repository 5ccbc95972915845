"""The survey (摸底): its counts with their lists, how far each union is, and entry on a phone."""

from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import InvalidInputError
from matcher.kinds.casework import NotNowReason, SurveyDestination, SurveyState
from matcher.models.organisations import Union
from matcher.models.surveys import SurveyRound
from matcher.services.casework import survey, survey_figures
from matcher.services.casework.survey import PersonAnswer, VisitInput
from matcher.services.casework.survey_figures import SurveyCounts, SurveyFigure
from matcher.services.permissions import Permission
from matcher.services.rows import not_found
from web.auth import current_actor
from web.forms import FormErrors, FormState, blank_form, read_form, refused_form
from web.fragments import see_other, toast
from web.i18n import gettext, label, msg
from web.marks import needs
from web.navigation import NavItem
from web.paging import page_of, requested_slice
from web.schemas.survey import RoundForm, VisitForm
from web.session import reading_aside, request_session, undo_request

bp = Blueprint("survey", __name__, url_prefix="/survey")

MENU = (
    NavItem(
        "survey.index",
        msg("摸底"),
        Permission.VIEW_FILES,
        "care",
        hint=msg("走访到哪里了，在读子女和毕业生有多少"),
    ),
)

_AID = {"yes": True, "no": False}


@bp.get("")
@needs(Permission.VIEW_FILES)
def index() -> ResponseReturnValue:
    """Show the newest round: the four counts, and how far each union is."""
    year = clock.today().year
    return _index(blank_form(RoundForm, year=year))


def _index(form: FormState, status: int = 200) -> ResponseReturnValue:
    actor = current_actor()
    with reading_aside() as database:
        rounds = survey.rounds_in_sight(database, actor)
        asked = request.args.get("round")
        one = next((each for each in rounds if each.public_id == asked), None) or next(
            iter(rounds), None
        )
        counts = survey_figures.count_survey(database, actor, one) if one else None
        page = render_template(
            "survey/index.html",
            rounds=rounds,
            one=one,
            counts=counts,
            figures=_figures(one, counts) if one and counts else [],
            unions=survey_figures.progress_by_union(database, actor, one) if one else [],
            form=form,
        )
    return page, status


def _figures(
    one: SurveyRound,
    counts: SurveyCounts,
    union: str | None = None,
    current: SurveyFigure | None = None,
) -> list[dict[str, Any]]:
    return [
        {
            "label": label(figure),
            "value": n,
            "note": "",
            "current": figure is current,
            "address": url_for(
                "survey.people", round_id=one.public_id, figure=figure.value, union=union
            ),
        }
        for figure, n in counts.figures.items()
    ]


@bp.post("")
@needs(Permission.SUPERVISE_CASES)
def create() -> ResponseReturnValue:
    """Open a round."""
    wish = read_form(RoundForm)
    if isinstance(wish, FormErrors):
        return _index(wish, 422)
    try:
        made = survey.open_round(request_session(), current_actor(), **wish.model_dump())
    except InvalidInputError as error:
        undo_request()
        return _index(refused_form(RoundForm, error), 422)
    toast(gettext("摸底已开始，名单已列好"))
    return see_other(url_for("survey.index", round=made.public_id))


@bp.get("/<round_id>/people")
@needs(Permission.VIEW_FILES)
def people(round_id: str) -> ResponseReturnValue:
    """List the people a figure counts."""
    session, actor = request_session(), current_actor()
    one = survey.get_round(session, actor, round_id)
    asked = request.args.get("figure", "")
    figure = SurveyFigure(asked) if asked in set(SurveyFigure) else SurveyFigure.NEEDS_HELP
    union = _union(session, request.args.get("union"))
    rows_wanted = requested_slice()
    counts = survey_figures.count_survey(session, actor, one, union.id if union else None)
    rows = survey_figures.list_figure(
        session,
        actor,
        one,
        figure,
        union_id=union.id if union else None,
        limit=rows_wanted.limit,
        offset=rows_wanted.offset,
    )
    return render_template(
        "survey/people.html",
        one=one,
        figure=figure,
        figures=_figures(one, counts, union.public_id if union else None, figure),
        union=union,
        rows=rows,
        pager=page_of(rows_wanted, counts.figures[figure]),
    )


def _union(session: Session, public_id: str | None) -> Union | None:
    """Return the union of the scope that is asked for."""
    return survey_figures.find_union(session, current_actor(), public_id) if public_id else None


@bp.get("/<round_id>/<union_id>")
@needs(Permission.VIEW_FILES)
def union(round_id: str, union_id: str) -> ResponseReturnValue:
    """Show the households of a grass-roots union: to visit, done, unreachable."""
    session, actor = request_session(), current_actor()
    one = survey.get_round(session, actor, round_id)
    chosen = _union(session, union_id)
    if chosen is None:
        raise not_found()
    state = request.args.get("state", "")
    wanted = SurveyState(state) if state in set(SurveyState) else None
    progress = {row.union_id: row for row in survey_figures.progress_by_union(session, actor, one)}
    rows_wanted = requested_slice()
    far = progress.get(chosen.id)
    counts = {each: getattr(far, each.value) if far else 0 for each in SurveyState}
    return render_template(
        "survey/union.html",
        one=one,
        union=chosen,
        figures=_figures(
            one, survey_figures.count_survey(session, actor, one, chosen.id), union_id
        ),
        rows=survey_figures.list_visits(
            session,
            actor,
            one,
            chosen.id,
            state=wanted,
            limit=rows_wanted.limit,
            offset=rows_wanted.offset,
        ),
        counts=counts,
        wanted=wanted,
        pager=page_of(rows_wanted, counts[wanted] if wanted else sum(counts.values())),
    )


@bp.get("/visits/<int:visit_id>")
@needs(Permission.EDIT_FILES)
def visit(visit_id: int) -> ResponseReturnValue:
    """Show the entry form of one household."""
    return _visit(visit_id, None)


def _visit(visit_id: int, form: FormState | None, status: int = 200) -> ResponseReturnValue:
    actor = current_actor()
    with reading_aside() as database:
        found = survey.get_visit(database, actor, visit_id)
        page = render_template(
            "survey/visit.html",
            visit=found,
            union=database.get_one(Union, found.union_id),
            one=database.get_one(SurveyRound, found.round_id),
            people=survey_figures.people_of(database, actor, found),
            form=form
            or blank_form(
                VisitForm,
                state=SurveyState.DONE if found.state == SurveyState.TO_VISIT else found.state,
                visited_on=found.visited_on,
            ),
            states=[(each.value, label(each)) for each in SurveyState],
            destinations=[(each.value, label(each)) for each in SurveyDestination],
            reasons=[(each.value, label(each)) for each in NotNowReason],
            sent=request.form,
        )
    return page, status


@bp.post("/visits/<int:visit_id>")
@needs(Permission.EDIT_FILES)
def record(visit_id: int) -> ResponseReturnValue:
    """Record what was heard of a household."""
    session, actor = request_session(), current_actor()
    found = survey.get_visit(session, actor, visit_id)
    wish = read_form(VisitForm)
    if isinstance(wish, FormErrors):
        return _visit(visit_id, wish, 422)
    numbers = [each.person.id for each in survey_figures.people_of(session, actor, found)]
    facts = VisitInput(wish.state, wish.visited_on, {n: _answer(n) for n in numbers})
    version = request.form.get("version", type=int)
    try:
        survey.record_visit(session, actor, visit_id, facts, expected_version=version)
    except InvalidInputError as error:
        undo_request()
        return _visit(visit_id, refused_form(VisitForm, error), 422)
    toast(gettext("已登记，下一户"))
    one = session.get_one(SurveyRound, found.round_id)
    place = session.get_one(Union, found.union_id)
    return see_other(
        url_for("survey.union", round_id=one.public_id, union_id=place.public_id, state="to_visit")
    )


def _answer(number: int) -> PersonAnswer:
    """Return what the form says of one person."""
    destination = request.form.get(f"destination_{number}", "")
    reason = request.form.get(f"reason_{number}", "")
    return PersonAnswer(
        needs_aid=_AID.get(request.form.get(f"aid_{number}", "")),
        destination=SurveyDestination(destination)
        if destination in set(SurveyDestination)
        else None,
        reason=NotNowReason(reason) if reason in set(NotNowReason) else None,
    )
