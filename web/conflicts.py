"""Two people change one record (同时修改): the form shows the other's value beside one's own and lets choose.

A form sends back how each field stood when it was shown (`seen`). If a field stands otherwise at saving, the use
case raises ConflictError with the values that stand; the form comes again with a table of both, and one's choice
per field goes with the next saving.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import request
from werkzeug.datastructures import MultiDict

from matcher.errors import ConflictError
from web.forms import FormErrors, FormState
from web.i18n import gettext

_TAKE = "take-"
_THEIRS = "theirs"


@dataclass(frozen=True)
class Difference:
    """One field that two people wrote differently."""

    field: str
    label: str
    theirs: str
    mine: str


def sent_marks() -> dict[str, str] | None:
    """Return how the fields stood when the form was shown, None if it does not say."""
    text = request.form.get("seen", "")
    try:
        found = json.loads(text) if text else None
    except ValueError:
        return None
    if not isinstance(found, dict):
        return None
    return {str(name): str(value) for name, value in found.items()}


def written_marks(marks: Mapping[str, str]) -> str:
    """Return the marks as the hidden field carries them."""
    return json.dumps(marks, ensure_ascii=False)


def field_of(column: str) -> str:
    """Return the form's field of a column: sealed and money columns drop their ending."""
    return column.removesuffix("_cipher").removesuffix("_fen")


def resolved(stands: Mapping[str, Any]) -> MultiDict[str, str]:
    """Return what was sent, with the standing value in every field where the other's was chosen.

    Parameters
    ----------
    stands : the form's values as they stand now, by field
    """
    sent: MultiDict[str, str] = MultiDict(request.form.items(multi=True))
    for name, choice in request.form.items():
        field = name.removeprefix(_TAKE)
        if name.startswith(_TAKE) and choice == _THEIRS:
            value = stands.get(field)
            several = value if isinstance(value, list) else [_text(value)]
            sent.setlist(field, [one for one in map(str, several) if one])
    return sent


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else ""
    return "" if value is None else str(value)


def differences(
    error: ConflictError, form: FormState, words: Callable[[str, Any], str]
) -> list[Difference]:
    """Return the fields of a conflict, both values in words; fields the form lacks are told as well.

    Parameters
    ----------
    words : a column and its value as the history holds it → words
    """
    changed = error.details.get("changed")
    found = []
    for column, theirs in changed.items() if isinstance(changed, Mapping) else ():
        field = field_of(str(column))
        known = field in form.model.model_fields
        mine = "，".join(form.chosen(field)) if known else ""
        shown = words(str(column), mine) if mine and not str(column).endswith("_fen") else mine
        found.append(
            Difference(
                field=field,
                label=form.label(field) if known else field,
                theirs=words(str(column), theirs) or gettext("空"),
                mine=shown or gettext("空"),
            )
        )
    return found


def conflicted(form: FormState) -> FormErrors:
    """Return a form to show again with what was typed, after a conflict."""
    return FormErrors(form.model, request.form)
