"""Errors → answers: the only place that knows HTTP statuses for matcher's errors.

A page gets a page in the reader's language, htmx a notice put at the top of the page, a program a
problem document. Logs carry the code and the request, never what was typed.
"""

import logging
from http import HTTPStatus

from flask import Flask, Response, g, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException

from matcher import errors
from web.conflict_page import conflict_answer, typed_fields
from web.i18n import gettext, msg
from web.problems import problem, wants_problem

_log = logging.getLogger(__name__)

_STATUSES: dict[type[errors.YangguangError], int] = {
    errors.NotFoundError: 404,
    errors.NotAllowedError: 403,
    errors.RuleBrokenError: 409,
    errors.ConflictError: 409,
    errors.InvalidInputError: 422,
    errors.SnapshotError: 409,
}

_TITLES = {
    400: msg("这个请求读不懂"),
    401: msg("请先登录"),
    403: msg("当前角色不能做这件事"),
    404: msg("没有这一页"),
    405: msg("不能这样打开这一页"),
    409: msg("现在不能这样做"),
    413: msg("文件太大"),
    422: msg("填写的内容有问题"),
    429: msg("操作太频繁"),
    500: msg("系统出错了"),
    503: msg("系统正忙"),
}

_REMEDIES = {
    400: msg("回到上一页重新操作。"),
    401: msg("登录后再试。"),
    403: msg("切换到有权限的角色，或联系管理员。"),
    404: msg("地址可能写错了，或这条记录不在您的管辖范围内。"),
    405: msg("从菜单重新进入这一页。"),
    409: msg("回到上一页，看看现在的情况。"),
    413: msg("把文件拆小，或去掉不用的工作表，再上传。"),
    422: msg("回到上一页改正后再试。"),
    429: msg("等一分钟再试。"),
    500: msg("没有保存任何改动。再试一次；还不行就把下面的编号告诉管理员。"),
    503: msg("有大批数据正在写入，过一会儿再试。"),
}


def status_of(error: errors.YangguangError) -> int:
    """Return the HTTP status of one of matcher's errors."""
    return next((_STATUSES[kind] for kind in type(error).__mro__ if kind in _STATUSES), 500)


def answer(
    status: int, code: str, message: str | None = None, fields: dict[str, str] | None = None
) -> Response:
    """Return the answer to an error, in the form the asker reads."""
    title = gettext(_TITLES.get(status, _TITLES[500]))
    remedy = gettext(_REMEDIES.get(status, _REMEDIES[500]))
    if wants_problem():
        return problem(status, code, message or title, fields or {})
    context = {
        "status": status,
        "title": title,
        "message": message,
        "remedy": remedy,
        "request_id": g.get("request_id", ""),
        "fields": fields or {},
        "typed": typed_fields() if status == HTTPStatus.CONFLICT else [],
    }
    if request.headers.get("HX-Request") == "true":
        response = make_response(render_template("errors/_notice.html", **context), status)
        response.headers["HX-Retarget"] = "#notices"
        response.headers["HX-Reswap"] = "innerHTML"
        return response
    return make_response(render_template("errors/page.html", **context), status)


def _ours(error: errors.YangguangError) -> ResponseReturnValue:
    status = status_of(error)
    if isinstance(error, errors.ConflictError) and _is_meeting():
        return conflict_answer(error, gettext(error.message))
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        _log.error("request failed: %s", error.code, exc_info=error)
        return answer(status, error.code)
    fields = error.details.get("fields")
    named = {str(k): gettext(str(v)) for k, v in fields.items()} if isinstance(fields, dict) else {}
    return answer(status, error.code, gettext(error.message), named)


def _csrf(_error: CSRFError) -> ResponseReturnValue:
    return answer(400, "form_expired", gettext("这一页打开太久，已经失效。刷新后再填一次。"))


def _http(error: HTTPException) -> ResponseReturnValue:
    """Answer what Flask or Werkzeug refuses; redirects pass as they are."""
    status = error.code or 500
    if status < HTTPStatus.BAD_REQUEST:
        return error.get_response()
    response = answer(status, HTTPStatus(status).name.lower())
    for name, value in error.get_headers():
        if name.lower() in ("allow", "retry-after", "www-authenticate"):
            response.headers[name] = value
    return response


def _is_meeting() -> bool:
    """Say whether a person's form met with somebody else's change, rather than a program's request."""
    return request.method == "POST" and not wants_problem()


def _stale(_error: StaleDataError) -> ResponseReturnValue:
    message = gettext("别人刚改过这条记录。重新打开后再改。")
    if _is_meeting():
        return conflict_answer(None, message)
    return answer(409, "changed_meanwhile", message)


def _integrity(error: IntegrityError) -> ResponseReturnValue:
    _log.warning("constraint refused a write", exc_info=error)
    return answer(409, "constraint", gettext("与已有的记录冲突，没有保存。重新打开后再试。"))


def _busy(error: OperationalError) -> ResponseReturnValue:
    _log.error("database not available", exc_info=error)
    return answer(503, "database_busy")


def _unforeseen(error: Exception) -> ResponseReturnValue:
    _log.error("unforeseen error", exc_info=error)
    return answer(500, "unforeseen")


def install(app: Flask) -> None:
    """Answer every error of the application."""
    app.register_error_handler(errors.YangguangError, _ours)
    app.register_error_handler(CSRFError, _csrf)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(StaleDataError, _stale)
    app.register_error_handler(IntegrityError, _integrity)
    app.register_error_handler(OperationalError, _busy)
    app.register_error_handler(Exception, _unforeseen)
