"""English behind the switch: every word that is shown has its English, compiled."""

from gettext import GNUTranslations
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from matcher.db.engine import SessionFactory, transaction
from matcher.kinds import Role
from tests.factories.accounts import make_actor
from tests.support.closed_lists import closed_lists
from tests.support.pages import PageClient
from tests.web.conftest import SignInAs
from web.extraction import extract_errors

TOP = Path(__file__).parents[2]
ENGLISH = TOP / "web" / "translations" / "en" / "LC_MESSAGES"
KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2), "msg": None}


def _catalogue(domain: str) -> Catalog:
    with (ENGLISH / f"{domain}.po").open("rb") as stream:
        return read_po(stream, locale="en")


def _compiled(domain: str) -> GNUTranslations:
    with (ENGLISH / f"{domain}.mo").open("rb") as stream:
        return GNUTranslations(stream)


def _shown() -> set[str]:
    """Return every Chinese sentence that pages may show."""
    methods = [("**.py", "python"), ("templates/**.html", "jinja2")]
    options = {
        "templates/**.html": {
            "extensions": "jinja2.ext.i18n",
            "trim_blocks": "true",
            "lstrip_blocks": "true",
            "silent": "false",
        }
    }
    found = extract_from_dir(
        TOP / "web", methods, options, keywords=KEYWORDS, directory_filter=lambda _: True
    )
    sentences = {one[2] if isinstance(one[2], str) else one[2][0] for one in found}
    for path in (TOP / "matcher" / "services").rglob("*.py"):
        with path.open("rb") as stream:
            sentences.update(one[2] for one in extract_errors(stream, None, None, None))
    return sentences


def test_every_sentence_of_pages_and_errors_has_its_english() -> None:
    catalogue = _catalogue("messages")

    missing = sorted(s for s in _shown() if s not in catalogue or not catalogue[s].string)

    assert missing == []


def test_every_label_of_the_closed_lists_has_its_english() -> None:
    catalogue = _catalogue("labels")

    lists = closed_lists().values()
    missing = [m.label for kind in lists for m in kind if not catalogue.get(m.label)]

    assert missing == []


@pytest.mark.parametrize("domain", ["messages", "labels"])
def test_the_compiled_catalogue_says_what_the_written_one_says(domain: str) -> None:
    compiled = _compiled(domain)

    for message in _catalogue(domain):
        if message.id and isinstance(message.id, str):
            assert compiled.gettext(message.id) == message.string


@pytest.mark.parametrize("domain", ["messages", "labels"])
def test_english_keeps_the_places_of_values(domain: str) -> None:
    for message in _catalogue(domain):
        if message.id:
            assert [str(error) for error in message.check()] == []


def test_the_switch_turns_pages_into_english_and_is_kept_with_the_account(
    signed_in_as: SignInAs, sqlite_factory: SessionFactory
) -> None:
    with transaction(sqlite_factory) as session:
        actor = make_actor(session, Role.DRIVE_MANAGER)
    client = signed_in_as(actor)

    client.submit("/language", language="en", next="/account")

    for same in (client, signed_in_as(actor)):
        page = same.get("/account").text
        assert '<html lang="en">' in page
        assert "My account" in page
        assert "Drive manager" in page


def test_a_stranger_may_read_english_too(client: PageClient) -> None:
    client.submit("/language", language="en", next="/sign-in")

    assert "Sign-in name" in client.get("/sign-in").text
