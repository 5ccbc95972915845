"""What programs send, read strictly: a body or a query → its model, or a problem that echoes nothing."""

import re
from collections.abc import Sequence
from typing import TypeVar

from flask import request, url_for
from pydantic import BaseModel, ValidationError
from werkzeug.exceptions import BadRequest, UnsupportedMediaType

from matcher.errors import InvalidInputError
from matcher.services.rows import not_found
from web.form_messages import message_of
from web.i18n import gettext

AnyModel = TypeVar("AnyModel", bound=BaseModel)

_PUBLIC_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_JSON = re.compile(r"application/(?:[\w.-]+\+)?json", re.IGNORECASE)


def read_body(model: type[AnyModel]) -> AnyModel:
    """Return the body of the request; an empty one counts as an empty object.

    Raises
    ------
    UnsupportedMediaType
        The body is not said to be JSON.
    BadRequest
        It is no JSON object.
    InvalidInputError
        A field is wrong, missing or unknown.
    """
    sent = request.get_data()
    if sent and not _JSON.fullmatch(request.mimetype):
        raise UnsupportedMediaType
    try:
        return model.model_validate_json(sent or b"{}")
    except ValidationError as error:
        if any(
            one["type"] in ("json_invalid", "model_type") and not one["loc"]
            for one in error.errors(include_url=False, include_input=False)
        ):
            raise BadRequest from None
        raise _refusal(error) from None


def read_query(model: type[AnyModel]) -> AnyModel:
    """Return the query of the request; a field that is sent twice or unknown is refused."""
    sent = dict(request.args.lists())
    plain = {name: values[0] if len(values) == 1 else values for name, values in sent.items()}
    try:
        return model.model_validate(plain)
    except ValidationError as error:
        raise _refusal(error) from None


def _refusal(error: ValidationError) -> InvalidInputError:
    """Return what is wrong by field; a name that is not ours is not repeated."""
    fields: dict[str, str] = {}
    for one in error.errors(include_url=False, include_input=False):
        place = _place(one["loc"], is_unknown=one["type"] == "extra_forbidden")
        if one["type"] == "extra_forbidden":
            words = gettext("有不认识的字段")
        else:
            words = message_of(one["type"], place or gettext("内容"), one.get("ctx") or {})
        fields.setdefault(place, words)
    return InvalidInputError("request_fields", "提交的内容有误，请按字段说明修改。", fields=fields)


def _place(where: Sequence[int | str], *, is_unknown: bool) -> str:
    """Return where a field stands, such as majors.0.name; its parent if its name is the sender's own."""
    kept = where[:-1] if is_unknown else where
    return ".".join(str(part) for part in kept) or "body"


def checked_id(public_id: str) -> str:
    """Return a public number out of an address; what cannot be one is not looked for."""
    if _PUBLIC_ID.fullmatch(public_id) is None:
        raise not_found()
    return public_id


def next_address(endpoint: str, query: BaseModel, *, total: int) -> str | None:
    """Return the address of the next slice of a list, or None after the last."""
    values = query.model_dump(mode="json", exclude_none=True, exclude_defaults=True)
    limit, offset = query.model_dump()["limit"], query.model_dump()["offset"]
    if offset + limit >= total:
        return None
    return url_for(endpoint, **(values | {"offset": offset + limit}))
