"""The OpenAPI 3.1 document of the API, made from the marks on its views and their pydantic models.

Overturns decisions.md 12 in one point: APIFlask 3.1 renders pydantic models under a prefix per schema,
reads bodies laxly and answers errors in a form of its own; the API's errors are problem documents that
echo nothing, so views read their input themselves and this module writes the document.
"""

import re
from typing import Any

from flask import Blueprint, Response, current_app, json
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema
from werkzeug.routing import Rule

from web.api.documented import MARK, Documented
from web.i18n import gettext, msg
from web.marks import public, rate_limited
from web.schemas.api import Problem

bp = Blueprint("api_document", __name__, url_prefix="/api/v1")

_REFUSALS = {
    400: msg("请求体不是 JSON 对象"),
    401: msg("没有令牌，或令牌无效、过期"),
    403: msg("令牌的角色不能做这件事"),
    404: msg("没有这条记录，或不在令牌的范围内"),
    409: msg("现在不能这样做：记录已被改过、重复、已关闭"),
    415: msg("请求体应为 application/json"),
    422: msg("字段有误，fields 里写明哪一个、为什么"),
    429: msg("太频繁，过一分钟再试"),
}
_ABOUT = msg(
    "每个请求带 Authorization: Bearer 令牌。列表用 limit、offset 翻页，next 是下一页的地址。"
    "错误是 RFC 9457 问题文档。"
)
_ALWAYS = (401, 403, 429)
_PARAMETER = re.compile(r"<(?:\w+:)?(\w+)>")
_REF = "#/components/schemas/{model}"


@bp.get("/openapi.json")
@public
@rate_limited("60/minute")
def document() -> Response:
    """Give the document."""
    body = json.dumps(make_document(), ensure_ascii=False)
    return Response(body, content_type="application/json; charset=utf-8")


def make_document() -> dict[str, Any]:
    """Return the OpenAPI document of all views that carry the mark."""
    paths: dict[str, dict[str, Any]] = {}
    models: set[type[BaseModel]] = {Problem}
    for rule in sorted(current_app.url_map.iter_rules(), key=lambda one: one.rule):
        view = current_app.view_functions[rule.endpoint]
        mark = getattr(view, MARK, None)
        if not isinstance(mark, Documented):
            continue
        models |= {model for model in (mark.answer, mark.body) if model is not None}
        method = next(iter((rule.methods or set()) - {"HEAD", "OPTIONS"})).lower()
        address = _PARAMETER.sub(r"{\1}", rule.rule)
        paths.setdefault(address, {})[method] = _operation(rule, view.__doc__ or "", mark)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": gettext("毕业生就业服务接口"),
            "version": "1",
            "description": gettext(_ABOUT),
        },
        "security": [{"bearer": []}],
        "paths": paths,
        "components": {
            "schemas": _schemas(models),
            "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}},
        },
    }


def _operation(rule: Rule, docstring: str, mark: Documented) -> dict[str, Any]:
    found: dict[str, Any] = {
        "operationId": rule.endpoint.replace(".", "_"),
        "summary": docstring.strip().splitlines()[0],
        "tags": [rule.endpoint.split(".")[0].removeprefix("api_")],
        "parameters": [
            {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
            for name in sorted(rule.arguments)
        ],
        "responses": {
            str(mark.status): _answer(mark.answer, "application/json", gettext("做好了")),
            **{
                str(status): _answer(
                    Problem, "application/problem+json", gettext(_REFUSALS[status])
                )
                for status in sorted({*_ALWAYS, *mark.refusals, *_implied(rule, mark)})
            },
        },
    }
    if mark.query is not None:
        found["parameters"] += _query(mark.query)
    if mark.body is not None:
        schema = {"$ref": _REF.format(model=mark.body.__name__)}
        found["requestBody"] = {
            "required": True,
            "content": {"application/json": {"schema": schema}},
        }
    return found


def _implied(rule: Rule, mark: Documented) -> set[int]:
    """Return the refusals that follow from what a view takes."""
    found = {404} if rule.arguments else set()
    if mark.body is not None:
        found |= {400, 415, 422}
    return found | ({422} if mark.query is not None else set())


def _answer(model: type[BaseModel], kind: str, words: str) -> dict[str, Any]:
    schema = {"$ref": _REF.format(model=model.__name__)}
    return {"description": words, "content": {kind: {"schema": schema}}}


def _query(model: type[BaseModel]) -> list[dict[str, Any]]:
    """Return the parameters of a query; each may be left out."""
    schema = model.model_json_schema(ref_template=_REF)
    inside = schema.get("$defs", {})
    found = []
    for name, one in schema["properties"].items():
        plain = {key: value for key, value in one.items() if key not in ("title", "default")}
        options = [part for part in plain.pop("anyOf", []) if part.get("type") != "null"]
        if options:
            plain |= options[0]
        reference = plain.pop("$ref", None)
        if reference:
            plain |= inside[reference.rsplit("/", 1)[1]]
        found.append({"name": name, "in": "query", "required": False, "schema": plain})
    return found


def _schemas(models: set[type[BaseModel]]) -> dict[str, Any]:
    """Return the schemas of models and of all they are made of, by name."""
    ordered = sorted(models, key=lambda model: model.__name__)
    _, whole = models_json_schema([(model, "validation") for model in ordered], ref_template=_REF)
    found: dict[str, Any] = whole["$defs"]
    return found
