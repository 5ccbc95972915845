"""The two faces: 阳光就业 inside the union, a neutral name for employers, graduates and strangers."""

import hashlib
from functools import lru_cache
from pathlib import Path

from flask import Flask, url_for

from web.auth import may_act, signed_in
from web.i18n import gettext, msg

UNION_BRAND = msg("阳光就业")
NEUTRAL_BRAND = msg("毕业生就业服务")
STATIC = Path(__file__).parent / "static"


def brand() -> str:
    """Return the name in the bar, the title and file names of the present reader."""
    who = signed_in()
    if who is None:
        return gettext(NEUTRAL_BRAND)
    if who.actor.union_id is not None:
        return gettext(UNION_BRAND)
    return who.brand or gettext(NEUTRAL_BRAND)


def frame() -> str:
    """Return the base template of the present reader's face."""
    who = signed_in()
    if who is not None and who.actor.union_id is not None:
        return "base_union.html"
    return "base_outer.html"


@lru_cache(maxsize=64)
def _fingerprint(name: str) -> str:
    return hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12]


def asset(name: str) -> str:
    """Return the address of a static file with its fingerprint, so that browsers may keep it."""
    return url_for("static", filename=name, v=_fingerprint(name))


def install(app: Flask) -> None:
    """Give the faces to the templates."""
    app.jinja_env.globals.update(
        brand=brand, frame=frame, asset=asset, signed_in=signed_in, may_act=may_act
    )
