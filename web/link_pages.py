"""Pages behind a link that is all who opens it has (免登录链接): answers, visits, surveys, the pairing of a scanner.

Nobody is signed in there, whoever uses the browser otherwise. Addresses hold the token, so that no other site, search
engine or cache may get them: no referrer is sent at all, and for that the form's token is checked here and not by the
extension, which wants one.
"""

from flask import Blueprint, Response, g, request
from flask_wtf.csrf import CSRFError, validate_csrf


def link_blueprint(name: str, module: str, prefix: str) -> Blueprint:
    """Return a blueprint whose pages forget who is signed in and keep their addresses to themselves."""
    made = Blueprint(name, module, url_prefix=prefix)
    made.enable_openapi = False  # type: ignore[attr-defined] # APIFlask asks it of blueprints with hooks
    made.before_request(_nobody)
    made.after_request(_discreet)
    return made


def _nobody() -> None:
    """Forget who is signed in: the link says who asks."""
    g.signed_in = None


def _discreet(response: Response) -> Response:
    """Keep the address out of other sites, search engines and caches."""
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    return response


def check_form_token() -> None:
    """Check the form's token, which needs a cookie of this browser and no account."""
    try:
        validate_csrf(request.form.get("csrf_token"))
    except ValueError as error:
        raise CSRFError(str(error)) from error
