"""Search boxes (选词框): suggestions for places, occupations, industries and majors, as options of a list.

The fields work without them: what is typed is read when the form is sent (`web/choices.py`).
"""

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue

from web.choices import SEARCHES

bp = Blueprint("vocabulary_search", __name__, url_prefix="/vocabulary")


@bp.get("/<kind>")
def suggest(kind: str) -> ResponseReturnValue:
    """Return the suggestions for what stands in a field so far, whatever the field is called."""
    search = SEARCHES.get(kind)
    if search is None:
        abort(404)
    typed = next((text for name, text in request.args.items() if name != "page"), "")
    return render_template("_parts/suggestions.html", suggestions=search(typed.strip()))
