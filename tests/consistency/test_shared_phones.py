"""Phones and mail boxes are shared: nothing that leaves the union's own pages tells anybody's circumstances.

Every template of a message is in `message_texts` (the outbox takes no other), every file name, address, picture
of a code and sheet is found in the code base, so that a new one cannot escape the list of words.
"""

import ast
import re
from collections.abc import Iterator
from urllib.parse import unquote

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from matcher.db.engine import SessionFactory
from matcher.kinds import MessageChannel
from matcher.services import outbox
from matcher.services.message_texts import TEMPLATES, compose
from matcher.services.second_factor import setup_address
from matcher.settings import Settings
from tests.support import tree
from web.app import create_app
from web.words.task_rules import PREFIXES, RULES

WORDS = re.compile(
    "困难|零就业|低保|特困|帮扶|援助|救助|脱困|解困|返困|致困|优先|预留|保底|贫困|病|残疾|深度|重疾"
    r"|hardship|zero.?employment|poverty|low.?income|\btiers?\b|illness|disab|\baid\b|reserved",
    re.IGNORECASE,
)
"""ui.md, wording; a name of a table or a role is not meant, only what somebody outside may read."""

_FILE_NAME = re.compile(r"[^/\s]*\.(?:xlsx|pdf|csv|zip|txt|docx)\b")

_QR = {
    "web/pages/account.py": "the second factor's own address; looked at below",
    "matcher/documents/fair_books.py": "a fair's public page and a booth's queue: random tokens, no person",
    "web/qr_codes.py": "addresses of a fair's public page and what its areas give, and of the page of who walked in: "
    "a random token, no person",
}
"""Files that draw a code (二维码), with what it holds."""

_SHEETS = {
    "booth_plan/print.html",
    "today/sheet.html",
    "calls/sheet.html",
    "interviews/lists.html",
    "interviews/own.html",
    "fair_guests/visit.html",
    "fairs/public.html",
    "plans/public_rules.html",
    "phases/index.html",
    "published_sheets/public.html",
    "service_events/list.html",
    "service_events/show.html",
}
"""Sheets taken outside: rendered with made-up people in tests/web, their own words are read here."""

_INSIDE = {
    "alerts/list.html": "anomalies for supervisors, without a person",
    "alerts/show.html": "one anomaly with masked names, for supervisors",
    "aliases/list.html": "words of postings, no people",
    "assessments/one.html": "the working of an assessment, filed with the paper file",
    "cohorts/index.html": "figures of the fixed people by group, for who sees figures; fair organisers do not",
    "entitlements/application.html": "one application with its papers and steps, for the union's own desk",
    "entitlements/calendar.html": "the desk's own list of last days, masked names",
    "entitlements/person.html": "what a caseworker reads out to one person, masked",
    "entitlements/september.html": "the office's own list for the subsidy, masked names",
    "entitlements/tracker.html": "the desk's own list of applications, masked names",
    "entitlements/unit.html": "what a unit may be entitled to, for the union's own desk alone",
    "fair_door/log.html": "the door's log with times and results, without a person, for who organises the fair",
    "fairs/permits.html": "permits and safety plan of a fair, for who organises it, without a person",
    "figures/rows.html": "the rows behind a figure, for who sees figures, masked names",
    "targets/missing.html": "people still to be helped, for who sees figures, masked names",
    "targets/show.html": "figures of the three targets, for who sees figures",
    "targets/years.html": "figures of the drives before, for who sees figures",
    "board/index.html": "the board of the district, with case numbers, for the office's wall",
    "files/list.html": "the office's own list of files",
    "my_seats/show.html": "what a caseworker reads out to one person, masked",
    "plans/seats.html": "seats of a plan with masked names, for who makes plans",
    "files/members.html": "the office's own list of members",
    "files/show.html": "the file itself, kept as the paper file",
    "graduates/show.html": "a graduate's record at a desk of the union",
    "own_profile/data.html": "one's own data, asked for by the person",
    "placements/checking.html": "the office's own queue of checks, masked names",
    "placements/list.html": "the office's own list of destinations, masked names",
    "placements/show.html": "one destination with its checks, filed with the papers",
    "postings/show.html": "the list of a posting for the union's own desk",
    "referrals/list.html": "the desk's own list of referrals, masked names",
    "referrals/show.html": "one referral with its steps, for the union's own desk",
    "seat_board/show.html": "the seats of a posting for the union's own desk",
    "survey/index.html": "figures of the survey",
    "survey/people.html": "the office's own list of the survey",
    "survey/union.html": "the sheet a grass-roots officer visits by",
    "tiers/index.html": "a try-out without a name",
}
"""Pages with a button for printing that stay in the office, each with why."""


@pytest.fixture
def app(settings: Settings, sqlite_factory: SessionFactory) -> Flask:
    """Give the application as it is served."""
    made: Flask = create_app(settings, factory=sqlite_factory)
    return made


def _told(texts: Iterator[tuple[str, str]] | list[tuple[str, str]]) -> list[tuple[str, str]]:
    return [(where, text) for where, text in texts if WORDS.search(text)]


@pytest.mark.parametrize("name", sorted(TEMPLATES))
def test_no_message_tells_anything(name: str) -> None:
    template = TEMPLATES[name]
    asked = re.findall(r"{(\w+)}", template.text)
    values = dict.fromkeys([*asked, *(line for line, _ in template.lines)], 7)
    composed = compose(name, values, secret="246810")
    words = [template.subject, template.text, template.link, composed.text, *asked]
    words += [text for line in template.lines for text in line]

    assert _told([(name, word) for word in words]) == []
    assert "…" not in composed.text
    assert len(composed.text) <= 140
    assert not re.search(r"[{}]", composed.subject + composed.link)


def test_the_outbox_takes_no_message_whose_words_are_not_read_here(sqlite_session: Session) -> None:
    with pytest.raises(ValueError, match="no words"):
        outbox.write(
            sqlite_session,
            unique_key="x",
            channel=MessageChannel.SMS,
            template="brand_new",
            address="13900001111",
        )


def test_every_template_named_in_the_code_is_registered() -> None:
    named = {
        str(keyword.value.value)
        for path in tree.files(".py", under=("matcher", "workers", "web", "seeds"))
        for call in tree.calls(path)
        for keyword in call.keywords
        if keyword.arg == "template"
        and tree.called(call) != "AnswerPage"  # names a page of the site
        and isinstance(keyword.value, ast.Constant)
        and keyword.value.value
    }

    assert named - set(TEMPLATES) == set()
    assert named


def test_no_address_of_a_page_tells_anything(app: Flask) -> None:
    addresses = [(rule.endpoint, unquote(rule.rule)) for rule in app.url_map.iter_rules()]

    assert _told(addresses) == []


def _names_of_files() -> Iterator[tuple[str, str]]:
    """Give every text in the code that looks like the name of a file somebody gets."""
    for path in tree.files(".py", under=("matcher/services", "web", "workers")):
        for node in ast.walk(tree.parsed(path)):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                for found in _FILE_NAME.findall(node.value):
                    yield f"{tree.name(path)}:{node.lineno}", found


def test_no_name_of_a_file_tells_anything() -> None:
    names = list(_names_of_files())

    assert names
    assert _told(names) == []


def test_no_title_of_a_page_tells_anything() -> None:
    titles = [
        (tree.name(path), title)
        for path in tree.files(".html", under=("web/templates",))
        for title in re.findall(r"{% block title %}(.*?){% endblock %}", path.read_text())
    ]

    assert len(titles) > 20
    assert _told(titles) == []


def test_every_code_is_drawn_in_a_known_place_and_holds_no_word() -> None:
    drawn = {
        tree.name(path)
        for path in tree.files(".py", under=("matcher", "web", "workers"))
        if re.search(r"^import segno|^from segno", path.read_text(), re.MULTILINE)
    }

    assert drawn == set(_QR)
    assert (
        _told([("totp", unquote(setup_address("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", "li.ming")))])
        == []
    )


def test_every_printed_sheet_is_known_and_its_own_words_tell_nothing() -> None:
    folder = tree.ROOT / "web" / "templates"
    printed = {
        path.relative_to(folder).as_posix(): path.read_text()
        for path in tree.files(".html", under=("web/templates",))
        if "data-print" in path.read_text()
    }

    assert set(printed) - set(_SHEETS) - set(_INSIDE) == set()
    assert set(_SHEETS) <= set(printed)
    assert _told([(name, printed[name]) for name in _SHEETS]) == []
    acts = [(code, rule.act) for code, rule in {**RULES, **PREFIXES}.items()]
    assert _told(acts) == []


_PAPERS = {
    "resume": "a person's own page for employers; the shared words are none, what fills it is tried in its tests",
    "household_file": "the paper file itself",
    "letter": "a letter from union to union",
    "tuition_form": "the form of one application, filed with the papers of the file",
    "notice": "the publicity sheet the rules ask for, with masked names",
}
"""Printed papers that must name what they are about, each with why; none goes into anybody's pocket."""


_SHARED = {
    "fair_booklet",
    "fair_cards",
    "fair_lines",
    "fair_plan",
    "fair_poster",
    "fair_posters",
    "fair_slips",
    "fair_survey",
    "figure_sheet",
    "list",
    "people",
    "published_sheet",
}
"""Papers that go outside with lists of people or with figures; their own words are read here."""


def test_every_printed_paper_is_known_and_the_shared_ones_say_nothing_by_themselves() -> None:
    papers = {path.stem: path for path in tree.files(".typ", under=("matcher/documents",))}

    assert set(papers) - set(_PAPERS) == _SHARED
    assert _told([(name, papers[name].read_text()) for name in sorted(_SHARED)]) == []
