"""Comparing rules before they are applied (规则比较): change some, see who gains and who loses, then decide."""

from dataclasses import replace
from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from matcher.errors import InvalidInputError, NotFoundError, RuleBrokenError
from matcher.kinds import PriorityMode
from matcher.kinds.ranking_studies import EducationRule, PlaceRule, StudyKind, StudyState
from matcher.models.drives import Drive
from matcher.models.ranking_studies import RankingStudy
from matcher.ranking.parameters import DriveParameters
from matcher.services.drives import get_parameters
from matcher.services.permissions import Permission, may
from matcher.services.quality import people, studies
from web.auth import current_actor
from web.drive_choice import needed_drive
from web.forms import FormErrors, FormState, blank_form, read_form, refused_form
from web.fragments import see_other
from web.i18n import label
from web.marks import needs
from web.pages.quality import progress_of
from web.pages.ranking import changed_parameters, parameter_values
from web.schemas.quality import ComparedRules
from web.session import reading_aside, request_session
from web.words import quality as words

bp = Blueprint("comparisons", __name__, url_prefix="/quality/comparisons")

_POINTS = ("major_maybe", "second_major", "place_province", "occupation_group")
_RULES = ("place_rule", "education_rule", "counts_second_major")
_PLACES = ("place_1", "place_2", "place_3")
_OCCUPATIONS = ("occupation_1", "occupation_2", "occupation_3")


@bp.get("/new")
@needs(Permission.MANAGE_DRIVE)
def new() -> ResponseReturnValue:
    """Show the present rules, or those tried before (`?tried=`), to be changed for a comparison."""
    drive = needed_drive()
    with reading_aside() as session:
        managed = studies.managed_drive(session, current_actor(), drive.id)
        shown = get_parameters(session, managed)
        if tried := request.args.get("tried"):
            shown = _tried(studies.find(session, current_actor(), tried), managed)
    return _form(drive, blank_form(ComparedRules, **_values(shown)), 200)


def _tried(study: RankingStudy, drive: Drive) -> DriveParameters:
    if study.kind is not StudyKind.COMPARISON or study.drive_id != drive.id:
        raise NotFoundError("not_found", "没有这条记录，或不在您的管辖范围内。")
    return DriveParameters.from_dict(study.asked)


def _values(present: DriveParameters) -> dict[str, Any]:
    """Return what the form shows of rules."""
    points = present.points
    found = parameter_values(present)
    found |= {name: getattr(points, name) for name in _POINTS}
    found |= {name: getattr(present, name) for name in _RULES}
    found |= dict(zip(_PLACES, points.place_choices, strict=True))
    return found | dict(zip(_OCCUPATIONS, points.occupation_choices, strict=True))


def _form(drive: Drive, form: FormState, status: int) -> ResponseReturnValue:
    page = render_template(
        "quality/new_comparison.html",
        drive=drive,
        form=form,
        modes=[(mode.value, label(mode)) for mode in PriorityMode],
        places=[(one.value, label(one)) for one in PlaceRule],
        educations=[(one.value, label(one)) for one in EducationRule],
    )
    return page, status


@bp.post("")
@needs(Permission.MANAGE_DRIVE)
def create() -> ResponseReturnValue:
    """Ask for a comparison; its page shows the progress."""
    drive = needed_drive()
    wish = read_form(ComparedRules)
    if isinstance(wish, FormErrors):
        return _form(drive, wish, 422)
    try:
        wanted = _wanted(drive, wish)
        study = studies.ask(
            request_session(), current_actor(), drive.id, StudyKind.COMPARISON, wanted=wanted
        )
    except InvalidInputError as error:
        return _form(drive, refused_form(ComparedRules, error), 422)
    except RuleBrokenError as error:
        refused = InvalidInputError(error.code, error.message, fields={"": error.message})
        return _form(drive, refused_form(ComparedRules, refused), 422)
    return see_other(url_for("comparisons.show", public_id=study.public_id))


def _wanted(drive: Drive, wish: ComparedRules) -> DriveParameters:
    with reading_aside() as session:
        present = get_parameters(session, studies.managed_drive(session, current_actor(), drive.id))
    changed = changed_parameters(
        present,
        wish,
        place_choices=tuple(getattr(wish, name) for name in _PLACES),
        occupation_choices=tuple(getattr(wish, name) for name in _OCCUPATIONS),
        **{name: getattr(wish, name) for name in _POINTS},
    )
    return replace(changed, **{name: getattr(wish, name) for name in _RULES})


@bp.get("/<public_id>")
@needs(Permission.MANAGE_DRIVE)
def show(public_id: str) -> ResponseReturnValue:
    """Show a comparison: who gains, who loses, how alike the lists are."""
    session, actor = request_session(), current_actor()
    study = studies.find(session, actor, public_id)
    drive = studies.managed_drive(session, actor, study.drive_id)
    if study.kind is not StudyKind.COMPARISON:
        raise NotFoundError("not_found", "没有这条记录，或不在您的管辖范围内。")
    found = study.result
    ids = [one["graduate_id"] for side in ("gains", "losses") for one in found.get(side, ())]
    return render_template(
        "quality/comparison.html",
        study=study,
        drive=drive,
        found=found,
        differences=words.differences(
            studies.started_from(session, study), DriveParameters.from_dict(study.asked)
        ),
        progress=progress_of(session, study),
        people=people.persons(session, actor, ids),
        sees_ranks=may(actor, Permission.VIEW_HARDSHIP),
        may_decide=study.state is StudyState.DONE and drive.revision == study.drive_revision,
        words=words,
    )
