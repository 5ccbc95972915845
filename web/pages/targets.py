"""The three targets of a drive (三项目标): today's figures with their denominators, who is missing, charts, years."""

import datetime as dt
from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from matcher import clock
from matcher.services.figures.branches import find_branch, find_present_drive
from matcher.services.figures.cuts import get_drive
from matcher.services.figures.forecasts import Forecast, forecasts
from matcher.services.figures.missing import list_missing
from matcher.services.figures.moments import moment_of
from matcher.services.figures.target_pages import (
    TargetPage,
    count_children,
    count_weeks,
    read_target_page,
)
from matcher.services.figures.targets import BY_KEY, BY_NAME, Target, TargetCodes
from matcher.services.figures.years import figure_over_years
from matcher.services.permissions import Permission
from web.asked import asked_day
from web.auth import current_actor
from web.fragments import see_other
from web.i18n import gettext, msg
from web.marks import needs
from web.navigation import NavItem
from web.paging import page_of, requested_slice
from web.session import request_session
from web.words import missing_people, target_charts, target_weeks
from web.words import targets as words
from web.words.target_charts import District
from web.words.targets import Place

bp = Blueprint("targets", __name__)

MENU = (
    NavItem(
        "targets.index",
        msg("三项目标"),
        Permission.VIEW_FIGURES,
        "report",
        hint=msg("看三项目标到哪一步、还差哪些人、预计到哪里"),
    ),
)

_FIRST_MISSING = 3
"""People named in a panel of the page; the list has all."""


@bp.get("/targets")
@needs(Permission.VIEW_FIGURES)
def index() -> ResponseReturnValue:
    """Open the targets of the drive that goes on, or say how to begin."""
    drive = find_present_drive(request_session(), current_actor())
    if drive is None:
        return render_template("targets/none.html")
    return see_other(url_for("targets.show", drive_id=drive.id))


@bp.get("/drives/<int:drive_id>/targets")
@needs(Permission.VIEW_FIGURES)
def show(drive_id: int) -> ResponseReturnValue:
    """Show the targets of a union's subtree, now or at the end of a day."""
    session, actor = request_session(), current_actor()
    page = read_target_page(session, actor, drive_id, _union(), _as_of())
    place = Place(page.drive, page.branch.union.id, _as_of())
    chosen = _chosen(page)
    expected = _expected(page)
    return render_template(
        "targets/show.html",
        page_of=page,
        place=place,
        words=words,
        panels=[_panel(page, target, expected[target.codes.name]) for target in page.targets],
        chosen=chosen,
        tabs=[_tab(place, target, chosen) for target in page.targets],
        funnel=target_charts.funnel(page.values, place),
        as_of=words.moment_words(place, page.moment),
        today=clock.today(),
        unions=[(one.id, one.name) for one in (*page.branch.above, *page.branch.children)],
        **(_charts(page, place, chosen, expected[chosen.codes.name]) if chosen else {}),
    )


def _union() -> int | None:
    text = request.args.get("union", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def _as_of() -> dt.date | None:
    """Return the day asked for; today and later is now."""
    asked = asked_day("as_of")
    return asked if asked and asked < clock.today() else None


def _chosen(page: TargetPage) -> Target | None:
    """Return the target the charts are of: the one asked for, else the second (就业率), else any."""
    asked = BY_KEY.get(request.args.get("of", "placed"))
    return next((one for one in page.targets if one.codes == asked), None) or next(
        iter(page.targets), None
    )


def _tab(place: Place, target: Target, chosen: Target | None) -> dict[str, Any]:
    return {
        "label": words.target_name(target.codes),
        "address": f"{place.page(of=target.codes.key)}#charts",
        "current": target is chosen,
    }


def _expected(page: TargetPage) -> dict[str, Forecast | None]:
    """Return where each target will end, by its name."""
    names = tuple(one.codes.name for one in page.targets)
    asked = (request_session(), current_actor(), page.drive.id, page.union_id, page.moment)
    return forecasts(*asked, names)


def _panel(page: TargetPage, target: Target, expected: Forecast | None) -> dict[str, Any]:
    """Return one target as a panel: what it is, who is missing first, and where the list is."""
    missing = list_missing(
        request_session(),
        current_actor(),
        page.drive.id,
        page.branch.union.id,
        page.moment,
        target.codes,
        limit=_FIRST_MISSING,
    )
    chip, kind = words.state_chip(target, expected)
    return {
        "target": target,
        "name": words.target_name(target.codes),
        "chip": chip,
        "chip_kind": kind,
        "total": missing.total,
        "missing_words": words.missing_words(target, len(missing.people)),
        "people": [
            missing_people.missing_line(one, target.codes, page.drive.id) for one in missing.people
        ],
        "before": words.before_words(page.before, target.codes),
        "forecast": words.forecast_words(expected),
    }


def _charts(
    page: TargetPage, place: Place, target: Target, expected: Forecast | None
) -> dict[str, Any]:
    """Return the charts of one target: by district and by week."""
    session, actor = request_session(), current_actor()
    districts = [
        District(
            one.union.id,
            gettext("本级") if one.is_own else one.union.name,
            one.is_own,
            one.values,
            one.before,
        )
        for one in count_children(session, actor, page, target.codes)
    ]
    weeks, before = count_weeks(session, actor, page, target.codes)
    return {
        "districts": target_charts.by_district(target, districts, place),
        "weeks": target_weeks.by_week(target, weeks, place, before=before, forecast=expected),
    }


@bp.get("/drives/<int:drive_id>/targets/missing")
@needs(Permission.VIEW_FIGURES)
def missing(drive_id: int) -> ResponseReturnValue:
    """List the people a target still waits for, each with the next thing to do."""
    session, actor = request_session(), current_actor()
    codes = _codes()
    drive = get_drive(session, actor, drive_id)
    branch = find_branch(session, actor, drive, _union())
    place, part = Place(drive, branch.union.id, _as_of()), requested_slice()
    child = request.args.get("child", type=int)
    found = list_missing(
        session,
        actor,
        drive_id,
        branch.union.id,
        moment_of(session, drive, place.as_of),
        codes,
        child_union_id=child,
        limit=part.limit,
        offset=part.offset,
    )
    return render_template(
        "targets/missing.html",
        drive=drive,
        branch=branch,
        place=place,
        codes=codes,
        name=words.target_name(codes),
        child_name=words.child_name(branch, child),
        found=found,
        rows=[missing_people.missing_line(one, codes, drive_id) for one in found.people],
        unions=[(one.id, one.name) for one in branch.children],
        child_id=child,
        pager=page_of(part, found.total),
        as_of=words.moment_words(place, moment_of(session, drive, place.as_of)),
        today=clock.today(),
    )


def _codes() -> TargetCodes:
    """Return the target a list is of; without one asked for, the second (就业率)."""
    return BY_KEY.get(request.args.get("of", ""), BY_NAME["placed"])


@bp.get("/drives/<int:drive_id>/targets/years")
@needs(Permission.VIEW_FIGURES)
def years(drive_id: int) -> ResponseReturnValue:
    """Show a target in this drive and in those of the same union before it."""
    session, actor = request_session(), current_actor()
    page = read_target_page(session, actor, drive_id, _union(), _as_of())
    place, chosen = Place(page.drive, page.branch.union.id, _as_of()), _chosen(page)
    found = (
        figure_over_years(session, actor, drive_id, place.union_id, page.moment, chosen.codes.rate)
        if chosen
        else []
    )
    return render_template(
        "targets/years.html",
        page_of=page,
        place=place,
        name=words.target_name(chosen.codes) if chosen else "",
        tabs=[
            {
                "label": words.target_name(one.codes),
                "address": place.years(one.codes),
                "current": one is chosen,
            }
            for one in page.targets
        ],
        years=target_charts.over_years(found, chosen, place) if chosen else None,
        as_of=words.moment_words(place, page.moment),
    )
