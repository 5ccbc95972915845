"""Forms of pages: read into a pydantic model, or shown again with what was typed and why it is wrong.

An input is defined once, as a pydantic model (`web/schemas`): its titles are the labels, its descriptions
the help lines. Empty text means None, fields that hold a list read every value sent.
"""

from collections.abc import Mapping
from typing import Any, TypeVar, get_args, get_origin

from flask import g, request
from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic.fields import FieldInfo
from werkzeug.datastructures import MultiDict

from matcher.errors import InvalidInputError
from web.form_messages import message_of
from web.i18n import gettext, translated

_CSRF = "csrf_token"
REFILL = "refill"
"""Field of a form that is to be shown again with what was typed, on the newest content; nothing is done."""


class Form(BaseModel):
    """Base of the inputs of pages: text is trimmed, unknown fields are dropped, values stay out of errors."""

    model_config = ConfigDict(str_strip_whitespace=True, hide_input_in_errors=True, extra="ignore")


AnyForm = TypeVar("AnyForm", bound=BaseModel)


class FormState:
    """A form as a template shows it: labels, values, errors by field name."""

    def __init__(
        self,
        model: type[BaseModel],
        values: Mapping[str, Any],
        errors: Mapping[str, str] | None = None,
    ) -> None:
        self.model = model
        self.values = values
        self.errors = dict(errors or {})
        self.prefix = ""
        """Stands before the ids of the fields; for a page with several forms, so that no id stands twice."""

    def id(self, name: str) -> str:
        """Return what the ids of a field's label, input, help and error end with."""
        return f"{self.prefix}{name}"

    def _field(self, name: str) -> FieldInfo:
        return self.model.model_fields[name]

    def label(self, name: str) -> str:
        """Return the label of a field in the reader's language."""
        return translated(self._field(name).title or name)

    def help(self, name: str) -> str:
        """Return the help line of a field, empty if there is none."""
        text = self._field(name).description
        return translated(text) if text else ""

    def error(self, name: str) -> str:
        """Return what is wrong with a field, empty if nothing is."""
        return self.errors.get(name, "")

    def value(self, name: str) -> str:
        """Return what the input shows."""
        found = self.values.get(name)
        return "" if found is None else str(found)

    def chosen(self, name: str) -> list[str]:
        """Return the values chosen in a field that takes several."""
        if isinstance(self.values, MultiDict):
            return [str(one) for one in self.values.getlist(name)]
        found = self.values.get(name) or []
        return [str(one) for one in (found if isinstance(found, list | tuple | set) else [found])]

    def required(self, name: str) -> bool:
        """Say whether a field must be filled in."""
        return self._field(name).is_required()

    def wanted(self, name: str) -> bool:
        """Say whether a field may stay empty now, but not for what comes next (a draft's elements)."""
        extra = self._field(name).json_schema_extra
        return isinstance(extra, dict) and bool(extra.get("wanted"))


class FormErrors(FormState):
    """A form that was sent and cannot be used; false for nothing, so test it with `isinstance`."""


def blank_form(model: type[BaseModel], **initial: object) -> FormState:
    """Return a form to show for the first time, with initial values by field name."""
    return FormState(model, initial)


def apart(forms: Mapping[str, FormState]) -> dict[str, FormState]:
    """Return the forms of one page, each with its own name before the ids of its fields."""
    for name, form in forms.items():
        form.prefix = f"{name.replace('_', '-')}-"
    return dict(forms)


def read_form(
    model: type[AnyForm], sent: MultiDict[str, str] | None = None
) -> AnyForm | FormErrors:
    """Read the request's form (POST), its query (GET) or what is given into a model, or say what is wrong."""
    if sent is None:
        sent = request.args if request.method == "GET" else request.form
        g.form_read = model
        if request.method == "POST" and REFILL in request.form:
            again = gettext("还没有保存。下面是您刚才填的，请对照最新内容核对后再保存。")
            return FormErrors(model, sent, {"": again})
    try:
        return model.model_validate(_plain(model, sent))
    except ValidationError as error:
        return FormErrors(model, sent, _errors(model, error))


def refused_form(model: type[BaseModel], error: InvalidInputError) -> FormErrors:
    """Return the request's form with the fields a use case refused."""
    fields = error.details.get("fields")
    known: dict[str, str] = {}
    if isinstance(fields, Mapping):
        known = {str(name): translated(str(why)) for name, why in fields.items()}
    return FormErrors(model, request.form, known or {"": translated(error.message)})


def _plain(model: type[BaseModel], sent: MultiDict[str, str]) -> dict[str, object]:
    """Return the sent fields as the model takes them."""
    plain: dict[str, object] = {}
    for name, field in model.model_fields.items():
        if _takes_several(field.annotation):
            plain[name] = [one for one in sent.getlist(name) if one.strip()]
        elif name in sent and name != _CSRF:
            plain[name] = sent[name] if sent[name].strip() else None
    return {
        name: value
        for name, value in plain.items()
        if value is not None or model.model_fields[name].is_required() or _allows_none(model, name)
    }


def _takes_several(annotation: Any) -> bool:
    """Say whether a field holds several values."""
    if get_origin(annotation) in (list, tuple, set, frozenset):
        return True
    return any(_takes_several(part) for part in get_args(annotation))


def _allows_none(model: type[BaseModel], name: str) -> bool:
    return type(None) in get_args(model.model_fields[name].annotation)


def _errors(model: type[BaseModel], error: ValidationError) -> dict[str, str]:
    """Return one Chinese sentence a field, the first that was found."""
    found: dict[str, str] = {}
    for one in error.errors(include_url=False, include_input=False):
        name = str(one["loc"][0]) if one["loc"] else ""
        field = model.model_fields.get(name)
        label = translated(field.title or name) if field else ""
        found.setdefault(name, message_of(one["type"], label, one.get("ctx") or {}))
    return found
