"""Codes to scan (二维码) on pages and papers, drawn from our own addresses alone, and the addresses themselves."""

from io import BytesIO

import segno
from markupsafe import Markup

from matcher.db.engine import settings_of
from web.session import request_session


def fair_address(token: str) -> str:
    """Return the whole address of a fair's public page."""
    return f"{settings_of(request_session()).address}/f/{token}"


def qr_svg(text: str, *, scale: int = 4) -> str:
    """Return a drawing of a code as SVG text, for papers."""
    drawn = BytesIO()
    segno.make(text, error="m").save(drawn, kind="svg", scale=scale, border=2, xmldecl=False)
    return drawn.getvalue().decode()


def qr_picture(text: str, words: str, *, scale: int = 4) -> Markup:
    """Return a drawing of a code for a page; `words` says what it leads to.

    With a unit segno writes a viewBox: a page that gives the drawing another size shrinks it then and cuts nothing.
    """
    code = segno.make(text, error="m")
    drawn = code.svg_inline(scale=scale, border=2, title=words, unit="px")
    return Markup(drawn)  # noqa: S704 - drawn by segno from our own text, holds no markup of it


def qr_for_phone(text: str) -> Markup:
    """Return a drawing of a code for a phone held to the screen: black on white in every colour scheme."""
    code = segno.make(text, error="m")
    drawn = code.svg_inline(scale=5, border=4, dark="#000", light="#fff", omitsize=True)
    return Markup(drawn)  # noqa: S704 - drawn by segno from our own text, holds no markup of it
