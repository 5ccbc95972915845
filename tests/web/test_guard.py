"""What guards every page: login, permission, form tokens, headers, read-only reading."""

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from apiflask import APIFlask
from werkzeug.routing import Rule

from matcher.db.engine import SessionFactory, reading, transaction
from matcher.kinds import Role
from matcher.models.accounts import Account
from matcher.services.permissions import GRANTS
from tests.factories.accounts import make_actor
from tests.support.pages import PageClient
from web.session import request_session

AsRole = Callable[[Role], PageClient]

PUBLIC = {
    "answers.answer",
    "answers.done",
    "answers.show",
    "api_document.document",
    "door.figures",
    "door.show",
    "door.take",
    "door_offline.sync",
    "door_offline.take_list",
    "door_offline.worker",
    "door_pairing.pair",
    "door_pairing.show",
    "door_walk_ins.admit",
    "door_walk_ins.form",
    "fair_after.answer",
    "fair_after.show",
    "fair_after.tell",
    "fair_after.thanks",
    "fair_exit.answer_openly",
    "fair_exit.open_survey",
    "fair_queues.index",
    "fair_queues.leave",
    "fair_queues.now",
    "fair_queues.show",
    "fair_queues.take",
    "fair_wall.figures",
    "fair_wall.said",
    "fair_wall.show",
    "health.alive",
    "health.ready",
    "public_fairs.calendar_file",
    "public_fairs.register",
    "public_fairs.register_form",
    "public_fairs.show",
    "public_notices.show",
    "public_rules.index",
    "public_rules.show",
    "public_sheets.show",
    "public_sheets.take",
    "sign_in.form",
    "sign_in.check",
    "sign_in.code_form",
    "sign_in.check_code",
    "sign_in.phone_form",
    "sign_in.send_code",
    "sign_in.phone_code_form",
    "sign_in.check_phone_code",
    "sign_in.language",
    "snapshots.part",
    "static",
    "visits.answer",
    "visits.calendar_file",
    "visits.show",
}
"""Every view that needs no login; a new one is added here on purpose."""


def _address(rule: Rule) -> str:
    """Return an address of a rule, with ones for its numbers and texts."""
    built: str = rule.rule
    for name in rule.arguments:
        start = built.index("<")
        built = built[:start] + "1" + built[built.index(">") + 1 :]
        assert name
    return built


def test_every_view_needs_a_login_or_is_listed_as_public(app: APIFlask, client: PageClient) -> None:
    open_views = set()
    for rule in app.url_map.iter_rules():
        verbs = rule.methods or set()
        method = next(verb for verb in ("GET", "POST", "PUT", "DELETE") if verb in verbs)
        answer = client.open(_address(rule), method=method)
        if answer.status_code == 401 or answer.headers.get("Location", "").startswith("/sign-in?"):
            continue
        if answer.headers.get("Location") == "/sign-in" and rule.endpoint not in PUBLIC:
            continue
        open_views.add(rule.endpoint)

    assert open_views <= PUBLIC


@pytest.mark.parametrize("role", list(Role))
def test_no_role_opens_a_page_without_its_permission_and_none_breaks(
    app: APIFlask, as_role: AsRole, role: Role
) -> None:
    client = as_role(role)

    for rule in app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()) or rule.arguments:
            continue
        if rule.rule.startswith("/door/"):
            continue  # a scanner's own token opens it, and no role does
        if rule.rule.startswith("/api/"):
            continue  # a browser's sign-in opens no interface; test_matrix walks those by token
        view: Any = app.view_functions[rule.endpoint]
        wanted = getattr(view, "needs", ())
        status = client.get(rule.rule).status_code
        allowed = not wanted or any(p in GRANTS[role] for p in wanted)
        assert (status == 403) is not allowed, (rule.endpoint, status)
        assert status < 500, rule.endpoint


def test_a_view_without_the_permission_says_so_in_words(as_role: AsRole) -> None:
    answer = as_role(Role.GRADUATE).get("/accounts")

    assert answer.status_code == 403
    assert "切换" in answer.text


def test_a_form_without_its_token_changes_nothing(
    as_role: AsRole, sqlite_factory: SessionFactory
) -> None:
    client = as_role(Role.ADMINISTRATOR)

    answer = client.post("/accounts", data={"login": "new.one", "display_name": "新"})

    assert answer.status_code == 400
    with reading(sqlite_factory) as session:
        assert session.scalar(sa.select(Account.id).where(Account.login == "new.one")) is None


def test_htmx_may_send_the_token_as_a_header(as_role: AsRole) -> None:
    client = as_role(Role.DRIVE_MANAGER)
    token = client.token()

    answer = client.post("/sign-out", headers={"X-CSRFToken": token, "HX-Request": "true"})

    assert answer.status_code == 204
    assert answer.headers["HX-Redirect"] == "/sign-in"


def test_reading_a_page_cannot_write(app: APIFlask, sqlite_factory: SessionFactory) -> None:
    @app.get("/tests/write")
    def write() -> str:
        """Try to write while reading."""
        request_session().execute(sa.update(Account).values(display_name="x"))
        return "written"

    with transaction(sqlite_factory) as session:
        actor = make_actor(session)
    view: Any = app.view_functions["write"]
    view.is_public = True

    answer = app.test_client().get("/tests/write")

    assert answer.status_code == 503
    with reading(sqlite_factory) as session:
        assert session.get_one(Account, actor.account_id).display_name != "x"


@pytest.mark.parametrize(("status", "kept"), [(200, True), (303, True), (422, False), (409, False)])
def test_what_a_request_changed_is_kept_only_if_its_answer_is_no_error(
    app: APIFlask, sqlite_factory: SessionFactory, status: int, kept: bool
) -> None:
    app.config["WTF_CSRF_ENABLED"] = False

    @app.post("/tests/change")
    def change() -> tuple[str, int]:
        """Change a row and answer with the status."""
        request_session().execute(sa.update(Account).values(display_name="changed"))
        return "", status

    with transaction(sqlite_factory) as session:
        actor = make_actor(session)
    view: Any = app.view_functions["change"]
    view.is_public = True

    app.test_client().post("/tests/change")

    with reading(sqlite_factory) as session:
        name = session.get_one(Account, actor.account_id).display_name
    assert (name == "changed") is kept


def test_every_answer_carries_the_safety_headers(client: PageClient) -> None:
    for address in ("/sign-in", "/nowhere", "/healthz"):
        headers = client.get(address).headers
        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe-eval" not in policy
        assert "script-src 'self' 'nonce-" in policy
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"
        assert headers["Cache-Control"] == "no-store"


def test_the_nonce_is_new_for_every_answer(client: PageClient) -> None:
    first, second = (client.get("/sign-in").headers["Content-Security-Policy"] for _ in range(2))

    assert first != second


def test_static_files_may_be_kept_when_their_address_has_the_fingerprint(
    client: PageClient,
) -> None:
    answer = client.get("/static/site.css?v=abc")

    assert "immutable" in answer.headers["Cache-Control"]
    answer.close()


def test_an_unknown_address_is_told_in_words_on_a_page(client: PageClient) -> None:
    answer = client.get("/nowhere")

    assert answer.status_code == 404
    assert "没有这一页" in answer.text


def test_a_program_gets_a_problem_document(client: PageClient) -> None:
    answer = client.get("/api/nowhere")

    assert (answer.status_code, answer.mimetype) == (404, "application/problem+json")
    assert answer.json is not None
    assert answer.json["status"] == 404


def test_an_unforeseen_error_says_nothing_of_its_inside(app: APIFlask) -> None:
    app.testing = False

    @app.get("/tests/break")
    def fail() -> str:
        """Break."""
        raise RuntimeError("身份证号 110101")

    view: Any = app.view_functions["fail"]
    view.is_public = True

    answer = app.test_client().get("/tests/break")

    assert answer.status_code == 500
    assert "110101" not in answer.text
    assert "编号" in answer.text
