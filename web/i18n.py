"""Languages: Chinese is what the code says, English is a catalogue (`web/translations`).

Message ids are the Chinese sentences. Labels of closed lists (`matcher.kinds`) are a domain of their
own, `labels`, since command line, sheets and PDF use them too.
"""

from enum import StrEnum
from pathlib import Path

import flask_babel  # type: ignore[import-untyped] # ships no types; the rest of web imports from here
from flask import Flask, g, request

TRANSLATIONS = Path(__file__).parent / "translations"
LANGUAGE_COOKIE = "language"
LANGUAGES = {"zh": "中文", "en": "English"}
"""Language codes as stored with an account, with their own names."""

_LABELS = flask_babel.Domain(str(TRANSLATIONS), domain="labels")


def msg(text: str) -> str:
    """Mark a Chinese sentence for translation where it stands; it is translated when shown."""
    return text


def gettext(text: str, **values: object) -> str:
    """Return a Chinese sentence in the reader's language, with values filled in."""
    return str(flask_babel.gettext(text, **values))


def ngettext(one: str, many: str, num: int) -> str:
    """Return a sentence with a number; Chinese has one form, English two."""
    return str(flask_babel.ngettext(one, many, num))


def translated(text: str) -> str:
    """Return a marked sentence in the reader's language."""
    return str(gettext(text))


def label(member: StrEnum | None) -> str:
    """Return the label of a closed list's member in the reader's language, empty for None."""
    if member is None:
        return ""
    text = getattr(member, "label", member.value)
    return str(_LABELS.gettext(text))


def language() -> str:
    """Return the code of the reader's language: zh or en."""
    found = flask_babel.get_locale()
    return "en" if found is not None and found.language == "en" else "zh"


def _choose() -> str:
    """Return the language of the account, else of the cookie, else Chinese."""
    who = g.get("signed_in")
    chosen = who.language if who is not None else request.cookies.get(LANGUAGE_COOKIE, "zh")
    return chosen if chosen in LANGUAGES else "zh"


def install(app: Flask) -> None:
    """Set up the languages of the application."""
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(TRANSLATIONS)
    app.config["BABEL_DEFAULT_LOCALE"] = "zh"
    app.config["BABEL_DEFAULT_TIMEZONE"] = "Asia/Shanghai"
    flask_babel.Babel(app, locale_selector=_choose)
    app.jinja_env.filters["label"] = label
    app.jinja_env.globals["language"] = language
