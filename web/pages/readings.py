"""How a requirement is read (专业要求试读): any text, under a level and a directory, as words and as a tree.

What is asked stands in the address, so that a reading can be sent to somebody. The form posts, because a
long text does not fit into an address; a short one is sent on to its address.
"""

from dataclasses import dataclass
from urllib.parse import urlencode

from flask import Blueprint, Response, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from matcher.services.permissions import Permission, may
from matcher.services.requirement_views import reading_of
from matcher.services.term_lists import list_issuers
from web.auth import current_actor
from web.choices import directory_names
from web.fragments import see_other, wants_fragment
from web.i18n import gettext, msg
from web.marks import needs
from web.navigation import NavItem
from web.session import reading_aside
from web.words.readings import ReadingWords, reading_words

bp = Blueprint("readings", __name__, url_prefix="/readings")

MENU = (
    NavItem(
        "readings.index",
        msg("专业要求试读"),
        Permission.VIEW_POSTINGS,
        "drive",
        hint=msg("看一段专业要求会怎样读"),
    ),
)

COLUMNS = (
    ("混合", msg("写在一起，不分层次")),
    ("专科", msg("专科一栏")),
    ("本科", msg("本科一栏")),
    ("研究生", msg("研究生一栏")),
    ("本科及以上", msg("本科及以上一栏")),
)
"""Column of a table the text stands in, as the reader knows it."""

EXAMPLES = (
    "本科：经济学类（0201），会计学（120203K）；研究生：应用经济学（0202），会计（1253）",
    "工商管理类（不含市场营销）、中国语言文学类等相关专业，限应届毕业生",
    "财会类，计算机应用技术，熟悉办公软件",
)
"""Three grammars to try; invented."""

_LONGEST = 3_000
"""As `requirements.reader.LONGEST_TEXT`; what is longer is cut."""

_LONGEST_NAME = 60

_LONGEST_ADDRESS = 3_500
"""Bytes of a query; gunicorn takes request lines up to 4,094."""


@dataclass(frozen=True)
class Asked:
    """The text and how to read it; `find` narrows the tree."""

    text: str
    column: str
    directory: str
    issuer: str
    find: str

    def address(self) -> str | None:
        """Return the address that says all of it, None if it is too long."""
        said = {"text": self.text, "column": self.column, "directory": self.directory}
        said["issuer"] = self.issuer
        said = {name: value for name, value in {**said, "find": self.find}.items() if value}
        query = urlencode(said)
        address = url_for("readings.index")
        if len(query) > _LONGEST_ADDRESS:
            return None
        return f"{address}?{query}" if query else address


def _asked() -> Asked:
    column = request.values.get("column", "")
    return Asked(
        text=_shown(request.values.get("text", ""))[:_LONGEST],
        column=column if column in dict(COLUMNS) else "",
        directory=_shown(request.values.get("directory", ""))[:_LONGEST_NAME],
        issuer=_shown(request.values.get("issuer", ""))[:_LONGEST_NAME],
        find=_shown(request.values.get("find", ""))[:_LONGEST_NAME],
    )


def _shown(typed: str) -> str:
    """Return typed text without the signs no page may carry."""
    return "".join(char for char in typed if char in "\n\t" or char.isprintable()).strip()


def _read(asked: Asked) -> ReadingWords | None:
    if not asked.text:
        return None
    with reading_aside() as session:
        found = reading_of(
            session,
            current_actor(),
            {asked.column or COLUMNS[0][0]: asked.text},
            directory=asked.directory or None,
            issuer=asked.issuer or None,
        )
    return reading_words(found, find=asked.find)


@bp.get("")
@needs(Permission.VIEW_POSTINGS)
def index() -> ResponseReturnValue:
    """Show how the text in the address is read, or three to try."""
    return _page(_asked())


@bp.post("")
@needs(Permission.VIEW_POSTINGS)
def read() -> ResponseReturnValue:
    """Read the text of the form; changes nothing."""
    asked = _asked()
    address = asked.address()
    if wants_fragment():
        answer = _page(asked)
        answer.headers["HX-Replace-Url"] = address or "false"
        return answer
    return see_other(address) if address else _page(asked)


def _page(asked: Asked) -> Response:
    name = "readings/_reading.html" if wants_fragment() else "readings/index.html"
    answer = make_response(
        render_template(
            name,
            asked=asked,
            read=_read(asked),
            columns=[(value, gettext(words)) for value, words in COLUMNS],
            directories=directory_names(),
            issuers=_issuers(),
            examples=[(text, url_for("readings.index", text=text)) for text in EXAMPLES],
        )
    )
    answer.vary.add("HX-Request")
    return answer


def _issuers() -> list[str]:
    """Return the names of issuers to choose from, for those who may see alias lists."""
    actor = current_actor()
    if wants_fragment() or not may(actor, Permission.VIEW_RANKING):
        return []
    with reading_aside() as session:
        return [one.name for one in list_issuers(session, actor)]
