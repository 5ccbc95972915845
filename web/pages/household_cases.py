"""The cases of a household (一户多案): its members who are graduates, each with a case or the act that opens one."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from matcher.services.casework import case_lists
from matcher.services.hardship import files
from matcher.services.permissions import Permission
from web.auth import current_actor
from web.marks import needs
from web.session import reading_aside
from web.words.file_tabs import around

bp = Blueprint("household_cases", __name__, url_prefix="/files/<household_id>/cases")


@bp.get("")
@needs(Permission.VIEW_CASES)
def index(household_id: str) -> ResponseReturnValue:
    """List the graduates of a household with their cases."""
    actor = current_actor()
    with reading_aside() as database:
        household = files.find_file(database, actor, household_id)
        rows = case_lists.cases_of_household(database, actor, household.id)
        return render_template(
            "cases/household.html",
            household=household,
            rows=rows,
            **around(household_id, "household_cases.index"),
        )
