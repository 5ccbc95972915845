"""What every answer says to the browser about safety, and the proof that a form is ours.

Scripts come from our own files only (htmx runs without eval). Style attributes are allowed because bars
take their lengths from them (`style="--v:38.9"`); their values are our own numbers.
"""

import hashlib
import hmac
import secrets

from flask import Blueprint, Flask, Response, g, request
from flask_wtf.csrf import CSRFProtect

from matcher.keys import KeyRing
from matcher.settings import Settings

_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self' 'nonce-{nonce}'",
        "style-src 'self' 'nonce-{nonce}'",
        "style-src-attr 'unsafe-inline'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)

_SCANNING = "; ".join(
    ("script-src 'self' 'nonce-{nonce}' 'wasm-unsafe-eval'", "media-src 'self' blob:")
)
"""What pages with a camera (摄像头扫码) may besides: the reader of QR codes is a WebAssembly file of ours."""

_YEAR_SECONDS = 365 * 24 * 3600


def secret_key(ring: KeyRing) -> bytes:
    """Return the key that signs form sessions: made from the ring, so that all processes agree."""
    return hmac.new(ring.signing_key, b"yangguang web session", hashlib.sha256).digest()


def nonce() -> str:
    """Return this answer's nonce for script and style elements."""
    if "nonce" not in g:
        g.nonce = secrets.token_urlsafe(16)
    return str(g.nonce)


def allow_scanning() -> None:
    """Let this answer's page read QR codes with its camera; only pages that scan call it."""
    g.may_scan = True


def _policy() -> str:
    text = _POLICY
    if g.get("may_scan", False):
        script = next(part for part in _POLICY.split("; ") if part.startswith("script-src"))
        text = _POLICY.replace(script, _SCANNING)
    return text.format(nonce=nonce())


def _headers(response: Response) -> Response:
    """Add the safety headers; only static files may be kept, and public pages if asked about each time."""
    headers = response.headers
    headers["Content-Security-Policy"] = _policy()
    headers.setdefault("Referrer-Policy", "same-origin")
    headers["X-Content-Type-Options"] = "nosniff"
    headers["X-Frame-Options"] = "DENY"
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    headers["Permissions-Policy"] = "camera=(self), geolocation=(), microphone=()"
    if request.is_secure:
        headers["Strict-Transport-Security"] = f"max-age={_YEAR_SECONDS}"
    if request.endpoint == "static":
        kept = "immutable, " if request.args.get("v") else ""
        headers["Cache-Control"] = f"public, {kept}max-age={_YEAR_SECONDS if kept else 300}"
    elif g.get("may_be_kept"):
        headers["Cache-Control"] = "public, no-cache"
    else:
        headers["Cache-Control"] = "no-store"
    return response


def install(app: Flask, settings: Settings, programs: tuple[Blueprint, ...]) -> None:
    """Set up form tokens, cookies and headers; some blueprints check tokens of their own: programs, answer links."""
    app.config.update(
        SESSION_COOKIE_NAME="yangguang_form",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.secure_cookies,
        WTF_CSRF_TIME_LIMIT=None,  # the token ends with the browser's session
        WTF_CSRF_SSL_STRICT=settings.secure_cookies,
    )
    csrf = CSRFProtect(app)
    for blueprint in programs:
        csrf.exempt(blueprint)
    app.jinja_env.globals["nonce"] = nonce
    app.after_request(_headers)
