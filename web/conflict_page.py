"""What a page answers when somebody else was first (同时修改): whose act it was and when, and what one had typed.

Nothing typed is lost silently: it stands on the answer, beside what stands now where the page knows it, and goes
back into the form on the newest content if the page reads a form. Passwords and numbers of people never stand here.
"""

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, get_args

from flask import current_app, g, make_response, render_template, request
from flask.typing import ResponseReturnValue
from pydantic import BaseModel
from werkzeug.exceptions import HTTPException

from matcher import clock
from matcher.errors import ConflictError
from matcher.kinds.labelled import Labelled
from matcher.models.audit import AuditEntry
from matcher.services import audit_trail
from web.auth import current_actor
from web.filters import day
from web.forms import REFILL
from web.fragments import wants_fragment
from web.i18n import gettext, label, translated
from web.session import reading_aside, undo_request
from web.words.audit_words import act_words, is_named, who_words

Options = Mapping[str, Sequence[tuple[Any, str]]]

_RECENT = dt.timedelta(minutes=10)
_MOST_ACTS = 8
_TECHNICAL = re.compile(
    r"^(csrf_token|refill|seen|act|next|with|text_id|replaces|version.*|take-.*)$"
)
_SECRET = re.compile(r"password|totp|secret|token|id_number|phone|card|account_number|^code$")


@dataclass(frozen=True)
class OtherAct:
    """What somebody did to the record."""

    who: str
    what: str
    at: dt.datetime


@dataclass(frozen=True)
class Typed:
    """A field as it was sent; `theirs` is what stands now, None where it is the same or not known."""

    label: str
    mine: str
    theirs: str | None


def conflict_answer(
    error: ConflictError | None,
    message: str,
    *,
    stands: Mapping[str, Any] | None = None,
    options: Options | None = None,
) -> ResponseReturnValue:
    """Return the page that says who changed the record meanwhile and gives back what was typed.

    Parameters
    ----------
    error : names the record as `subject`; None if only the database noticed
    stands : the form's values as they stand now, by field
    options : words of the choices, by field
    """
    undo_request()
    acts = _others(error) if error else []
    model = _model()
    context = {
        "message": message,
        "acts": acts,
        "typed": _typed(model, stands or {}, options or {}),
        "left_out": _left_out(model),
        "latest": _latest(),
        "again": _again(error) if model is not None and not request.files else [],
    }
    if request.headers.get("HX-Request") == "true" and wants_fragment():
        response = make_response(render_template("errors/_conflict_notice.html", **context), 409)
        response.headers["HX-Retarget"] = "#notices"
        response.headers["HX-Reswap"] = "innerHTML"
        return response
    return make_response(render_template("errors/conflict.html", **context), 409)


def typed_fields() -> list[Typed]:
    """Return what was sent with a form, in words, for a page that refuses it as a whole."""
    return _typed(_model(), {}, {}) if request.method == "POST" else []


def _model() -> type[BaseModel] | None:
    found: type[BaseModel] | None = g.get("form_read")
    return found


def _others(error: ConflictError) -> list[OtherAct]:
    """Return the changes since the version the person saw, or of the last minutes, newest first."""
    subject = error.details.get("subject")
    if not isinstance(subject, tuple):
        return []
    seen, stands = error.details.get("expected"), error.details.get("current")
    missed = stands - seen if isinstance(seen, int) and isinstance(stands, int) else 1
    with reading_aside() as session:
        found = audit_trail.latest_changes(session, subject, limit=_MOST_ACTS)
    since = clock.now() - _RECENT
    kept = [
        pair for place, pair in enumerate(found) if place < max(missed, 1) or pair[0].at > since
    ]
    return [_told(entry, name) for entry, name in kept]


def _told(entry: AuditEntry, name: str | None) -> OtherAct:
    reader = current_actor()
    who = who_words(
        entry.actor_id,
        entry.role,
        name,
        reader_id=reader.account_id,
        names=is_named(reader.role.value if reader.role else None),
    )
    return OtherAct(who, act_words(entry.action), entry.at)


def _typed(
    model: type[BaseModel] | None, stands: Mapping[str, Any], options: Options
) -> list[Typed]:
    """Return the fields that were sent, without technical ones, secrets and ids nobody can read."""
    found = []
    for name in request.form:
        if _TECHNICAL.match(name) or _SECRET.search(name):
            continue
        sent = [one for one in request.form.getlist(name) if one.strip()]
        if name.endswith("_id") and name not in options:
            continue
        mine = "，".join(_words(model, options, name, one) for one in sent)
        theirs = _standing(model, stands, options, name) if name in stands else None
        same = theirs is None or theirs == (mine or gettext("空"))
        if mine or not same:
            found.append(Typed(_name(model, name), mine or gettext("空"), None if same else theirs))
    return found


def _left_out(model: type[BaseModel] | None) -> list[str]:
    """Return the labels of what was sent and is not shown: secrets and numbers of people."""
    known = model.model_fields if model else {}
    return [_name(model, name) for name in request.form if name in known and _SECRET.search(name)]


def _standing(
    model: type[BaseModel] | None, stands: Mapping[str, Any], options: Options, name: str
) -> str:
    value = stands[name]
    several = value if isinstance(value, list | tuple) else [value]
    said = [_words(model, options, name, one) for one in several if one is not None]
    return "，".join(said) or gettext("空")


def _name(model: type[BaseModel] | None, name: str) -> str:
    field = model.model_fields.get(name) if model else None
    return translated(field.title) if field and field.title else gettext("填写的内容")


def _words(model: type[BaseModel] | None, options: Options, name: str, value: Any) -> str:
    """Return a value as a person reads it: a choice's words, a list's label, yes, a date."""
    chosen = {str(key): words for key, words in options.get(name, ())}
    if str(value) in chosen:
        return chosen[str(value)]
    if isinstance(value, dt.date):
        return day(value)
    field = model.model_fields.get(name) if model else None
    for kind in _kinds_in(field.annotation) if field else ():
        if issubclass(kind, Labelled) and value in {one.value for one in kind}:
            return label(kind(value))
        if kind is bool:
            return gettext("是") if str(value).lower() in ("true", "on", "1") else gettext("否")
    return str(value)


def _kinds_in(annotation: Any) -> list[type]:
    """Return the classes an annotation is made of."""
    parts = get_args(annotation)
    if parts:
        return [kind for part in parts for kind in _kinds_in(part)]
    return [annotation] if isinstance(annotation, type) else []


def _latest() -> str:
    """Return the page that shows the record: the nearest address above this one that can be opened."""
    adapter = current_app.create_url_adapter(request)
    parts = request.path.strip("/").split("/")
    while adapter is not None and len(parts) > 1:
        parts.pop()
        path = "/" + "/".join(parts)
        try:
            adapter.match(path, method="GET")
        except HTTPException:
            continue
        return path
    return "/"


def _again(error: ConflictError | None) -> list[tuple[str, str]]:
    """Return the fields that go back into the form, with the version that stands now."""
    fields = [
        (name, value)
        for name, value in request.form.items(multi=True)
        if not _TECHNICAL.match(name) and not _SECRET.search(name)
    ]
    kept = {"seen", "act", "next", "with", "text_id", "replaces"}
    fields += [(name, value) for name, value in request.form.items(multi=True) if name in kept]
    current = error.details.get("current") if error else None
    if current is not None and "version" in request.form:
        fields.append(("version", str(current)))
    return [*fields, (REFILL, "1")]
