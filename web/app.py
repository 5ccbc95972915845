"""The web application: `create_app(settings)` puts extensions, guards, pages and API together."""

from typing import Any

from apiflask import APIFlask
from flask import Response
from jinja2 import StrictUndefined
from werkzeug.middleware.proxy_fix import ProxyFix

from matcher.db.engine import SessionFactory
from matcher.services.installation import open_installation
from matcher.services.permissions import Permission
from matcher.settings import Settings, load_settings
from web import (
    auth,
    editions,
    errors,
    faces,
    filters,
    health,
    i18n,
    logs,
    navigation,
    paging,
    rate_limit,
    security,
    session,
    snapshots,
)
from web.api import BLUEPRINTS
from web.door_pages import DOOR_BLUEPRINTS
from web.marks import needs
from web.pages import PAGES, answers, fair_after, visits
from web.problems import API_BLUEPRINTS
from web.warming import warm_up

_LARGEST_UPLOAD = 64 * 1024 * 1024
"""A sheet of 50,000 rows × 15 columns is under 10 MB; old xls files are several times that."""

_LARGEST_FORM = 2 * 1024 * 1024
"""Text fields of one form, beside files."""


class Application(APIFlask):
    """The Flask application; commits a request's changes before its answer is given out."""

    def dispatch_request(self) -> Any:
        """Run the view, then commit or undo, so that an error at the commit becomes a page too."""
        answer: Response = self.make_response(super().dispatch_request())
        session.commit_request(answer.status_code)
        return answer


def create_app(
    settings: Settings | None = None, *, factory: SessionFactory | None = None
) -> APIFlask:
    """Make the application.

    Parameters
    ----------
    settings : read from the environment if None, as the server's processes do; then logs are JSON
        lines, and the vocabulary is read before the first request
    factory : sessions of a prepared installation; opened from the settings if None
    """
    serves = settings is None
    if settings is None:
        logs.set_up()
        settings = load_settings()
    factory = factory or open_installation(settings)
    app = Application("web", title="Yangguang", version="1", json_errors=False, docs_path=None)
    app.secret_key = security.secret_key(factory.kw["info"]["ring"])
    app.config.update(
        SETTINGS=settings,
        MAX_CONTENT_LENGTH=_LARGEST_UPLOAD,
        MAX_FORM_MEMORY_SIZE=_LARGEST_FORM,
        API_BLUEPRINTS=frozenset(),
    )
    app.config[API_BLUEPRINTS] = frozenset(blueprint.name for blueprint in BLUEPRINTS)
    app.extensions[session.FACTORY] = factory
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    if settings.secure_cookies:  # a TLS proxy stands in front and says who asks
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1, x_proto=1)  # type: ignore[method-assign] # as Flask's manual does
    _install(app, settings)
    if serves:
        warm_up(factory)
    return app


def _install(app: APIFlask, settings: Settings) -> None:
    """Install guards in the order they must run, then pages, API and what walks over all views."""
    logs.install(app)
    i18n.install(app)
    editions.install(app)
    auth.install(app)
    security.install(
        app,
        settings,
        (*BLUEPRINTS, answers.bp, fair_after.bp, fair_after.exit_bp, visits.bp, *DOOR_BLUEPRINTS),
    )
    errors.install(app)
    filters.install(app)
    faces.install(app)
    paging.install(app)
    app.teardown_request(session.close_request)
    app.register_blueprint(health.bp)
    app.register_blueprint(snapshots.bp)
    for page in PAGES:
        app.register_blueprint(page.blueprint)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    needs(Permission.USE_API)(app.view_functions["openapi.spec"])
    navigation.install(app, tuple(item for page in PAGES for item in page.menu))
    rate_limit.install(app, settings)
